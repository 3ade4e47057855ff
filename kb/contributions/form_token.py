"""The signed token of a form, and the work that a script does with it.

The token says when the form was opened, and can't be forged. The script searches a
number with which the digest of the token begins with zero bits: a second of computing
for one person, hours for thousands of forms.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

WORK_BITS = 16
MAX_WORK_DIGITS = 12
VALID_HOURS = 48
_SALT = "contribution"


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a token says: when its form was opened, and the number used once."""

    opened_at: int
    nonce: str

    def age_s(self, now: dt.datetime) -> int:
        """Return the seconds since the form was opened."""
        return int(now.timestamp()) - self.opened_at


def signed_form_token(secret: bytes, now: dt.datetime) -> str:
    """Return the token of a form that is opened now."""
    nonce = secrets.token_urlsafe(16)
    return str(_serializer(secret).dumps([int(now.timestamp()), nonce]))


def read_token(secret: bytes, text: str, now: dt.datetime) -> FormToken | None:
    """Return what a token says; None if it is forged, from the future, or too old."""
    try:
        opened_at, nonce = _serializer(secret).loads(text)
        token = FormToken(int(opened_at), str(nonce))
    except (BadSignature, ValueError, TypeError):
        return None
    return token if 0 <= token.age_s(now) <= VALID_HOURS * 3600 else None


def is_work_done(token: str, work: str) -> bool:
    """Return whether a number is one that the script had to search for a token."""
    if not (work.isascii() and work.isdigit() and len(work) <= MAX_WORK_DIGITS):
        return False
    digest = hashlib.sha256(f"{token}.{work}".encode()).digest()
    return int.from_bytes(digest) >> (8 * len(digest) - WORK_BITS) == 0


def _serializer(secret: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT)
