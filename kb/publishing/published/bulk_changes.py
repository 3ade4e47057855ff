"""Changes several records or drafts in one transaction, those that can be changed."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, message
from indexer.model.schema.field import Shape
from indexer.model.schema.kinds import SCHEMAS
from indexer.model.vocabulary import ALL_THEMES
from kb.publishing.changes.repository import (
    RecordTransaction,
    Repository,
    copied_contents,
    linked_contents,
    linking_records,
    record_file_with,
    record_transaction,
)
from kb.publishing.drafts.draft import DraftNotes, end_editing_session
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)
from kb.publishing.storage.folders import Content

GONE = message("it no longer exists")
NO_DRAFT = message("this draft no longer exists")
CHANGED_MEANWHILE = message("somebody changed it meanwhile: look at it again first")
ONLY_A_DRAFT = message("it is not published: no visitor sees it")
IS_DRAFT_TO_DELETE = message("it is only a draft: delete it among the drafts")
HAS_NO_THEMES = message("records of this kind have no theme")
HAS_THEME = message("it has this theme already")
UNREADABLE = message("its files cannot be read: correct them first")
IS_ONLY_THEME = message(
    "it is the only theme of published records: give them another one first"
)


class BulkAct(StrEnum):
    """What can be done to several records; the values are in addresses."""

    ADD_THEME = "theme"
    WITHDRAW = "withdraw"
    DELETE = "delete"
    DISCARD = "discard"
    """Delete drafts; the published records stay as they are."""
    CORRECT = "correct"
    """Replace the texts of records, or begin drafts of new ones."""
    UNDO = "undo"
    """Undo a correction of several records."""

    @property
    def hides(self) -> bool:
        """Whether visitors no longer see the records."""
        return self in {BulkAct.WITHDRAW, BulkAct.DELETE}


@dataclass(frozen=True, slots=True)
class BulkChange:
    """An act, with the slug of the theme to add or the reason of a withdrawal.

    `texts` are those of a correction, which goes into drafts alone with `in_drafts`;
    `undone` are the entries of the history that are taken back.
    """

    act: BulkAct
    theme: str = ""
    reason: str = ""
    texts: Mapping[RecordId, Mapping[str, str]] = field(default_factory=dict)
    in_drafts: bool = False
    undone: Mapping[RecordId, HistoryEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The records that can be changed, with their versions, and why others cannot.

    `linking` are the other records that lose links. `batch` is the name of the
    transaction, once the change is made.
    """

    ready: Mapping[RecordId, str] = field(default_factory=dict)
    refused: Mapping[RecordId, Message] = field(default_factory=dict)
    linking: tuple[RecordId, ...] = ()
    batch: str = ""


