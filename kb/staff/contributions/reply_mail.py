"""The message that tells a contributor of a reply, where there is a mail server."""

from __future__ import annotations

import email.policy
import email.utils
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from kb.alerts.outbox import send_soon
from kb.alerts.routes import open_store
from kb.contributions.contribution import Contribution, Contributor
from kb.contributions.contribution_pages import STATES, heading_of
from kb.services import services
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


def _message(contribution: Contribution, address: str) -> bytes:
    locale = contribution.locale
    url = url_for("contributions.track", locale=locale.value, key=contribution.key)
    with force_locale(locale.value):
        title = heading_of(contribution)
        state, meaning = STATES[contribution.state]
        message = EmailMessage(policy=email.policy.SMTPUTF8)
        message["To"] = address
        message["Subject"] = _("Your message: %(title)s", title=title)
        message["Date"] = services().clock()
        domain = urlsplit(services().settings.own_url).hostname or "localhost"
        message["Message-ID"] = email.utils.make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(
            render_template(
                "mail/contribution_reply.txt",
                title=title,
                state=str(state),
                meaning=str(meaning),
                reply=contribution.reply,
                url=absolute(url),
            )
        )
    return message.as_bytes()
