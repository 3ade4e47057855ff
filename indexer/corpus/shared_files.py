"""Reads the files of `documents/` that belong to no record.

They are `places.yaml`, `lexicon.yaml`, `curations.yaml`, `help-lines.yaml` and
`judgements.yaml`.
"""

import datetime as dt
from collections.abc import Container, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from indexer.analysis.tokens import query_key, tokenize
from indexer.corpus.field_readers import is_address
from indexer.corpus.freshness import months_between
from indexer.corpus.typography import typeset
from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping, Scalar, Sequence, YamlValue
from indexer.model.dates import PartialDate
from indexer.model.help_lines import STALE_AFTER_MONTHS, HelpLine
from indexer.model.ids import SLUG_PATTERN, Locale, RecordId
from indexer.model.judged_queries import (
    Curation,
    Curations,
    Grade,
    JudgedQuery,
    QueryType,
)
from indexer.model.places import Gazetteer, Place
from indexer.model.problems import Problem, ProblemCode
from indexer.model.word_links import Corrections, WordPair


def read_gazetteer(path: Path, display_path: str, problems: list[Problem]) -> Gazetteer:
    """Return all valid places; append the problems of the others to `problems`."""
    value = read_yaml_file(path, display_path, problems)
    entries = value.entries if isinstance(value, Mapping) else {}
    places = {}
    for slug, (entry, line) in entries.items():
        place_problems: list[Problem] = []
        place = _place(slug, entry, display_path, place_problems)
        if place is None:
            place_problems.append(
                ProblemCode.INVALID_PLACE.at(display_path, line, slug=slug)
            )
        elif not place_problems:
            places[slug] = place
        problems += place_problems
    problems += [
        ProblemCode.UNKNOWN_PLACE.at(
            display_path, entries[place.slug][1], place=place.within, path=display_path
        )
        for place in places.values()
        if place.within is not None and place.within not in places
    ]
    return Gazetteer(places)


def _place(
    slug: str, entry: YamlValue, display_path: str, problems: list[Problem]
) -> Place | None:
    if not isinstance(entry, Mapping):
        return None
    fields = FieldReader(entry, display_path, problems)
    place = Place(
        slug=slug,
        names={
            locale.value: fields.text(locale.value, required=True) for locale in Locale
        },
        latitude=fields.decimal("latitude", limit=90),
        longitude=fields.decimal("longitude", limit=180),
        within=fields.text("in") or None,
    )
    fields.finish()
    return place if SLUG_PATTERN.fullmatch(slug) else None


def read_corrections(
    path: Path, display_path: str, problems: list[Problem]
) -> Corrections:
    """Return the valid pairs; append the problems of the others to `problems`."""
    if not path.exists():
        return Corrections()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Mapping):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_LEXICON.at(display_path, value.line))
        return Corrections()
    fields = FieldReader(value, display_path, problems)
    always, never = (tuple(_pairs(fields, name)) for name in ("always", "never"))
    fields.finish()
    return Corrections(always, never)


def _pairs(fields: FieldReader, name: str) -> Iterator[WordPair]:
    for item in fields.mappings(name):
        words = {locale: item.text(locale.value, required=True) for locale in Locale}
        item.finish()
        expressions = [word for word in words.values() if " " in word]
        for word in expressions:
            item.report(ProblemCode.NOT_ONE_WORD, "fr", word=word)
        if not expressions and all(any(tokenize(word)) for word in words.values()):
            yield WordPair(words[Locale.FR], words[Locale.EN])


JUDGEMENT_FILE = "judgements.yaml"


class _GradeText(StrEnum):
    """The grades as they are written."""

    NOT = "0"
    LITTLE = "1"
    PARTLY = "2"
    ANSWERS = "3"


def read_judgements(
    path: Path, display_path: str, known: Container[RecordId], problems: list[Problem]
) -> tuple[JudgedQuery, ...]:
    """Read the judged queries, without the grades of records that do not exist.

    Args:
        path: the file; without one, no query is judged.
        display_path: its path in problems.
        known: the ids of the records of the content.
        problems: problems are appended to it.
    """
    if not path.exists():
        return ()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Sequence):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_JUDGEMENTS.at(display_path, value.line))
        return ()
    return tuple(_queries(value, display_path, known, problems))


def judgement_problems(root: Path, known: Container[RecordId]) -> tuple[Problem, ...]:
    """Return the problems of the judged queries in the folder of the content."""
    problems: list[Problem] = []
    read_judgements(
        root / JUDGEMENT_FILE, f"{root.name}/{JUDGEMENT_FILE}", known, problems
    )
    return tuple(problems)


