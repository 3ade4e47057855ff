"""Sends the messages of the outbox."""

import email
import logging
import smtplib
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from kb.core.locks import exclusive_lock
from kb.core.mail import MailSecurity, MailServer
from kb.core.storage_errors import StorageError
from kb.database.clock import Clock
from kb.mail.message import message_policy
from kb.mail.outbox import Outbox, WaitingMessage
from kb.services import services

TIMEOUT_S = 20.0
LOCK_TIMEOUT_S = 60.0
_PERMANENT = range(500, 600)

logger = logging.getLogger(__name__)


class MailError(Exception):
    """The server did not accept a message; `is_permanent` if it never will."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


class _SendingError(Exception):
    """Another process is sending the messages."""


def post(messages: Iterable[bytes]) -> None:
    """Store messages in the outbox, and send them soon: no page waits for it.

    What the thread can't send is sent by the next run of `kb alerts send`.

    Raises:
        StorageError: the outbox can't be written.
    """
    outbox, clock = open_outbox(), services().clock
    server = services().settings.mail
    for message in messages:
        outbox.add(message, next_at=clock())
    if server is not None:
        thread = threading.Thread(
            target=_send_or_log, args=(outbox, server, clock), daemon=True
        )
        thread.start()


def open_outbox() -> Outbox:
    """Return the outbox of this instance."""
    return Outbox(services().settings.mail_file)


def _send_or_log(outbox: Outbox, server: MailServer, clock: Clock) -> None:
    try:
        send_waiting(outbox, server, clock)
    except (StorageError, OSError) as error:
        logger.warning("messages wait: %s", error)


def send_waiting(outbox: Outbox, server: MailServer, clock: Clock) -> int:
    """Send what waits, and return the number of messages sent.

    What the server does not accept now is tried again later; what it never will, and
    what has failed too often, is removed. The log names no address.
    """
    lock = outbox.path.with_name("mail.sending.lock")
    try:
        with exclusive_lock(lock, _SendingError(), timeout_s=LOCK_TIMEOUT_S):
            return _send_all(outbox, server, clock)
    except _SendingError:
        return 0


def _send_all(outbox: Outbox, server: MailServer, clock: Clock) -> int:
    sent = 0
    while waiting := outbox.waiting(clock()):
        try:
            with _connected(server) as connection:
                for message in waiting:
                    sent += _send(message, connection, server, outbox, clock)
        except MailError as error:
            logger.warning("no message could be sent: %s", error)
            for message in outbox.waiting(clock()):
                outbox.postpone(message, clock())
    return sent


def _send(
    waiting: WaitingMessage,
    connection: smtplib.SMTP,
    server: MailServer,
    outbox: Outbox,
    clock: Clock,
) -> bool:
    """Send a message, and return whether the server accepted it."""
    policy = message_policy(is_ascii=waiting.content.isascii())
    message = email.message_from_bytes(waiting.content, policy=policy)
    message["From"] = server.sender
    try:
        _transmit(connection, message)
    except MailError as error:
        logger.info("a message could not be sent: %s", error)
        if error.is_permanent:
            outbox.add_bounce(str(message["To"]))
            outbox.remove(waiting)
        else:
            outbox.postpone(waiting, clock())
        return False
    outbox.remove(waiting)
    return True


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a connection for a block, signed in if the server has a user.

    Raises:
        MailError: the server can't be reached, or refuses the user.
    """
    context = ssl.create_default_context()
    try:
        if server.security is MailSecurity.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_S, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
        with connection:
            if server.security is MailSecurity.STARTTLS:
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
            yield connection
    except (smtplib.SMTPException, OSError) as error:
        # The text of the error may contain the password in base64: its type does not.
        raise MailError(type(error).__name__, is_permanent=False) from None


def _transmit(connection: smtplib.SMTP, message: EmailMessage) -> None:
    """Send a message to its recipient.

    Raises:
        MailError: the server did not accept it.
    """
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        is_permanent = all(code in _PERMANENT for code in codes)
        raise MailError(f"recipient: {codes}", is_permanent=is_permanent) from None
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise MailError(str(code), is_permanent=code in _PERMANENT) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise MailError("address", is_permanent=True) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(type(error).__name__, is_permanent=False) from None
