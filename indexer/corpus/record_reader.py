"""Reads the folder of one record."""

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
    """A record read from its folder, with its problems.

    `record` is None when it has errors. `lines` maps each list of `record.yaml` to the
    lines of its items, for the checks that compare records. `declared_id` is the id in
    the file, which may be that of another folder.
    """

    path: str
    record: Record | None
    problems: tuple[Problem, ...]
    lines: dict[str, tuple[int, ...]]
    text_links: tuple[EditionLink, ...] = ()
    declared_id: str = ""
    id_line: int = 1

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
    _check_name(record_id, display_path, problems)
    # Temporary files of an editor must not withdraw the record.
    edition_problems = _stray_files(folder, display_path)
    texts, links = _read_editions(folder, record_id, display_path, edition_problems)
    mapping = _read_mapping(folder / RECORD_FILE, path, problems)
    if mapping is None:
        return ReadRecord(path, None, (*problems, *edition_problems), {}, links)
    fields = FieldReader(mapping, path, problems)
    record = build_record(fields, record_id, texts)
    is_served = not problems and bool(texts.editions)
    if isinstance(record, Deliverable):
        # A missing file withdraws only that file.
        record = with_originals(
            record,
            folder,
            display_path=display_path,
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


def _check_name(
    record_id: RecordId, display_path: str, problems: list[Problem]
) -> None:
    if not SLUG_PATTERN.fullmatch(record_id.slug):
        problems.append(
            Problem(
                f"{display_path}/{RECORD_FILE}",
                1,
                ProblemCode.INVALID_FOLDER_NAME,
                message(
                    "the folder '%(name)s' cannot be an id",
                    name=shown_name(record_id.slug),
                ),
                message("rename it: lower-case letters, digits, hyphens and points"),
            )
        )


def _stray_files(folder: Path, display_path: str) -> list[Problem]:
    return [
        Problem(
            f"{display_path}/{shown_name(entry.name)}",
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


def _read_mapping(
    path: Path, display_path: str, problems: list[Problem]
) -> Mapping | None:
    if not path.is_file():
        problems.append(
            Problem(
                display_path,
                1,
                ProblemCode.MISSING_RECORD_FILE,
                message("the file is missing"),
                message(
                    "write it as documents/README.md explains, or remove the folder"
                ),
            )
        )
        return None
    text = read_text(path, display_path, problems)
    if text is None:
        return None
    try:
        value = read_yaml(text)
    except YamlSyntaxError as error:
        problems.append(
            Problem(display_path, error.line, *unreadable_yaml(error.reason))
        )
        return None
    if not isinstance(value, Mapping):
        problems.append(
            Problem(
                display_path,
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


def _read_editions(
    folder: Path, record_id: RecordId, display_path: str, problems: list[Problem]
) -> tuple[EditionPair, tuple[EditionLink, ...]]:
    editions = []
    links: list[EditionLink] = []
    files = {locale: folder / f"{locale}.md" for locale in Locale}
    present = [locale for locale, file in files.items() if file.is_file()]
    problems += _missing_texts(present, display_path)
    for locale in present:
        path = f"{display_path}/{locale}.md"
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


def _missing_texts(present: Collection[Locale], display_path: str) -> Iterator[Problem]:
    missing = [locale for locale in Locale if locale not in present]
    if not present:
        yield Problem(
            f"{display_path}/{missing[0]}.md",
            1,
            ProblemCode.MISSING_TEXT,
            message("the record has no text, in French or in English"),
            message("write it in one of the two languages"),
        )
        return
    for locale in missing:
        yield Problem(
            f"{display_path}/{locale}.md",
            1,
            ProblemCode.MISSING_EDITION,
            message("the edition is missing"),
            message("write it; until then the page shows the other language"),
        )


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts n2 before n10."""
    parts = re.split(r"([0-9]+)", name)
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in parts
    )
