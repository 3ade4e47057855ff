"""Finds what is new for each alert that is due, and writes the messages about it.

A weekly alert has a message of its own. The monthly alerts of an address share one, the
digest, which also has needs without an answer and the next meeting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.errors import QueryError
from indexer.model.ids import Kind, Locale
from indexer.model.records import Need
from kb.alerts.routes import LIST_NAME, followed_by, open_store, stop_digest_url
from kb.alerts.store import AlertStore, Every, Subscription
from kb.mail.message import automatic_message
from kb.mail.sender import open_outbox, send_waiting
from kb.public.lists.events import upcoming_events
from kb.services import services
from kb.services.site_services import ChangedRecord
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from kb.web.records.cards import record_card
from kb.web.records.counts import demand
from kb.web.urls import absolute, follow_url, record_url, unanswered_needs_url

MAX_ENTRIES = 30
"""A message names at most this number of records, and says how many more there are."""

MAX_NEEDS = 5


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """A record that a message names: its kind, title, summary and address.

    `is_new` is False if the record was there at the last check, and has changed.
    """

    kind: str
    title: str
    summary: str
    url: str
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class AlertNews:
    """What an alert found: the first records, and how many there are in all."""

    subject: str
    is_record: bool
    entries: tuple[AlertEntry, ...]
    total: int
    page_url: str
    stop_url: str
    known: Sequence[str] = ()


def send_due_alerts(app: Flask) -> int:
    """Check the alerts that are due, and send what waits.

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
        for alert in store.due(Every.WEEK, clock()):
            _check([alert], store)
        monthly = sorted(store.due(Every.MONTH, clock()), key=_recipient)
        for _recipient_of, alerts in groupby(monthly, _recipient):
            _check(list(alerts), store)
        return send_waiting(outbox, server, clock)


def _recipient(alert: Subscription) -> tuple[str, str]:
    return alert.address, alert.locale


def _check(alerts: Sequence[Subscription], store: AlertStore) -> None:
    """Store what matches alerts of one address, with a message if there is news."""
    now, outbox = services().clock(), open_outbox()
    choose_locale(Locale(alerts[0].locale))
    found: dict[str, AlertNews] = {}
    for alert in alerts:
        try:
            found[alert.id] = _news(alert)
        except QueryError:
            # A filter or the record was removed: the alert can find nothing any more.
            outbox.add(_ended_message(alert), next_at=now)
            store.unsubscribe(alert.id)
    news = [each for each in found.values() if each.total]
    message = b""
    if news:
        is_monthly = alerts[0].every is Every.MONTH
        message = (monthly_message if is_monthly else weekly_message)(alerts[0], news)

    def tell() -> None:
        if message:
            outbox.add(message, next_at=now)

    known = {alert_id: each.known for alert_id, each in found.items()}
    store.record_checks(known, now, tell)


def _news(alert: Subscription) -> AlertNews:
    """Return the records that are new since the last check of an alert.

    A monthly alert also has those that have changed.

    Raises:
        QueryError: what the alert follows no longer exists.
    """
    followed, content = followed_by(alert.query), page_content()
    found, is_record = followed.records(content), followed.record is not None
    known = followed.known(found, alert.known if is_record else ())
    new, changed = [], []
    for record, mark in zip(found, known, strict=True):
        if mark not in alert.known:
            new.append(_entry(record, is_new=not is_record))
        elif alert.every is Every.MONTH and record.changed_at > alert.checked_at:
            changed.append(_entry(record, is_new=False))
    return AlertNews(
        followed.subject(content),
        is_record,
        tuple([*new, *changed][:MAX_ENTRIES]),
        len(new) + len(changed),
        absolute(followed.page_url),
        absolute(url_for("alerts.stop_alert", locale=alert.locale, alert_id=alert.id)),
        known,
    )


def weekly_message(alert: Subscription, news: Sequence[AlertNews]) -> bytes:
    """Return the message that names the new records of one alert, or its change."""
    (of,) = news
    subject = (
        _("%(subject)s has changed", subject=of.subject)
        if of.is_record
        else ngettext(
            "%(num)s new record: %(subject)s",
            "%(num)s new records: %(subject)s",
            of.total,
            subject=of.subject,
        )
    )
    return automatic_message(
        alert.address,
        subject,
        render_template("mail/new_records.txt", of=of),
        list_name=LIST_NAME,
        stop_url=of.stop_url,
    )


def monthly_message(alert: Subscription, news: Sequence[AlertNews]) -> bytes:
    """Return the monthly message on all that the address of an alert follows."""
    locale, content = Locale(alert.locale), page_content()
    stop_url = stop_digest_url(alert.address, alert.locale)
    needs = [
        need
        for need in content.corpus.of_kind(Kind.NEED)
        if isinstance(need, Need) and not need.answers
    ]
    needs.sort(key=demand)
    parts = {
        "news": news,
        "needs": [
            (need.title_for(locale).text, absolute(record_url(need.id, locale)))
            for need in needs[:MAX_NEEDS]
        ],
        "needs_url": absolute(unanswered_needs_url(locale)),
        "meetings": [
            replace(event, url=absolute(event.url))
            for event in upcoming_events(
                content.corpus, locale, services().clock().date()
            )[:1]
        ],
        "stop_url": stop_url,
    }
    return automatic_message(
        alert.address,
        _("The month in what you follow"),
        render_template("mail/digest.txt", **parts),
        html=render_template("mail/digest.html", **parts),
        list_name=LIST_NAME,
        stop_url=stop_url,
    )


def _entry(followed: ChangedRecord, *, is_new: bool) -> AlertEntry:
    card = record_card(followed.record, page_content())
    summary = "".join(text for text, _is_marked in card.summary)
    url = absolute(card.url)
    return AlertEntry(card.kind_label, card.plain_title, summary, url, is_new)


def _ended_message(alert: Subscription) -> bytes:
    """Return the message that says that an alert has ended: its search is invalid."""
    url = absolute(follow_url(Locale(alert.locale)))
    return automatic_message(
        alert.address,
        _("Your alert has ended"),
        render_template("mail/ended.txt", follow_url=url),
        list_name=LIST_NAME,
    )
