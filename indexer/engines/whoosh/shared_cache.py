"""An LRU cache that threads share."""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

from cachetools import LRUCache

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class SharedCache(LRUCache[KeyT, ValueT]):
    """Stores values up to a total size, and drops the least recently used ones.

    `getsizeof` returns the size of a value; without it, each value counts 1.
    """

    def __init__(
        self, maxsize: float, getsizeof: Callable[[ValueT], float] | None = None
    ) -> None:
        super().__init__(maxsize, getsizeof)
        self._lock = threading.Lock()

    def get_or_make(self, key: KeyT, make: Callable[[], ValueT]) -> ValueT:
        """Return a stored value, or else make and store it.

        Values are made without the lock: two threads may make the same one. A value
        larger than the cache is returned and not stored.
        """
        # `get` would compute the hash of a tree of nodes twice.
        with self._lock, suppress(KeyError):
            return self[key]
        value = make()
        with self._lock, suppress(ValueError):
            self[key] = value
        return value
