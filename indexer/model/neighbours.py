"""The records that each record is linked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The records that each record is linked with, in either direction.

    Records are named by the texts of their ids, as engines store them.

    Two are equal only if they are one object: queries that carry one are keys of
    caches, and a change of the content makes another one.
    """

    by_record: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_record)

    def of(self, record: str) -> tuple[str, ...]:
        """Return the records that a record is linked with."""
        return self.by_record.get(record, ())


NO_NEIGHBOURS = Neighbours()
