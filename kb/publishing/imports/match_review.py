"""Answers of a person to what an imported file is, and their reversal.

A file that resembles a record is first a draft of its own. The answer discards that
draft, puts its file into a draft of the record, or keeps it as a new record.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import message
from indexer.model.records import Deliverable
from kb.publishing.changes.repository import (
    RecordTransaction,
    Repository,
    linked_contents,
    record_transaction,
    texts_in,
)
from kb.publishing.drafts.draft import DraftNotes, read_notes
from kb.publishing.drafts.proposal_review import ProposalReview
from kb.publishing.errors import InvalidChangeError, NotFoundError
from kb.publishing.extractions.extraction_store import (
    AnsweredMatch,
    Extraction,
    ExtractionStore,
    MatchAnswer,
)
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.storage.folders import Content, Copied, FolderState
from kb.publishing.storage.names import unique_name

IS_ANSWERED = message("somebody has answered meanwhile: look at the page again")
NO_DRAFT = message("the draft of this file was published or deleted: send it again")
HAS_PROPOSALS = message(
    "proposals of this file were kept as drafts: undo them first, then answer"
)
IS_PUBLISHED = message(
    "the file has been published: change the record, or restore its earlier version"
)
IS_TAKEN = message("another draft has the name of the earlier one: rename it first")


@dataclass(frozen=True, slots=True)
class ChosenAnswer:
    """An answer as a person chose it.

    `record` is the record that the file belongs to, None for a new record. `replaced`
    is the file of the record that it is a new version of, "" if it replaces none.
    """

    answer: MatchAnswer
    actor: str
    record: RecordId | None = None
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class _Target:
    """The draft that an answer changes; `before` is None if it is to be begun."""

    folder: Path
    contents: dict[str, Content]
    texts: Mapping[str, str]
    notes: DraftNotes
    before: FolderState | None

    @property
    def files(self) -> tuple[ItemValues, ...]:
        return read_values(Kind.DELIVERABLE, self.texts).items("files")

    def with_files(self, items: list[ItemValues]) -> dict[str, Content]:
        """Return the contents of the draft with another list of files."""
        values = FormValues(facts={"files": tuple(items)})
        texts = write_values(Kind.DELIVERABLE, values, self.texts)
        return self.contents | {name: text.encode() for name, text in texts.items()}


class MatchReview:
    """Stores the answers on matches, and changes the drafts accordingly."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._extractions = ExtractionStore(repository.locations.instance)
        self._proposals = ProposalReview(repository)

    def files(self, record: RecordId) -> tuple[ItemValues, ...]:
        """Return the listed files of the draft of a record, or of the record."""
        return read_values(record.kind, self._repository.texts(record)).items("files")

    def answer(
        self, extraction: Extraction, chosen: ChosenAnswer, *, corpus: Corpus
    ) -> None:
        """Store an answer, and change the drafts accordingly.

        Raises:
            InvalidChangeError: the question is answered already, or the draft of the
                file is gone or has proposals.
            NotFoundError: the record or the replaced file is gone, or the file does not
                resemble that record.
        """
        with self._extractions.lock():
            extraction = self._extractions.load(extraction.key)
            if not extraction.has_question:
                raise InvalidChangeError(IS_ANSWERED)
            answered = AnsweredMatch(
                chosen.answer, chosen.actor, self._repository.timestamp()
            )
            if chosen.answer is not MatchAnswer.NEW:
                answered = self._move(extraction, chosen, answered, corpus)
            self._extractions.answer(extraction.key, answered)

    def undo(self, extraction: Extraction, *, corpus: Corpus, actor: str) -> None:
        """Restore the draft of a file, take the file out of the record, and ask again.

        Raises:
            InvalidChangeError: the file was published, or proposals of it were kept.
        """
        with self._extractions.lock():
            extraction = self._extractions.load(extraction.key)
            answered = extraction.answered
            if answered is not None and answered.answer is not MatchAnswer.NEW:
                self._restore(extraction, answered, corpus, actor)
            self._extractions.answer(extraction.key, None)

    def _move(
        self,
        extraction: Extraction,
        chosen: ChosenAnswer,
        answered: AnsweredMatch,
        corpus: Corpus,
    ) -> AnsweredMatch:
        """Remove the draft of a file; unless it is the same, add it to the record."""
        record = chosen.record
        if record is None or record not in {
            match.record for match in extraction.matches
        }:
            raise NotFoundError(record)
        owner = self._proposals.owner(extraction, corpus)
        if owner is None or not owner.is_draft or owner.record == record:
            raise InvalidChangeError(NO_DRAFT)
        repository = self._repository
        with record_transaction(repository, chosen.actor) as transaction:
            folder, state = repository.draft_state(owner.record)
            self._check_without_proposals(owner.record, extraction)
            answered = dataclasses.replace(
                answered, record=record, draft=owner.record, removed=state
            )
            transaction.store_state(folder, state)
            if chosen.answer is not MatchAnswer.SAME:
                answered = self._add_file(
                    transaction, folder, owner.file, chosen, answered
                )
            transaction.remove_draft(folder)
            transaction.log(
                HistoryAction.DISCARDED, owner.record, state, None, is_draft=True
            )
        return answered

    def _check_without_proposals(
        self, record: RecordId, extraction: Extraction
    ) -> None:
        """Raise an error if a draft quotes a proposal of the file in a deliverable."""
        if self._proposals.accepted(record, extraction):
            raise InvalidChangeError(HAS_PROPOSALS)

    def _add_file(
        self,
        transaction: RecordTransaction,
        folder: Path,
        name: str,
        chosen: ChosenAnswer,
        answered: AnsweredMatch,
    ) -> AnsweredMatch:
        """Put a file of a draft into the draft of a record, or begin that draft."""
        assert answered.record is not None  # noqa: S101  # set by the caller
        target = self._target(answered.record, chosen.actor)
        if target.before is not None:
            transaction.store_state(target.folder, target.before)
        names = [file.get("name", "") for file in target.files]
        if chosen.replaced and chosen.replaced not in names:
            raise NotFoundError(chosen.replaced)
        new_name = _new_name(name, chosen.replaced, names)
        item = {**_item(texts_in(folder), name), "name": new_name}
        items = [
            item if chosen.replaced and file.get("name") == chosen.replaced else file
            for file in target.files
        ]
        contents = target.with_files(items if chosen.replaced else [*items, item])
        contents.pop(f"{FILES_FOLDER}/{chosen.replaced}", None)
        contents[f"{FILES_FOLDER}/{new_name}"] = Copied(folder / FILES_FOLDER / name)
        notes = dataclasses.replace(
            target.notes, by=chosen.actor, saved_at=self._repository.timestamp()
        )
        state = transaction.put(target.folder, contents, notes=notes.contents())
        return dataclasses.replace(
            answered,
            file=new_name,
            replaced=chosen.replaced,
            before=target.before,
            version=state.digest,
        )

    def _target(self, record: RecordId, actor: str) -> _Target:
        """Return the draft of a record as it is, or as it would begin."""
        repository = self._repository
        folder = repository.draft_folders.find(record)
        if folder is not None:
            _, state = repository.draft_state(record)
            contents = linked_contents(folder)
            return _Target(
                folder, contents, texts_in(folder), read_notes(folder), state
            )
        published = repository.record_folder(record)
        current = repository.state(record)
        if current is None:
            raise NotFoundError(record)
        return _Target(
            repository.draft_folders.folder_for(record),
            {name: Copied(published / name) for name, _ in current.files},
            texts_in(published),
            DraftNotes(actor, published=current),
            None,
        )

    def _restore(
        self,
        extraction: Extraction,
        answered: AnsweredMatch,
        corpus: Corpus,
        actor: str,
    ) -> None:
        """Restore the removed draft; take the file out of the draft of the record."""
        repository = self._repository
        draft, record, removed = answered.draft, answered.record, answered.removed
        if draft is None or record is None or removed is None:
            raise NotFoundError(extraction.name)
        published = corpus.get(record)
        if isinstance(published, Deliverable) and any(
            file.sha256 == extraction.sha256 for file in published.files
        ):
            raise InvalidChangeError(IS_PUBLISHED)
        with record_transaction(repository, actor) as transaction:
            if repository.is_used(draft, corpus):
                raise InvalidChangeError(IS_TAKEN)
            if answered.file and repository.draft_folders.find(record) is not None:
                self._check_without_proposals(record, extraction)
                self._take_out(transaction, record, extraction, answered)
            contents = repository.history.contents(removed)
            notes = DraftNotes(actor, repository.timestamp())
            folder = repository.draft_folders.folder_for(draft)
            state = transaction.put(folder, contents, notes=notes.contents())
            transaction.log(HistoryAction.RESTORED, draft, None, state, is_draft=True)

    def _take_out(
        self,
        transaction: RecordTransaction,
        record: RecordId,
        extraction: Extraction,
        answered: AnsweredMatch,
    ) -> None:
        """Undo the change of a draft; later edits of other fields stay."""
        target = self._target(record, answered.by)
        assert target.before is not None  # noqa: S101  # the caller found the draft
        is_unedited = target.before.digest == answered.version
        if is_unedited and answered.before is None:
            transaction.remove_draft(target.folder)
            return
        old_contents, old_texts = self._before(record, answered)
        items: list[ItemValues] = []
        for file in target.files:
            if file.get("sha256") != extraction.sha256:
                items.append(file)
            elif answered.replaced:
                items.append(_item(old_texts, answered.replaced))
        contents = target.with_files(items)
        contents.pop(f"{FILES_FOLDER}/{answered.file}", None)
        if answered.replaced:
            path = f"{FILES_FOLDER}/{answered.replaced}"
            contents[path] = old_contents[path]
        if is_unedited:
            contents = old_contents
        transaction.put(target.folder, contents, notes=target.notes.contents())

    def _before(
        self, record: RecordId, answered: AnsweredMatch
    ) -> tuple[dict[str, Content], Mapping[str, str]]:
        """Return the files of a draft before the answer, or those of its record."""
        if answered.before is not None:
            history = self._repository.history
            texts = history.texts(answered.before)
            return dict(history.contents(answered.before)), texts
        folder = self._repository.record_folder(record)
        return dict(linked_contents(folder)), texts_in(folder)


def _item(texts: Mapping[str, str], name: str) -> ItemValues:
    """Return the list item of a file."""
    values = read_values(Kind.DELIVERABLE, {RECORD_FILE: texts.get(RECORD_FILE, "")})
    for item in values.items("files"):
        if item.get("name") == name:
            return item
    raise NotFoundError(name)


def _new_name(name: str, replaced: str, names: list[str]) -> str:
    """Return the name of a file in its record; a new version keeps its address."""
    if PurePath(name).suffix.lower() == PurePath(replaced).suffix.lower():
        return replaced
    return unique_name(name, names.__contains__)
