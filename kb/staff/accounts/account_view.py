"""Views of accounts, sessions and the audit log, and the frame of the staff pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from kb.database.model import Account, AuditAction, AuditEntry, Role, Session
from kb.staff.base.times import time_text
from kb.web.locale import LazyString, lazy_pgettext
from kb.web.locale import lazy_gettext as _l

ROLE_NAMES: dict[Role, LazyString] = {
    Role.EDITOR: lazy_pgettext("role", "Editor"),
    Role.PUBLISHER: lazy_pgettext("role", "Publisher"),
    Role.ADMIN: lazy_pgettext("role", "Administrator"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    AuditAction.SIGNED_IN: _l("Signed in"),
    AuditAction.SIGN_IN_FAILED: _l("Failed to sign in"),
    AuditAction.SIGN_IN_THROTTLED: _l("Too many attempts to sign in"),
    AuditAction.SIGNED_OUT: _l("Signed out"),
    AuditAction.SIGNED_OUT_EVERYWHERE: _l("Signed out in all browsers"),
    AuditAction.SESSION_ENDED: _l("Signed out another browser"),
    AuditAction.PASSWORD_SET: _l("Set a password with a link"),
    AuditAction.PASSWORD_CHANGED: _l("Changed the password"),
    AuditAction.ACCOUNT_ADDED: _l("Added an account"),
    AuditAction.ACCOUNT_DISABLED: _l("Closed an account"),
    AuditAction.ACCOUNT_ENABLED: _l("Opened an account again"),
    AuditAction.ACCOUNT_RESET: _l("Created a new link"),
    AuditAction.ROLE_CHANGED: _l("Changed a role"),
    AuditAction.PAIR_ADDED: _l("Added a pair of words"),
    AuditAction.PAIR_REMOVED: _l("Removed a pair of words"),
    AuditAction.SEARCH_DISMISSED: _l("Removed a search without result from the list"),
    AuditAction.DRAFT_BEGUN: _l("Began a draft"),
    AuditAction.DRAFT_RENAMED: _l("Changed the name of a draft in its address"),
    AuditAction.DRAFT_DISCARDED: _l("Draft deleted"),
    AuditAction.RECORD_PUBLISHED: _l("Published"),
    AuditAction.RECORD_UNPUBLISHED: _l("Withdrawn, back to the drafts"),
    AuditAction.RECORD_DELETED: _l("Deleted, and set aside"),
    AuditAction.RECORD_RESTORED: _l("Restored"),
    AuditAction.RECORD_PURGED: _l(
        "Set aside long ago: only the history still contains it"
    ),
    AuditAction.RECORD_MERGED: _l("Merged into another record"),
    AuditAction.RECORD_REVERTED: _l("Restored to an earlier version"),
    AuditAction.FILE_REPLACED: _l("Replaced a file"),
    AuditAction.FILE_ATTACHED: _l("Added a file to a draft"),
    AuditAction.FILE_DETACHED: _l("Removed a file from a draft"),
    AuditAction.FILES_SENT: _l("Sent files"),
    AuditAction.READING_RESUMED: _l("Restarted the reading of files"),
    AuditAction.PROPOSAL_KEPT: _l("Kept a proposal"),
    AuditAction.PROPOSAL_SET_ASIDE: _l("Set a proposal aside"),
    AuditAction.DECISION_UNDONE: _l("Reversed a decision"),
    AuditAction.BACKED_UP: _l("Made a backup"),
    AuditAction.RESTORED: _l("Restored a backup"),
}
UNKNOWN_ACTOR = "?"
_ABOUT_ROLES = {AuditAction.ACCOUNT_ADDED, AuditAction.ROLE_CHANGED}


@dataclass(frozen=True, slots=True)
class StaffLink:
    """A link of the staff menu."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class StaffFrame:
    """The menu and the account links around every page of a signed-in user."""

    email: str
    role: str
    navigation: tuple[StaffLink, ...]
    account_url: str
    sign_out_url: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list."""

    id: int
    email: str
    role: str
    state: str
    is_disabled: bool
    signed_in: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser; `is_current` marks the one that made the request."""

    id: int
    browser: str
    since: str
    seen: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry of the audit log."""

    at: str
    actor: str
    action: str
    subject: str
    detail: str


def account_row(account: Account) -> AccountRow:
    """Return the row of an account."""
    if account.is_disabled:
        state = _l("Closed")
    elif not account.has_password:
        state = _l("Has not set a password yet")
    else:
        state = _l("Open")
    signed_in = account.signed_in_at
    return AccountRow(
        id=account.id,
        email=account.email,
        role=str(ROLE_NAMES[account.role]),
        state=str(state),
        is_disabled=account.is_disabled,
        signed_in="" if signed_in is None else time_text(signed_in),
    )


def session_rows(sessions: Iterable[Session], current: Session) -> list[SessionRow]:
    """Return the rows of the browsers in which a user is signed in."""
    return [
        SessionRow(
            id=each.id,
            browser=each.browser or str(_l("Unknown browser")),
            since=time_text(each.created_at),
            seen=time_text(each.seen_at),
            is_current=each.id == current.id,
        )
        for each in sessions
    ]


def log_row(entry: AuditEntry) -> LogRow:
    """Return the row of an entry of the audit log."""
    is_own = entry.subject == entry.actor
    return LogRow(
        at=time_text(entry.at),
        actor=str(_l("Unknown")) if entry.actor == UNKNOWN_ACTOR else entry.actor,
        action=str(AUDIT_ACTIONS.get(entry.action, entry.action)),
        subject="" if is_own else entry.subject,
        detail=_detail(entry),
    )


def _detail(entry: AuditEntry) -> str:
    """Return the detail of an entry in the language of the page."""
    if entry.action == AuditAction.RECORD_REVERTED:
        number, _space, side = entry.detail.partition(" ")
        if side == "before":
            return _("version before change %(number)s", number=number)
        return _("version after change %(number)s", number=number)
    if entry.action not in _ABOUT_ROLES:
        return entry.detail
    names = {role.value: str(name) for role, name in ROLE_NAMES.items()}
    return " ".join(names.get(each, each) for each in entry.detail.split())
