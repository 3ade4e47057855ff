"""What a visitor sent: its kind, its state, its answers, and whom to reply to."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Kind, Locale, RecordId


class ContributionKind(StrEnum):
    """The kinds of contributions; the values are stored."""

    PRACTICE = "practice"
    ANSWER = "answer"
    """A practice that answers a need, which is the record of the contribution."""
    CORRECTION = "correction"
    PROBLEM = "problem"
    EXPERIENCE = "experience"
    """What a town tells of a practice that it tried."""
    SAME_NEED = "same-need"
    """A town that has a need."""

    @property
    def has_files(self) -> bool:
        """Whether visitors may attach files."""
        return self in {
            ContributionKind.PRACTICE,
            ContributionKind.ANSWER,
            ContributionKind.CORRECTION,
        }


TOLD_OF = {
    Kind.PRACTICE: ContributionKind.EXPERIENCE,
    Kind.NEED: ContributionKind.SAME_NEED,
}
"""What a town can tell of a record, by the kind of the record."""


class ContributionState(StrEnum):
    """The states of contributions; the values are stored."""

    UNCONFIRMED = "unconfirmed"
    """Sent without script: not in the inbox until the visitor has confirmed it."""
    NEW = "new"
    IN_PROGRESS = "in-progress"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SPAM = "spam"

    @property
    def is_open(self) -> bool:
        """Whether staff have still something to do."""
        return self in OPEN_STATES


OPEN_STATES = (ContributionState.NEW, ContributionState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Contributor:
    """Whom to reply to; stored apart from the contribution, until a day."""

    name: str
    address: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a contribution, without its content."""

    number: int
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that a visitor sends: its safe name and its content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewContribution:
    """What a visitor sends, checked; `nonce` is that of the form."""

    nonce: str
    kind: ContributionKind
    locale: Locale
    record: RecordId | None
    answers: Mapping[str, str]
    files: tuple[NewFile, ...] = ()
    name: str = ""
    address: str = ""

    @property
    def digest(self) -> bytes:
        """A digest of all that a visitor sent, to recognise it sent twice."""
        texts = [self.kind.value, str(self.record or ""), self.name, self.address]
        texts.append(json.dumps(dict(self.answers), sort_keys=True))
        hashed = hashlib.blake2b("\0".join(texts).encode(), digest_size=16)
        for file in self.files:
            hashed.update(hashlib.sha256(file.name.encode()).digest())
            hashed.update(hashlib.sha256(file.content).digest())
        return hashed.digest()


@dataclass(frozen=True, slots=True)
class Contribution:
    """A stored contribution.

    Attributes:
        number: its number in the inbox.
        key: the unguessable part of the private address of the visitor.
        record: the record that it is about; None for a proposal.
        answers: the texts of the form, by the names of its fields.
        reply: the line of staff that the visitor reads.
        draft: the record that it became a draft of.
        handled_by: who changed its state last.
        version: changes with each change, so that two people do not overwrite it.
    """

    number: int
    key: str
    kind: ContributionKind
    locale: Locale
    record: RecordId | None
    answers: Mapping[str, str]
    state: ContributionState
    reply: str
    draft: RecordId | None
    handled_by: str
    created_at: dt.datetime
    changed_at: dt.datetime
    version: int
    files: tuple[AttachedFile, ...] = ()


class AlreadySentError(Exception):
    """The form was sent before; `is_same` if with the same answers and files."""

    def __init__(self, key: str, *, is_same: bool) -> None:
        super().__init__("the form was sent before")
        self.key = key
        self.is_same = is_same


class InboxFullError(Exception):
    """Too many contributions wait for staff, or with `has_files`, too large files."""

    def __init__(self, *, has_files: bool) -> None:
        super().__init__("the inbox is full")
        self.has_files = has_files
