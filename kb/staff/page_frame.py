"""What each staff page has around its content: the menu, and the key of unsaved texts.

`kb/static/unsaved_texts.js` stores texts of a browser under the key, and deletes those
of any other key. The key changes when the account signs out everywhere or is disabled.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import session

from kb.database.model import Account, AuditAction
from kb.services import services
from kb.staff.base.session import DEVICE_TEXT_KEY, member
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MENU: tuple[tuple[str, LazyString], ...] = (
    ("dashboard", _l("Dashboard")),
    ("add_form", _l("Add")),
    ("draft_list", _l("To check")),
    ("contribution_list", _l("Messages")),
    ("all_records", _l("Records")),
    ("relevance_desk", _l("Searches")),
)
"""The endpoints in the head of each page; a user sees those that their role may use."""

MORE_PAGES: tuple[tuple[str, LazyString], ...] = (
    ("first_hour", _l("Your first hour")),
    ("records_to_translate", _l("To translate")),
    ("late_records", _l("One language behind")),
    ("records_to_review", _l("To review")),
    ("content_problems", _l("Content check")),
    ("known_places", _l("Places")),
    ("word_pairs", _l("French–English equivalents")),
    ("statistics", _l("Statistics")),
    ("history_list", _l("History")),
    ("trash_list", _l("Set-aside records")),
    ("account_list", _l("Accounts")),
    ("audit_log", _l("Log of actions")),
)
"""The endpoints at the foot of each page, and in the menu of a phone."""


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
