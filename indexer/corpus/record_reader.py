"""Reads one record's folder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.editions import EditionLink, read_edition, unreadable_yaml
from indexer.corpus.originals import FILES_FOLDER, Digest, sha256_of, with_originals
from indexer.corpus.record_builders import EditionPair, build_record
from indexer.corpus.text_files import read_text, read_utf8, shown_name
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Mapping, YamlSyntaxError, read_yaml
from indexer.model.ids import SLUG_PATTERN, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.records import Deliverable, Record

RECORD_FILE = "record.yaml"
_KNOWN_NAMES = {RECORD_FILE, FILES_FOLDER, *(f"{locale}.md" for locale in Locale)}


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What came of a folder.

    `record` is None when it can't be served. `lines` gives the line of each item of the
    lists in `record.yaml`, for the checks that compare records; `declared_id` is the id
    that the file gives, which may be another folder's.
    """

    path: str
    record: Record | None
    problems: tuple[Problem, ...]
    lines: dict[str, tuple[int, ...]]
    text_links: tuple[EditionLink, ...] = ()
    declared_id: str = ""
    id_line: int = 1

    def line(self, field: str, position: int) -> int:
        """Give the line of an item of a list."""
        lines = self.lines.get(field, ())
        return lines[position] if position < len(lines) else 1


def read_record(
    folder: Path, record_id: RecordId, shown: str, *, digest: Digest = sha256_of
) -> ReadRecord:
    """Read `record.yaml`, the editions beside it, and what lies in `files/`."""
    path = f"{shown}/{RECORD_FILE}"
    problems: list[Problem] = []
    _check_name(record_id, shown, problems)
    # What an editor leaves beside a record, for a moment or longer, withdraws nothing.
    edition_problems = _strays(folder, shown)
    words, links = _words(folder, record_id, shown, edition_problems)
    mapping = _facts(folder / RECORD_FILE, path, problems)
    if mapping is None:
        return ReadRecord(path, None, (*problems, *edition_problems), {}, links)
    fields = FieldReader(mapping, path, problems)
    record = build_record(fields, record_id, words)
    is_served = not problems and bool(words.editions)
    if isinstance(record, Deliverable):
        # A file that is missing withdraws that file, and not the record.
        record = with_originals(
            record,
            folder,
            shown=shown,
            lines=fields.item_lines("files"),
            digest=digest,
            problems=edition_problems,
        )
    return ReadRecord(
        path=path,
        record=record if is_served else None,
        problems=(*problems, *edition_problems),
        lines={name: fields.item_lines(name) for name in _list_fields(record)},
        text_links=links,
        declared_id=fields.text("id"),
        id_line=fields.line("id"),
    )


def _list_fields(record: Record) -> tuple[str, ...]:
    return (*record.LINK_FIELDS, "themes", "places", "inferred", "quotations")


def _check_name(record_id: RecordId, shown: str, problems: list[Problem]) -> None:
    if not SLUG_PATTERN.fullmatch(record_id.slug):
        problems.append(
            Problem(
                f"{shown}/{RECORD_FILE}",
                1,
                ProblemCode.INVALID_FOLDER_NAME,
                message(
                    "the folder '%(name)s' can't be an id",
                    name=shown_name(record_id.slug),
                ),
                message("rename it: lower-case letters, digits, hyphens and points"),
            )
        )


def _strays(folder: Path, shown: str) -> list[Problem]:
    return [
        Problem(
            f"{shown}/{shown_name(entry.name)}",
            1,
            ProblemCode.STRAY_FILE,
            message(
                "the file '%(name)s' has no place here", name=shown_name(entry.name)
            ),
            message("put an original into files/, or remove it"),
        )
        for entry in sorted(folder.iterdir())
        if entry.name not in _KNOWN_NAMES and not entry.name.startswith(".")
    ]


def _facts(path: Path, shown: str, problems: list[Problem]) -> Mapping | None:
    if not path.is_file():
        problems.append(
            Problem(
                shown,
                1,
                ProblemCode.MISSING_RECORD_FILE,
                message("the file is missing"),
                message("write it as documents/README.md tells, or remove the folder"),
            )
        )
        return None
    text = read_text(path, shown, problems)
    if text is None:
        return None
    try:
        value = read_yaml(text)
    except YamlSyntaxError as error:
        problems.append(Problem(shown, error.line, *unreadable_yaml(error.reason)))
        return None
    if not isinstance(value, Mapping):
        problems.append(
            Problem(
                shown,
                1,
                ProblemCode.RECORD_WITHOUT_FIELDS,
                message("the file has no fields"),
                message(
                    "write one field per line, such as id: %(slug)s",
                    slug=path.parent.name,
                ),
            )
        )
        return None
    return value


def _words(
    folder: Path, record_id: RecordId, shown: str, problems: list[Problem]
) -> tuple[EditionPair, tuple[EditionLink, ...]]:
    editions = []
    links: list[EditionLink] = []
    files = {locale: folder / f"{locale}.md" for locale in Locale}
    present = [locale for locale, file in files.items() if file.is_file()]
    problems += _missing_texts(present, shown)
    for locale in present:
        path = f"{shown}/{locale}.md"
        text = read_utf8(files[locale], path, problems)
        if text is None:
            continue
        read = read_edition(
            text, kind=record_id.kind, locale=locale, path=path, problems=problems
        )
        if read is not None:
            editions.append(read.edition)
            links += read.links
    mentions = tuple(
        dict.fromkeys(link.target for link in links if link.target != record_id)
    )
    return EditionPair(tuple(editions), mentions), tuple(links)


def _missing_texts(present: Collection[Locale], shown: str) -> Iterator[Problem]:
    missing = [locale for locale in Locale if locale not in present]
    if not present:
        yield Problem(
            f"{shown}/{missing[0]}.md",
            1,
            ProblemCode.MISSING_TEXT,
            message("the record has no text, in French or in English"),
            message("write it in one of the two languages"),
        )
        return
    for locale in missing:
        yield Problem(
            f"{shown}/{locale}.md",
            1,
            ProblemCode.MISSING_EDITION,
            message("the edition is missing"),
            message("write it; until then the page shows the other language"),
        )


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort names so that n2 comes before n10."""
    parts = re.split(r"([0-9]+)", name)
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in parts
    )
