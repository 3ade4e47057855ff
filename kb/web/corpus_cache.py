"""Values made from a corpus, kept for the corpora used last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

from indexer.corpus.corpus import Corpus
from kb.core.cache import IdentityKey

ValueT = TypeVar("ValueT")


def made_once(corpus: Corpus, key: Hashable, make: Callable[[], ValueT]) -> ValueT:
    """Return the value of a key, made by the first request of the corpus.

    The key must contain all that the value depends on beside the corpus, and have few
    values: none is ever dropped before its corpus.
    """
    values = _values(IdentityKey(corpus))
    if key not in values:
        values[key] = make()
    return cast("ValueT", values[key])


@lru_cache(maxsize=2)  # the live corpus, and one with a previewed draft
def _values(_key: IdentityKey[Corpus]) -> dict[Hashable, Any]:
    return {}
