"""Checks that compare records with one another: ids, links, themes, places."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    """Records whose references were checked; only what changed is checked again.

    A record is checked again when it was read anew, or when an id that it names was
    added, removed, or is that of a deliverable that was read anew: quotations name the
    files of a deliverable. All are checked again with other places or other themes.
    """

    def __init__(self) -> None:
        self._context: tuple[object, ...] = ()
        self._reads: Known = {}
        self._checked: dict[RecordId, _CheckedRecord] = {}

    def check(
        self, reads: Known, gazetteer: Gazetteer, shared: object
    ) -> tuple[dict[RecordId, Record], list[Problem]]:
        """Return the served records without unknown references, and the problems.

        `shared` differs when a file that belongs to no record has changed.
        """
        themes = theme_choices(reads)
        changed = {
            record_id
            for record_id in (*reads, *(self._reads.keys() - reads.keys()))
            if record_id not in reads
            or record_id not in self._reads
            or (
                record_id.kind is Kind.DELIVERABLE
                and reads[record_id] is not self._reads[record_id]
            )
        }
        is_same = (shared, themes) == self._context
        checked: dict[RecordId, _CheckedRecord] = {}
        for record_id, read in reads.items():
            last = self._checked.get(record_id)
            if (
                last is None
                or last.read is not read
                or not is_same
                or not last.named.isdisjoint(changed)
            ):
                last = _checked_record(read, reads, gazetteer, themes, last)
            checked[record_id] = last
        self._context, self._checked = (shared, themes), checked
        self._reads = reads
        served = {
            record_id: last.record
            for record_id, last in checked.items()
            if last.record is not None
        }
        return served, [
            problem for last in checked.values() for problem in last.problems
        ]


@dataclass(frozen=True, slots=True)
class _CheckedRecord:
    """A record as it is served, its problems, and the ids that the check looked up."""

    read: ReadRecord
    record: Record | None
    problems: tuple[Problem, ...]
    named: frozenset[RecordId]


def _checked_record(
    read: ReadRecord,
    reads: Known,
    gazetteer: Gazetteer,
    themes: str,
    last: _CheckedRecord | None,
) -> _CheckedRecord:
    """Check a record; one that is served as before stays the same object."""
    known = _NotedLookups(reads)
    record = read.record
    if record is not None:
        record = without_unknown_items(record, known, gazetteer)
        if last is not None and last.record == record:
            record = last.record
    problems = tuple(reference_problems(read, known, gazetteer, themes))
    return _CheckedRecord(read, record, problems, frozenset(known.looked_up))


class _NotedLookups(Mapping[RecordId, ReadRecord]):
    """A mapping that notes which keys were looked up."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.looked_up: set[RecordId] = set()

    def __getitem__(self, key: RecordId) -> ReadRecord:
        self.looked_up.add(key)
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        if isinstance(key, RecordId):
            self.looked_up.add(key)
        return key in self._known

    def __iter__(self) -> Iterator[RecordId]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def without_unknown_items(
    record: Record, known: Container[RecordId], gazetteer: Gazetteer
) -> Record:
    """Return a record without its links to unknown records, themes and places.

    A record that links to nothing unknown is returned itself.
    """
    changes: dict[str, Any] = {}
    for field, is_known in _references(record, known, gazetteer):
        items = getattr(record, field)
        known_items = tuple(filter(is_known, items))
        if len(known_items) != len(items):
            changes[field] = known_items
    mentions = tuple(target for target in record.mentions if target in known)
    if len(mentions) != len(record.mentions):
        changes["mentions"] = mentions
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
    renamed = [read for read in reads if read.declared_id != read.path.split("/")[-2]]
    by_folder = {
        tuple(read.path.split("/")[-3:-1]): read for read in (reads if renamed else ())
    }
    for read in renamed:
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


def served_records(
    reads: Mapping[RecordId, ReadRecord],
    known: Mapping[RecordId, ReadRecord],
    gazetteer: Gazetteer,
) -> dict[RecordId, Record]:
    """Return the records that were read without their unknown references."""
    return {
        record_id: without_unknown_items(read.record, known, gazetteer)
        for record_id, read in reads.items()
        if read.record is not None
    }


def all_problems(
    read: ReadRecord, known: Mapping[RecordId, ReadRecord], gazetteer: Gazetteer
) -> Iterator[Problem]:
    """Yield the problems of a record, alone and among the others."""
    yield from read.problems
    yield from cross_check((read,), known, gazetteer)
