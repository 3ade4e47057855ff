"""Pre-filter for highlighting: keeps the words that may have a searched form.

A word and its forms start with the same three letters, accents aside, except for known
irregular words. Words that start otherwise are never stemmed: a page of results has
thousands of words, and NumPy compares the first letters of all of them at once.
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

PREFIX_LENGTH = 3

_LATIN_END = 0x180
"""Code points below this are folded to a letter; other letters are `_OTHER`."""

_SPACES = " \t\r\n"
_HYPHENS = "-\u2010\u2011"
# Punctuation around words; a chunk that contains it inside may be one token.
_AROUND = '.,;:!?…()[]{}«»\u201c\u201d"*_/\u00a0\u202f'
_JOINING = f"'\u2018\u2019{APOSTROPHES}"
_SPACE, _SIGN, _JOINER, _HYPHEN, _OTHER = 0, 27, 28, 29, 30
"""Classes of characters; the letters a to z are classes 1 to 26."""

_BITS = 5
_HIGHEST = 0xFFFF

_SNOWBALL_EXCEPTIONS = {Locale.FR: (), Locale.EN: ("dying", "lying", "tying")}

LocatedChunk = tuple[int, str]
"""The start position of a chunk in its text, and the chunk."""


class PrefixFilter:
    """Filter of the chunks that may contain a word with one of some forms."""

    def __init__(self, forms: Iterable[str], locale: Locale) -> None:
        # Indexed by the classes of three characters, five bits each.
        self._is_searched = np.zeros(1 << PREFIX_LENGTH * _BITS, np.bool_)
        cube = self._is_searched.reshape((1 << _BITS,) * PREFIX_LENGTH)
        for form in forms:
            for prefix in (
                form[:PREFIX_LENGTH],
                *_IRREGULAR_PREFIXES[locale].get(form, ()),
                *_ing_prefixes(form),
            ):
                codes = [_CLASSES[min(ord(letter), _HIGHEST)] for letter in prefix]
                cube[tuple(codes)] = True
                # English stems end in i when words end in y: fli, fly.
                if prefix[2:] in {"i", "y"}:
                    cube[*codes[:2], _I_OR_Y] = True

    def find(self, texts: Sequence[str]) -> list[list[LocatedChunk]]:
        """Return, for each text, the chunks that may contain a searched word, in order.

        Chunks with numbers, codes, addresses or non-Latin letters are always included.
        """
        candidates: list[list[LocatedChunk]] = [[] for _ in texts]
        joined = "\n".join(("", "", *texts, "", ""))
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        classes = _CLASSES[np.minimum(points, _HIGHEST)]
        # Class 0 wraps around to the highest number: one comparison finds letters.
        is_letter = classes - np.uint16(1) < _SIGN - 1
        (starts,) = (is_letter[1:] & ~is_letter[:-1]).nonzero()
        starts += 1
        second, third = classes[starts + 1], classes[starts + 2]
        codes = (classes[starts] << 2 * _BITS) | (second << _BITS) | third
        is_candidate = self._is_searched[codes]
        # The token of a whole compound may start with letters of several parts.
        is_candidate |= (second == _HYPHEN) | (third == _HYPHEN)
        # Punctuation inside a chunk may belong to a code.
        before = classes[starts - 1]
        is_candidate |= (before == _SIGN) & (classes[starts - 2] != _SPACE)
        positions = np.concatenate(
            (starts[is_candidate], (classes == _OTHER).nonzero()[0])
        )
        (spaces,) = (classes == _SPACE).nonzero()
        next_spaces = np.unique(spaces.searchsorted(positions))
        chunk_starts, chunk_stops = spaces[next_spaces - 1] + 1, spaces[next_spaces]
        lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
        text_starts = np.cumsum(lengths) - lengths + 2
        owners = text_starts.searchsorted(chunk_starts, side="right") - 1
        for start, stop, owner, text_start in zip(
            chunk_starts.tolist(),
            chunk_stops.tolist(),
            owners.tolist(),
            text_starts[owners].tolist(),
            strict=True,
        ):
            candidates[owner].append((start - text_start, joined[start:stop]))
        return candidates


def _character_classes() -> NDArray[np.uint16]:
    """Return the class of each code point up to 0xFFFF (uint16)."""
    classes = np.full(_HIGHEST + 1, _OTHER, np.uint16)
    for point in range(_LATIN_END):
        letter = fold(normalize(chr(point)))
        # The lower case of İ has two code points: words with it are always included.
        if len(chr(point).lower()) == len(letter) == 1 and "a" <= letter <= "z":
            classes[point] = ord(letter) - ord("a") + 1
    for characters, number in (
        (_AROUND, _SIGN),
        (_JOINING, _JOINER),
        (_HYPHENS, _HYPHEN),
        (_SPACES, _SPACE),
    ):
        classes[[ord(each) for each in characters]] = number
    return classes


_CLASSES = _character_classes()
_I_OR_Y = [int(_CLASSES[ord(letter)]) for letter in "iy"]


def _ing_prefixes(form: str) -> Iterator[str]:
    """Yield the prefixes of words in -ing with a three-letter form: using, vying."""
    if len(form) == PREFIX_LENGTH and form.endswith("e"):
        yield f"{form[:2]}i"
        yield f"{form[0]}yi"


def _irregular_prefixes(locale: Locale) -> Mapping[str, frozenset[str]]:
    """Return by form the prefixes of its words that differ from it: wen for go."""
    prefixes: defaultdict[str, set[str]] = defaultdict(set)
    for word in (*IRREGULAR_WORDS[locale], *_SNOWBALL_EXCEPTIONS[locale]):
        prefix = fold(normalize(word))[:PREFIX_LENGTH]
        for form in word_forms(normalize(word), locale):
            if form[:PREFIX_LENGTH] != prefix:
                prefixes[form].add(prefix)
    return {form: frozenset(each) for form, each in prefixes.items()}


_IRREGULAR_PREFIXES = {locale: _irregular_prefixes(locale) for locale in Locale}
