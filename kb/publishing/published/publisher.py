"""Publishes drafts, withdraws records, replaces files, brings earlier states back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER, MISSING_FILE, sha256_of
from indexer.corpus.record_reader import MISSING_EDITION, RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, Problem, message
from indexer.model.records import Deliverable
from kb.publishing.changes.journal import Work
from kb.publishing.changes.record_changes import (
    Told,
    cut_links,
    kept_contents,
    linked_contents,
    put_record,
    restore_links,
    texts_in,
)
from kb.publishing.changes.repository import Holdings
from kb.publishing.drafts.draft import DraftNotes, read_notes
from kb.publishing.drafts.draft_editor import DraftConflictError, Drafts
from kb.publishing.errors import IncompleteError, NotThereError, PublishingError
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.history.history_entries import Action, Entry
from kb.publishing.records.form_values import (
    Item,
    Value,
    Values,
    read_values,
    write_values,
)
from kb.publishing.storage.folder_swap import NOTES_FILE, Copied
from kb.publishing.storage.snapshots import State, state_of


class Side(Enum):
    """Which of the two states of a change."""

    BEFORE = "before"
    AFTER = "after"


class PublishedSinceError(PublishingError):
    """The record was changed after the draft was made from it: here are both.

    `version` is what to publish over when that is what somebody wants.
    """

    def __init__(
        self,
        record: RecordId,
        version: str,
        published: Mapping[str, str],
        differences: tuple[Difference, ...],
    ) -> None:
        super().__init__(f"{record}: published since the draft was begun")
        self.record = record
        self.version = version
        self.published = published
        self.differences = differences

    @property
    def told(self) -> Message:
        """Say it to staff."""
        return message(
            "%(record)s was changed after this draft was begun: look at both, then "
            "choose",
            record=self.record,
        )


class Publisher:
    """Moves records between the drafts and the content."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def publish(
        self, record: RecordId, *, who: str, version: str = "", over: str = ""
    ) -> str:
        """Publish a draft in the stead of what stands there; give the change's name.

        `version` is that of the draft that somebody looked at, `over` that of the
        published record, when it was changed after the draft was begun.

        Raises:
            NotThereError: there is no such draft.
            DraftConflictError: it was saved after somebody looked at it.
            PublishedSinceError: the record was changed after the draft was begun.
            IncompleteError: it has problems.
        """
        holdings = self._holdings
        with holdings.journal.work() as work:
            folder, state = self._draft(record, version)
            notes = read_notes(folder)
            self._check_base(record, folder, notes, over)
            self._check_problems(record, folder)
            self.put_draft(work, record, folder, state, who)
            if notes.work:
                restore_links(holdings, work, notes.work, who)
            work.commit()
            holdings.shelf.tidy()
        return work.name

    def _draft(self, record: RecordId, version: str) -> tuple[Path, State]:
        folder = self._holdings.shelf.find(record)
        state = state_of(folder) if folder is not None else None
        if folder is None or state is None:
            raise NotThereError(record)
        if version and state.digest != version:
            raise DraftConflictError(Drafts(self._holdings).load(record), {}, ())
        return folder, state

    def _check_base(
        self, record: RecordId, folder: Path, notes: DraftNotes, over: str
    ) -> None:
        current = self._holdings.state(record)
        if current is None or current == notes.published or current.digest == over:
            return
        published = texts_in(self._holdings.place(record))
        raise PublishedSinceError(
            record,
            current.digest,
            published,
            compare_texts(record.kind, published, texts_in(folder)),
        )

    def _check_problems(self, record: RecordId, folder: Path) -> None:
        reader = self._holdings.reader
        corpus = reader.read()
        problems = reader.check_beside({record: folder}, corpus)[record]
        blocking = blocking_problems(problems, corpus, record)
        if blocking:
            raise IncompleteError(record, tuple(blocking))

    def put_draft(
        self, work: Work, record: RecordId, folder: Path, state: State, who: str
    ) -> None:
        """Put a draft into the content, and take it from the shelf, in a work."""
        contents = linked_contents(folder)
        text = dated(record.kind, texts_in(folder).get(RECORD_FILE, ""), self._day())
        contents[RECORD_FILE] = text.encode()
        digests = {name: sha for name, sha in state.files if name != RECORD_FILE}
        told = Told(Action.PUBLISHED, who)
        put_record(self._holdings, work, record, contents, told, digests=digests)
        work.take_away(folder)

    def unpublish(self, record: RecordId, *, who: str) -> str:
        """Take a record out of the content, back to the drafts; give the name.

        A draft of it that somebody began stays as it is. The links of other records to
        it are taken out, and brought back when it is published again.

        Raises:
            NotThereError: it is not published.
        """
        holdings = self._holdings
        with holdings.journal.work() as work:
            before = holdings.before(work, record)
            if before is None:
                raise NotThereError(record)
            folder = holdings.shelf.find(record)
            place = holdings.shelf.place_for(record)
            origin = folder or holdings.place(record)
            at = holdings.clock().isoformat(timespec="seconds")
            notes = DraftNotes(who, at, work=work.name)
            work.put(
                place,
                linked_contents(origin),
                hidden={NOTES_FILE: notes.contents()},
            )
            cut_links(holdings, work, record, who)
            work.take_away(holdings.place(record))
            work.tell(
                Entry(holdings.clock(), who, Action.UNPUBLISHED, record, before, None)
            )
            work.commit()
        return work.name

    def replace_file(
        self,
        record: RecordId,
        name: str,
        path: Path,
        *,
        who: str,
        facts: Mapping[str, str] | None = None,
    ) -> str:
        """Put another file in the stead of an original, under its name.

        `facts` are those of the new file: its pages, whether it is tagged. The old one
        stays in the history.

        Raises:
            NotThereError: there is no such record or file.
        """
        holdings = self._holdings
        with holdings.journal.work() as work:
            folder = holdings.place(record)
            contents = linked_contents(folder)
            kept = f"{FILES_FOLDER}/{name}"
            if kept not in contents:
                raise NotThereError(f"{record}/{kept}")
            contents[kept] = Copied(path)
            text = texts_in(folder)[RECORD_FILE]
            listed = {"name": name, "sha256": sha256_of(path), **(facts or {})}
            text = _with_file(record.kind, text, listed)
            contents[RECORD_FILE] = dated(record.kind, text, self._day()).encode()
            told = Told(Action.FILE_REPLACED, who, name)
            put_record(holdings, work, record, contents, told)
            work.commit()
        return work.name

    def bring_back(self, number: int, side: Side, *, who: str) -> str:
        """Put a record back into an earlier state: that before or after a change.

        Raises:
            NotThereError: there is no such change, or the state is none.
        """
        holdings = self._holdings
        with holdings.journal.work() as work:
            entry = holdings.history.change(number).entry
            state = entry.before if side is Side.BEFORE else entry.after
            if state is None or entry.is_draft:
                raise NotThereError(f"{entry.record} ({side.value} {number})")
            told = Told(Action.BROUGHT_BACK, who, f"{number} {side.value}")
            contents = kept_contents(holdings, state)
            put_record(
                holdings,
                work,
                entry.record,
                contents,
                told,
                digests=dict(state.files),
            )
            work.commit()
        return work.name

    def _day(self) -> dt.date:
        return self._holdings.clock().date()


