"""A cache never holds more than it may."""

from __future__ import annotations

from indexer.engines.whoosh.cache import SizedCache


def test_what_was_used_longest_ago_is_dropped_first() -> None:
    """What is asked for stays."""
    cache: SizedCache[str, int] = SizedCache(10)
    cache.put("a", 1, 4)
    cache.put("b", 2, 4)

    assert cache.get("a") == 1

    cache.put("c", 3, 4)

    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_what_is_too_large_is_not_kept_and_drops_nothing() -> None:
    """All there is room for is not given to one value."""
    cache: SizedCache[str, int] = SizedCache(10)
    cache.put("a", 1, 10)

    cache.put("b", 2, 11)

    assert (cache.get("a"), cache.get("b")) == (1, None)


def test_a_key_is_kept_once() -> None:
    """Two threads may make the same value: it takes its room once."""
    cache: SizedCache[str, int] = SizedCache(10)
    for _ in range(20):
        cache.put("a", 1, 4)
    cache.put("b", 2, 6)

    assert (cache.get("a"), cache.get("b")) == (1, 2)
