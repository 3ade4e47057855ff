"""The facets: fields whose values narrow the results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many records a click on a value would give."""

    value: str
    count: int
    is_selected: bool = False
