"""Reads the folder of one record."""

import dataclasses
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indexer.corpus.assessment_fields import read_assessment, with_currency
from indexer.corpus.editions import EditionLink, read_edition
from indexer.corpus.field_readers import READERS
from indexer.corpus.mentioned import is_only_mentioned
from indexer.corpus.originals import (
    FILES_FOLDER,
    Digest,
    sha256_of,
    unlisted_files,
    with_originals,
)
from indexer.corpus.text_files import read_utf8, shown_name
from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping
from indexer.model.edition import Edition
from indexer.model.ids import SLUG_PATTERN, Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.schema.kinds import SCHEMAS

_KINDS = tuple(Kind)


def build_record(
    fields: FieldReader,
    record_id: RecordId,
    editions: tuple[Edition, ...],
    mentions: tuple[RecordId, ...],
) -> Record:
    """Build a record of the kind of its id; problems are reported to `fields`."""
    kind = record_id.kind
    schema = SCHEMAS[kind]
    slug = fields.text("id", required=True)
    if slug and slug != record_id.slug:
        fields.report(ProblemCode.WRONG_ID, "id", id=slug, slug=record_id.slug)
    declared = [field for field in schema.facts if not field.is_signed]
    values = {
        field.attribute: READERS[field.type](fields, field, kind)
        for field in declared
        if field.name != "id"
    }
    if "end_date" in values:
        values["end_date"] = fields.end_of_period(values["date"], values["end_date"])
    if kind is Kind.DELIVERABLE:
        values["identifiers"] = fields.identifiers
        editions = tuple(_titled(editions, values["original_title"], fields))
    if schema.signed:
        values["assessment"] = read_assessment(fields, kind)
    record = with_currency(
        schema.record_class(
            id=record_id, editions=editions, mentions=mentions, **values
        )
    )
    record = dataclasses.replace(record, is_only_mentioned=is_only_mentioned(record))
    fields.finish()
    known = {field.name for field in declared}
    known |= {field.name for field in dataclasses.fields(record)}
    for name, line in zip(record.inferred, fields.item_lines("inferred"), strict=False):
        if name not in known:
            fields.report(ProblemCode.UNKNOWN_INFERRED_FIELD, line, name=name)
    return record


def _titled(
    editions: Iterable[Edition], original: str, fields: FieldReader
) -> Iterator[Edition]:
    """Yield editions of a document; one without a title has that on the cover."""
    for edition in editions:
        if not (edition.title or original):
            line = fields.line("original_title")
            fields.report(ProblemCode.MISSING_FIELD, line, name="original_title")
        yield dataclasses.replace(edition, title=edition.title or original)


