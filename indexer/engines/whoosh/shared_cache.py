"""An LRU cache that threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

from cachetools import LRUCache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SharedCache(LRUCache[Key, Value]):
    """Stores values up to a total size, and drops the least recently used ones.

    `getsizeof` returns the size of a value; without it, each value counts 1.
    """

    def __init__(
        self, maxsize: float, getsizeof: Callable[[Value], float] | None = None
    ) -> None:
        super().__init__(maxsize, getsizeof)
        self._lock = threading.Lock()

    def find(self, key: Key) -> Value | None:
        """Return a stored value, or None."""
        with self._lock:
            return self.get(key)

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return a stored value, or else make and store it.

        Values are made without the lock: two threads may make the same one. A value
        larger than the cache is returned and not stored.
        """
        value = self.find(key)
        if value is None:
            value = make()
            with self._lock, suppress(ValueError):
                self[key] = value
        return value
