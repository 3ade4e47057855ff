"""What the session cookie holds before a sign-in and after a sign-out.

A pending sign-in waits for the code of the second factor; no session exists yet. A
request to the provider has a signed state, which belongs to the browser that has the
random text of its cookie; nonce and verifier are derived from both, so that several
tabs can sign in at the same time and nothing is stored. An ended session leaves its
signed ID token for ten minutes: the sign-in page offers the sign-out at the provider.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace

from flask import current_app, g, session
from itsdangerous import BadData

from kb.database.model import CheckedIdentity, CheckedPassword
from kb.services import services
from kb.staff.base.session import signer

LIFETIME_S = 600
"""How long a note in the cookie is valid, and the state of a request."""

_PENDING_FIELD, _PENDING_SALT = "pending", "kb.staff.second-factor"


def ask_for_code(checked: CheckedPassword | CheckedIdentity) -> None:
    """Note in the cookie that the first step of an account is done."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF caches the token of the old cookie
    if isinstance(checked, CheckedPassword):
        proof = [_digest(checked.checked_hash)]
    else:
        proof = [checked.issuer, checked.subject, checked.id_token]
    session[_PENDING_FIELD] = signer(_PENDING_SALT).dumps([checked.account.id, *proof])


def pending_sign_in() -> CheckedPassword | CheckedIdentity | None:
    """Return the account whose first step was done a short time ago, or None."""
    try:
        account_id, *proof = signer(_PENDING_SALT).loads(
            session.get(_PENDING_FIELD, ""), max_age=LIFETIME_S
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
    return hashlib.sha256(f"{_PENDING_SALT}/{password_hash}".encode()).hexdigest()


_ENDED_FIELD, _ENDED_SALT = "ended", "kb.staff.provider-sign-out"


def remember_ended_session(id_token: str) -> None:
    """Note in the cookie the ID token of a session that has just ended.

    Nothing is noted without a token, or without a provider.
    """
    if id_token and services().settings.provider is not None:
        session[_ENDED_FIELD] = signer(_ENDED_SALT).dumps(id_token)


def ended_session_token() -> str:
    """Return the ID token of a session that ended a short time ago; empty without."""
    noted = session.get(_ENDED_FIELD)
    if not noted:
        return ""
    try:
        return str(signer(_ENDED_SALT).loads(noted, max_age=LIFETIME_S))
    except (BadData, ValueError, TypeError):
        return ""


def forget_ended_session() -> None:
    """Delete the ID token from the cookie."""
    session.pop(_ENDED_FIELD, None)


MAX_NEXT = 300
"""The state is part of an address: a longer page to return to is left out."""

_PROVIDER_FIELD, _PROVIDER_SALT = "provider", "kb.staff.provider"


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """What is sent to the provider, and the page that follows the sign-in."""

    state: str
    nonce: str
    verifier: str
    next_url: str


def new_request(next_url: str) -> ProviderRequest:
    """Begin a sign-in of this browser."""
    if not session.get(_PROVIDER_FIELD):
        session[_PROVIDER_FIELD] = secrets.token_urlsafe()
    browser, number = session[_PROVIDER_FIELD], secrets.token_urlsafe(16)
    kept = next_url if len(next_url) <= MAX_NEXT else ""
    mark = _derived("browser", browser, number)
    state = str(signer(_PROVIDER_SALT).dumps([number, mark, kept]))
    return _request(state, browser, kept)


def returned_request(state: str) -> ProviderRequest | None:
    """Return the sign-in of a state; None if it is forged, or of another browser.

    Nor is a state valid after `LIFETIME_S`, or once its browser has signed in.
    """
    browser = session.get(_PROVIDER_FIELD, "")
    try:
        number, mark, next_url = signer(_PROVIDER_SALT).loads(state, max_age=LIFETIME_S)
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
    text = f"{_PROVIDER_SALT}\n{use}\n{browser}\n{text}"
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _bytes(secret: str | bytes | None) -> bytes:
    return secret if isinstance(secret, bytes) else (secret or "").encode()
