"""The session cookie of staff, sign-in, and the headers of every staff response.

The cookie holds the token of a session in the database. Ending that session signs the
browser out, whatever cookie the browser still has.
"""

import datetime as dt
import re
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from kb.core.settings import Settings
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import Session
from kb.services import services

COOKIE = "kb-staff"
DEVICE_TEXT_KEY = "device-text-key"
"""The cookie's field for the key of texts on the device; empty after a sign-out."""
MAX_CONTENT_BYTES = 1_000_000
_STAFF_PATH = re.compile(r"/(?:fr|en)/staff(?:/|$)")


class StaffMember(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The signed-in user, in the form that Flask-Login requires."""

    def __init__(self, token: str, session: Session) -> None:
        self.token = token
        self.session = session

    def get_id(self) -> str:
        """Return the session token, which the cookie stores in place of an account."""
        return self.token


class StaffSessionInterface(SecureCookieSessionInterface):
    """Opens the signed cookie on staff pages only.

    The pages of visitors need neither a cookie nor the secret key.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a staff page; None elsewhere."""
        if not is_staff_path(request.path):
            return None
        try:
            app.secret_key = app.secret_key or services().secret
        except DatabaseUnavailableError:
            return None  # `_check_database` answers with an error page
        return super().open_session(app, request)


def init_staff(app: Flask, settings: Settings) -> CSRFProtect:
    """Set up the cookie, sign-in and CSRF protection."""
    # Browsers bind a `__Host-` cookie to this host; the prefix requires HTTPS and `/`.
    is_at_root = settings.is_https and not urlsplit(settings.base_url).path
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if is_at_root else COOKIE,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(hours=settings.session_hours),
        MAX_CONTENT_LENGTH=MAX_CONTENT_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_CONTENT_BYTES,
        # A token is valid as long as its session: a form may stay open for a day.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = StaffSessionInterface()
    app.before_request(_check_database)
    app.after_request(_forbid_caching)
    manager = LoginManager()
    manager.session_protection = None  # sessions are in the database
    manager.user_loader(_load)
    # Not `init_app`: it would read the cookies of every public page for a second
    # cookie, which is never set.
    app.login_manager = manager  # type: ignore[attr-defined]  # the attribute that Flask-Login reads
    return CSRFProtect(app)


def is_staff_path(path: str) -> bool:
    """Return whether a path is that of a staff page."""
    return _STAFF_PATH.match(path) is not None


def member() -> StaffMember | None:
    """Return the signed-in user, or None."""
    return cast("StaffMember", current_user) if current_user.is_authenticated else None


def current_session() -> Session:
    """Return the session of the signed-in user; abort with 401 without one."""
    user = member()
    if user is None:
        abort(HTTPStatus.UNAUTHORIZED)
    return user.session


def begin_session(token: str) -> bool:
    """Sign in with the token of a new session; return whether the session exists.

    The cookie is cleared first, against session fixation.
    """
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF caches the token of the old cookie
    user = _load(token)
    return user is not None and bool(login_user(user))


def forget_session() -> None:
    """Clear the cookie, and have the browser delete the texts that it keeps.

    The caller must have ended the session in the database.
    """
    logout_user()
    session.clear()
    session[DEVICE_TEXT_KEY] = ""


def signer(salt: str) -> URLSafeTimedSerializer:
    """Return the signer of texts for one purpose, which its salt names."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)


def _load(token: str) -> StaffMember | None:
    stored = services().database.sessions.find(token)
    return None if stored is None else StaffMember(token, stored)


def _check_database() -> None:
    """Raise DatabaseUnavailableError before a view needs the secret key."""
    if is_staff_path(request.path):
        _ = services().secret


def _forbid_caching(response: Response) -> Response:
    """Forbid caches and search engines to store a staff response, errors included."""
    if is_staff_path(request.path):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
