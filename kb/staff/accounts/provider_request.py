"""A sign-in on its way to the provider and back: state, nonce and PKCE verifier.

The state is signed, with a time limit, and belongs to the browser that has the random
text of its cookie. Nonce and verifier are derived from both, so that several tabs can
sign in at the same time and nothing is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import current_app, session
from itsdangerous import BadData, URLSafeTimedSerializer

LIFETIME_S = 600
MAX_NEXT = 300
"""The state is part of an address: a longer page to return to is left out."""

_FIELD, _SALT = "provider", "kb.staff.provider"


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """What is sent to the provider, and the page that follows the sign-in."""

    state: str
    nonce: str
    verifier: str
    next_url: str


def new_request(next_url: str) -> ProviderRequest:
    """Begin a sign-in of this browser."""
    if not session.get(_FIELD):
        session[_FIELD] = secrets.token_urlsafe()
    browser, number = session[_FIELD], secrets.token_urlsafe(16)
    kept = next_url if len(next_url) <= MAX_NEXT else ""
    mark = _derived("browser", browser, number)
    state = str(_signer().dumps([number, mark, kept]))
    return _request(state, browser, kept)


def returned_request(state: str) -> ProviderRequest | None:
    """Return the sign-in of a state; None if it is forged, or of another browser.

    Nor is a state valid after `LIFETIME_S`, or once its browser has signed in.
    """
    browser = session.get(_FIELD, "")
    try:
        number, mark, next_url = _signer().loads(state, max_age=LIFETIME_S)
    except (BadData, ValueError, TypeError):
        return None
    if not browser or mark != _derived("browser", browser, number):
        return None
    return _request(state, browser, next_url)


def _request(state: str, browser: str, next_url: str) -> ProviderRequest:
    return ProviderRequest(
        state,
        nonce=_derived("nonce", browser, state),
        verifier=_derived("verifier", browser, state),
        next_url=next_url,
    )


def _derived(use: str, browser: str, text: str) -> str:
    """Return 43 letters that nobody can guess without the secret of the instance."""
    key = _bytes(current_app.secret_key)
    text = f"{_SALT}\n{use}\n{browser}\n{text}"
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _bytes(secret: str | bytes | None) -> bytes:
    return secret if isinstance(secret, bytes) else (secret or "").encode()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
