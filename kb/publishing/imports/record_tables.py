"""What the rows of a table change in records, and what is wrong with their cells.

A row without an id is a new record. A field whose column a table lacks stays as it is.
"""

import dataclasses
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePath

from indexer.analysis.tokens import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, Problem, ProblemCode, errors_among, message
from indexer.model.tables import KEYWORDS, SentTable, TableRow
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import InvalidChangeError
from kb.publishing.imports.record_columns import (
    ID,
    KIND,
    VERSION,
    Column,
    column_of,
    columns_of,
)
from kb.publishing.published.bulk_changes import UNREADABLE
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)
from kb.publishing.records.problem_locations import LocatedProblem, locate
from kb.publishing.storage.names import slug_of, unique_slug

_ABSENT = {ProblemCode.MISSING_FIELD, ProblemCode.MISSING_TEXT}
"""What a new draft may lack."""

_WORD = re.compile(r"[^\W_]+")
_CORRECTED = message("it has changed since this table was exported: export it again")
_FORMULA = message("it is a formula or an error: paste the value in its place")
_NO_RECORD = message(
    "no record has this id: correct it, or leave it empty for a new record"
)
_TWICE = message("line %(line)s has this id too: keep one of the two lines", line="")
_NO_KIND = message(
    "a new record needs its kind here: %(kinds)s", kinds=", ".join(sorted(Kind))
)
_OTHER_KIND = message("records of this kind have no such field: empty the cell")
_NO_HEADING = message("a cell has no column name above it: write the name on line 1")
_NO_TITLE = message("a new record needs a title: fill in title.fr or title.en")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a cell; `column` is empty for the whole row."""

    column: str
    text: Message | Problem


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row, the record that it changes or adds, and its texts before and after.

    `twins` are records that look like a new one; `keywords` are offered as themes.
    """

    line: int
    record: RecordId | None
    problems: tuple[RowProblem, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    is_new: bool = False
    twins: tuple[RecordId, ...] = ()
    keywords: tuple[str, ...] = ()


def check_columns(table: SentTable) -> None:
    """Check the names of the columns.

    Raises:
        InvalidChangeError: a column is no field of any record.
    """
    for name in filter(None, table.columns):
        known = any(column_of(kind, name) for kind in Kind)
        if known or name in {ID, KIND, VERSION}:
            continue
        keys = [ID, KIND, *{c.key for k in Kind for c in columns_of(k, FormValues())}]
        close = ", ".join(get_close_matches(name, keys, 3)) or "title.fr, date, themes"
        raise InvalidChangeError(
            message(
                "the column “%(name)s” is unknown: delete it, or name it as the export "
                "does, for example: %(close)s",
                name=name[:60],
                close=close,
            )
        )


def plan_rows(repository: Repository, table: SentTable) -> tuple[PlannedRow, ...]:
    """Return what each row of a table changes, and what is wrong with its cells.

    Nothing is written. Rows that change nothing are returned with equal texts.
    """
    corpus = repository.reader.read()
    plan = _Plan(repository, corpus, table.rows, bool(table.columns))
    rows = [plan.row(row) for row in table.rows]
    cells = {row.line: row.cells for row in table.rows}
    return tuple(_checked(repository, corpus, rows, cells))


@dataclass(slots=True)
class _Plan:
    """The rows planned so far: their ids, and the titles and addresses of records."""

    repository: Repository
    corpus: Corpus
    rows: tuple[TableRow, ...]
    is_sheet: bool
    added: set[RecordId] = field(default_factory=set)
    known: dict[str, RecordId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for record in self.corpus.records.values():
            titles = (edition.title for edition in record.editions)
            original = getattr(record, "original_title", "")
            urls = (source.url for source in record.sources if record.sources)
            self._remember(record.id, (*titles, original), urls)
        for record_id, _ in self.repository.draft_folders.records():
            values = read_values(record_id.kind, self.repository.texts(record_id))
            urls = (item.get("url", "") for item in values.items("sources"))
            self._remember(record_id, values.titles.values(), urls)

    def _remember(
        self, record: RecordId, titles: Iterable[str], urls: Iterable[str]
    ) -> None:
        for key in _identities(record.kind, titles, urls):
            self.known.setdefault(key, record)

    def row(self, row: TableRow) -> PlannedRow:
        """Return what a row changes; the content check has not seen it yet."""
        problems = [RowProblem(name, _FORMULA) for name in row.formulas]
        if "" in row.cells:
            problems.append(RowProblem("", _NO_HEADING))
        named = row.cells.get(ID, "").strip("/ ")
        if named:
            record, found = self._named(row, named)
        else:
            record, found = self._new(row)
        problems += found
        if record is None or found:
            return PlannedRow(row.line, record, tuple(problems))
        before = self.repository.texts(record) if named else {}
        today = self.repository.clock().date()
        base = before or {RECORD_FILE: f"id: {record.slug}\nupdated: {today}\n"}
        known = read_values(record.kind, base)
        if known.raw:
            return PlannedRow(row.line, record, (RowProblem(ID, UNREADABLE),))
        values, unfit = self._values(record.kind, row, known)
        is_changed = values.facts or any(values.words.values())
        after = write_values(record.kind, values, base) if is_changed else base
        version = row.cells.get(VERSION, "")
        if (
            named
            and after != base
            and version not in {"", self.repository.version(record)}
        ):
            problems.append(RowProblem(VERSION, _CORRECTED))
        twins = () if named else self._twins(record, after)
        return PlannedRow(
            row.line,
            record,
            (*problems, *unfit),
            before,
            after,
            is_new=not named,
            twins=twins,
            keywords=tuple(filter(None, row.cells.get(KEYWORDS, "").split("\n"))),
        )

    def _named(
        self, row: TableRow, name: str
    ) -> tuple[RecordId | None, list[RowProblem]]:
        record = RecordId.parse(name)
        if record is None or not self.repository.texts(record):
            return None, [RowProblem(ID, _NO_RECORD)]
        same = [other for other in self.rows if other.cells.get(ID) == row.cells[ID]]
        if len(same) > 1:
            fresh = self.repository.version(record)
            owner = next((o for o in same if o.cells.get(VERSION) == fresh), same[0])
            if owner is not row:
                text = _TWICE.with_values({"line": str(owner.line)})
                return record, [RowProblem(ID, text)]
        return record, []

    def _new(self, row: TableRow) -> tuple[RecordId | None, list[RowProblem]]:
        kind = row.cells.get(KIND, "").lower()
        titles = (row.cells.get(f"title.{locale}", "") for locale in Locale)
        title = next(filter(None, titles), "")
        if kind not in set(Kind):
            return None, [RowProblem(KIND, _NO_KIND)]
        if not title:
            return None, [RowProblem("", _NO_TITLE)]
        slug = unique_slug(
            slug_of(title),
            lambda slug: (
                RecordId(Kind(kind), slug) in self.added
                or self.repository.is_used(RecordId(Kind(kind), slug), self.corpus)
            ),
        )
        record = RecordId(Kind(kind), slug)
        self.added.add(record)
        return record, []

    def _values(
        self, kind: Kind, row: TableRow, known: FormValues
    ) -> tuple[FormValues, list[RowProblem]]:
        """Return the values that the cells of a row give the fields of a record."""
        facts: dict[str, FormValue] = {}
        words: dict[Locale, dict[str, FormValue]] = {locale: {} for locale in Locale}
        problems = []
        for key, cell in row.cells.items():
            column = column_of(kind, key)
            if column is None:
                if cell and self.is_sheet and key not in {ID, KIND, VERSION, ""}:
                    problems.append(RowProblem(key, _OTHER_KIND))
                continue
            name, language = column.field.name, column.locale
            new = facts if language is None else words[language]
            old = known.facts if language is None else known.words.get(language, {})
            if cell != column.read(known).strip() and not self._is_unfit(column, cell):
                new[name] = column.value(cell, new.get(name, old.get(name, ())))
        return FormValues(facts, words), problems

    def _is_unfit(self, column: Column, cell: str) -> bool:
        """Return whether a reference has a value that is none of those declared."""
        declared = column.part or column.field
        options = declared.options
        return not self.is_sheet and bool(options) and cell not in options

    def _twins(
        self, record: RecordId, texts: Mapping[str, str]
    ) -> tuple[RecordId, ...]:
        values = read_values(record.kind, texts)
        urls = [item.get("url", "") for item in values.items("sources")]
        keys = _identities(record.kind, values.titles.values(), urls)
        twins = dict.fromkeys(self.known[key] for key in keys if key in self.known)
        self._remember(record, values.titles.values(), urls)
        return tuple(twins)


def _identities(
    kind: Kind, titles: Iterable[str], urls: Iterable[str]
) -> Iterator[str]:
    """Yield what two records have in common only if they are the same work."""
    for title in filter(None, titles):
        yield " ".join(_WORD.findall(fold(normalize(title))))
    for url in urls if kind is Kind.DELIVERABLE else ():
        address = re.sub(r"^https?://(?:(?:dx\.)?doi\.org/|www\.)?", "", url.lower())
        if address:
            yield address.rstrip("/")


def _checked(
    repository: Repository,
    corpus: Corpus,
    rows: Sequence[PlannedRow],
    cells: Mapping[int, Mapping[str, str]],
) -> Iterator[PlannedRow]:
    """Yield the rows with the problems that the content check has with them."""
    changed = {
        row.record: row
        for row in rows
        if row.record is not None and not row.problems and row.after != row.before
    }
    texts = {record: row.after for record, row in changed.items()}
    after = _problems(repository, corpus, texts)
    suspects = {record: changed[record].before for record in after}
    before = _problems(repository, corpus, suspects)
    for row in rows:
        record = row.record
        if record is None or changed.get(record) is not row:
            yield row
            continue
        known = {_sign(problem) for problem in before.get(record, ())}
        errors = after.get(record, ())
        new = [problem for problem in errors if _sign(problem) not in known]
        expected = set(_ABSENT) if row.is_new else set()
        if any(problem.code is ProblemCode.INVALID_DATE for problem in new):
            expected.add(ProblemCode.INVALID_PERIOD)  # It has the same cause.
        found = tuple(
            RowProblem(_key(place, cells[row.line]), place.problem)
            for place in locate(new, row.after)
            if place.problem.code not in expected
        )
        yield dataclasses.replace(row, problems=(*row.problems, *found))


def _problems(
    repository: Repository, corpus: Corpus, texts: Mapping[RecordId, Mapping[str, str]]
) -> dict[RecordId, Sequence[Problem]]:
    """Return the errors of records with other texts; those without are left out."""
    with tempfile.TemporaryDirectory(dir=repository.locations.instance) as temporary:
        folders = {record: Path(temporary) / str(record) for record in texts}
        for record, folder in folders.items():
            folder.mkdir(parents=True)
            for name, text in texts[record].items():
                (folder / name).write_text(text, "utf-8", "replace")
        found = repository.reader.check_overlay(folders, corpus)
    errors = {record: errors_among(problems) for record, problems in found.items()}
    return {record: problems for record, problems in errors.items() if problems}


def _sign(problem: Problem) -> tuple[object, ...]:
    """Return what two states of a record have in common if both have a problem."""
    name = PurePath(problem.path).name
    return name, problem.code, tuple(problem.what.values.items())


def _key(place: LocatedProblem, cells: Mapping[str, str]) -> str:
    """Return the column of a problem: in an item, that of the quoted part."""
    language = "" if place.file == RECORD_FILE else f".{PurePath(place.file).stem}"
    start = None if place.item is None else f"{place.field}.{place.item + 1}."
    values = place.problem.what.values
    parts = [key for key in cells if start and key.startswith(start)]
    quoted = [key for key in parts if cells[key] in values.values()]
    named = [key for key in parts if key.split(".")[2] == values.get("name")]
    return next(iter(quoted or named or parts), f"{place.field}{language}")
