"""The facets: fields whose values narrow the results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class FacetName(StrEnum):
    """A facet; the value is the URL parameter."""

    KIND = "kind"
    THEME = "theme"
    AUDIENCE = "audience"
    SOURCE = "source"
    STAGE = "stage"
    EVIDENCE = "evidence"
    RESULT = "result"
    FAILURE = "failure"
    ASSESSED = "assessed"
    COVERAGE = "coverage"
    NEED = "need"
    PLACE = "place"
    YEAR = "year"
    LOCALE = "locale"


NOT_KNOWN = "not-known"
"""The value of a facet for a record that should have one, and has none.

Practices have it for `stage`, `evidence`, `result` and `place`; practices, events and
deliverables for `year`.
"""

FAILURE_TOLD = "told"
"""The value of the facet `failure`: the record tells what did not work."""


class Coverage(StrEnum):
    """Whether a practice or a recommendation answers a need."""

    NONE = "none"
    SOME = "some"


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """A facet value that the visitor chose."""

    facet: FacetName
    value: str


class FacetCount(NamedTuple):
    """The number of results when a facet value is added to the filters.

    A named tuple: a page of results has a hundred counts, and a dataclass takes twice
    the time to create.
    """

    value: str
    count: int  # type: ignore[assignment]  # hides the method tuple.count
    is_selected: bool = False
