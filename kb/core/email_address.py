"""E-mail addresses: the form in which they are stored, and which are valid."""

from __future__ import annotations

import re
import unicodedata

MAX_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[\w-]+(?:\.[\w-]+)+")


def normalized_email(text: str) -> str:
    """Return the canonical form of an e-mail address, as it is stored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_email(address: str) -> bool:
    """Return whether a canonical text is an e-mail address."""
    is_plain = address.isprintable() and len(address) <= MAX_EMAIL
    return is_plain and _EMAIL.fullmatch(address) is not None
