"""URL paths requested from the service, by kind of page."""

import random
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote_plus

from benchmarks.queries import TypedQuery
from indexer.corpus.corpus import Corpus

_MIN_LETTERS = 2

Paths = Mapping[str, Sequence[str]]


def paths_by_kind(queries: Sequence[TypedQuery], corpus: Corpus) -> Paths:
    """Return the paths of each kind, in both languages, shuffled with a fixed seed."""
    kinds: Paths = {
        "search": [f"/{each.lang}/search?q={_typed(each)}" for each in queries],
        "suggest": list(_keystrokes(queries)),
        "api": [
            f"/api/v1/search?q={_typed(each)}&locale={each.lang}" for each in queries
        ],
        "record": [
            f"/{edition.locale}/{record.id}"
            for record in corpus.records.values()
            for edition in record.editions
        ],
    }
    rng = random.Random(5)  # noqa: S311  # a fixed order
    shuffled = {kind: rng.sample(paths, len(paths)) for kind, paths in kinds.items()}
    return {**shuffled, "mixed": list(_mixed(shuffled))}


def _mixed(kinds: Paths) -> Iterator[str]:
    """Yield a path of each kind in turn, as visitors type, search and open records."""
    count = max(len(paths) for paths in kinds.values())
    for number in range(count):
        for paths in kinds.values():
            yield paths[number % len(paths)]


def _typed(query: TypedQuery) -> str:
    return quote_plus(query.text)


def _keystrokes(queries: Sequence[TypedQuery]) -> Iterator[str]:
    for query in queries:
        for stop in range(_MIN_LETTERS, min(len(query.text), 15) + 1):
            typed = quote_plus(query.text[:stop])
            yield f"/api/v1/suggest?q={typed}&locale={query.lang}"
