"""The store of extractions and decisions, one JSON file for each imported file.

The files are named by digest and are outside the drafts: a rejection is remembered when
the deliverable is published, renamed or discarded, and when the file is imported again.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from indexer.extraction.report.restrictions import closed_words
from indexer.files import write_file_atomically
from indexer.model.document import ReportCard
from indexer.model.ids import RecordId
from indexer.model.proposals import ExtractedFact, Proposal
from kb.core.locks import exclusive_lock
from kb.core.storage_errors import storage_errors
from kb.publishing.errors import BusyError, NotFoundError, WriteFailedError
from kb.publishing.storage.folders import FolderState
from kb.publishing.storage.json_fields import FORMAT, load_json, to_stored_json

FOLDER = "findings"
KEY_CHARACTERS = 16
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
LOCK_WAIT_S = 10.0

_KEY = re.compile(rf"[0-9a-f]{{{KEY_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """The decision on a proposal: `record` is the draft of an accepted one, else None.

    `version` is the version of the new draft: another version means that it was edited.
    For a field of the draft, it is "keep" or "aside".
    """

    by: str
    at: str
    record: RecordId | None = None
    version: str = ""


class MatchAnswer(StrEnum):
    """What a file is to a record that it resembles; the values are stored."""

    SAME = "same"
    VERSION = "version"
    LANGUAGE = "language"
    FORMAT = "format"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """A record or draft that a file resembles, and the share of text in common."""

    record: RecordId
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class AnsweredMatch:
    """The answer of a person, with what undoes it.

    `draft` is the draft of the file that the answer removed, in the state `removed`.
    The file was put into the draft of `record` under `file`, in place of `replaced`.
    That draft had the state `before`, or did not exist; then it had `version`.
    """

    answer: MatchAnswer
    by: str
    at: str
    record: RecordId | None = None
    draft: RecordId | None = None
    removed: FolderState | None = None
    file: str = ""
    replaced: str = ""
    before: FolderState | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was extracted from a file; `name` is the name of the upload.

    `matches` are the records that the file resembles, and `answered` the answer to the
    question which of them the file belongs to.
    """

    sha256: str
    name: str
    facts: tuple[ExtractedFact, ...]
    proposals: tuple[Proposal, ...]
    card: ReportCard
    decisions: Mapping[str, ReviewDecision] = field(default_factory=dict)
    matches: tuple[RecordMatch, ...] = ()
    answered: AnsweredMatch | None = None

    @property
    def has_question(self) -> bool:
        """Whether the question to which record the file belongs is unanswered."""
        return bool(self.matches) and self.answered is None

    @property
    def key(self) -> str:
        """Its key in URLs."""
        return extraction_key(self.sha256)

    @property
    def closed_by(self) -> ExtractedFact | None:
        """The fact by which the file says that it is not for the public, or None."""
        return closed_words(self.facts)

    def proposal(self, key: str) -> Proposal:
        """Return a proposal by its key.

        Raises:
            NotFoundError: no proposal has this key.
        """
        for proposal in self.proposals:
            if proposal_key(proposal) == key:
                return proposal
        raise NotFoundError(key)

    def decision(self, proposal: Proposal) -> ReviewDecision | None:
        """Return the decision on a proposal, or None."""
        return self.decisions.get(proposal_key(proposal))


def extraction_key(sha256: str) -> str:
    """Return the key of the extraction of a file in URLs."""
    return sha256[:KEY_CHARACTERS]


def proposal_key(proposal: Proposal) -> str:
    """Return the key of a proposal, which is stable when the file is read again."""
    text = f"{proposal.kind}\n{proposal.page}\n{proposal.quotation}"
    digest = hashlib.sha256(text.encode("utf-8", "replace"))
    return digest.hexdigest()[:KEY_CHARACTERS]


class ExtractionStore:
    """The extractions of an instance folder."""

    def __init__(self, instance: Path) -> None:
        self._folder = instance / FOLDER

    def load(self, key: str) -> Extraction:
        """Return an extraction.

        Raises:
            NotFoundError: there is none, or its file is damaged.
            NewerFormatError: a later version of this program wrote the file.
        """
        if not _KEY.fullmatch(key):
            raise NotFoundError(key)
        return load_json(Extraction, self._path(key), key)

    def has(self, key: str) -> bool:
        """Return whether an extraction is stored."""
        return bool(_KEY.fullmatch(key)) and self._path(key).exists()

    def save(self, extraction: Extraction) -> None:
        """Store an extraction, with the decisions of an earlier one of the same file.

        Raises:
            BusyError: another process holds the lock for too long.
            WriteFailedError: the file can't be written, or has a newer format.
        """
        with self.lock():
            with suppress(NotFoundError):
                decisions = self.load(extraction.key).decisions
                extraction = dataclasses.replace(extraction, decisions=decisions)
            self._write(extraction)

    def answer(self, key: str, answered: AnsweredMatch | None) -> None:
        """Store the answer on the matches, or delete it; the caller holds `lock`.

        Raises:
            NotFoundError: no such extraction.
            WriteFailedError: the file can't be written.
        """
        self._write(dataclasses.replace(self.load(key), answered=answered))

    def decide(
        self,
        extraction: Extraction,
        proposal: Proposal,
        decision: ReviewDecision | None,
    ) -> None:
        """Store a decision, or delete it if None; the caller holds `lock`.

        Raises:
            WriteFailedError: the file can't be written.
        """
        self._decide(self.load(extraction.key), proposal_key(proposal), decision)

    def decide_field(self, key: str, field: str, decision: ReviewDecision) -> None:
        """Store what a person decided on a field; without a version, delete it.

        Raises:
            BusyError: another process holds the lock for too long.
            NotFoundError: no such extraction.
            WriteFailedError: the file can't be written.
        """
        with self.lock():
            self._decide(self.load(key), field, decision if decision.version else None)

    def _decide(
        self, extraction: Extraction, name: str, decision: ReviewDecision | None
    ) -> None:
        decisions = {**extraction.decisions}
        decisions.pop(name, None)
        if decision is not None:
            decisions[name] = decision
        self._write(dataclasses.replace(extraction, decisions=decisions))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the store.

        Raises:
            BusyError: another process holds the lock for too long.
        """
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        busy = BusyError(self._folder, LOCK_WAIT_S)
        with exclusive_lock(self._folder / ".lock", busy, timeout_s=LOCK_WAIT_S):
            yield

    def _write(self, extraction: Extraction) -> None:
        body = {"format": FORMAT, **to_stored_json(extraction)}
        text = json.dumps(body, ensure_ascii=False)
        path = self._path(extraction.key)
        with storage_errors(path, WriteFailedError):
            write_file_atomically(path, text.encode("utf-8", "replace"), mode=PRIVATE)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
