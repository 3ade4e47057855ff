"""Messages that no person answers: their headers, and their language."""

from __future__ import annotations

import email.utils
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy, Policy
from urllib.parse import urlsplit

from indexer.model.ids import Locale
from kb.core.mail import normalized_email
from kb.services import services
from kb.web.locale import choose_locale, page_locale


class _OneLineHeader(UnstructuredHeader, BaseHeader):
    """A header that is written as it is, whatever its length.

    Python would cut a long web address, and write its parts as encoded words: no mail
    program finds the address in them (RFC 8058).
    """

    def fold(self, *, policy: Policy) -> str:
        """Return the line of the header."""
        return f"{self.name}: {self}{policy.linesep}"


_LINE_BREAKS = re.compile(r"[^\S\u00a0\u202f]+")
"""Blanks other than those of French typography: a subject is one line."""

_BOUNCED = re.compile(
    r"^Final-Recipient:[ \t]*rfc822;[ \t]*(?P<address>\S+)\r?\n(?:\S.*\n)*?"
    r"Action:[ \t]*failed",
    re.IGNORECASE | re.MULTILINE,
)
"""The fields of a report on one address, which follow each other."""

_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLineHeader)

_ASCII = SMTP.clone(header_factory=_HEADERS)
_UTF8 = SMTPUTF8.clone(header_factory=_HEADERS)


def message_policy(*, is_ascii: bool) -> EmailPolicy[EmailMessage]:
    """Return how a message is written and read.

    Every mail server accepts ASCII. Only an address with other letters needs UTF-8, and
    a server that accepts it.
    """
    return _ASCII if is_ascii else _UTF8


def automatic_message(
    address: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    list_name: str = "",
    stop_url: str = "",
) -> bytes:
    """Return a message to an address, of a list of messages if that has a name.

    `html` is the same text as a page. `stop_url` ends the messages of the list. The
    sender is added when the message is sent: the settings may have changed.
    """
    domain = urlsplit(services().settings.own_url).hostname or "localhost"
    message = EmailMessage(policy=message_policy(is_ascii=address.isascii()))
    message["To"] = address
    message["Subject"] = _LINE_BREAKS.sub(" ", subject).strip()
    message["Date"] = services().clock()
    mark = bounce_mark(address, services().secret)
    message["Message-ID"] = email.utils.make_msgid(mark, domain)
    message["Auto-Submitted"] = "auto-generated"
    if list_name:
        message["List-Id"] = f"<{list_name}.{domain}>"
    if stop_url:
        # RFC 8058: mail programs then show a button to unsubscribe.
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, cte="quoted-printable")
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def bounce_mark(address: str, secret: bytes) -> str:
    """Return what only a message to an address has: a bounce without it is forged."""
    return hmac.new(secret, f"bounce {address}".encode(), "sha256").hexdigest()[:20]


def bounced_address(content: bytes, secret: bytes) -> str:
    """Return the address that a message returned by a mail server could not reach.

    RFC 3464; "" for any other message, for a delay, and for a forged one.
    """
    report = content.decode("utf-8", "replace")
    found = _BOUNCED.search(report)
    address = normalized_email(found["address"]) if found is not None else ""
    return address if bounce_mark(address, secret) in report else ""


@contextmanager
def in_language(locale: Locale) -> Iterator[None]:
    """Write a message in another language than that of the page, during a block."""
    before = page_locale()
    choose_locale(locale)
    try:
        yield
    finally:
        choose_locale(before)
