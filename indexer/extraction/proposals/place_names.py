"""Finds the names of known places in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.analysis.normalization import fold, normalize
from indexer.model.places import Gazetteer

_NOT_LETTER = r"(?<![\w])(?:{})(?![\w])"


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The names of all places, in both languages, ready to be sought."""

    slugs: dict[str, str]
    towns: frozenset[str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> PlaceNames:
        """Take the names of a gazetteer; a place within no other is no town."""
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
        pattern = re.compile(_NOT_LETTER.format("|".join(names))) if names else None
        return cls(slugs, frozenset(towns), pattern)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Give the places that a text names, in its order.

        A name is one only where it begins with a capital: « tours » is a word too.
        """
        if self.pattern is None:
            return ()
        key = _key(text)
        is_aligned = len(key) == len(text)
        found = {}
        for match in self.pattern.finditer(key):
            if not is_aligned or text[match.start()].isupper():
                found[self.slugs[match.group()]] = True
        return tuple(found)

    def towns_in(self, text: str) -> tuple[str, ...]:
        """Give the places smaller than a country that a text names."""
        return tuple(slug for slug in self.named_in(text) if slug in self.towns)


def _key(text: str) -> str:
    return fold(normalize(text))
