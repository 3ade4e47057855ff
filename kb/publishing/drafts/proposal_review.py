"""Decides on what was found in a file: kept as a draft, set aside, or neither again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from typing import NamedTuple

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.errors import FileUnreadableError
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Translate, message
from indexer.model.proposals import Proposal
from indexer.model.readings import FileReading
from indexer.model.records import Audience, Deliverable
from indexer.readers.sandbox.limits import Limits
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_file
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import NotThereError, UnsuitableError
from kb.publishing.extractions.extraction_store import (
    Decision,
    Extraction,
    ExtractionStore,
)
from kb.publishing.extractions.proposal_records import record_texts
from kb.publishing.records.form_values import read_values
from kb.publishing.records.yaml_text import quoted_yaml
from kb.publishing.storage.folder_swap import NOTES_FILE

MAX_TITLE = 300
QUICK = Limits(time_s=30.0)
"""What a person who waits for a page may cause."""

_LETTERS = {Kind.RECOMMENDATION: "r", Kind.PRACTICE: "p"}


@dataclasses.dataclass(frozen=True, slots=True)
class FileOwner:
    """The deliverable that lists a file, by which name, and whether it is a draft."""

    record: RecordId
    file: str
    is_draft: bool


@dataclasses.dataclass(frozen=True, slots=True)
class ProposalEdits:
    """What a person typed beside a proposal before keeping it."""

    title: str
    audiences: tuple[Audience, ...]


class ProposalQuotation(NamedTuple):
    """What a record quotes: of which deliverable, and the words as they are written."""

    deliverable: str
    words: str


class ProposalReview:
    """Keeps proposals as drafts, sets them aside, and takes either back."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drafts = DraftEditor(repository)
        self._findings = ExtractionStore(repository.locations.instance)

    def read(self) -> Corpus:
        """Read the content as it is now."""
        return self._repository.reader.read()

    def holder(self, found: Extraction, corpus: Corpus) -> FileOwner | None:
        """Give the deliverable that lists a file; None when none does any more."""
        return self._draft_of(found) or _record_of(found, corpus)

    def reading(self, found: Extraction, corpus: Corpus) -> FileReading | None:
        """Give what was read in a file; it is read again when readers changed since.

        None when it can't be, or when nothing lists it any more.
        """
        store = ReadingCache(self._repository.locations.readings)
        for ocr in (True, False):
            kept = store.get(found.name, found.sha256, ocr=ocr)
            if isinstance(kept, FileReading):
                return kept
        path = self.original(found, corpus)
        if path is None:
            return None
        with suppress(FileUnreadableError):
            return read_file(path, limits=QUICK, cache=store)
        return None

    def original(self, found: Extraction, corpus: Corpus) -> Path | None:
        """Give where a file lies; None when nothing lists it any more."""
        holder = self.holder(found, corpus)
        if holder is None:
            return None
        draft_folders = self._repository.draft_folders
        folder = (
            draft_folders.find(holder.record)
            if holder.is_draft
            else self._repository.place(holder.record)
        )
        if folder is None or PurePath(holder.file).name != holder.file:
            return None
        return folder / FILES_FOLDER / holder.file

    def _draft_of(self, found: Extraction) -> FileOwner | None:
        line = f"sha256: {found.sha256}"
        for bundle in self._repository.draft_folders.bundles():
            for record, folder in bundle.records().items():
                if record.kind is not Kind.DELIVERABLE:
                    continue
                text = _text(folder / RECORD_FILE)
                if line in text:
                    name = _name_of(text, found.sha256)
                    return FileOwner(record, name, is_draft=True)
        return None

    def drafted(self) -> dict[ProposalQuotation, RecordId]:
        """Give the drafts that quote a deliverable, by what they quote."""
        return {
            quotation: record
            for bundle in self._repository.draft_folders.bundles()
            for record, folder in bundle.records().items()
            if record.kind in _LETTERS
            for quotation in _quotations(_text(folder / RECORD_FILE))
        }

    def _draft_quoting(self, holder: FileOwner | None, words: str) -> RecordId | None:
        if holder is None:
            return None
        return self.drafted().get(
            ProposalQuotation(holder.record.slug, quoted_yaml(words))
        )

    def keep(  # what is kept, as what, where, and by whom
        self,
        found: Extraction,
        proposal: Proposal,
        typed: ProposalEdits,
        *,
        corpus: Corpus,
        who: str,
        translate: Translate,
    ) -> RecordId:
        """Make a draft of a proposal, linked to the deliverable and quoting it.

        To keep it twice is to keep it once.

        Raises:
            UnsuitableError: the title is empty or far too long.
            NotThereError: no deliverable lists the file any more.
        """
        title = " ".join(typed.title.split())
        if not title:
            raise UnsuitableError(message("write a title first"))
        if len(title) > MAX_TITLE:
            raise UnsuitableError(
                message(
                    "write a title of %(count)s characters at most", count=MAX_TITLE
                )
            )
        chosen = dataclasses.replace(proposal, title=title, audiences=typed.audiences)
        with self._findings.changing():
            holder = self.holder(found, corpus)
            known = self._draft_quoting(holder, proposal.quotation)
            if known is not None:
                return known
            if holder is None:
                raise NotThereError(found.name)
            record = self._free(holder.record.slug, proposal.kind, corpus)
            texts = record_texts(
                chosen,
                holder.file,
                holder.record.slug,
                record.slug,
                day=self._repository.clock().date(),
                translate=translate,
            )
            self._put(record, holder, texts, who)
            version = self._drafts.load(record).version
            decision = Decision(who, self._now(), record, version)
            self._findings.decide(found, proposal, decision)
        return record

    def set_aside(
        self, found: Extraction, proposal: Proposal, *, corpus: Corpus, who: str
    ) -> None:
        """Remember that a proposal is not wanted; a draft of it goes, if untouched.

        Raises:
            UnsuitableError: somebody worked on the draft: it is not thrown away here.
        """
        self._decide(found, proposal, corpus, who, Decision(who, self._now()))

    def undo(
        self, found: Extraction, proposal: Proposal, *, corpus: Corpus, who: str
    ) -> None:
        """Make a proposal undecided again; a draft of it goes, if untouched.

        Raises:
            UnsuitableError: somebody worked on the draft: it is not thrown away here.
        """
        self._decide(found, proposal, corpus, who, None)

    def _decide(
        self,
        found: Extraction,
        proposal: Proposal,
        corpus: Corpus,
        who: str,
        decision: Decision | None,
    ) -> None:
        with self._findings.changing():
            self._discard(found, proposal, self.holder(found, corpus), who)
            self._findings.decide(found, proposal, decision)

    def _discard(
        self, found: Extraction, proposal: Proposal, holder: FileOwner | None, who: str
    ) -> None:
        record = self._draft_quoting(holder, proposal.quotation)
        if record is None:
            return
        draft = self._drafts.load(record)
        decision = self._findings.load(found.key).decision(proposal)
        if decision is not None and decision.version:
            is_untouched = decision.version == draft.version
        else:
            is_untouched = not draft.notes.saved_at
        if not is_untouched:
            raise UnsuitableError(
                message(
                    "somebody has worked on this draft since it was kept: throw it "
                    "away on its own page"
                )
            )
        self._drafts.discard(record, who)

    def _free(self, slug: str, kind: Kind, corpus: Corpus) -> RecordId:
        """Give an id that nothing has: the deliverable's, and a number."""
        number = 1
        while True:
            record = RecordId(kind, f"{slug}-{_LETTERS[kind]}{number}")
            is_taken = (
                record in corpus.records
                or self._repository.place(record).exists()
                or self._repository.draft_folders.find(record) is not None
            )
            if not is_taken:
                return record
            number += 1

    def _put(
        self, record: RecordId, holder: FileOwner, texts: dict[str, str], who: str
    ) -> None:
        """Put the draft beside that of its deliverable, so that they go together."""
        repository = self._repository
        beside = (
            repository.draft_folders.find(holder.record) if holder.is_draft else None
        )
        place = (
            beside.parent.parent / str(record)
            if beside is not None
            else repository.draft_folders.place_for(record)
        )
        notes = DraftNotes(who).contents()
        with repository.journal.transaction() as work:
            contents = {name: text.encode() for name, text in texts.items()}
            work.put(place, contents, hidden={NOTES_FILE: notes})
            work.commit()

    def _now(self) -> str:
        return self._repository.clock().isoformat(timespec="seconds")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig", "replace")
    except OSError:
        return ""


def _record_of(found: Extraction, corpus: Corpus) -> FileOwner | None:
    for record in corpus.of_kind(Kind.DELIVERABLE):
        files = record.files if isinstance(record, Deliverable) else ()
        for file in files:
            if file.sha256 == found.sha256:
                return FileOwner(record.id, file.name, is_draft=False)
    return None


def _quotations(text: str) -> Iterator[ProposalQuotation]:
    """Give what a record quotes, from its text: to read it whole takes far longer."""
    deliverable = ""
    for line in text.split("\n"):
        name, _, value = line.strip().removeprefix("- ").partition(": ")
        if name == "deliverable":
            deliverable = value.strip().strip("\"'")
        elif name == "text" and deliverable:
            yield ProposalQuotation(deliverable, value.strip())


def _name_of(text: str, sha256: str) -> str:
    """Give the name under which a record lists a file."""
    values = read_values(Kind.DELIVERABLE, {RECORD_FILE: text})
    for item in values.facts.get("files", ()):
        if isinstance(item, Mapping) and item.get("sha256") == sha256:
            return item.get("name", "")
    return ""
