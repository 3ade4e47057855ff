"""The token of a form, the work that a script does with it, and the limits of forms.

The token says when the form was opened, and can't be forged. The script searches a
number with which the digest of the token begins with zero bits: a second of computing
for one person, hours for thousands of forms.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from kb.core.visitor_limits import VisitorLimit

WORK_BITS = 16
MORE_WORK_BITS = 4
"""Sixteen times the work, once as many forms have come as are expected in an hour."""

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


def work_bits(used_share: float) -> int:
    """Return how many bits must be zero while a part of the hour is used up."""
    return WORK_BITS + round(MORE_WORK_BITS * used_share)


def is_work_done(token: str, work: str, bits: int) -> bool:
    """Return whether a number is one that the script had to search for a token."""
    if not (work.isascii() and work.isdigit() and len(work) <= MAX_WORK_DIGITS):
        return False
    digest = hashlib.sha256(f"{token}.{work}".encode()).digest()
    return int.from_bytes(digest) >> (8 * len(digest) - bits) == 0


def _serializer(secret: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT)


@dataclass(frozen=True, slots=True)
class FormWay:
    """How a form was sent: how fast it may be, and how often that may happen.

    Both limits count the same forms. A network that has sent nothing is never refused.
    """

    least_s: int
    hour: VisitorLimit
    day: VisitorLimit


WITH_WORK = FormWay(
    3,
    VisitorLimit("worked", 1, of_home=10, of_neighbourhood=20, of_all=200, least=1),
    VisitorLimit("worked", 24, of_home=30, of_neighbourhood=40, of_all=500, least=2),
)
WITHOUT_WORK = FormWay(
    10,
    VisitorLimit("plain", 1, of_home=3, of_neighbourhood=6, of_all=30, least=1),
    VisitorLimit("plain", 24, of_home=10, of_neighbourhood=12, of_all=100, least=2),
)
"""For browsers without script, and for robots."""

FILES = VisitorLimit("files", 24, of_home=5, of_neighbourhood=8, of_all=100, least=1)
"""How many forms may have files."""
