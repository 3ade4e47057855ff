"""Tells of most words, without analysing them, that they are not among some forms.

A word begins with the same three letters as its forms, accents aside, but for a few
that are known. A page of results has thousands of words, and this is all that is asked
of nearly all of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from indexer.analysis.analyzer import word_forms
from indexer.analysis.irregular import IRREGULAR_WORDS
from indexer.analysis.normalization import APOSTROPHES, fold, normalize
from indexer.analysis.tokens import ByStretch
from indexer.model.ids import Locale

LENGTH = 3

# What stands around words in a text, and between two in a stretch of it.
_AROUND = ".,;:!?…()[]{}«»\u201c\u201d\"'\u2018\u2019*_/\u00a0\u202f"
_JOINED = re.compile(rf"[{APOSTROPHES}'\-\u2010\u2011]")
_HYPHEN = re.compile(r"[\-\u2010\u2011]")

_SNOWBALL_EXCEPTIONS = {Locale.FR: (), Locale.EN: ("dying", "lying", "tying")}


class Beginnings:
    """Whether a word that begins so may be of some forms.

    `sought` are what the forms begin with; a word is not one of them when none of what
    `COMPARABLE` gives for its first letters is among these.
    """

    def __init__(self, forms: Iterable[str], locale: Locale) -> None:
        self.sought = frozenset(
            beginning
            for form in forms
            for beginning in (
                _comparable(form),
                *_OTHERS[locale].get(form, ()),
                *_before_ing(form),
            )
        )

    def may_hold(self, stretch: str) -> bool:
        """Tell whether a stretch without spaces may hold a word of these forms.

        Of numbers, codes, addresses and the like nothing is told: they may.
        """
        core = stretch.strip(_AROUND)
        if core.isalpha():
            return self._may_begin(core)
        parts = _JOINED.split(core)
        if not all(map(str.isalpha, parts)):
            return bool(core)
        # A compound stands for one word too, which then begins with letters of several.
        is_short = len(parts[0]) < LENGTH and _HYPHEN.search(core) is not None
        return is_short or any(map(self._may_begin, parts))

    def _may_begin(self, word: str) -> bool:
        return not self.sought.isdisjoint(COMPARABLE[word[:LENGTH]])


def _folded(beginning: str) -> tuple[str, ...]:
    folded = fold(normalize(beginning))
    return _comparable(folded), folded[:2], folded[:1]


COMPARABLE = ByStretch(_folded)
"""What the forms of a word may begin with, or be, by its first letters."""


def _comparable(word: str) -> str:
    # English stems end in i where words do in y: fly, fli.
    return word[:LENGTH] if word[2:LENGTH] != "y" else f"{word[:2]}i"


def _before_ing(form: str) -> Iterator[str]:
    """Give how words in -ing begin whose form has three letters: using, vying."""
    if len(form) == LENGTH and form.endswith("e"):
        yield f"{form[:2]}i"
        yield f"{form[0]}yi"


def _others(locale: Locale) -> Mapping[str, frozenset[str]]:
    """Give, of forms, the other beginnings that words of them have: went, of go."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in (*IRREGULAR_WORDS[locale], *_SNOWBALL_EXCEPTIONS[locale]):
        beginning = _comparable(fold(normalize(word)))
        for form in word_forms(normalize(word), locale):
            if _comparable(form) != beginning:
                found[form].add(beginning)
    return {form: frozenset(beginnings) for form, beginnings in found.items()}


_OTHERS = {locale: _others(locale) for locale in Locale}
