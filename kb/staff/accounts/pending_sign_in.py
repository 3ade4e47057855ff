"""A sign-in between its first step and the code of the second factor.

It is in the session cookie, signed and with a time limit; no session exists yet. The
first step is the password or the provider.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from flask import current_app, g, session
from itsdangerous import BadData, URLSafeTimedSerializer

from kb.database.model import CheckedIdentity, CheckedPassword
from kb.services import services

LIFETIME_S = 600
_FIELD, _SALT = "pending", "kb.staff.second-factor"


def ask_for_code(checked: CheckedPassword | CheckedIdentity) -> None:
    """Note in the cookie that the first step of an account is done."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF caches the token of the old cookie
    if isinstance(checked, CheckedPassword):
        proof = [_digest(checked.checked_hash)]
    else:
        proof = [checked.issuer, checked.subject, checked.id_token]
    session[_FIELD] = _signer().dumps([checked.account.id, *proof])


def pending_sign_in() -> CheckedPassword | CheckedIdentity | None:
    """Return the account whose first step was done a short time ago, or None."""
    try:
        account_id, *proof = _signer().loads(
            session.get(_FIELD, ""), max_age=LIFETIME_S
        )
    except (BadData, ValueError, TypeError):
        return None
    database = services().database
    if len(proof) > 1:
        issuer, subject, *tokens = proof  # a release before had no token here
        found = database.identities.find_checked(int(account_id), issuer, subject)
        return found and replace(found, id_token="".join(tokens))
    stored = database.sessions.find_checked(int(account_id))
    return stored if stored and [_digest(stored.checked_hash)] == proof else None


def _digest(password_hash: str) -> str:
    """Return a digest: the cookie must not show the hash of the password."""
    return hashlib.sha256(f"{_SALT}/{password_hash}".encode()).hexdigest()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
