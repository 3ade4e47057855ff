"""Checks that compare records with one another: ids, links, themes, places."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from indexer.corpus.record_reader import ReadRecord
from indexer.model.ids import Kind, RecordId
from indexer.model.places import Gazetteer
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from indexer.model.record_parts import Quotation
from indexer.model.records import Deliverable, QuotingRecord
from indexer.model.vocabulary import ALL_THEMES

Known = Mapping[RecordId, ReadRecord]


def cross_check(
    reads: Sequence[ReadRecord], known: Known, gazetteer: Gazetteer
) -> Iterator[Problem]:
    """Return the problems of `reads` that depend on other records.

    `known` contains every folder that was read, including records that are not served:
    a link to a record with errors is not a second problem.
    """
    yield from id_problems(reads, known)
    themes = theme_choices(known)
    for read in reads:
        yield from reference_problems(read, known, gazetteer, themes)


def id_problems(reads: Sequence[ReadRecord], known: Known) -> Iterator[Problem]:
    """Return the problems of ids: used twice, or former ids of several records."""
    yield from _duplicate_ids(reads)
    yield from _former_ids(reads, known)


def theme_choices(known: Known) -> str:
    """Return the names that the field `themes` accepts, for messages."""
    slugs = sorted(record.slug for record in known if record.kind is Kind.THEME)
    return ", ".join((*slugs, ALL_THEMES))


def reference_problems(
    read: ReadRecord, known: Known, gazetteer: Gazetteer, themes: str
) -> Iterator[Problem]:
    """Return the problems of a record that names what is not in `known`."""
    if read.parsed is not None:
        yield from _unknown_items(read, read.parsed, known, gazetteer, themes)
    for link in read.text_links:
        if link.target not in known:
            yield ProblemCode.DANGLING_TEXT_LINK.at(
                link.path, link.line, link=link.target
            )


class CheckedReferences:
    """Records whose references were checked; only changed records are checked again.

    All are checked again when there are other ids, other places, or when the files of a
    deliverable, which quotations name, may have changed.
    """

    def __init__(self) -> None:
        self._context: tuple[object, ...] = ()
        self._checked: dict[
            RecordId, tuple[ReadRecord, Record | None, tuple[Problem, ...]]
        ] = {}

    def check(
        self, reads: Known, gazetteer: Gazetteer, shared: object
    ) -> tuple[dict[RecordId, Record], list[Problem]]:
        """Return the served records without unknown references, and the problems.

        `shared` differs when a file that belongs to no record has changed.
        """
        reports = tuple(
            read for key, read in reads.items() if key.kind is Kind.DELIVERABLE
        )
        context = (shared, tuple(reads), reports)
        checked = self._checked if context == self._context else {}
        themes = theme_choices(reads)
        for record_id, read in reads.items():
            if record_id not in checked or checked[record_id][0] is not read:
                record = read.record
                if record is not None:
                    record = without_unknown_items(record, reads, gazetteer)
                problems = reference_problems(read, reads, gazetteer, themes)
                checked[record_id] = read, record, tuple(problems)
        self._context, self._checked = context, checked
        served = {
            record_id: record
            for record_id in reads
            if (record := checked[record_id][1]) is not None
        }
        return served, [
            problem for record_id in reads for problem in checked[record_id][2]
        ]


def without_unknown_items(
    record: Record, known: Container[RecordId], gazetteer: Gazetteer
) -> Record:
    """Return a record without its links to unknown records, themes and places."""
    changes: dict[str, Any] = {
        field: left
        for field, is_known in (
            *_references(record, known, gazetteer),
            ("mentions", known.__contains__),
        )
        if (left := tuple(filter(is_known, (items := getattr(record, field))))) != items
    }
    return dataclasses.replace(record, **changes) if changes else record


def _references(
    record: Record, known: Container[RecordId], gazetteer: Gazetteer
) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    """Yield each field with references, and the test of one reference."""
    yield (
        "themes",
        lambda theme: theme == ALL_THEMES or RecordId(Kind.THEME, theme) in known,
    )
    if record.place_slugs:
        yield "places", gazetteer.__contains__
    for field in record.link_fields:
        yield field, known.__contains__
    if isinstance(record, QuotingRecord):
        yield "quotations", lambda quotation: quotation.deliverable in known


def _unknown_items(
    read: ReadRecord, record: Record, known: Known, gazetteer: Gazetteer, themes: str
) -> Iterator[Problem]:
    for field, is_known in _references(record, known, gazetteer):
        for position, item in enumerate(getattr(record, field)):
            line = read.line(field, position)
            if not is_known(item):
                yield _unknown_item(read.path, line, field, item, themes)
            elif isinstance(item, Quotation):
                source = known[item.deliverable].record
                if isinstance(source, Deliverable) and source.file(item.file) is None:
                    yield ProblemCode.UNKNOWN_QUOTED_FILE.at(
                        read.path, line, file=item.file, target=item.deliverable
                    )


def _unknown_item(path: str, line: int, field: str, item: Any, themes: str) -> Problem:
    match field:
        case "themes":
            return ProblemCode.UNKNOWN_THEME.at(path, line, theme=item, themes=themes)
        case "places":
            return ProblemCode.UNKNOWN_PLACE.at(
                path, line, place=item, path="documents/places.yaml"
            )
        case "quotations":
            item = item.deliverable
    return ProblemCode.DANGLING_LINK.at(path, line, field=field, target=item)


def _duplicate_ids(reads: Sequence[ReadRecord]) -> Iterator[Problem]:
    by_folder = {tuple(read.path.split("/")[-3:-1]): read for read in reads}
    for read in reads:
        slug = read.declared_id
        owner = by_folder.get((read.path.split("/")[-3], slug), read)
        if owner is not read and owner.declared_id == slug:
            yield ProblemCode.DUPLICATE_ID.at(
                read.path, read.id_line, id=slug, path=owner.path
            )


def _former_ids(reads: Sequence[ReadRecord], known: Known) -> Iterator[Problem]:
    """Yield the problems of former ids: in use, or claimed by two records.

    A record among `reads` whose id another record retired is reported itself, unless
    that record is among `reads` too.
    """
    claims = _claims((*known.values(), *reads))
    paths = {read.path for read in reads}
    for read in reads if claims else ():
        if read.record is None:
            continue
        for position, former in enumerate(read.record.former_ids):
            line = read.line("former_ids", position)
            if former in known:
                yield ProblemCode.FORMER_ID_IN_USE.at(read.path, line, former=former)
            for path in sorted(claims[former].keys() - {read.path}):
                yield ProblemCode.FORMER_ID_CLAIMED_TWICE.at(
                    read.path, line, former=former, path=path
                )
        owners = claims.get(read.record.id, {})
        for path in sorted(owners.keys() - paths):
            yield ProblemCode.RETIRED_ID.at(
                read.path, read.id_line, id=read.record.id.slug, target=owners[path]
            )


def _claims(reads: Sequence[ReadRecord]) -> dict[RecordId, dict[str, RecordId]]:
    """Return the records that claim each former id, by their paths."""
    claims: defaultdict[RecordId, dict[str, RecordId]] = defaultdict(dict)
    for read in reads:
        if read.record is not None:
            for former in read.record.former_ids:
                claims[former][read.path] = read.record.id
    return dict(claims)
