"""Tests of tables of records: round trip, problems, the change and its undoing."""

from collections.abc import Iterable, Mapping, Sequence

import pytest

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.tables import SentTable, TableRow
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import InvalidChangeError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.record_columns import correction_table
from kb.publishing.imports.record_tables import PlannedRow, check_columns, plan_rows
from kb.publishing.published.bulk_changes import (
    CHANGED_MEANWHILE,
    BulkAct,
    BulkChange,
    BulkChanges,
    BulkPlan,
)
from tests.kb.publishing.kills import tree
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
EVENT = RecordId(Kind.EVENT, "w9")
REC = RecordId(Kind.RECOMMENDATION, "rec-01")
ADA = "ada@example.org"


def a_table(columns: Sequence[str], *rows: Iterable[str]) -> SentTable:
    """Return a table as its reader makes it."""
    lines = enumerate(rows, 2)
    cells = ((n, dict(zip(columns, row, strict=True))) for n, row in lines)
    return SentTable(tuple(columns), tuple(TableRow(n, cell) for n, cell in cells))


def exported(repository: Repository, *records: RecordId) -> SentTable:
    """Return the table of records that staff get."""
    columns, *rows = correction_table(repository, records)
    return a_table(columns, *rows)


def changed(table: SentTable, number: int, cells: Mapping[str, str]) -> SentTable:
    """Return a table with other cells in a row."""
    rows = list(table.rows)
    rows[number] = TableRow(rows[number].line, {**rows[number].cells, **cells})
    return SentTable(table.columns, tuple(rows))


def problems(rows: Iterable[PlannedRow]) -> list[tuple[int, str, str]]:
    """Return the line, the column and the start of each problem."""
    return [
        (row.line, problem.column, str(getattr(problem.text, "what", problem.text)))
        for row in rows
        for problem in row.problems
    ]


def apply(
    repository: Repository, rows: Iterable[PlannedRow], *, in_drafts: bool
) -> BulkPlan:
    """Apply the rows without problems, as the page does."""
    texts = {row.record: row.after for row in rows if row.record and not row.problems}
    change = BulkChange(BulkAct.CORRECT, texts=texts, in_drafts=in_drafts)
    return BulkChanges(repository).apply(change, [*texts], {}, actor=ADA)


def take_back(repository: Repository, done: BulkPlan) -> BulkPlan:
    """Take back what a table changed."""
    undone = {
        change.entry.record: change.entry
        for change in repository.history.of_transaction(done.batch)
        if change.entry.action is HistoryAction.CORRECTED
    }
    change = BulkChange(BulkAct.UNDO, undone=undone)
    return BulkChanges(repository).apply(change, [*undone], {}, actor=ADA)


def test_a_table_that_nobody_changed_changes_nothing(
    repository: Repository, workspace: Workspace
) -> None:
    """Every field that a form has survives the round trip, of all kinds of record."""
    records = workspace.corpus().records

    rows = plan_rows(repository, exported(repository, *records))

    assert [row.record for row in rows] == [*records]
    assert problems(rows) == []
    assert all(row.after == row.before for row in rows)


def test_corrections_are_published_and_taken_back(
    repository: Repository, workspace: Workspace
) -> None:
    """One transaction changes the cells that differ; its undoing restores each byte."""
    before = tree(workspace.documents)
    table = exported(repository, LAMPS, EVENT)
    table = changed(table, 0, {"summary.en": "Other lamps.", "date": "30/10/2015"})

    rows = plan_rows(repository, table)
    done = apply(repository, rows[:1], in_drafts=False)

    record = workspace.corpus().records[LAMPS]
    assert str(record.period[0]) == "2015-10-30"
    assert rows[1].after == rows[1].before
    assert "Other lamps." in workspace.path(f"{LAMPS}/en.md").read_text("utf-8")
    assert set(take_back(repository, done).ready) == {LAMPS}
    assert tree(workspace.documents) == before


def test_each_wrong_cell_is_told_and_the_other_lines_are_sound(
    repository: Repository,
) -> None:
    """A line with an error is left out; an error that was there before is none."""
    table = exported(repository, LAMPS, EVENT, REC)
    table = changed(table, 0, {"date": "tomorrow", "stage": "dream", "themes": "none"})
    table = changed(table, 1, {"summary.en": "Sound."})
    twin = TableRow(9, {**table.rows[1].cells, "version": "old"})
    stale = TableRow(10, {"id": str(REC), "version": "old", "title.en": "x"})
    lost = TableRow(11, {"id": "events/none", "title.en": "x"})
    odd = TableRow(12, {"id": "", "kind": "event", "title.en": "New", "stage": "idea"})
    empty = TableRow(13, {"kind": "theory", "title.en": "New"})
    formula = TableRow(14, {"kind": "event", "title.en": "=A1"}, ("title.en",))
    rows = (*table.rows[:2], twin, stale, lost, odd, empty, formula)

    planned = plan_rows(repository, SentTable(table.columns, rows))

    assert [place for *place, _text in map(list, problems(planned))] == [
        *([2, "date"], [2, "stage"], [2, "themes"], [9, "id"], [10, "version"]),
        *([11, "id"], [12, "stage"], [13, "kind"], [14, "title.en"]),
    ]
    assert [row.record for row in planned if not row.problems] == [EVENT]
    with pytest.raises(InvalidChangeError, match="themes"):
        check_columns(SentTable(("id", "theme"), rows))


def test_new_records_and_corrections_become_drafts(
    repository: Repository, workspace: Workspace
) -> None:
    """What was edited since stays when the table is taken back."""
    before = tree(workspace.documents)
    table = a_table(
        ["id", "kind", "title.en", "sources.1.url", "sources.2.url"],
        [str(LAMPS), "", "Other lamps", "https://example.org/a", ""],
        ["", "term", "Lamp post", "", "https://example.org/b"],
        ["", "term", "Lamp post", "", ""],
        [str(EVENT), "", "Other workshop", "https://example.org/c", ""],
    )

    rows = plan_rows(repository, table)
    done = apply(repository, rows, in_drafts=True)

    assert problems(rows) == []
    posts = [RecordId(Kind.TERM, slug) for slug in ("lamp-post", "lamp-post-2")]
    assert [row.record for row in rows] == [LAMPS, *posts, EVENT]
    assert rows[2].twins == (posts[0],)
    assert set(done.ready) == {LAMPS, *posts, EVENT}
    assert tree(workspace.documents) == before
    assert "https://example.org/b" in repository.texts(posts[0])[RECORD_FILE]
    drafts = DraftEditor(repository)
    draft = drafts.load(EVENT)
    drafts.save(EVENT, {**draft.texts, "fr.md": ""}, version=draft.version, actor=ADA)
    undone = take_back(repository, done)
    assert undone.refused == {EVENT: CHANGED_MEANWHILE}
    assert [record for record, _ in repository.draft_folders.records()] == [EVENT]
