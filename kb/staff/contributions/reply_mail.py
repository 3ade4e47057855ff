"""The message that tells a contributor of a reply, where there is a mail server."""

from __future__ import annotations

import email.policy
import email.utils
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import refresh

from indexer.model.ids import Locale
from kb.alerts.outbox import send_soon
from kb.alerts.routes import open_store
from kb.contributions.contribution import Contribution, Contributor
from kb.contributions.contribution_pages import STATES, heading_of
from kb.services import services
from kb.web.locale import choose_locale, page_locale
from kb.web.urls import absolute


def send_reply(contribution: Contribution, contact: Contributor | None) -> bool:
    """Send the state and the reply to the contributor; return whether there is a way.

    The message is in the language of the form. It waits in the outbox of the alerts
    until the mail server accepts it.
    """
    server = services().settings.mail
    if server is None or contact is None or not contact.address:
        return False
    now, store = services().clock(), open_store()
    store.enqueue(_message(contribution, contact.address), now)
    send_soon(store, server, services().clock)
    return True


@contextmanager
def _language(locale: Locale) -> Iterator[None]:
    """Choose another language than that of the page for a block."""
    before = page_locale()
    choose_locale(locale)
    refresh()
    try:
        yield
    finally:
        choose_locale(before)
        refresh()


def _message(contribution: Contribution, address: str) -> bytes:
    locale = contribution.locale
    url = url_for("contributions.track", locale=locale.value, key=contribution.key)
    title = heading_of(contribution)
    state, meaning = STATES[contribution.state]
    domain = urlsplit(services().settings.own_url).hostname or "localhost"
    message = EmailMessage(policy=email.policy.SMTPUTF8)
    message["To"] = address
    message["Date"] = services().clock()
    message["Message-ID"] = email.utils.make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    with _language(locale):
        message["Subject"] = _("Your message: %(title)s", title=title)
        text = render_template(
            "mail/contribution_reply.txt",
            title=title,
            state=str(state),
            meaning=str(meaning),
            reply=contribution.reply,
            url=absolute(url),
        )
    message.set_content(text)
    return message.as_bytes()
