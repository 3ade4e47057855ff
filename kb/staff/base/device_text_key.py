"""The key of the unsaved texts that a browser keeps for an account.

`kb/static/unsaved_texts.js` stores texts under this key, and deletes those of any
other key. The key changes when the account signs out everywhere or is disabled.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import session

from kb.database.model import Account, AuditAction
from kb.services import services
from kb.staff.base.session import DEVICE_TEXT_KEY, member

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