class BulkChanges:
    """Plans and makes changes of several records."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drafts = DraftEditor(repository)

    def plan(
        self,
        change: BulkChange,
        records: Collection[RecordId],
        versions: Mapping[RecordId, str],
    ) -> BulkPlan:
        """Return which of the records can be changed.

        `versions` are those that the actor saw; a record without one is not compared.
        """
        corpus = self._repository.reader.read()
        ready: dict[RecordId, str] = {}
        refused: dict[RecordId, Message] = {}
        for record in dict.fromkeys(records):
            version = self._repository.version(record)
            reason = self._reason(change, record)
            if reason is None and versions.get(record, version) != version:
                reason = CHANGED_MEANWHILE
            if reason is None:
                ready[record] = version
            else:
                refused[record] = reason
        if change.act.hides:
            for record in _needed_themes(ready, corpus):
                refused[record] = IS_ONLY_THEME
                del ready[record]
        linking: list[RecordId] = []
        if change.act.hides:
            linking = linking_records(self._repository, ready.keys())
        return BulkPlan(
            ready, refused, tuple(record for record in linking if record not in ready)
        )

    def apply(
        self,
        change: BulkChange,
        records: Collection[RecordId],
        versions: Mapping[RecordId, str],
        *,
        actor: str,
    ) -> BulkPlan:
        """Change the records that can be changed, all in one transaction.

        Return the plan that was followed.

        Raises:
            PublishingError: the content can't be written; nothing is changed.
        """
        with record_transaction(self._repository, actor) as transaction:
            plan = self.plan(change, records, versions)
            for record in plan.ready:
                self._change(transaction, change, record)
            if change.act.hides:
                transaction.remove_links(*plan.ready)
        return BulkPlan(plan.ready, plan.refused, plan.linking, transaction.name)

    def preview(self, change: BulkChange, records: Collection[RecordId]) -> Corpus:
        """Return the content as visitors would see it after a withdrawal or deletion.

        Any other change returns the content as it is.
        """
        corpus = self._repository.reader.read()
        return corpus.without(records) if change.act.hides else corpus

    def _reason(self, change: BulkChange, record: RecordId) -> Message | None:
        """Return why a record cannot be changed, or None."""
        is_published = self._repository.state(record) is not None
        has_draft = self._repository.draft_folders.find(record) is not None
        if change.act is BulkAct.DISCARD:
            return None if has_draft else NO_DRAFT
        if change.act is BulkAct.CORRECT:
            return None if record in change.texts else GONE
        if change.act is BulkAct.UNDO:
            return self._undo_reason(change.undone[record])
        if not is_published and not has_draft:
            return GONE
        if change.act is BulkAct.ADD_THEME:
            return self._theme_reason(change.theme, record)
        if is_published:
            return None
        return IS_DRAFT_TO_DELETE if change.act is BulkAct.DELETE else ONLY_A_DRAFT

    def _theme_reason(self, theme: str, record: RecordId) -> Message | None:
        if not any(field.type is Shape.THEMES for field in SCHEMAS[record.kind].facts):
            return HAS_NO_THEMES
        values = read_values(record.kind, self._repository.texts(record))
        if RECORD_FILE in values.raw:
            return UNREADABLE
        themes = values.facts.get("themes", ())
        return HAS_THEME if theme in themes or ALL_THEMES in themes else None

    def _change(
        self, transaction: RecordTransaction, change: BulkChange, record: RecordId
    ) -> None:
        repository = self._repository
        match change.act:
            case BulkAct.ADD_THEME:
                self._add_theme(transaction, change.theme, record)
            case BulkAct.WITHDRAW:
                publisher = Publisher(repository)
                publisher.put_in_drafts(transaction, record, change.reason)
            case BulkAct.DELETE:
                Trash(repository).put_record(transaction, record)
            case BulkAct.DISCARD:
                self._drafts.put_in_trash(transaction, record)
            case BulkAct.CORRECT:
                self._correct(transaction, change, record)
            case BulkAct.UNDO:
                self._undo(transaction, change.undone[record])

    def _correct(
        self, transaction: RecordTransaction, change: BulkChange, record: RecordId
    ) -> None:
        """Put new texts into the draft of a record, or without a draft into it."""
        repository, texts = self._repository, change.texts[record]
        contents = {
            name: text.encode("utf-8", "replace") for name, text in texts.items()
        }
        published = repository.state(record)
        has_draft = repository.draft_folders.find(record) is not None
        if published is None or has_draft or change.in_drafts:
            self._put_draft(transaction, record, contents)
            return
        values = FormValues({"updated": str(repository.clock().date())})
        dated = write_values(record.kind, values, texts)[RECORD_FILE].encode()
        folder = repository.record_folder(record)
        transaction.put_record(
            record,
            {**linked_contents(folder), **contents, RECORD_FILE: dated},
            HistoryAction.CORRECTED,
        )

    def _put_draft(
        self,
        transaction: RecordTransaction,
        record: RecordId,
        contents: Mapping[str, Content],
    ) -> None:
        """Save texts in the draft of a record, or in a new one, as an entry."""
        repository, published = self._repository, self._repository.state(record)
        folder = repository.draft_folders.find(record)
        source = folder or repository.record_folder(record)
        before = None
        notes = DraftNotes(published=published)
        if folder is not None:
            _, before = repository.draft_state(record)
            notes = end_editing_session(transaction, record, folder, before)
            transaction.store_state(folder, before)
        actor, now = transaction.actor, repository.timestamp()
        writers = tuple(dict.fromkeys((*notes.credited, actor)))
        notes = dataclasses.replace(notes, by=actor, saved_at=now, writers=writers)
        after = transaction.put(
            repository.draft_folders.folder_for(record),
            {**copied_contents(source), **contents},
            notes=notes.contents(),
        )
        transaction.store_state(transaction.steps[-1].staged, after)
        transaction.log(HistoryAction.CORRECTED, record, before, after, is_draft=True)

    def _undo_reason(self, entry: HistoryEntry) -> Message | None:
        repository = self._repository
        if not entry.is_draft:
            is_same = repository.state(entry.record) == entry.after
        else:
            has_draft = repository.draft_folders.find(entry.record) is not None
            is_same = (
                has_draft and repository.draft_state(entry.record)[1] == entry.after
            )
        return None if is_same else CHANGED_MEANWHILE

    def _undo(self, transaction: RecordTransaction, entry: HistoryEntry) -> None:
        if entry.before is None:
            self._drafts.put_in_trash(transaction, entry.record)
            return
        contents = self._repository.history.contents(entry.before)
        if entry.is_draft:
            self._put_draft(transaction, entry.record, contents)
        else:
            digests = dict(entry.before.files)
            transaction.put_record(
                entry.record, contents, HistoryAction.REVERTED, digests=digests
            )

    def _add_theme(
        self, transaction: RecordTransaction, theme: str, record: RecordId
    ) -> None:
        """Add a theme to the draft of a record, or without a draft to the record."""
        texts = self._repository.texts(record)
        known = read_values(record.kind, texts).facts.get("themes", ())
        facts: dict[str, FormValue] = {"themes": (*map(str, known), theme)}
        if self._repository.draft_folders.find(record) is not None:
            texts = write_values(record.kind, FormValues(facts), texts)
            draft = self._drafts.load(record)
            self._drafts.put_texts(transaction, draft, texts)
            return
        folder = self._repository.record_folder(record)
        contents = linked_contents(folder)
        contents[RECORD_FILE] = record_file_with(
            self._repository, record, folder, facts
        )
        detail = str(RecordId(Kind.THEME, theme))
        transaction.put_record(record, contents, HistoryAction.THEME_ADDED, detail)


def _needed_themes(records: Collection[RecordId], corpus: Corpus) -> list[RecordId]:
    """Return the themes among records without which another record has no theme."""
    slugs = {record.slug for record in records if record.kind is Kind.THEME}
    needed: set[str] = set()
    for record in corpus.records.values():
        if (
            record.themes
            and record.id not in records
            and slugs.issuperset(record.themes)
        ):
            needed.update(record.themes)
    return [
        record
        for record in records
        if record.kind is Kind.THEME and record.slug in needed
    ]
