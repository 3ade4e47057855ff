"""Passages to index, with the same facet values for all engines.

A file of passages is JSON Lines, optionally gzipped: `_id`, `title`, `text`, `lang` and
optionally `source`.
"""

import gzip
import json
import random
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

FACETS = ("locale", "source", "kind", "year", "place")
"""The facets that each engine counts, with the names of ours."""

_KINDS, _YEARS, _PLACES = 8, 20, 150
_FIRST_YEAR = 2005


@dataclass(frozen=True, slots=True)
class TextPassage:
    """A passage to index; `facets` has one value for each facet."""

    id: str
    title: str
    text: str
    lang: str
    facets: Mapping[str, str]


def passage_from(fields: Mapping[str, str]) -> TextPassage:
    """Return the passage of a JSON line."""
    return TextPassage(
        fields["_id"],
        fields.get("title") or "",
        fields.get("text") or "",
        fields["lang"],
        _facet_values(fields),
    )


def _facet_values(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return random values seeded by the id, with skewed frequencies."""
    rng = random.Random(zlib.crc32(fields["_id"].encode()))  # noqa: S311
    return {
        "locale": fields["lang"],
        "source": fields.get("source") or f"source-{int(rng.random() * 9)}",
        "kind": f"kind-{int(_KINDS * rng.random() ** 2)}",
        "year": str(_FIRST_YEAR + int(_YEARS * rng.random())),
        "place": f"place-{int(_PLACES * rng.random() ** 3)}",
    }


def read_fields(paths: Sequence[Path]) -> Iterator[dict[str, str]]:
    """Yield a line of each file in turn, so that any prefix mixes all files."""
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
    """Write the first passages to a file, and return their number.

    The new ids are short, unique and valid for all engines.
    """
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for each in islice(fields, count):
            numbered = {**each, "_id": f"p{written}"}
            file.write(json.dumps(numbered, ensure_ascii=False) + "\n")
            written += 1
    return written


def read_passages(path: Path, count: int | None = None) -> Iterator[TextPassage]:
    """Yield the first passages of a file."""
    return (passage_from(fields) for fields in islice(_lines(path), count))
