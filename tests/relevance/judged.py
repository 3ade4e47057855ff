"""Judged queries: the queries of `queries.yaml` and the grades of records.

The comment of `queries.yaml` defines the grades and the types of queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

TYPES = (
    "keyword",
    "single",
    "unaccented",
    "misspelt",
    "sentence",
    "cross",
    "code",
    "date",
    "place",
    "person_or_tool",
    "topic",
)


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, the locale of the page, and the grades of the relevant records."""

    id: str
    text: str
    locale: str
    type: str
    grades: dict[str, int]


def _read(path: Path) -> tuple[JudgedQuery, ...]:
    entries = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return tuple(JudgedQuery(**entry) for entry in entries)


QUERIES = _read(Path(__file__).with_name("queries.yaml"))
