"""The cache that threads share."""

from indexer.engines.whoosh.shared_cache import SharedCache


def test_a_value_larger_than_the_cache_is_returned_and_not_stored() -> None:
    """Nothing is dropped for such a value either."""
    cache: SharedCache[str, str] = SharedCache(10, len)
    cache.get_or_make("a", lambda: "x" * 10)

    assert cache.get_or_make("b", lambda: "y" * 11) == "y" * 11
    assert cache.get("a") == "x" * 10
    assert cache.get("b") is None


def test_a_stored_value_is_not_made_again() -> None:
    """False is a value like any other."""
    cache: SharedCache[str, bool] = SharedCache(1)
    cache.get_or_make("a", lambda: False)

    assert cache.get_or_make("a", lambda: True) is False
