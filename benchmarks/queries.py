"""Reads and writes queries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.model.ids import Locale


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """What is typed, and the language of who types it."""

    text: str
    lang: str


def read_queries(path: Path) -> tuple[TypedQuery, ...]:
    """Read queries: JSON Lines with `text` and perhaps `lang`, or a query a line."""
    return tuple(iterate_queries(path))


def iterate_queries(path: Path) -> Iterator[TypedQuery]:
    """Read such queries one at a time, and keep none."""
    with path.open(encoding="utf-8") as lines:
        yield from (_query(line) for line in lines if line.strip())


def _query(line: str) -> TypedQuery:
    if line.lstrip().startswith("{"):
        fields = json.loads(line)
        return TypedQuery(fields["text"], fields.get("lang") or Locale.FR.value)
    return TypedQuery(line.strip(), Locale.FR.value)


def write_queries(queries: Iterable[TypedQuery], path: Path) -> None:
    """Write queries to a file, for other processes to read."""
    with path.open("w", encoding="utf-8") as file:
        for query in queries:
            fields = {"text": query.text, "lang": query.lang}
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")
