"""Sends the messages of the outbox."""

from __future__ import annotations

import email
import logging
import smtplib
import threading

from kb.alerts.store import AlertStore, WaitingMessage
from kb.core.locks import exclusive_lock
from kb.core.mail import MailError, MailServer, mail_connection, send_message
from kb.core.mail_format import message_policy
from kb.core.storage_errors import StorageError
from kb.database.clock import Clock

LOCK_TIMEOUT_S = 60.0

logger = logging.getLogger(__name__)


class _SendingError(Exception):
    """Another process is sending the messages."""


def send_waiting(store: AlertStore, server: MailServer, clock: Clock) -> int:
    """Send what waits, and return the number of messages sent.

    What the server does not accept now is tried again later; what it never will, and
    what has failed too often, is removed. The log names no address.
    """
    try:
        busy = _SendingError()
        with exclusive_lock(store.lock_path, busy, timeout_s=LOCK_TIMEOUT_S):
            return _send_all(store, server, clock)
    except _SendingError:
        return 0


def _send_all(store: AlertStore, server: MailServer, clock: Clock) -> int:
    sent = 0
    while waiting := store.waiting(clock()):
        try:
            with mail_connection(server) as connection:
                for each in waiting:
                    sent += _send(each, connection, server, store, clock)
        except MailError as error:
            logger.warning("no message could be sent: %s", error)
            for each in store.waiting(clock()):
                store.postpone(each, clock())
    return sent


def _send(
    waiting: WaitingMessage,
    connection: smtplib.SMTP,
    server: MailServer,
    store: AlertStore,
    clock: Clock,
) -> bool:
    """Send a message, and return whether the server accepted it."""
    policy = message_policy(is_ascii=waiting.content.isascii())
    message = email.message_from_bytes(waiting.content, policy=policy)
    message["From"] = server.sender
    try:
        send_message(connection, message)
    except MailError as error:
        logger.warning("a message could not be sent: %s", error)
        if error.is_permanent or not store.postpone(waiting, clock()):
            store.remove_message(waiting.id)
        return False
    store.remove_message(waiting.id)
    return True


def send_soon(store: AlertStore, server: MailServer, clock: Clock) -> None:
    """Send what waits, in a thread: the page of the visitor does not wait for it.

    What the thread can't send is sent by the next run of `kb alerts send`.
    """
    thread = threading.Thread(
        target=_send_or_log, args=(store, server, clock), daemon=True
    )
    thread.start()


def _send_or_log(store: AlertStore, server: MailServer, clock: Clock) -> None:
    try:
        send_waiting(store, server, clock)
    except (StorageError, OSError) as error:
        logger.warning("messages wait: %s", error)
