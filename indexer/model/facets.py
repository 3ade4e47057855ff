"""The facets: fields whose values narrow the results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class FacetName(StrEnum):
    """A facet, named as in addresses."""

    KIND = "kind"
    THEME = "theme"
    AUDIENCE = "audience"
    SOURCE = "source"
    PLACE = "place"
    YEAR = "year"
    LOCALE = "locale"


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """A facet value that the visitor chose."""

    facet: FacetName
    value: str


class FacetCount(NamedTuple):
    """How many records a click on a value would give.

    An answer has a hundred of them: a tuple is made in half the time of a dataclass.
    """

    value: str
    count: int  # type: ignore[assignment]  # it hides the method of tuples
    is_selected: bool = False
