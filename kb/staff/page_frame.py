"""The variables of the templates of staff pages: menu, labels, key of unsaved texts.

`kb/static/unsaved_texts.js` stores texts of a browser under the key, and deletes those
of any other key. The key changes when the account signs out everywhere or is disabled.
"""

import hashlib
import hmac

from flask import request, session

from kb.database.model import Account, AuditAction
from kb.services import services
from kb.staff.accounts.sign_in_cookie import ended_session_token
from kb.staff.base.field_labels import missing_edition_label
from kb.staff.base.labels import (
    ROLE_NAMES,
    STATE_CLASSES,
    STATE_LABELS,
    medium_day,
    stored_time_text,
    time_text,
)
from kb.staff.base.lag_view import LAG_ANSWERS
from kb.staff.base.routing import ACCESS, blueprint, staff_url
from kb.staff.base.session import DEVICE_TEXT_KEY, member
from kb.web.labels import ICONS, KINDS
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import record_url

MENU: tuple[tuple[str, LazyString], ...] = (
    ("dashboard", _l("Dashboard")),
    ("add_form", _l("Add")),
    ("all_records", _l("Records and drafts")),
    ("contribution_list", _l("Messages")),
)
"""The endpoints in the head of each page; a user sees those that their role may use."""

MORE_PAGES: tuple[tuple[str, LazyString], ...] = (
    ("first_hour", _l("Your first hour")),
    ("to_look_after", _l("To look after")),
    ("known_places", _l("Lists")),
    ("history_list", _l("History")),
    ("relevance_desk", _l("Administration")),
)
"""The endpoints at the foot of each page, and in the menu of a phone."""

TABS: tuple[tuple[tuple[str, LazyString], ...], ...] = (
    (
        ("known_places", _l("Places")),
        ("word_pairs", _l("French–English equivalents")),
    ),
    (
        ("relevance_desk", _l("Searches and answers")),
        ("statistics", _l("Statistics")),
        ("account_list", _l("Accounts")),
    ),
)
"""The pages that one entry of the menu leads to, each with tabs to the others."""


def page_tabs() -> tuple[tuple[str, LazyString], ...]:
    """Return the endpoints and labels of the tabs of the current page, if it has any.

    The page of a rejected form has the tabs of the form.
    """
    for tabs in TABS:
        if any(request.path == staff_url(endpoint) for endpoint, _label in tabs):
            return tabs
    return ()


_ACCOUNT = "device-text-account"
_KEY_CHARACTERS = 32
_ENDS = (AuditAction.SIGNED_OUT_EVERYWHERE, AuditAction.ACCOUNT_DISABLED)


def device_text_key() -> str | None:
    """Return the key for this browser, which the session cookie remembers.

    Returns:
        An empty key if the browser must delete its texts: the user signed out, here or
        everywhere. None if nobody signed in, or the session expired.
    """
    user = member()
    if user is not None:
        account = user.session.account
        if session.get(_ACCOUNT) != account.id:
            session[_ACCOUNT] = account.id
            session[DEVICE_TEXT_KEY] = _key_of(account)
    elif session.get(DEVICE_TEXT_KEY):
        known = services().database.accounts.get(session.get(_ACCOUNT, 0))
        if known is None or session[DEVICE_TEXT_KEY] != _key_of(known):
            session[DEVICE_TEXT_KEY] = ""
    key: str | None = session.get(DEVICE_TEXT_KEY)
    return key if user is not None or not key else None


def _key_of(account: Account) -> str:
    end = services().database.audit.last_number(account.email, _ENDS)
    text = f"device-text-key:{account.id}:{end}".encode()
    digest = hmac.new(services().secret, text, hashlib.sha256)
    return digest.hexdigest()[:_KEY_CHARACTERS]


@blueprint.context_processor
def inject_staff() -> dict[str, object]:
    """Add the signed-in account, the menu and functions to the template variables."""
    user, provider = member(), services().settings.provider
    return {
        "provider_name": "" if provider is None else provider.name,
        "provider_sign_out_url": staff_url("begin_provider_sign_out")
        if ended_session_token()
        else "",
        "staff": None if user is None else user.session.account,
        "menu": MENU,
        "more_pages": MORE_PAGES,
        "page_tabs": page_tabs(),
        "may": may_use,
        "device_text_key": device_text_key,
        "staff_url": staff_url,
        "record_url": record_url,
        "medium_day": medium_day,
        "time_text": time_text,
        "stored_time_text": stored_time_text,
        "missing_edition": missing_edition_label,
        "role_names": ROLE_NAMES,
        "state_classes": STATE_CLASSES,
        "state_labels": STATE_LABELS,
        "lag_answers": LAG_ANSWERS,
        "has_mail": services().settings.mail is not None,
        "kinds": KINDS,
        "kind_icons": ICONS,
    }


def may_use(endpoint: str) -> bool:
    """Return whether the current user may use an endpoint of the blueprint."""
    user = member()
    access = ACCESS.get(f"staff.{endpoint}")
    role = None if user is None else user.session.account.role
    return access is not None and access.admits(role)
