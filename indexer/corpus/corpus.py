"""The corpus: every record that can be served, and the links between records."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from indexer.corpus.cross_checks import without_unknown_items
from indexer.model.help_lines import HelpLine
from indexer.model.ids import Kind, RecordId
from indexer.model.indexed_record import NO_NEIGHBOURS, Neighbours
from indexer.model.judged_queries import Curations
from indexer.model.places import Gazetteer
from indexer.model.problems import Problem
from indexer.model.record import Record, RecordLink
from indexer.model.word_links import Corrections

_ANSWER_FIELDS = {"practices", "recommendations"}
"""The fields of a need that list what answers it."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All records by id, and the links between them in both directions.

    `outdated` are the records in an earlier state, because their files have errors;
    `survivors` are the records that former ids lead to. `stamp` is a digest of what was
    read: it differs when the content does, and is the same in all processes. `kinds`
    has the records of each kind, in the order of `records`; `only_mentioned` are those
    with little more than a title.
    """

    records: Mapping[RecordId, Record] = field(default_factory=dict)
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    corrections: Corrections = field(default_factory=Corrections)
    curations: Curations = field(default_factory=Curations)
    help_lines: tuple[HelpLine, ...] = ()
    problems: tuple[Problem, ...] = ()
    backlinks: Mapping[RecordId, tuple[RecordLink, ...]] = field(default_factory=dict)
    neighbours: Neighbours = field(default=NO_NEIGHBOURS, compare=False)
    outdated: frozenset[RecordId] = frozenset()
    survivors: Mapping[RecordId, RecordId] = field(default_factory=dict)
    stamp: str = ""
    kinds: Mapping[Kind, tuple[Record, ...]] = field(
        init=False, repr=False, compare=False
    )
    only_mentioned: frozenset[RecordId] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Divide the records by kind: pages ask for one kind again and again."""
        kinds: defaultdict[Kind, list[Record]] = defaultdict(list)
        for record_id, record in self.records.items():
            kinds[record_id.kind].append(record)
        by_kind = {kind: tuple(records) for kind, records in kinds.items()}
        object.__setattr__(self, "kinds", by_kind)
        mentioned = (
            key for key, each in self.records.items() if each.is_only_mentioned
        )
        object.__setattr__(self, "only_mentioned", frozenset(mentioned))

    def get(self, record_id: RecordId) -> Record | None:
        """Return a record, or None."""
        return self.records.get(record_id)

    def current_id(self, record_id: RecordId) -> RecordId | None:
        """Return the id of a record, or of the one that it became part of, or None."""
        return record_id if record_id in self.records else self.survivors.get(record_id)

    def is_used(self, record_id: RecordId) -> bool:
        """Return whether an id is that of a record, or was."""
        return self.current_id(record_id) is not None

    def of_kind(self, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a kind, ordered by id."""
        return self.kinds.get(kind, ())

    def linked(
        self, record: Record, kind: Kind, *, field: str | None = None
    ) -> tuple[Record, ...]:
        """Return the records of a kind linked from or to this record.

        `field` restricts them to the links of one field.
        """
        forward = (link for link in record.links)
        backward = self.backlinks.get(record.id, ())
        ids = dict.fromkeys(
            link.target
            for link in (*forward, *backward)
            if link.target.kind is kind and field in {None, link.field}
        )
        return tuple(self.records[target] for target in ids if target in self.records)

    def with_state(self, record: Record) -> "Corpus":
        """Return the corpus with another state of a record.

        The state has no links to what is not in this corpus. Links from other records
        are as in this corpus.
        """
        known = without_unknown_items(record, self.records, self.gazetteer)
        return dataclasses.replace(self, records={**self.records, record.id: known})

    def with_records(self, records: Mapping[RecordId, Record]) -> "Corpus":
        """Return the corpus with these records instead of its own.

        The links are read only of records that differ from those of this corpus.
        """
        links = changed_links(self, records)
        return dataclasses.replace(
            self,
            records=records,
            backlinks=links.backlinks,
            neighbours=links.neighbours,
            survivors=survivors_of(records),
        )

    def without(self, removed: Collection[RecordId]) -> "Corpus":
        """Return the corpus without some records and without the links to them."""
        kept = {key: each for key, each in self.records.items() if key not in removed}
        return self.with_records(
            {
                key: without_unknown_items(each, kept, self.gazetteer)
                for key, each in kept.items()
            }
        )

    def answered_needs(self, record_id: RecordId) -> tuple[RecordId, ...]:
        """Return the ids of the needs that list a practice or a recommendation."""
        return tuple(
            link.target
            for link in self.backlinks.get(record_id, ())
            if link.target.kind is Kind.NEED and link.field in _ANSWER_FIELDS
        )

    def with_theme(self, theme: str, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a kind that have a theme."""
        return tuple(record for record in self.of_kind(kind) if theme in record.themes)


class Links(NamedTuple):
    """The links between records: those that lead to each, and its neighbours.

    Neighbours are linked in either direction. The links of a record to its themes make
    none: a theme is linked with dozens of records on different subjects.
    """

    backlinks: Mapping[RecordId, tuple[RecordLink, ...]]
    neighbours: Neighbours


def changed_links(before: Corpus, records: Mapping[RecordId, Record]) -> Links:
    """Return the links of records; only of those that differ from `before` are read."""
    old = before.records
    moved = old.keys() ^ records.keys()
    changed = moved | {key for key in records if records[key] is not old.get(key)}
    ranks = {key: rank for rank, key in enumerate(records)}
    backlinks, targets = _changed_backlinks(before, records, changed, ranks)
    linking = {link.target for key in moved for link in backlinks.get(key, ())}
    neighbours = dict(before.neighbours.by_record)
    for key in changed | targets | linking:
        linked = _neighbours_of(key, records, backlinks, ranks)
        if linked:
            neighbours[str(key)] = linked
        else:
            neighbours.pop(str(key), None)
    return Links(backlinks, Neighbours(neighbours))


def _changed_backlinks(
    before: Corpus,
    records: Mapping[RecordId, Record],
    changed: Collection[RecordId],
    ranks: Mapping[RecordId, int],
) -> tuple[dict[RecordId, tuple[RecordLink, ...]], set[RecordId]]:
    """Return the links that lead to each record, and those that differ from before."""
    old = before.records
    targets = {link.target for key in changed if key in old for link in old[key].links}
    added: defaultdict[RecordId, list[RecordLink]] = defaultdict(list)
    for key in changed:
        for link in records[key].links if key in records else ():
            added[link.target].append(RecordLink(link.field, key))
    backlinks = dict(before.backlinks)
    targets |= added.keys()
    for target in targets:
        kept = (
            link for link in backlinks.get(target, ()) if link.target not in changed
        )
        links = sorted((*kept, *added[target]), key=lambda link: ranks[link.target])
        if links:
            backlinks[target] = tuple(links)
        else:
            backlinks.pop(target, None)
    return backlinks, targets


def _neighbours_of(
    record_id: RecordId,
    records: Mapping[RecordId, Record],
    backlinks: Mapping[RecordId, tuple[RecordLink, ...]],
    ranks: Mapping[RecordId, int],
) -> tuple[str, ...]:
    """Return the records linked with a record, in the order of the records."""
    if record_id not in records:
        return ()
    own, leading = ranks[record_id], backlinks.get(record_id, ())
    earlier = (link for link in leading if ranks[link.target] < own)
    later = (link for link in leading if ranks[link.target] > own)
    linked = (
        link.target
        for link in (*earlier, *records[record_id].links, *later)
        if link.field != "themes" and link.target in records
    )
    return tuple(map(str, dict.fromkeys(key for key in linked if key != record_id)))


def survivors_of(records: Mapping[RecordId, Record]) -> dict[RecordId, RecordId]:
    """Return the record that each former id leads to; the first of several claims."""
    survivors: dict[RecordId, RecordId] = {}
    for record in records.values():
        for former in record.former_ids:
            if former not in records:
                survivors.setdefault(former, record.id)
    return survivors
