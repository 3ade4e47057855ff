"""Finds what is new for each alert, once a week, and writes the message about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.errors import QueryError
from indexer.model.ids import Locale
from kb.alerts.routes import LIST_NAME, followed_by, open_store
from kb.alerts.store import AlertStore, Subscription
from kb.mail.message import automatic_message
from kb.mail.sender import open_outbox, send_waiting
from kb.services import services
from kb.services.site_services import ChangedRecord
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from kb.web.records.cards import record_card
from kb.web.search.followed_records import Followed
from kb.web.urls import absolute, follow_url

INTERVAL = dt.timedelta(days=7)
MAX_ENTRIES = 30
"""A message names at most this number of records, and says how many more there are."""


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """A record that a message names: its kind, title, summary and address."""

    kind: str
    title: str
    summary: str
    url: str


def send_due_alerts(app: Flask) -> int:
    """Check the alerts whose last check is a week old, and send what waits.

    Return the number of messages that the mail server accepted; 0 without a server.

    Raises:
        IndexUnavailableError: there is no index to search.
        StorageError: the file of the alerts or of the outbox can't be read or written.
    """
    with app.app_context():
        site_url = services().settings.own_url
    with app.test_request_context(base_url=site_url):
        server, clock = services().settings.mail, services().clock
        if server is None:
            return 0
        store, outbox = open_store(), open_outbox()
        for address in outbox.take_bounces():
            store.count_bounce(address, clock())
        for alert in store.due(clock() - INTERVAL):
            choose_locale(Locale(alert.locale))
            _check(alert, store)
        return send_waiting(outbox, server, clock)


def _check(alert: Subscription, store: AlertStore) -> None:
    """Store what matches now, with a message if there is something new."""
    now = services().clock()
    outbox = open_outbox()
    try:
        followed = followed_by(alert.query)
    except QueryError:
        # A filter or the record was removed: the alert can find nothing any more.
        outbox.add(_ended_message(alert), next_at=now)
        store.unsubscribe(alert.id)
        return
    found = followed.records(page_content())
    known = followed.known(found, alert.known if followed.record is not None else ())
    new = [
        changed
        for changed, mark in zip(found, known, strict=True)
        if mark not in alert.known
    ]
    message = new_records_message(alert, followed, new) if new else b""

    def tell() -> None:
        if message:
            outbox.add(message, next_at=now)

    store.record_check(alert.id, known, now, tell)


def new_records_message(
    alert: Subscription, followed: Followed, new: Sequence[ChangedRecord]
) -> bytes:
    """Return the message that names the first of some new or changed records."""
    subject, is_record = followed.subject(page_content()), followed.record is not None
    stop_url = absolute(
        url_for("alerts.stop_alert", locale=alert.locale, alert_id=alert.id)
    )
    return automatic_message(
        alert.address,
        _("%(subject)s has changed", subject=subject)
        if is_record
        else ngettext(
            "%(num)s new record: %(subject)s",
            "%(num)s new records: %(subject)s",
            len(new),
            subject=subject,
        ),
        render_template(
            "mail/new_records.txt",
            subject=subject,
            is_record=is_record,
            entries=tuple(map(_entry, new[:MAX_ENTRIES])),
            total=len(new),
            search_url=absolute(followed.page_url),
            stop_url=stop_url,
        ),
        list_name=LIST_NAME,
        stop_url=stop_url,
    )


def _entry(followed: ChangedRecord) -> AlertEntry:
    card = record_card(followed.record, page_content())
    summary = "".join(text for text, _is_marked in card.summary)
    return AlertEntry(card.kind_label, card.plain_title, summary, absolute(card.url))


def _ended_message(alert: Subscription) -> bytes:
    """Return the message that says that an alert has ended: its search is invalid."""
    url = absolute(follow_url(Locale(alert.locale)))
    return automatic_message(
        alert.address,
        _("Your alert has ended"),
        render_template("mail/ended.txt", follow_url=url),
        list_name=LIST_NAME,
    )
