"""What staff decide on queries: judged answers, and records put first or left out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from indexer.model.ids import Locale, RecordId


class QueryType(StrEnum):
    """A type of query; `judgements.yaml` defines them in a comment."""

    KEYWORD = "keyword"
    SINGLE = "single"
    UNACCENTED = "unaccented"
    MISSPELT = "misspelt"
    SENTENCE = "sentence"
    CROSS = "cross"
    CODE = "code"
    DATE = "date"
    PLACE = "place"
    PERSON_OR_TOOL = "person_or_tool"
    TOPIC = "topic"


class Grade(IntEnum):
    """How well a record answers a query."""

    NOT = 0
    LITTLE = 1
    PARTLY = 2
    ANSWERS = 3


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, the language of the page, and the grades of records.

    A record without a grade is not relevant.
    """

    id: str
    text: str
    locale: Locale
    type: QueryType
    grades: Mapping[RecordId, Grade]

    @property
    def answers(self) -> frozenset[RecordId]:
        """The records that answer the query."""
        return frozenset(r for r, g in self.grades.items() if g is Grade.ANSWERS)


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
    for curation in curations:
        records[curation.key] = (*records.get(curation.key, ()), curation.record)
    return records
