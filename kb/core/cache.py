"""A cache key that compares objects by identity."""

from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class IdentityKey(Generic[ValueT]):
    """Wraps an object as a cache key that equals only a key of the same object.

    Each reading of the content makes new records: a value made from an old record is
    never returned for its successor, and comparing keys is cheap.
    """

    __slots__ = ("value",)

    def __init__(self, value: ValueT) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentityKey) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)
