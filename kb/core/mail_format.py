"""The form of messages on the wire: headers in ASCII, web addresses on one line."""

from __future__ import annotations

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy, Policy


class _OneLineHeader(UnstructuredHeader, BaseHeader):
    """A header that is written as it is, whatever its length.

    Python would cut a long web address, and write its parts as encoded words: no mail
    program finds the address in them (RFC 8058).
    """

    def fold(self, *, policy: Policy) -> str:
        """Return the line of the header."""
        return f"{self.name}: {self}{policy.linesep}"


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
