"""What the words of a query say of the records that are sought, and what it weighs."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import prod


class ReadingName(StrEnum):
    """What a reading is about; the first four are facets of the same names."""

    AUDIENCE = "audience"
    KIND = "kind"
    PLACE = "place"
    YEAR = "year"
    DATE = "date"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Reading:
    """What words of a query, `text`, say: a value, as facets, dates and codes have it.

    `key` names it in the parameter `literal`, which takes it back.
    """

    name: ReadingName
    value: str
    text: str

    @property
    def key(self) -> str:
        """Its name in addresses: `place:trieste`."""
        return f"{self.name}:{self.value}"


LAST = 0.0
"""The factor of the records that come last: those that nobody has found."""

MOST = 3.0
"""The highest factor: the record that a query names scores five times the best."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Factors on the scores of some records, each with the texts of their ids.

    Two are equal if their keys are: the content and the readings they come from.
    """

    key: tuple[str, ...] = ()
    parts: tuple[tuple[frozenset[str], float], ...] = field(
        default=(), compare=False, repr=False
    )

    def is_last(self, record: str) -> bool:
        """Return whether a record comes last."""
        return any(factor == LAST and record in ids for ids, factor in self.parts)

    def score(self, record: str, score: float, least: float) -> float:
        """Return the score of a record; those that come last have at most `least`."""
        product = prod(factor for records, factor in self.parts if record in records)
        return score * min(product, MOST) if product else min(score, least)


NO_PREFERENCES = Preferences()
