"""Place names of the gazetteer in a text."""

from __future__ import annotations

import re

from indexer.analysis.normalization import fold, normalize
from indexer.model.places import Gazetteer


class PlaceNames:
    """The names of all places in both languages, as one pattern."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        places = gazetteer.places.values()
        self._slugs = {
            _key(name): place.slug for place in places for name in place.names.values()
        }
        self._towns = {place.slug for place in places if place.within is not None}
        names = sorted(map(re.escape, self._slugs), key=len, reverse=True)
        # A pattern that matches nothing if there are no names.
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(names) or '(?!)'})(?!\w)")

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the slugs of the places in a text, in order.

        A name must start with a capital: « tours » is a common noun too.
        """
        key = _key(text)
        is_aligned = len(key) == len(text)
        slugs = [
            self._slugs[match.group()]
            for match in self._pattern.finditer(key)
            if not is_aligned or text[match.start()].isupper()
        ]
        return tuple(dict.fromkeys(slugs))

    def towns_in(self, text: str) -> tuple[str, ...]:
        """Return the slugs of the places in a text that are within another place."""
        return tuple(slug for slug in self.named_in(text) if slug in self._towns)


def _key(text: str) -> str:
    return fold(normalize(text))
