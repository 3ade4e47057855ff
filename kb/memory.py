"""Keeps what was made from one generation of the index, while that one answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """The values used last, never more than so many; safe among threads."""

    def __init__(self, max_values: int) -> None:
        self._max_values = max_values
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._generation = ""
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def recall(self, generation: str, key: Key, make: Callable[[], Value]) -> Value:
        """Give a value of a generation, made now unless it is known.

        It is made outside the lock: two threads may make it, and none waits.
        """
        with self._lock:
            if generation != self._generation:
                self._values.clear()
                self._generation = generation
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if generation == self._generation:
                self._values[key] = value
                while len(self._values) > self._max_values:
                    self._values.popitem(last=False)
        return value
