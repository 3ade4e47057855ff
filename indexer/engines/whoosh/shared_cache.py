"""A bounded cache that threads share."""

import threading
from collections.abc import Callable, Hashable
from itertools import count
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")

KEPT = 0.9
"""The share of a full cache that stays when the least recently read values go."""


class _Entry(Generic[ValueT]):
    """A stored value, its size, and the number of its last read."""

    __slots__ = ("last_read", "size", "value")

    def __init__(self, value: ValueT, size: float, last_read: int) -> None:
        self.value = value
        self.size = size
        self.last_read = last_read


class SharedCache(Generic[KeyT, ValueT]):
    """Stores values up to a total size, and drops the least recently read ones.

    A hit takes no lock, computes the hash of its key once, and only writes the number
    of the read: a query has a dozen hits.
    """

    def __init__(
        self, maxsize: float, getsizeof: Callable[[ValueT], float] | None = None
    ) -> None:
        """Make an empty cache.

        Args:
            maxsize: the total size of the values that are stored.
            getsizeof: returns the size of a value; without it, each value counts 1.
        """
        self.maxsize = maxsize
        self.currsize: float = 0
        self._size_of = getsizeof or (lambda _: 1)
        self._entries: dict[KeyT, _Entry[ValueT]] = {}
        self._reads = count()
        self._lock = threading.Lock()

    def get_or_make(self, key: KeyT, make: Callable[[], ValueT]) -> ValueT:
        """Return a stored value, or else make and store it.

        Values are made without the lock: two threads may make the same one. A value
        larger than the cache is returned and not stored.
        """
        entry = self._entries.get(key)
        if entry is not None:
            entry.last_read = next(self._reads)
            return entry.value
        value = make()
        size = self._size_of(value)
        if size <= self.maxsize:
            with self._lock:
                self._store(key, _Entry(value, size, next(self._reads)))
        return value

    def _store(self, key: KeyT, entry: _Entry[ValueT]) -> None:
        if key in self._entries:
            return
        if self.currsize + entry.size > self.maxsize:
            self._make_room(entry.size)
        self._entries[key] = entry
        self.currsize += entry.size

    def _make_room(self, size: float) -> None:
        most = min(self.maxsize * KEPT, self.maxsize - size)
        # Sorted at once, for a tenth of all values goes.
        oldest = sorted(self._entries.items(), key=lambda item: item[1].last_read)
        for key, entry in oldest:
            if self.currsize <= most:
                return
            del self._entries[key]
            self.currsize -= entry.size
