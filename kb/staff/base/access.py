"""The one place where it is decided who passes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer

from kb.staff.base.forms import SignInForm
from kb.staff.base.routing import ACCESS, ViewResponse, blueprint, staff_url
from kb.staff.base.session import is_staff_path, member
from kb.web.headers import is_cross_site

UNAUTHORIZED = 401
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KEPT_S = 24 * 3600
MAX_KEPT_CHARACTERS = 400_000
_NOT_KEPT = {"csrf_token", "kept"}
_SALT = "kb.staff.kept"


@dataclass(frozen=True, slots=True)
class SavedForm:
    """A form that was sent when the session had ended: where to, and what."""

    path: str
    fields: tuple[tuple[str, str], ...]


@blueprint.before_request
def check_access() -> ViewResponse | None:
    """Let pass who may; lead others to the sign-in, or refuse."""
    if request.method not in SAFE and is_cross_site():
        # Even with a token of ours: it may have been got at, or planted.
        raise CSRFError("The form stood on another site.")
    access = ACCESS.get(request.endpoint or "")
    if access is None:
        abort(403)  # a view that is not in the table is nobody's
    who = member()
    if access.admits(None if who is None else who.session.account.role):
        return None
    if who is not None:
        abort(403)
    if request.method in SAFE:
        here = f"{request.script_root}{request.full_path.rstrip('?')}"
        return redirect(staff_url("sign_in", next=here))
    return ask_to_sign_in_again()


def safe_next(text: str) -> str:
    """Give an address of our own staff pages, that of the desk for any other."""
    root = request.script_root
    try:
        parts = urlsplit(text)
    except ValueError:
        return staff_url("desk")
    is_plain = text.isascii() and text.isprintable() and "\\" not in text
    is_own = not parts.scheme and not parts.netloc and text.startswith(f"{root}/")
    path = parts.path[len(root) :]
    is_followed = ".." not in path and "//" not in path and is_staff_path(path)
    if is_plain and is_own and is_followed and not path.endswith("/sign-in"):
        return text
    return staff_url("desk")


def saved_form(signed: str) -> SavedForm | None:
    """Read a form that was kept; None when it is not one of ours, or too old."""
    try:
        path, fields = json.loads(_signer().loads(signed, max_age=KEPT_S))
    except (BadData, ValueError):
        return None
    return SavedForm(path, tuple((name, value) for name, value in fields))


def submitted_form() -> SavedForm:
    """Give the form that was sent, without what must not be kept."""
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_KEPT and "password" not in name
    )
    return SavedForm(request.path, fields)


def ask_to_sign_in_again() -> ViewResponse:
    """Ask for the password, and keep what was sent: it is sent again afterwards.

    The form came from our own page: that was checked before. It is signed, so that
    no other site can have a form of its making sent in the name of staff.
    """
    sent = submitted_form()
    kept = str(_signer().dumps(json.dumps([sent.path, sent.fields])))
    if len(kept) > MAX_KEPT_CHARACTERS or not sent.fields:
        kept = ""
    form = SignInForm(formdata=None)
    page = render_template(
        "staff/sign_in.html", form=form, next="", kept=kept, has_ended=True
    )
    return page, UNAUTHORIZED


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
