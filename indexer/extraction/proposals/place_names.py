"""Place names of the gazetteer in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.analysis.normalization import fold, normalize
from indexer.model.places import Gazetteer

_WHOLE_WORD = r"(?<![\w])(?:{})(?![\w])"


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The names of all places in both languages, as one pattern."""

    slugs: dict[str, str]
    towns: frozenset[str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> PlaceNames:
        """Compile the names of a gazetteer; a place within another counts as a town."""
        slugs = {
            _key(name): place.slug
            for place in gazetteer.places.values()
            for name in place.names.values()
        }
        towns = {
            place.slug
            for place in gazetteer.places.values()
            if place.within is not None
        }
        names = sorted(map(re.escape, slugs), key=len, reverse=True)
        pattern = re.compile(_WHOLE_WORD.format("|".join(names))) if names else None
        return cls(slugs, frozenset(towns), pattern)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the slugs of the places in a text, in order.

        A name must start with a capital: « tours » is a common noun too.
        """
        if self.pattern is None:
            return ()
        key = _key(text)
        is_aligned = len(key) == len(text)
        slugs = {}
        for match in self.pattern.finditer(key):
            if not is_aligned or text[match.start()].isupper():
                slugs[self.slugs[match.group()]] = True
        return tuple(slugs)

    def towns_in(self, text: str) -> tuple[str, ...]:
        """Return the slugs of the places in a text that are within another place."""
        return tuple(slug for slug in self.named_in(text) if slug in self.towns)


def _key(text: str) -> str:
    return fold(normalize(text))
