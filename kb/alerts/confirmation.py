"""The signed link that confirms an alert; nothing is stored until it is used."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from indexer.model.ids import Locale
from kb.services import services

VALID_DAYS = 2
_SALT = "alert"


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """What is asked for: an address, and a search as the parameters of its address."""

    address: str
    locale: Locale
    query: str


def confirmation_token(asked: AlertRequest) -> str:
    """Return the token that the message to the address contains."""
    return _serializer().dumps([asked.address, asked.locale.value, asked.query])


def read_confirmation(token: str) -> AlertRequest | None:
    """Return what a token confirms; None if it is forged or older than two days."""
    try:
        address, locale, query = _serializer().loads(
            token, max_age=VALID_DAYS * 24 * 3600
        )
        return AlertRequest(str(address), Locale(locale), str(query))
    except (BadSignature, ValueError, TypeError):
        return None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().secret, salt=_SALT)