def _queries(
    value: Sequence, path: str, known: Container[RecordId], problems: list[Problem]
) -> Iterator[JudgedQuery]:
    seen: dict[str, str] = {}
    for item in value.items:
        if not isinstance(item, Mapping):
            problems.append(ProblemCode.INVALID_JUDGEMENTS.at(path, item.line))
            continue
        fields = FieldReader(item, path, problems)
        query_id = fields.text("id", required=True)
        text = fields.text("text", required=True)
        locale = fields.choice("locale", Locale, required=True)
        query_type = fields.choice("type", QueryType, required=True)
        grades = dict(_grades(fields, known))
        fields.finish()
        if query_id in seen:
            fields.report(ProblemCode.REPEATED_VALUE, "id", text=query_id, name="id")
        elif text and locale is not None and query_type is not None:
            seen[query_id] = text
            yield JudgedQuery(query_id, text, locale, query_type, grades)


def _grades(
    fields: FieldReader, known: Container[RecordId]
) -> Iterator[tuple[RecordId, Grade]]:
    grades = fields.mapping("grades")
    if grades is None:
        fields.report(ProblemCode.MISSING_FIELD, "grades", name="grades")
        return
    for target in grades.names():
        grade = grades.choice(target, _GradeText, required=True)
        record = RecordId.parse(target)
        if record is None or record not in known:
            grades.report(
                ProblemCode.DANGLING_LINK, target, field="grades", target=target
            )
        elif grade is not None:
            yield record, Grade(int(grade))


def read_curations(
    path: Path, display_path: str, known: Container[RecordId], problems: list[Problem]
) -> Curations:
    """Read the curations of records that exist.

    Args:
        path: the file; without one, there is no curation.
        display_path: its path in problems.
        known: the ids of the records of the content.
        problems: the problems of the other curations are appended to it.

    Returns:
        The valid curations, in the order of the file.
    """
    if not path.exists():
        return Curations()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Mapping):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_CURATIONS.at(display_path, value.line))
        return Curations()
    fields = FieldReader(value, display_path, problems)
    first, hidden = (
        tuple(_curations(fields, name, known)) for name in ("first", "hidden")
    )
    fields.finish()
    return Curations(first, hidden)


def _curations(
    fields: FieldReader, name: str, known: Container[RecordId]
) -> Iterator[Curation]:
    for item in fields.mappings(name):
        query = item.text("query", required=True)
        target = item.text("record", required=True)
        reason = item.text("reason", required=True)
        role = item.text("by", required=True)
        day = item.day("date")
        item.finish()
        record = RecordId.parse(target)
        if target and (record is None or record not in known):
            item.report(
                ProblemCode.DANGLING_LINK, "record", field="record", target=target
            )
        elif query and not query_key(query):
            item.report(ProblemCode.INVALID_CURATIONS, "query")
        elif record is not None and query and reason and role:
            yield Curation(query, query_key(query), record, reason, role, day)


HELP_LINES_FILE = "help-lines.yaml"


def read_help_lines(
    path: Path, display_path: str, problems: list[Problem]
) -> tuple[HelpLine, ...]:
    """Return the valid help lines; append the problems of the others to `problems`.

    Without the file, there is none.
    """
    if not path.exists():
        return ()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Mapping):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_HELP_LINES.at(display_path, value.line))
        return ()
    fields = FieldReader(value, display_path, problems)
    lines = tuple(filter(None, map(_help_line, fields.mappings("help_lines"))))
    fields.finish()
    return lines


def _help_line(item: FieldReader) -> HelpLine | None:
    day = item.day("checked")
    names, purposes = _localized(item, "name"), _localized(item, "for")
    line = HelpLine(
        slug=item.text("id", required=True),
        country=item.text("country", required=True),
        names=names,
        purposes=purposes,
        hours=_localized(item, "hours", required=False),
        number=item.text("number"),
        url=item.text("url"),
        source=item.text("source", required=True),
        checked=PartialDate.of(day),
        line=item.line("checked"),
    )
    item.finish()
    if not (line.number or line.url):
        item.report(ProblemCode.MISSING_FIELD, "id", name="number")
    for name, url in (("url", line.url), ("source", line.source)):
        if url and not is_address(url):
            item.report(ProblemCode.INVALID_ADDRESS, name, url=url)
            return None
    is_told = all(names.values()) and all(purposes.values())
    is_whole = line.slug and line.country and line.source and is_told
    return line if is_whole and (line.number or line.url) else None


def _localized(
    fields: FieldReader, name: str, *, required: bool = True
) -> dict[str, str]:
    texts = fields.mapping(name)
    if texts is None:
        if required:
            fields.report(ProblemCode.MISSING_FIELD, name, name=name)
        return dict.fromkeys(map(str, Locale), "")
    found = {
        locale.value: typeset(texts.text(locale.value, required=True), locale)
        for locale in Locale
    }
    texts.finish()
    return found


def help_line_warnings(
    lines: Iterable[HelpLine], day: dt.date, *, shown_root: str
) -> Iterator[Problem]:
    """Yield a warning for each help line that nobody has looked at for a year."""
    for line in lines:
        if months_between(line.checked.last_day, day) >= STALE_AFTER_MONTHS:
            yield ProblemCode.OLD_HELP_LINE.at(
                f"{shown_root}/{HELP_LINES_FILE}",
                line.line,
                name=line.names[Locale.EN.value],
                date=line.checked,
            )
