"""Who asks: the cookie of staff, its session, and what every staff answer carries.

Flask-Login knows a person by the token of a session that is kept on our side: to end it
there is to sign out, whatever cookie a browser still has.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect

from kb.core.settings import Settings
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import Session
from kb.services import services

COOKIE = "kb-staff"
MAX_CONTENT_BYTES = 1_000_000
_STAFF_PATH = re.compile(r"/(?:fr|en)/staff(?:/|$)")


class StaffMember(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Who is signed in, as Flask-Login wants to know them."""

    def __init__(self, token: str, session: Session) -> None:
        self.token = token
        self.session = session

    def get_id(self) -> str:
        """Give what the cookie holds: the token of the session, and no account."""
        return self.token


class StaffSessionInterface(SecureCookieSessionInterface):
    """Opens the signed cookie for staff pages only.

    Visitors have none: their pages are neither signed, nor told apart by it, nor do
    they wait for the secret.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie of a staff page."""
        if not is_staff_path(request.path):
            return None
        try:
            app.secret_key = app.secret_key or services().secret
        except DatabaseUnavailableError:
            return None  # `_check_ready` says so, in a page
        return super().open_session(app, request)


def init_staff(app: Flask, settings: Settings) -> CSRFProtect:
    """Set up cookies, sign-in and protection against forms of other sites."""
    # A name that browsers keep to this very host, where its rules can be kept.
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
        # It holds as long as the session: a page that was open for a day is still sent.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = StaffSessionInterface()
    app.before_request(_check_ready)
    app.after_request(_seal)
    manager = LoginManager()
    manager.session_protection = None  # our sessions are kept on our side
    manager.user_loader(_load)
    # Not `init_app`: it would look into the cookie on every page of the visitors, for
    # a second cookie that we never set.
    app.login_manager = manager  # type: ignore[attr-defined]  # where it looks for itself
    return CSRFProtect(app)


def is_staff_path(path: str) -> bool:
    """Tell whether an address is one of the staff side."""
    return _STAFF_PATH.match(path) is not None


def member() -> StaffMember | None:
    """Give who is signed in, or None."""
    return cast("StaffMember", current_user) if current_user.is_authenticated else None


def current_session() -> Session:
    """Give the session of who is signed in."""
    found = member()
    if found is None:
        abort(401)
    return found.session


def begin_session(token: str) -> bool:
    """Sign somebody in by a new session; tell whether it lasts.

    Nothing of what the cookie held before is kept, so that a cookie that somebody else
    put there leads nowhere.
    """
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps that of the cookie before
    found = services().database.sessions.find(token)
    return found is not None and bool(login_user(StaffMember(token, found)))


def forget_session() -> None:
    """Empty the cookie; the session must have been ended on our side."""
    logout_user()
    session.clear()


def _load(token: str) -> StaffMember | None:
    found = services().database.sessions.find(token)
    return None if found is None else StaffMember(token, found)


def _check_ready() -> None:
    """Answer that the staff side is not available, before anything needs its secret."""
    if is_staff_path(request.path):
        _ = services().secret


def _seal(response: Response) -> Response:
    """Let no staff answer be kept, found or followed anywhere; errors neither."""
    if is_staff_path(request.path):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