RECORD_FILE = "record.yaml"
TEXT_NAMES = (RECORD_FILE, *(f"{locale}.md" for locale in Locale))
"""The names of the text files of a record."""
_KNOWN_NAMES = {*TEXT_NAMES, FILES_FOLDER}


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record read from its folder, with its problems.

    `record` is None when it has errors; `parsed` is what could be read all the same, so
    that its links are checked at once with the rest. `lines` maps each list of
    `record.yaml` to the lines of its items, for the checks that compare records.
    `declared_id` is the id in the file, which may be that of another folder. With
    `is_outdated`, `record` is an earlier state; the problems are those of the files.
    """

    path: str
    record: Record | None
    problems: tuple[Problem, ...]
    lines: dict[str, tuple[int, ...]]
    text_links: tuple[EditionLink, ...] = ()
    declared_id: str = ""
    id_line: int = 1
    is_outdated: bool = False
    parsed: Record | None = None

    def line(self, field: str, position: int) -> int:
        """Return the line of an item of a list."""
        lines = self.lines.get(field, ())
        return lines[position] if position < len(lines) else 1


def read_record(
    folder: Path, record_id: RecordId, display_path: str, *, digest: Digest = sha256_of
) -> ReadRecord:
    """Read `record.yaml`, `fr.md`, `en.md` and `files/`.

    `display_path` is the path of the folder in problems; `digest` hashes files.
    """
    path = f"{display_path}/{RECORD_FILE}"
    problems: list[Problem] = []
    if not SLUG_PATTERN.fullmatch(record_id.slug):
        name = shown_name(record_id.slug)
        problems.append(ProblemCode.INVALID_FOLDER_NAME.at(path, name=name))
    # Temporary files of an editor must not withdraw the record.
    other_problems = [
        ProblemCode.STRAY_FILE.at(f"{display_path}/{name}", name=name)
        for name in map(shown_name, sorted(each.name for each in folder.iterdir()))
        if name not in _KNOWN_NAMES and not name.startswith(".")
    ]
    editions, links = _read_editions(folder, record_id, display_path, other_problems)
    mapping = _read_mapping(folder / RECORD_FILE, path, problems)
    if mapping is None:
        return ReadRecord(path, None, (*problems, *other_problems), {}, links)
    fields = FieldReader(mapping, path, problems)
    targets = (link.target for link in links if link.target != record_id)
    record = build_record(fields, record_id, editions, tuple(dict.fromkeys(targets)))
    is_served = not errors_among(problems) and bool(editions)
    if isinstance(record, Deliverable):
        other_problems += unlisted_files(record, folder, display_path)
        # A missing file withdraws only that file.
        record = with_originals(record, folder, fields, digest)
    return ReadRecord(
        path=path,
        record=record if is_served else None,
        problems=(*problems, *other_problems),
        lines={
            name: lines
            for name in (
                *record.link_fields,
                *("themes", "places", "quotations", "former_ids"),
            )
            if (lines := fields.item_lines(name))
        },
        text_links=links,
        declared_id=fields.text("id"),
        id_line=fields.line("id"),
        parsed=record,
    )


def read_record_safely(
    folder: Path, record_id: RecordId, display_path: str, *, digest: Digest = sha256_of
) -> ReadRecord:
    """Read a record like `read_record`; any exception becomes a problem of the record.

    One record must never stop the reading of the others.
    """
    try:
        return read_record(folder, record_id, display_path, digest=digest)
    except OSError as error:
        reason = error.strerror or error
        problem = ProblemCode.UNREADABLE_FOLDER.at(display_path, reason=reason)
    except Exception as error:
        # Any defect: an exception here would stop the service for all records.
        logger.exception("reading %s failed", record_id)
        path = f"{display_path}/{RECORD_FILE}"
        problem = ProblemCode.READING_FAILED.at(path, reason=type(error).__name__)
    return ReadRecord(f"{display_path}/{RECORD_FILE}", None, (problem,), {})


def _read_mapping(
    path: Path, display_path: str, problems: list[Problem]
) -> Mapping | None:
    if not path.is_file():
        problems.append(ProblemCode.MISSING_RECORD_FILE.at(display_path))
        return None
    value = read_yaml_file(path, display_path, problems)
    if value is None or isinstance(value, Mapping):
        return value
    slug = path.parent.name
    problems.append(ProblemCode.RECORD_WITHOUT_FIELDS.at(display_path, slug=slug))
    return None


def _read_editions(
    folder: Path, record_id: RecordId, display_path: str, problems: list[Problem]
) -> tuple[tuple[Edition, ...], tuple[EditionLink, ...]]:
    editions: list[Edition] = []
    links: list[EditionLink] = []
    present = [each for each in Locale if (folder / f"{each}.md").is_file()]
    if not present:
        path = f"{display_path}/{Locale.FR}.md"
        problems.append(ProblemCode.MISSING_TEXT.at(path))
    for locale in Locale:
        path = f"{display_path}/{locale}.md"
        if locale not in present:
            if present:
                problems.append(ProblemCode.MISSING_EDITION.at(path))
            continue
        text = read_utf8(folder / f"{locale}.md", path, problems)
        if text is None:
            continue
        read = read_edition(
            text, kind=record_id.kind, locale=locale, path=path, problems=problems
        )
        if read is not None:
            editions.append(read[0])
            links += read[1]
    return tuple(editions), tuple(links)


def id_order(record: RecordId) -> tuple[int, object]:
    """Return the sort key of an id: that of the records of a corpus."""
    return _KINDS.index(record.kind), natural_key(record.slug)


@lru_cache(maxsize=2**16)  # names of all records are sorted at each reading
def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts n2 before n10."""
    parts = re.split(r"([0-9]+)", name)
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in parts
    )
