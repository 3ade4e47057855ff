"""Judged queries: which records answer a query, and how well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

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
