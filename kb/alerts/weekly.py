"""Finds what is new for each alert, once a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from flask import Flask, url_for

from indexer.errors import QueryError
from indexer.model.ids import Locale
from kb.alerts.alert_messages import AlertEntry, ended_message, new_records_message
from kb.alerts.outbox import send_waiting
from kb.alerts.routes import alert_query, open_store, subject_of
from kb.alerts.store import AlertStore, Subscription
from kb.services import services
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from kb.web.records.cards import Pieces, record_card
from kb.web.search.listed_results import FollowedRecord, followed_records
from kb.web.urls import absolute, follow_url, query_url

INTERVAL = dt.timedelta(days=7)
MAX_ENTRIES = 30
"""A message names at most this number of records, and says how many more there are."""


def send_due_alerts(app: Flask) -> int:
    """Check the alerts whose last check is a week old, and send what waits.

    Return the number of messages that the mail server accepted; 0 without a server.

    Raises:
        IndexUnavailableError: there is no index to search.
        StorageError: the file of the alerts can't be read or written.
    """
    with app.app_context():
        site_url = services().settings.own_url
    with app.test_request_context(base_url=site_url):
        here, store = services(), open_store()
        if here.settings.mail is None:
            return 0
        for each in store.due(here.clock() - INTERVAL):
            choose_locale(Locale(each.locale))
            _check(each, store)
        return send_waiting(store, here.settings.mail, here.clock)


def _check(alert: Subscription, store: AlertStore) -> None:
    """Store what matches now, with a message if there is something new."""
    now = services().clock()
    try:
        query = alert_query(alert.query)
    except QueryError:
        # A filter was removed from the site: the alert can find nothing any more.
        url = absolute(follow_url(Locale(alert.locale)))
        store.enqueue(ended_message(alert.address, url), now)
        store.unsubscribe(alert.id)
        return
    followed = followed_records(query, page_content())
    new = [each for each in followed if str(each.record.id) not in alert.known]
    content = None
    if new:
        stop_url = url_for("alerts.stop_alert", locale=alert.locale, alert_id=alert.id)
        content = new_records_message(
            alert.address,
            subject_of(query),
            _entries(new[:MAX_ENTRIES]),
            len(new),
            absolute(query_url(query)),
            absolute(stop_url),
        )
    store.record_check(
        alert.id, (str(each.record.id) for each in followed), now, content
    )


def _entries(followed: Iterable[FollowedRecord]) -> Iterator[AlertEntry]:
    for each in followed:
        card = record_card(each.record, page_content())
        yield AlertEntry(
            card.kind_label, card.plain_title, _plain(card.summary), absolute(card.url)
        )


def _plain(summary: Pieces) -> str:
    return "".join(text for text, _ in summary)
