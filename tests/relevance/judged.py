"""Queries as people type them, and how good an answer each record is.

They are in `queries.yaml`, which also tells what the grades and the types mean.
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
    "place",
    "person_or_tool",
    "topic",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A query in the reader's language, and the grades of its good answers."""

    id: str
    text: str
    locale: str
    type: str
    grades: dict[str, int]


def _read(path: Path) -> tuple[Judged, ...]:
    entries = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return tuple(Judged(**entry) for entry in entries)


QUERIES = _read(Path(__file__).with_name("queries.yaml"))
