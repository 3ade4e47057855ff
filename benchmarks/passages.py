"""Reads passages to index, and gives each its values of facets, for all engines.

A file of passages is JSON Lines, compressed by gzip or not: `_id`, `title`, `text`,
`lang` and, where it is known, `source`.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

FACETS = ("locale", "source", "kind", "year", "place")
"""The facets that each engine counts, named as ours are."""

_KINDS, _YEARS, _PLACES = 8, 20, 150
_FIRST_YEAR = 2005


@dataclass(frozen=True, slots=True)
class TextPassage:
    """A passage, as each engine is given it; `facets` has a value of each facet."""

    id: str
    title: str
    text: str
    lang: str
    facets: Mapping[str, str]


def passage_from(fields: Mapping[str, str]) -> TextPassage:
    """Make a passage of the fields of a line."""
    return TextPassage(
        fields["_id"],
        fields.get("title") or "",
        fields.get("text") or "",
        fields["lang"],
        _facet_values(fields),
    )


def _facet_values(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Give values that depend on the passage alone, some of them much rarer."""
    chance = random.Random(zlib.crc32(fields["_id"].encode()))  # noqa: S311
    return {
        "locale": fields["lang"],
        "source": fields.get("source") or f"source-{int(chance.random() * 9)}",
        "kind": f"kind-{int(_KINDS * chance.random() ** 2)}",
        "year": str(_FIRST_YEAR + int(_YEARS * chance.random())),
        "place": f"place-{int(_PLACES * chance.random() ** 3)}",
    }


def read_fields(paths: Sequence[Path]) -> Iterator[dict[str, str]]:
    """Read files in turn, a line of each: any beginning is a mix of them all."""
    sources = [_lines(path) for path in paths]
    while sources:
        for source in tuple(sources):
            line = next(source, None)
            if line is None:
                sources.remove(source)
            else:
                yield line


def _lines(path: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def write_fields(
    fields: Iterable[Mapping[str, str]], path: Path, count: int | None = None
) -> int:
    """Write so many passages to a file, for other processes to read; count them.

    They are numbered anew: an id is then short, unique, and a name for any engine.
    """
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for each in islice(fields, count):
            numbered = {**each, "_id": f"p{written}"}
            file.write(json.dumps(numbered, ensure_ascii=False) + "\n")
            written += 1
    return written


def read_passages(path: Path, count: int | None = None) -> Iterator[TextPassage]:
    """Read the first passages of a file."""
    return (passage_from(fields) for fields in islice(_lines(path), count))
