"""The cache that threads share."""

from indexer.engines.whoosh.shared_cache import SharedCache


def _is_stored(cache: SharedCache[str, str], key: str) -> bool:
    missing = "made again"
    return cache.get_or_make(key, lambda: missing) is not missing


def test_a_value_larger_than_the_cache_is_returned_and_not_stored() -> None:
    """Nothing is dropped for such a value either."""
    cache: SharedCache[str, str] = SharedCache(10, len)
    cache.get_or_make("a", lambda: "x" * 10)

    assert cache.get_or_make("b", lambda: "y" * 11) == "y" * 11
    assert _is_stored(cache, "a")
    assert not _is_stored(cache, "b")


def test_a_stored_value_is_not_made_again() -> None:
    """False is a value like any other."""
    cache: SharedCache[str, bool] = SharedCache(1)
    cache.get_or_make("a", lambda: False)

    assert cache.get_or_make("a", lambda: True) is False


def test_values_that_are_read_stay_and_others_are_dropped() -> None:
    """The least recently read value goes first, whenever it was stored."""
    cache: SharedCache[str, str] = SharedCache(10)
    for name in ("read", "unread"):
        cache.get_or_make(name, lambda: "value")
    for number in range(12):
        cache.get_or_make(str(number), lambda: "value")
        cache.get_or_make("read", lambda: "value")

    assert _is_stored(cache, "read")
    assert not _is_stored(cache, "unread")


def test_the_values_stored_are_never_larger_than_the_cache() -> None:
    """Large and small values, in any order."""
    cache: SharedCache[int, str] = SharedCache(10, len)
    for number, size in enumerate((3, 9, 2, 5, 6, 1, 10, 4, 4, 4)):
        assert len(cache.get_or_make(number, ("x" * size).strip)) == size
        assert size <= cache.currsize <= cache.maxsize
