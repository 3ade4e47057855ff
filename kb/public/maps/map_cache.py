"""Maps that were drawn before, for the corpora used last.

To place the names of a map takes longer than to render its page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

from indexer.corpus.corpus import Corpus
from kb.core.cache import IdentityKey

MapT = TypeVar("MapT")


def drawn_once(corpus: Corpus, key: Hashable, draw: Callable[[], MapT]) -> MapT:
    """Return the map of a key, drawn for the first request of the corpus."""
    maps = _maps(IdentityKey(corpus))
    if key not in maps:
        maps[key] = draw()
    return cast("MapT", maps[key])


@lru_cache(maxsize=2)  # the live corpus, and one with a previewed draft
def _maps(_key: IdentityKey[Corpus]) -> dict[Hashable, Any]:
    return {}
