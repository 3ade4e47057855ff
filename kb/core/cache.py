"""Keeps what was made, as long as what it was made from is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class GenerationCache(Generic[Key, Value]):
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


class IdentityKey(Generic[Value]):
    """A thing as the key of a cache: it is equal to itself, and to no other like it.

    Records are made anew each time that the content is read. What was made from one is
    thus never given for the one after it, and to compare them costs nothing.
    """

    __slots__ = ("thing",)

    def __init__(self, thing: Value) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentityKey) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)
