"""Finds, in many texts at once, where words may be of some forms.

A word begins with the same three letters as its forms, accents aside, but for a few
that are known. A page of results has thousands of words, and this is all that is asked
of nearly all of them: their letters are compared as numbers, all in one go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import word_forms
from indexer.analysis.irregular import IRREGULAR_WORDS
from indexer.analysis.normalization import APOSTROPHES, fold, normalize
from indexer.model.ids import Locale

LENGTH = 3

_KNOWN = 0x180
"""Of so many characters, those of Latin letters, it is known which letter they are."""

_SPACES = " \t\r\n"
_HYPHENS = "-\u2010\u2011"
# What stands around words in a text; between two, all may be one.
_AROUND = '.,;:!?…()[]{}«»\u201c\u201d"*_/\u00a0\u202f'
_JOINING = f"'\u2018\u2019{APOSTROPHES}"
_SPACE, _SIGN, _JOINER, _HYPHEN, _OTHER = 0, 27, 28, 29, 30
"""What a character is, beside the letters from 1 to 26."""

_BITS = 5
_HIGHEST = 0xFFFF

_SNOWBALL_EXCEPTIONS = {Locale.FR: (), Locale.EN: ("dying", "lying", "tying")}

LocatedWord = tuple[int, str]
"""Where a stretch without spaces begins in its text, and the stretch."""


class PrefixFilter:
    """How words begin that may be of some forms."""

    def __init__(self, forms: Iterable[str], locale: Locale) -> None:
        self._is_sought = np.zeros(1 << LENGTH * _BITS, np.bool_)
        letters = self._is_sought.reshape((1 << _BITS,) * LENGTH)
        for form in forms:
            for beginning in (
                form[:LENGTH],
                *_OTHERS[locale].get(form, ()),
                *_before_ing(form),
            ):
                codes = [_CLASSES[min(ord(letter), _HIGHEST)] for letter in beginning]
                letters[tuple(codes)] = True
                # English stems end in i where words do in y: fly, fli.
                if beginning[2:] in {"i", "y"}:
                    letters[*codes[:2], _I_OR_Y] = True

    def find(self, texts: Sequence[str]) -> list[list[LocatedWord]]:
        """Give the stretches of each text that may hold a word of these forms.

        They come in order. Nothing is told of numbers, codes, addresses and the like,
        nor of letters that are not Latin: they may.
        """
        found: list[list[LocatedWord]] = [[] for _ in texts]
        joined = "\n".join(("", "", *texts, "", ""))
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        classes = _CLASSES[np.minimum(points, _HIGHEST)]
        # They wrap around below zero: one comparison tells a letter.
        is_letter = classes - np.uint16(1) < _SIGN - 1
        (starts,) = (is_letter[1:] & ~is_letter[:-1]).nonzero()
        starts += 1
        second, third = classes[starts + 1], classes[starts + 2]
        codes = (classes[starts] << 2 * _BITS) | (second << _BITS) | third
        may_hold = self._is_sought[codes]
        # A compound stands for one word too, which may begin with letters of several.
        may_hold |= (second == _HYPHEN) | (third == _HYPHEN)
        # What stands inside a stretch and not around it may be the sign of a code.
        before = classes[starts - 1]
        may_hold |= (before == _SIGN) & (classes[starts - 2] != _SPACE)
        places = np.concatenate((starts[may_hold], (classes == _OTHER).nonzero()[0]))
        (spaces,) = (classes == _SPACE).nonzero()
        ends = np.unique(spaces.searchsorted(places))
        begins, stops = spaces[ends - 1] + 1, spaces[ends]
        lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
        firsts = np.cumsum(lengths) - lengths + 2
        holders = firsts.searchsorted(begins, side="right") - 1
        for start, stop, holder, first in zip(
            begins.tolist(),
            stops.tolist(),
            holders.tolist(),
            firsts[holders].tolist(),
            strict=True,
        ):
            found[holder].append((start - first, joined[start:stop]))
        return found


def _classes() -> NDArray[np.uint16]:
    """Tell what each character is; those beyond the first 65,535 are as the last."""
    classes = np.full(_HIGHEST + 1, _OTHER, np.uint16)
    for point in range(_KNOWN):
        letter = fold(normalize(chr(point)))
        if len(letter) == 1 and "a" <= letter <= "z":
            classes[point] = ord(letter) - ord("a") + 1
    for characters, number in (
        (_AROUND, _SIGN),
        (_JOINING, _JOINER),
        (_HYPHENS, _HYPHEN),
        (_SPACES, _SPACE),
    ):
        classes[[ord(each) for each in characters]] = number
    return classes


_CLASSES = _classes()
_I_OR_Y = [int(_CLASSES[ord(letter)]) for letter in "iy"]


def _before_ing(form: str) -> Iterator[str]:
    """Give how words in -ing begin whose form has three letters: using, vying."""
    if len(form) == LENGTH and form.endswith("e"):
        yield f"{form[:2]}i"
        yield f"{form[0]}yi"


def _others(locale: Locale) -> Mapping[str, frozenset[str]]:
    """Give, of forms, the other beginnings that words of them have: went, of go."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in (*IRREGULAR_WORDS[locale], *_SNOWBALL_EXCEPTIONS[locale]):
        beginning = fold(normalize(word))[:LENGTH]
        for form in word_forms(normalize(word), locale):
            if form[:LENGTH] != beginning:
                found[form].add(beginning)
    return {form: frozenset(beginnings) for form, beginnings in found.items()}


_OTHERS = {locale: _others(locale) for locale in Locale}
