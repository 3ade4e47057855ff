"""Decisions on the proposals found in a file: accept as a draft, reject, or undo."""

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import NamedTuple

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.corpus.record_reader import RECORD_FILE
from indexer.errors import FileUnreadableError
from indexer.extraction.proposals.finder import QuotedPassage
from indexer.model.document import FileReading, FileType
from indexer.model.ids import Kind, RecordId
from indexer.model.page_pictures import PagePicture
from indexer.model.problems import Translate, message
from indexer.model.proposals import Proposal
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Audience
from indexer.readers.sandbox.protocol import Limits
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import IsolatedReader, read_file
from kb.publishing.changes.repository import Repository, record_transaction
from kb.publishing.drafts.draft import DraftNotes
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import InvalidChangeError, NotFoundError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    ReviewDecision,
)
from kb.publishing.extractions.proposal_records import (
    PROPOSAL_INITIALS,
    ProposedRecord,
    QuotedFile,
    nearest_records,
    unused_proposal_id,
)
from kb.publishing.records.form_values import ItemValues, read_values
from kb.publishing.records.yaml_blocks import quoted_yaml

MAX_TITLE = 300
QUICK = Limits(time_s=30.0)
"""A request waits for this reading."""

EDITED = message(
    "this draft has changed since it was kept: delete it from its own page"
)


@dataclasses.dataclass(frozen=True, slots=True)
class FileOwner:
    """The deliverable or draft that lists a file, and the name of the file."""

    record: RecordId
    file: str
    is_draft: bool


@dataclasses.dataclass(frozen=True, slots=True)
class ProposalEdits:
    """The title and audiences that a person chose, and the passages marked."""

    title: str
    audiences: tuple[Audience, ...] = ()
    passages: Sequence[QuotedPassage] = ()


class ProposalQuotation(NamedTuple):
    """The id of a quoted deliverable, and the quoted words as written in YAML."""

    deliverable: str
    words: str


