"""Curations: records that staff put first, or leave out, for a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.model.ids import RecordId


@dataclass(frozen=True, slots=True)
class Curation:
    """A record that comes first, or is left out, for a query.

    Attributes:
        query: the words as a visitor types them.
        key: the words as queries are compared (`normalization.query_key`).
        record: the record.
        reason: why the record is put first or left out, as the publisher typed it.
        role: who decided it: a function, never a name.
        day: when.
    """

    query: str
    key: str
    record: RecordId
    reason: str
    role: str
    day: dt.date


@dataclass(frozen=True)
class Curations:
    """All curations; of one query, the first of a list comes first."""

    first: tuple[Curation, ...] = ()
    hidden: tuple[Curation, ...] = ()

    def promoted_for(self, key: str) -> tuple[RecordId, ...]:
        """Return the records that come first for a query, by its key."""
        return self._promoted.get(key, ())

    def hidden_for(self, key: str) -> tuple[RecordId, ...]:
        """Return the records that are left out for a query, by its key."""
        return self._hidden.get(key, ())

    @cached_property
    def _promoted(self) -> Mapping[str, tuple[RecordId, ...]]:
        return _by_query(self.first)

    @cached_property
    def _hidden(self) -> Mapping[str, tuple[RecordId, ...]]:
        return _by_query(self.hidden)


def _by_query(curations: tuple[Curation, ...]) -> dict[str, tuple[RecordId, ...]]:
    records: dict[str, tuple[RecordId, ...]] = {}
    for each in curations:
        records[each.key] = (*records.get(each.key, ()), each.record)
    return records