def blocking_problems(
    problems: Sequence[Problem], corpus: Corpus, record_id: RecordId
) -> list[Problem]:
    """Leave out what does not keep a record from being read.

    It may stand in one language, and what was published before need not be here.
    """
    record = corpus.get(record_id)
    there = (
        {file.name for file in record.files}
        if isinstance(record, Deliverable)
        else set[str]()
    )
    return [
        each
        for each in problems
        if each.what.template != MISSING_EDITION.template
        and not (
            each.what.template == MISSING_FILE.template
            and each.what.values["name"] in there
        )
    ]


def dated(kind: Kind, text: str, day: dt.date) -> str:
    """Give the text of a record with the day on which it changed."""
    changed = write_values(kind, Values({"updated": str(day)}), {RECORD_FILE: text})
    return changed[RECORD_FILE]


def _with_file(kind: Kind, text: str, listed: Item) -> str:
    """Give the text of a record with other facts about one of its files."""
    texts = {RECORD_FILE: text}
    files = [
        {**{k: v for k, v in each.items() if k == "language"}, **listed}
        if not isinstance(each, str) and each.get("name") == listed["name"]
        else each
        for each in read_values(kind, texts).facts.get("files", ())
    ]
    facts: dict[str, Value] = {
        "files": tuple(each for each in files if not isinstance(each, str))
    }
    before = read_values(kind, texts).facts
    replaced = [each.get("pages") for each in _listed(before) if _is(each, listed)]
    if replaced == [before.get("pages")] and "pages" in listed:
        # The record counts the pages of this file: it must not go on with the old ones.
        facts["pages"] = listed["pages"]
    return write_values(kind, Values(facts), texts)[RECORD_FILE]


def _listed(facts: Mapping[str, Value]) -> list[Item]:
    return [each for each in facts.get("files", ()) if not isinstance(each, str)]


def _is(one: Item, other: Item) -> bool:
    return one.get("name") == other.get("name")
