"""What is kept, as the rest of the program sees it: plain facts, quick to import."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Locale

LINK_HOURS = 48
"""How long a one-time link holds."""


class Role(StrEnum):
    """What an account may do; each may do all that those before it may."""

    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Tell whether this role may do all that another may."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff."""

    id: int
    email: str
    role: Role
    is_disabled: bool
    has_password: bool
    created_at: dt.datetime
    signed_in_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which an account is signed in."""

    id: int
    account: Account
    browser: str
    created_at: dt.datetime
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session lasts: unused, and at most."""

    idle_s: int = 8 * 3600
    absolute_s: int = 7 * 24 * 3600


class AuditAction(StrEnum):
    """What can be done, as the log calls it."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    SIGNED_OUT = "signed-out"
    SIGNED_OUT_EVERYWHERE = "signed-out-everywhere"
    SESSION_ENDED = "session-ended"
    PASSWORD_SET = "password-set"  # noqa: S105  # the name of an action
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # as above
    ACCOUNT_ADDED = "account-added"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    ACCOUNT_RESET = "account-reset"
    ROLE_CHANGED = "role-changed"
    PAIR_ADDED = "lexicon-changed"  # what lines that are there already call it
    PAIR_REMOVED = "pair-removed"
    SEARCH_DISMISSED = "search-dismissed"
    DRAFT_BEGUN = "draft-begun"
    DRAFT_RENAMED = "draft-renamed"
    DRAFT_DISCARDED = "draft-discarded"
    RECORD_PUBLISHED = "record-published"
    RECORD_UNPUBLISHED = "record-unpublished"
    RECORD_DELETED = "record-deleted"
    RECORD_RESTORED = "record-restored"
    RECORD_PURGED = "record-purged"
    RECORD_MERGED = "record-merged"
    RECORD_BROUGHT_BACK = "record-brought-back"
    FILE_REPLACED = "file-replaced"
    FILE_ATTACHED = "file-attached"
    FILE_DETACHED = "file-detached"
    FILES_SENT = "files-sent"
    READING_RESUMED = "reading-resumed"
    PROPOSAL_KEPT = "proposal-kept"
    PROPOSAL_SET_ASIDE = "proposal-set-aside"
    DECISION_UNDONE = "decision-undone"
    BACKED_UP = "backed-up"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log."""

    number: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """How long to wait; `is_first` tells whether it is the first of this wait."""

    wait_s: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class ZeroResultSearch:
    """What was searched, in which language of the pages, and how often."""

    text: str
    locale: Locale
    count: int
