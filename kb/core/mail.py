"""E-mail addresses, and the mail server of the operator."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import SplitResult, unquote, urlsplit

from kb.core.networks import is_loopback

_PORTS = {"smtp": 587, "smtps": 465}


class MailSecurity(Enum):
    """How the connection to the mail server is protected."""

    TLS = auto()
    """From its first byte: `smtps://`."""
    STARTTLS = auto()
    """After a greeting in clear text: `smtp://`. The server must offer STARTTLS."""
    NONE = auto()
    """Only for a server on this machine."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that sends messages, and the address that they come from."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def parse_mail_server(url: str, sender: str) -> MailServer | None:
    """Return the server that a URL names (`smtp://USER:PASSWORD@HOST:PORT`), or None.

    User and password are percent-encoded, as in any URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    host = parts.hostname or ""
    has_more = bool(parts.path.strip("/") or parts.query or parts.fragment)
    if parts.scheme not in _PORTS or not host or has_more:
        return None
    return MailServer(
        host,
        port,
        _security(parts),
        sender,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _security(parts: SplitResult) -> MailSecurity:
    if parts.scheme == "smtps":
        return MailSecurity.TLS
    host = parts.hostname or ""
    is_this_machine = host == "localhost" or is_loopback(host)
    return MailSecurity.NONE if is_this_machine else MailSecurity.STARTTLS


MAX_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[\w-]+(?:\.[\w-]+)+")


def normalized_email(text: str) -> str:
    """Return the canonical form of an e-mail address, as it is stored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_email(address: str) -> bool:
    """Return whether a canonical text is an e-mail address."""
    is_plain = address.isprintable() and len(address) <= MAX_EMAIL
    return is_plain and _EMAIL.fullmatch(address) is not None


_GMAIL = {"gmail.com", "googlemail.com"}
"""Two names of one domain, whose mailboxes are the same with and without dots."""


def mailbox_of(address: str) -> str:
    """Return a name for the mailbox of a canonical address: `+tag` names the same."""
    name, _, domain = address.rpartition("@")
    name = name.partition("+")[0] or name
    if domain in _GMAIL:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{domain}"
