"""The data classes of the database, without SQLAlchemy: quick to import."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from indexer.model.ids import Locale

LINK_HOURS = 48
"""The lifetime of a one-time link."""

FORGOTTEN_HOURS = 2
"""The lifetime of a link that somebody asked for without signing in."""

COUNT_DAYS = 400
"""How long the counts of a day are kept."""

DEVICE_DAYS = 400
"""The lifetime of a known device: the longest that browsers allow a cookie."""


class Role(StrEnum):
    """The roles of accounts; each includes the permissions of those before it."""

    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Return whether this role has all permissions of another."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


class CountedUse(StrEnum):
    """What is counted; the values are stored."""

    DOSSIER_ADDITION = "dossier-addition"
    DOSSIER_DOCUMENT = "dossier-document"
    DOSSIER_DATA = "dossier-data"
    SEARCH_EXPORT = "search-export"
    REFERENCE = "reference"
    DUMP = "dump"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a member of staff."""

    id: int
    email: str
    role: Role
    is_disabled: bool
    has_password: bool
    is_bound: bool
    """Whether an identity at the provider signs in to it."""
    created_at: dt.datetime
    signed_in_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser of an account."""

    id: int
    account: Account
    browser: str
    created_at: dt.datetime
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CheckedPassword:
    """An account whose password was right, and the stored hash that it was checked by.

    A session starts from it unless the password was changed meanwhile.
    """

    account: Account
    checked_hash: str
    new_hash: str


@dataclass(frozen=True, slots=True)
class CheckedIdentity:
    """An account that a person signs in to through the provider.

    A session starts from it, and binds the account to the person if neither is bound.
    `id_token` is that of the provider, if people can sign out there; else empty.
    """

    account: Account
    issuer: str
    subject: str
    id_token: str = ""


class FactorCheck(Enum):
    """What the check of a code of the second factor found."""

    RIGHT = auto()
    WRONG = auto()
    UNREADABLE = auto()
    """The secret was encrypted with another key: only a recovery code can be right."""


@dataclass(frozen=True, slots=True)
class BoundIdentity:
    """The identity that an account is bound to, and since when."""

    issuer: str
    subject: str
    bound_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SessionLife:
    """The lifetime of a session: after its last use, and in total."""

    idle: dt.timedelta = dt.timedelta(hours=8)
    absolute: dt.timedelta = dt.timedelta(days=7)


class AuditAction(StrEnum):
    """The actions of the audit log; the values are stored."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    PROVIDER_REFUSED = "provider-refused"
    IDENTITY_BOUND = "identity-bound"
    IDENTITY_UNBOUND = "identity-unbound"
    SIGNED_OUT = "signed-out"
    SIGNED_OUT_EVERYWHERE = "signed-out-everywhere"
    SESSION_ENDED = "session-ended"
    PASSWORD_SET = "password-set"  # noqa: S105  # the name of an action
    PASSWORD_LINK_SENT = "password-link-sent"  # noqa: S105  # the name of an action
    PASSWORD_LINK_THROTTLED = "password-link-throttled"  # noqa: S105  # likewise
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # the name of an action
    SECOND_FACTOR_ON = "second-factor-on"
    SECOND_FACTOR_OFF = "second-factor-off"
    SECOND_FACTOR_FAILED = "second-factor-failed"
    RECOVERY_CODE_USED = "recovery-code-used"
    RECOVERY_CODES_RENEWED = "recovery-codes-renewed"
    ACCOUNT_ADDED = "account-added"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    ACCOUNT_RESET = "account-reset"
    ROLE_CHANGED = "role-changed"
    PAIR_ADDED = "lexicon-changed"  # the value in old lines
    PAIR_REMOVED = "pair-removed"
    PLACE_ADDED = "place-added"
    PLACE_CORRECTED = "place-corrected"
    SEARCH_DISMISSED = "search-dismissed"
    SEARCH_JUDGED = "search-judged"
    DRAFT_BEGUN = "draft-begun"
    DRAFT_STATE_CHANGED = "draft-state-changed"
    DRAFT_ASSIGNED = "draft-assigned"
    DRAFT_COMMENTED = "draft-commented"
    DRAFT_RENAMED = "draft-renamed"
    DRAFT_DISCARDED = "draft-discarded"
    DRAFT_RESTORED = "draft-restored"
    RECORD_PUBLISHED = "record-published"
    THEME_ADDED = "theme-added"
    RECORD_WITHDRAWN = "record-unpublished"
    RECORD_DELETED = "record-deleted"
    RECORD_RESTORED = "record-restored"
    RECORD_PURGED = "record-purged"
    RECORD_MERGED = "record-merged"
    RECORD_REVERTED = "record-brought-back"
    EDITION_CONFIRMED = "edition-confirmed"
    RECORD_ASSESSED = "record-assessed"
    ASSESSMENT_WITHDRAWN = "assessment-withdrawn"
    ANSWER_ADDED = "answer-added"
    ANSWER_REMOVED = "answer-removed"
    FILE_REPLACED = "file-replaced"
    FILE_ATTACHED = "file-attached"
    FILE_DETACHED = "file-detached"
    FILES_SENT = "files-sent"
    READING_RESUMED = "reading-resumed"
    PROPOSAL_KEPT = "proposal-kept"
    PROPOSAL_SET_ASIDE = "proposal-set-aside"
    DECISION_UNDONE = "decision-undone"
    PASSAGE_MARKED = "passage-marked"
    MARK_UNDONE = "mark-undone"
    CORRECTION_REVOKED = "correction-revoked"
    MATCH_ANSWERED = "match-answered"
    MATCH_UNDONE = "match-undone"
    CONTRIBUTION_HANDLED = "contribution-handled"
    BACKED_UP = "backed-up"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit log; `address` is the IP address of a failed sign-in."""

    number: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The time to wait, and whether this is the first refusal in a row."""

    wait_s: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """The number of failed attempts on an account, and the first and last time."""

    count: int
    first_at: dt.datetime
    last_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CountedSearch:
    """A search, the language of its page, and its count."""

    text: str
    locale: Locale
    count: int
