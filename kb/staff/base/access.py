"""Access control of the staff pages, and forms saved while a session has ended."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData

from kb.staff.base.forms import SignInForm
from kb.staff.base.routing import ACCESS, ViewResponse, blueprint, staff_url
from kb.staff.base.session import is_staff_path, member, signer
from kb.web.responses.headers import is_cross_site

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAVED_FORM_LIFETIME_S = 24 * 3600
MAX_SAVED_FORM_CHARACTERS = 400_000
_UNSAVED_FIELDS = {"csrf_token", "kept"}
_SALT = "kb.staff.kept"


@dataclass(frozen=True, slots=True)
class SavedForm:
    """A form submitted after its session ended: its address and its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]


@blueprint.before_request
def check_access() -> ViewResponse | None:
    """Allow the request, redirect to the sign-in page, or answer 403."""
    if request.method not in SAFE_METHODS and is_cross_site():
        # Rejected even with a valid token, which may have been stolen or planted.
        raise CSRFError("The form was submitted from another site.")
    access = ACCESS.get(request.endpoint or "")
    if access is None:
        abort(HTTPStatus.FORBIDDEN)  # no role may use a view without an entry
    user = member()
    if access.admits(None if user is None else user.session.account.role):
        return None
    if user is not None:
        abort(HTTPStatus.FORBIDDEN)
    if request.method in SAFE_METHODS:
        current = f"{request.script_root}{request.full_path.rstrip('?')}"
        return redirect(staff_url("sign_in", next=current))
    return ask_to_sign_in_again()


def safe_next(text: str) -> str:
    """Return the address of a staff page; that of the dashboard for any other."""
    root = request.script_root
    try:
        parts = urlsplit(text)
    except ValueError:
        return staff_url("dashboard")
    is_plain = text.isascii() and text.isprintable() and "\\" not in text
    is_own = not parts.scheme and not parts.netloc and text.startswith(f"{root}/")
    path = parts.path[len(root) :]
    is_allowed = ".." not in path and "//" not in path and is_staff_path(path)
    if is_plain and is_own and is_allowed and not path.endswith("/sign-in"):
        return text
    return staff_url("dashboard")


def saved_form(signed: str) -> SavedForm | None:
    """Return the form in a signed text; None for a bad signature or an expired one."""
    try:
        path, fields = json.loads(
            signer(_SALT).loads(signed, max_age=SAVED_FORM_LIFETIME_S)
        )
    except (BadData, ValueError):
        return None
    return SavedForm(path, tuple((name, value) for name, value in fields))


def submitted_form() -> SavedForm:
    """Return the form of this request, without its token and its passwords."""
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _UNSAVED_FIELDS and "password" not in name
    )
    return SavedForm(f"{request.script_root}{request.path}", fields)


def ask_to_sign_in_again() -> ViewResponse:
    """Return the sign-in page with the submitted form in it, to submit it afterwards.

    The form is signed, so that no other site can have a form of its own submitted in
    the name of staff.
    """
    return session_ended_page(signed_form=sign_form())


def sign_form() -> str:
    """Return the submitted form as a signed text; empty for none, or one too long."""
    form = submitted_form()
    signed = str(signer(_SALT).dumps(json.dumps([form.path, form.fields])))
    is_kept = form.fields and len(signed) <= MAX_SAVED_FORM_CHARACTERS
    return signed if is_kept else ""


def session_ended_page(
    *, signed_form: str = "", next_url: str = "", are_files_lost: bool = False
) -> ViewResponse:
    """Return the sign-in page that says that the session has ended, with status 401."""
    page = render_template(
        "staff/sign_in.html",
        form=SignInForm(formdata=None),
        next=next_url,
        signed_form=signed_form,
        has_ended=True,
        are_files_lost=are_files_lost,
    )
    return page, HTTPStatus.UNAUTHORIZED
