"""How many records answer a need: numbers in words, and a square for each."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.records import Need, Record


@dataclass(frozen=True, slots=True)
class CoveragePart:
    """The answers of one kind: a square for each; light for recommendations."""

    squares: int
    text: str
    is_light: bool = False


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The answers to a need, by kind."""

    parts: tuple[CoveragePart, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing answers the need."""
        return not any(each.squares for each in self.parts)


def coverage_of(record: Record) -> CoverageView | None:
    """Return the coverage of a need; None for another kind of record."""
    if not isinstance(record, Need):
        return None
    practices, advice = len(record.practices), len(record.recommendations)
    return CoverageView(
        (
            CoveragePart(
                practices,
                ngettext("%(num)s practice", "%(num)s practices", practices)
                if practices
                else _("no practice"),
            ),
            CoveragePart(
                advice,
                ngettext("%(num)s recommendation", "%(num)s recommendations", advice)
                if advice
                else _("no recommendation"),
                is_light=True,
            ),
        )
    )