class ProposalReview:
    """Stores decisions, and creates or discards the drafts of accepted proposals."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drafts = DraftEditor(repository)
        self._extractions = ExtractionStore(repository.locations.instance)

    def read(self) -> Corpus:
        """Read the current content."""
        return self._repository.reader.read()

    def owner(self, extraction: Extraction, corpus: Corpus) -> FileOwner | None:
        """Return the deliverable that lists the file of an extraction, or None."""
        return self._draft_owner(extraction) or _record_owner(extraction, corpus)

    def owned_reading(self, owner: FileOwner, corpus: Corpus) -> FileReading | None:
        """Return the reading of an owned file, or None if it can't be read."""
        path = self._owned_path(owner)
        if path is None or not path.is_file() or path.is_symlink():
            return None
        record = corpus.get(owner.record) if not owner.is_draft else None
        file = record.file(owner.file) if isinstance(record, Deliverable) else None
        sha256 = file.sha256 if file is not None else sha256_of(path)
        cache = ReadingCache(self._repository.locations.readings)
        for ocr in (True, False):
            cached = cache.get(owner.file, sha256, ocr=ocr)
            if isinstance(cached, FileReading):
                return cached
        with suppress(FileUnreadableError):
            return read_file(path, limits=QUICK, cache=cache)
        return None

    def file_owner(
        self, deliverable: RecordId, name: str, corpus: Corpus
    ) -> FileOwner | None:
        """Return the draft of a deliverable that lists a file, else the record."""
        folder = self._repository.draft_folders.find(deliverable)
        if folder is not None:
            text = _read_text(folder / RECORD_FILE)
            if any(file.get("name") == name for file in _listed_files(text)):
                return FileOwner(deliverable, name, is_draft=True)
        record = corpus.get(deliverable)
        if isinstance(record, Deliverable) and record.file(name) is not None:
            return FileOwner(deliverable, name, is_draft=False)
        return None

    def original_path(self, extraction: Extraction, corpus: Corpus) -> Path | None:
        """Return the path of a file, or None if no deliverable lists it."""
        owner = self.owner(extraction, corpus)
        return self._owned_path(owner) if owner is not None else None

    def pictures(
        self, owner: FileOwner, reading: FileReading, numbers: Collection[int]
    ) -> dict[int, PagePicture]:
        """Return pictures of pages of an owned PDF, drawn if they are not cached."""
        cache = ReadingCache(self._repository.locations.readings)
        known = {page.number for page in reading.pages} & {*numbers}
        pictures = {number: cache.picture(reading.sha256, number) for number in known}
        missing = [number for number, picture in pictures.items() if picture is None]
        path = self._owned_path(owner)
        if missing and path is not None and reading.type is FileType.PDF:
            with IsolatedReader(QUICK) as reader:
                for picture in reader.pictures(path, missing):
                    pictures[picture.number] = picture
                    with suppress(OSError):  # Without a cache, it is drawn again.
                        cache.put_picture(reading.sha256, picture)
        return {number: picture for number, picture in pictures.items() if picture}

    def _owned_path(self, owner: FileOwner) -> Path | None:
        draft_folders = self._repository.draft_folders
        folder = (
            draft_folders.find(owner.record)
            if owner.is_draft
            else self._repository.record_folder(owner.record)
        )
        if folder is None or PurePath(owner.file).name != owner.file:
            return None
        return folder / FILES_FOLDER / owner.file

    def _draft_owner(self, extraction: Extraction) -> FileOwner | None:
        sha256 = extraction.sha256
        for record, folder in self._repository.draft_folders.records():
            text = _read_text(folder / RECORD_FILE)
            if record.kind is Kind.DELIVERABLE and f"sha256: {sha256}" in text:
                names = (
                    file.get("name", "")
                    for file in _listed_files(text)
                    if file.get("sha256", "").startswith(sha256)
                )
                return FileOwner(record, next(names, ""), is_draft=True)
        return None

    def quoting_drafts(self) -> dict[ProposalQuotation, RecordId]:
        """Return the drafts that quote a deliverable, by their quotation."""
        return {
            quotation: record
            for record, folder in self._repository.draft_folders.records()
            if record.kind in PROPOSAL_INITIALS
            for quotation in _quotations(_read_text(folder / RECORD_FILE))
        }

    def accepted(self, record: RecordId, extraction: Extraction) -> list[RecordId]:
        """Return the drafts that quote a proposal of a file in a deliverable."""
        quoting = self.quoting_drafts()
        words = {quoted_yaml(proposal.quotation) for proposal in extraction.proposals}
        return [
            draft
            for quotation, draft in quoting.items()
            if quotation.deliverable == record.slug and quotation.words in words
        ]

    def _draft_quoting(self, owner: FileOwner | None, words: str) -> RecordId | None:
        if owner is None:
            return None
        return self.quoting_drafts().get(
            ProposalQuotation(owner.record.slug, quoted_yaml(words))
        )

    def accept(  # the proposal, its edits, and the actor
        self,
        extraction: Extraction,
        proposal: Proposal,
        edits: ProposalEdits,
        *,
        corpus: Corpus,
        actor: str,
        translate: Translate,
    ) -> RecordId:
        """Create a draft of a proposal that quotes and links to the deliverable.

        Return the existing draft if the proposal was accepted before.

        Raises:
            InvalidChangeError: the title is empty or too long.
            NotFoundError: no deliverable lists the file any more.
        """
        title = " ".join(edits.title.split())
        if not title:
            raise InvalidChangeError(message("write a title first"))
        if len(title) > MAX_TITLE:
            raise InvalidChangeError(
                message(
                    "write a title of %(count)s characters at most", count=MAX_TITLE
                )
            )
        chosen = dataclasses.replace(proposal, title=title)
        with self._extractions.lock():
            owner = self.owner(extraction, corpus)
            existing = self._draft_quoting(owner, proposal.quotation)
            if existing is not None:
                return existing
            if owner is None:
                raise NotFoundError(extraction.name)
            record = self._create(owner, chosen, edits, corpus, actor, translate)
            version = self._drafts.load(record).version
            decision = ReviewDecision(
                actor, self._repository.timestamp(), record, version
            )
            self._extractions.decide(extraction, proposal, decision)
        return record

    def mark(  # the passage, its file, and the actor
        self,
        owner: FileOwner,
        proposal: Proposal,
        passages: Sequence[QuotedPassage],
        *,
        corpus: Corpus,
        actor: str,
        translate: Translate,
    ) -> RecordId:
        """Create a draft of passages that a person marked in a file.

        Return the existing draft of the same kind if one quotes the same words.
        """
        with self._extractions.lock():
            existing = self._draft_quoting(owner, proposal.quotation)
            if existing is not None and existing.kind is proposal.kind:
                return existing
            edits = ProposalEdits(proposal.title, passages=passages)
            return self._create(owner, proposal, edits, corpus, actor, translate)

    def unmark(self, owner: FileOwner, record: RecordId, *, actor: str) -> None:
        """Discard the draft of a marked passage.

        Raises:
            InvalidChangeError: the draft was edited.
            NotFoundError: no such draft quotes the deliverable.
        """
        with self._extractions.lock():
            is_quoting = any(
                draft == record and quotation.deliverable == owner.record.slug
                for quotation, draft in self.quoting_drafts().items()
            )
            if not is_quoting:
                raise NotFoundError(record)
            if self._drafts.load(record).notes.saved_at:
                raise InvalidChangeError(EDITED)
            self._drafts.discard(record, actor)

    def _create(  # the proposal, its file, and the actor
        self,
        owner: FileOwner,
        proposal: Proposal,
        edits: ProposalEdits,
        corpus: Corpus,
        actor: str,
        translate: Translate,
    ) -> RecordId:
        record = unused_proposal_id(
            owner.record.slug,
            proposal.kind,
            lambda used: self._repository.is_used(used, corpus),
        )
        similar = nearest_records(corpus, proposal.locale)
        quoted = [passage.text for passage in edits.passages] or [proposal.quotation]
        texts = ProposedRecord(
            proposal,
            QuotedFile(owner.record.slug, owner.file),
            record.slug,
            self._repository.clock().date(),
            translate,
            edits.passages,
            edits.audiences,
            themes=similar.themes(" ".join([proposal.title, *quoted])),
        ).texts()
        self._write_draft(record, owner, texts, actor)
        return record

    def reject(
        self, extraction: Extraction, proposal: Proposal, *, corpus: Corpus, actor: str
    ) -> None:
        """Store that a proposal is rejected; an unedited draft of it is discarded.

        Raises:
            InvalidChangeError: the draft was edited.
        """
        decision = ReviewDecision(actor, self._repository.timestamp())
        self._store_decision(extraction, proposal, corpus, actor, decision)

    def undo(
        self, extraction: Extraction, proposal: Proposal, *, corpus: Corpus, actor: str
    ) -> None:
        """Delete the decision on a proposal; an unedited draft of it is discarded.

        Raises:
            InvalidChangeError: the draft was edited.
        """
        self._store_decision(extraction, proposal, corpus, actor, None)

    def _store_decision(
        self,
        extraction: Extraction,
        proposal: Proposal,
        corpus: Corpus,
        actor: str,
        decision: ReviewDecision | None,
    ) -> None:
        with self._extractions.lock():
            owner = self.owner(extraction, corpus)
            record = self._draft_quoting(owner, proposal.quotation)
            if record is not None:
                self._check_unedited(record, extraction, proposal)
                self._drafts.discard(record, actor)
            self._extractions.decide(extraction, proposal, decision)

    def _check_unedited(
        self, record: RecordId, extraction: Extraction, proposal: Proposal
    ) -> None:
        draft = self._drafts.load(record)
        decision = self._extractions.load(extraction.key).decision(proposal)
        if decision is not None and decision.version:
            is_unedited = decision.version == draft.version
        else:
            is_unedited = not draft.notes.saved_at
        if not is_unedited:
            raise InvalidChangeError(EDITED)

    def _write_draft(
        self, record: RecordId, owner: FileOwner, texts: dict[str, str], actor: str
    ) -> None:
        """Write the draft into the bundle of its deliverable, if that is a draft."""
        folders = self._repository.draft_folders
        deliverable = folders.find(owner.record) if owner.is_draft else None
        folder = (
            deliverable.parent.parent / str(record)
            if deliverable is not None
            else folders.folder_for(record)
        )
        contents = {name: text.encode() for name, text in texts.items()}
        with record_transaction(self._repository, actor) as transaction:
            transaction.put(folder, contents, notes=DraftNotes(actor).contents())


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig", "replace")
    except OSError:
        return ""


def _record_owner(extraction: Extraction, corpus: Corpus) -> FileOwner | None:
    for record in corpus.of_kind(Kind.DELIVERABLE):
        for file in record.files if isinstance(record, Deliverable) else ():
            if file.sha256.startswith(extraction.sha256):
                return FileOwner(record.id, file.name, is_draft=False)
    return None


def _quotations(text: str) -> Iterator[ProposalQuotation]:
    """Yield the quotations of a record text; parsing the YAML would be much slower."""
    deliverable = ""
    for line in text.split("\n"):
        name, _, value = line.strip().removeprefix("- ").partition(": ")
        if name == "deliverable":
            deliverable = value.strip().strip("\"'")
        elif name == "text" and deliverable:
            yield ProposalQuotation(deliverable, value.strip())


def _listed_files(text: str) -> tuple[ItemValues, ...]:
    """Return the list of files in the text of a deliverable."""
    return read_values(Kind.DELIVERABLE, {RECORD_FILE: text}).items("files")
