"""Files of queries."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.model.ids import Locale


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """The text of a query, and the language of the visitor."""

    text: str
    lang: str


def read_queries(path: Path) -> tuple[TypedQuery, ...]:
    """Return the queries of a file: JSON Lines (`text`, `lang`) or plain lines."""
    return tuple(iterate_queries(path))


def iterate_queries(path: Path) -> Iterator[TypedQuery]:
    """Yield the queries of a file without loading all of them."""
    with path.open(encoding="utf-8") as lines:
        yield from (_query(line) for line in lines if line.strip())


def _query(line: str) -> TypedQuery:
    if line.lstrip().startswith("{"):
        fields = json.loads(line)
        return TypedQuery(fields["text"], fields.get("lang") or Locale.FR.value)
    return TypedQuery(line.strip(), Locale.FR.value)


def write_queries(queries: Iterable[TypedQuery], path: Path) -> None:
    """Write queries as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for query in queries:
            fields = {"text": query.text, "lang": query.lang}
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")
