"""The revisions of drafts: what each save replaced, field by field, for 90 days.

The history stores an editing session as one change, and never deletes a text. The saves
within a session are here, in a file of their own: they are many, and they expire.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.record_reader import RECORD_FILE, TEXT_NAMES
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.schema.frame import BODY
from kb.core.sqlite import Store
from kb.publishing.errors import (
    HistoryUnreadableError,
    NewerFormatError,
    WriteFailedError,
)
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)
from kb.publishing.records.practice_frame import frame_parts

KEPT_DAYS = 90
MAX_REVISIONS = 2000
"""The most revisions of a record; beyond, those that only added words go first."""

FileField = tuple[str, str]
"""The name of a file and of a field in it; without a field, the whole file."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A save of a draft; `fields` are those that it changed.

    `only_adds` is whether it removed no word.
    """

    number: int
    at: dt.datetime
    actor: str
    fields: frozenset[FileField]
    replaced: bytes
    only_adds: bool

    @property
    def values(self) -> Mapping[FileField, FormValue]:
        """The values that the save replaced."""
        rows = json.loads(zlib.decompress(self.replaced))
        return {
            (file, field): value if isinstance(value, str) else tuple(value)
            for file, field, value in rows
        }


class Revisions(Store):
    """The revisions of all drafts, in the file `revisions.db` of the instance."""

    migrations = (
        """
CREATE TABLE revision (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  record TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, fields TEXT NOT NULL,
  replaced BLOB NOT NULL, only_adds INTEGER NOT NULL);
CREATE INDEX revision_by_record ON revision (record, number);
""",
    )
    read_error = HistoryUnreadableError
    write_error = WriteFailedError
    newer_error = NewerFormatError
    erases = True

    def __init__(self, instance: Path) -> None:
        super().__init__(instance / "revisions.db")

    def add(
        self,
        record: RecordId,
        before: Mapping[str, str],
        after: Mapping[str, str],
        *,
        at: dt.datetime,
        actor: str,
    ) -> None:
        """Store what a save of a draft replaces: `before` and `after` are its texts.

        The save calls this before it changes the draft, so that no text is lost if the
        process is killed in between.

        Raises:
            WriteFailedError: the file can't be written.
        """
        changed = tuple(_changed_values(record.kind, before, after))
        rows = [(*field, old) for field, old, _ in changed]
        self.execute(
            "INSERT INTO revision (record, at, actor, fields, replaced, only_adds)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            str(record),
            _stored_time(at),
            actor,
            json.dumps([field for field, _, _ in changed]),
            zlib.compress(json.dumps(rows).encode()),
            all(_only_adds(old, new) for _, old, new in changed),
        )

    def copy(self, record: RecordId, renamed: RecordId) -> None:
        """Copy the revisions of a draft that gets another id.

        Raises:
            WriteFailedError: the file can't be written.
        """
        self.execute(
            "INSERT INTO revision (record, at, actor, fields, replaced, only_adds)"
            " SELECT ?, at, actor, fields, replaced, only_adds FROM revision"
            " WHERE record = ? ORDER BY number",
            str(renamed),
            str(record),
        )

    def of(self, record: RecordId) -> tuple[Revision, ...]:
        """Return the revisions of a record, the oldest first.

        Raises:
            HistoryUnreadableError: the file can't be read.
        """
        rows = self.rows(
            "SELECT number, at, actor, fields, replaced, only_adds"
            " FROM revision WHERE record = ? ORDER BY number",
            str(record),
        )
        return tuple(
            Revision(
                number,
                dt.datetime.fromisoformat(at),
                actor,
                frozenset(map(tuple, json.loads(fields))),
                *rest,
            )
            for number, at, actor, fields, *rest in rows
        )

    def prune(
        self, now: dt.datetime, withdrawn: Mapping[RecordId, dt.datetime]
    ) -> None:
        """Delete the revisions that are too old or too many, or of withdrawn records.

        `withdrawn` is when records were withdrawn: perhaps for what they say of a
        person. What was saved before is erased.

        Raises:
            WriteFailedError: the file can't be written.
        """
        if not self.path.exists():
            return
        oldest = _stored_time(now - dt.timedelta(days=KEPT_DAYS))
        with self.writing() as database:
            database.execute("DELETE FROM revision WHERE at < ?", (oldest,))
            database.executemany(
                "DELETE FROM revision WHERE record = ? AND at <= ?",
                [(str(record), _stored_time(at)) for record, at in withdrawn.items()],
            )
            database.execute(
                "DELETE FROM revision WHERE number IN (SELECT number FROM (SELECT"
                " number, row_number() OVER (PARTITION BY record"
                " ORDER BY only_adds, number DESC) AS place FROM revision)"
                " WHERE place > ?)",
                (MAX_REVISIONS,),
            )


def texts_before(
    kind: Kind, revisions: Sequence[Revision], texts: Mapping[str, str]
) -> dict[str, str]:
    """Return the texts of a draft as they were before some saves.

    `revisions` are the saves, the oldest first; `texts` are the present texts.
    """
    earlier = dict(texts)
    values: dict[FileField, FormValue] = {}
    for revision in reversed(revisions):
        for (file, field), value in revision.values.items():
            if field:
                values[file, field] = value
            else:
                earlier[file] = str(value)
                values = {key: old for key, old in values.items() if key[0] != file}
    by_file: dict[str, dict[str, FormValue]] = {name: {} for name in TEXT_NAMES}
    for (file, field), value in values.items():
        by_file[file][field] = value
    words = {locale: by_file[f"{locale}.md"] for locale in Locale}
    return write_values(kind, FormValues(by_file[RECORD_FILE], words), earlier)


def field_values(kind: Kind, texts: Mapping[str, str]) -> dict[FileField, FormValue]:
    """Return the values of all fields, and the parts of the body of a practice.

    A file that is not valid YAML has one value: its text.
    """
    read = read_values(kind, texts)
    found: dict[FileField, FormValue] = {
        (name, field): value
        for name in TEXT_NAMES
        for field, value in read.of_file(name).items()
    }
    found |= {(name, ""): texts[name] for name in read.raw}
    if kind is Kind.PRACTICE:
        for locale in Locale:
            parts = frame_parts(read.words[locale].get(BODY, ""))
            for key, part in parts.items():
                found[f"{locale}.md", f"{BODY}-{key}"] = part
    return found


def _changed_values(
    kind: Kind, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[FileField, FormValue, FormValue]]:
    """Yield the field, its old and its new value where they differ.

    It is the whole file where no field differs, or where one text is not valid YAML.
    """
    old, new = field_values(kind, before), field_values(kind, after)
    for name in TEXT_NAMES:
        was, now = before.get(name, ""), after.get(name, "")
        changed = [
            (field, old.get(field, ""), new.get(field, ""))
            for field in sorted({*old, *new})
            if field[0] == name and old.get(field, "") != new.get(field, "")
        ]
        if changed and all(field for (_, field), _, _ in changed):
            yield from changed
        elif was != now:
            yield (name, ""), was, now


def _only_adds(old: FormValue, new: FormValue) -> bool:
    """Return whether a value is an older text with words added in one place."""
    if not isinstance(old, str) or not isinstance(new, str) or len(new) < len(old):
        return False
    pairs = enumerate(zip(old, new, strict=False))
    start = next((place for place, (a, b) in pairs if a != b), len(old))
    return new.endswith(old[start:])


def _stored_time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
