"""E-mail addresses, and the mail server of whoever runs the service."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum, auto
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT_S = 20.0
_PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = range(500, 600)


class MailSecurity(Enum):
    """How the connection to the mail server is protected."""

    TLS = auto()
    """From its first byte: `smtps://`."""
    STARTTLS = auto()
    """After a greeting in clear text: `smtp://`. A server without it is refused."""
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


class MailError(Exception):
    """The server did not accept a message; `is_permanent` if it never will."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


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
    return MailSecurity.NONE if _is_this_machine(host) else MailSecurity.STARTTLS


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def mail_connection(server: MailServer) -> Iterator[smtplib.SMTP]:
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


def send_message(connection: smtplib.SMTP, message: EmailMessage) -> None:
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


MAX_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[\w-]+(?:\.[\w-]+)+")


def normalized_email(text: str) -> str:
    """Return the canonical form of an e-mail address, as it is stored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_email(address: str) -> bool:
    """Return whether a canonical text is an e-mail address."""
    is_plain = address.isprintable() and len(address) <= MAX_EMAIL
    return is_plain and _EMAIL.fullmatch(address) is not None
