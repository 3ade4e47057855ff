"""The interface by which long work reports its progress."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from indexer.model.problems import Message, message

ItemT = TypeVar("ItemT")

FILES = message("files read")
RECORDS = message("records read")
PASSAGES = message("passages encoded")


class Progress(Protocol):
    """Returns an iterable of the same items that reports each item it yields."""

    def __call__(
        self, label: Message, items: Iterable[ItemT], total: int, /
    ) -> Iterable[ItemT]:
        """Track `total` items under a label."""
        ...


def no_progress(
    _label: Message, items: Iterable[ItemT], _total: int, /
) -> Iterable[ItemT]:
    """Return the items as they are, and report nothing."""
    return items
