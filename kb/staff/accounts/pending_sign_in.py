"""A sign-in between the password and the code of the second factor.

It is in the session cookie, signed and with a time limit; no session exists yet.
"""

from __future__ import annotations

import hashlib

from flask import current_app, g, session
from itsdangerous import BadData, URLSafeTimedSerializer

from kb.database.model import CheckedPassword
from kb.services import services

LIFETIME_S = 600
_FIELD, _SALT = "pending", "kb.staff.second-factor"


def ask_for_code(checked: CheckedPassword) -> None:
    """Note in the cookie that the password of an account was right."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF caches the token of the old cookie
    pending = [checked.account.id, _digest(checked.checked_hash)]
    session[_FIELD] = _signer().dumps(pending)


def checked_password() -> CheckedPassword | None:
    """Return the account whose password was right a short time ago, or None."""
    try:
        account_id, digest = _signer().loads(
            session.get(_FIELD, ""), max_age=LIFETIME_S
        )
    except (BadData, ValueError, TypeError):
        return None
    stored = services().database.sessions.find_checked(int(account_id))
    return stored if stored and _digest(stored.checked_hash) == digest else None


def _digest(password_hash: str) -> str:
    """Return a digest: the cookie must not show the hash of the password."""
    return hashlib.sha256(f"{_SALT}/{password_hash}".encode()).hexdigest()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
