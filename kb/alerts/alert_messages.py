"""The messages of alerts: plain text, in the language of the alert."""

from __future__ import annotations

import email.utils
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.core.mail_format import message_policy
from kb.services import services


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """A record that a message names: its kind, title, summary and address."""

    kind: str
    title: str
    summary: str
    url: str


def confirmation_message(address: str, subject: str, confirm_url: str) -> bytes:
    """Return the message that asks the owner of an address to confirm an alert."""
    return automatic_message(
        address,
        _("Confirm your alert: %(subject)s", subject=subject),
        render_template("mail/confirm.txt", subject=subject, confirm_url=confirm_url),
    )


def new_records_message(
    address: str,
    subject: str,
    entries: Iterable[AlertEntry],
    total: int,
    search_url: str,
    stop_url: str,
) -> bytes:
    """Return the message that names new records: `entries` are the first of `total`."""
    listed = tuple(entries)
    return automatic_message(
        address,
        ngettext(
            "%(num)s new record: %(subject)s",
            "%(num)s new records: %(subject)s",
            total,
            subject=subject,
        ),
        render_template(
            "mail/new_records.txt",
            subject=subject,
            entries=listed,
            total=total,
            search_url=search_url,
            stop_url=stop_url,
        ),
        stop_url,
    )


def ended_message(address: str, follow_url: str) -> bytes:
    """Return the message that says that an alert has ended: its search is invalid."""
    return automatic_message(
        address,
        _("Your alert has ended"),
        render_template("mail/ended.txt", follow_url=follow_url),
    )


def automatic_message(
    address: str, subject: str, text: str, stop_url: str = ""
) -> bytes:
    """Return a message in plain text that no person answers; its sender comes later."""
    domain = urlsplit(services().settings.own_url).hostname or "localhost"
    # The sender is added when the message is sent: the settings may have changed.
    message = EmailMessage(policy=message_policy(is_ascii=address.isascii()))
    message["To"] = address
    message["Subject"] = " ".join(subject.split())
    message["Date"] = services().clock()
    message["Message-ID"] = email.utils.make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    if stop_url:
        # RFC 8058: mail programs then show a button to unsubscribe.
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()
