"""The session of a provider that may still be open when the one here has ended.

The signed ID token is in the cookie for ten minutes, so that the sign-in page can offer
the sign-out at the provider.
"""

from __future__ import annotations

from flask import current_app, session
from itsdangerous import BadData, URLSafeTimedSerializer

from kb.services import services

LIFETIME_S = 600
_FIELD, _SALT = "ended", "kb.staff.provider-sign-out"


def remember_ended_session(id_token: str) -> None:
    """Note in the cookie the ID token of a session that has just ended.

    Nothing is noted without a token, or without a provider.
    """
    if id_token and services().settings.provider is not None:
        session[_FIELD] = _signer().dumps(id_token)


def ended_session_token() -> str:
    """Return the ID token of a session that ended a short time ago; empty without."""
    noted = session.get(_FIELD)
    if not noted:
        return ""
    try:
        return str(_signer().loads(noted, max_age=LIFETIME_S))
    except (BadData, ValueError, TypeError):
        return ""


def forget_ended_session() -> None:
    """Delete the ID token from the cookie."""
    session.pop(_FIELD, None)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
