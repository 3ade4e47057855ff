"""Highlighting: marks searched words in texts, and picks excerpts that contain them.

A pre-filter keeps the words that may have a searched form; only they are analysed.

A word and its forms start with the same three letters, accents aside, except for known
irregular words. Words that start otherwise are never stemmed: a page of results has
thousands of words, and NumPy compares the first letters of all of them at once.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import CHUNK_TERMS, IndexTerm, word_forms
from indexer.analysis.tokens import (
    APOSTROPHES,
    ChunkCache,
    chunks,
    fold,
    normalize,
    split_at_spaces,
)
from indexer.analysis.word_lists import IRREGULAR_WORDS
from indexer.model.ids import Locale
from indexer.model.results import MarkedText

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
        classes[[ord(character) for character in characters]] = number
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


MAX_EXCERPT_WORDS = 45

_SENTENCE_END = re.compile(r"[.!?…]([\s\u00a0\u202f]+)(?=[A-ZÀ-Þ«“\"(\d])")

LocatedTerm = tuple[int, IndexTerm]
"""A searched term, after the start of its chunk in the text."""

_EXACT = "="
"""Marks an exact word in a set of keys that also contains forms."""


@dataclass(frozen=True, slots=True)
class _Lookup:
    """The pre-filter and the keys of the searched words in one language."""

    prefix_filter: PrefixFilter
    keys: frozenset[str]
    phrase_keys: frozenset[str]


@dataclass(frozen=True)
class SearchedWords:
    """The words to highlight: forms by language, phrases and prefixes."""

    forms: dict[Locale, frozenset[str]]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()

    def locate(self, texts: Sequence[str], locale: Locale) -> list[list[LocatedTerm]]:
        """Return, for each text, its searched terms in order.

        One call for many texts is far faster than one call for each.
        """
        if not (any(self.forms.values()) or self.phrases or self.prefixes):
            return [[] for _ in texts]
        return [
            self._matches(text, candidates, locale)
            for text, candidates in zip(
                texts, self._candidates(texts, locale), strict=True
            )
        ]

    def _matches(
        self, text: str, candidates: list[LocatedChunk], locale: Locale
    ) -> list[LocatedTerm]:
        if not candidates:
            return []
        forms = self.forms.get(locale, frozenset())
        terms_of = CHUNK_TERMS[locale]
        # A phrase needs the neighbouring words; forms need the candidates only.
        has_phrase = self._may_have_phrase(candidates, locale)
        located = [
            (start, term)
            for start, chunk in (chunks(text) if has_phrase else candidates)
            for term in terms_of[chunk]
        ]
        matching = {
            number
            for number, (_, term) in enumerate(located)
            if term.exact.startswith(self.prefixes)
            or not (term.is_stop_word or forms.isdisjoint(term.forms))
        }
        if has_phrase:
            matching |= self._in_phrases([term.exact for _, term in located])
        return [located[number] for number in sorted(matching)]

    def _candidates(
        self, texts: Sequence[str], locale: Locale
    ) -> list[list[LocatedChunk]]:
        """Return the chunks of each text that may contain a searched word.

        A phrase is looked up by its longest word; with prefixes, any chunk may match.
        """
        if self.prefixes:
            return [chunks(text) for text in texts]
        lookup = self._lookups[locale]
        keys_of = _CHUNK_KEYS[locale]
        return [
            [each for each in located if not lookup.keys.isdisjoint(keys_of[each[1]])]
            for located in lookup.prefix_filter.find(texts)
        ]

    def _may_have_phrase(self, candidates: list[LocatedChunk], locale: Locale) -> bool:
        if not self.phrases or self.prefixes:
            return bool(self.phrases)
        keys, keys_of = self._lookups[locale].phrase_keys, _CHUNK_KEYS[locale]
        return any(not keys.isdisjoint(keys_of[chunk]) for _, chunk in candidates)

    @cached_property
    def _lookups(self) -> dict[Locale, _Lookup]:
        longest = {max(phrase, key=len) for phrase in self.phrases if phrase}
        phrase_keys = frozenset(_EXACT + word for word in longest)
        return {
            locale: _Lookup(
                PrefixFilter((*self.forms.get(locale, ()), *longest), locale),
                self.forms.get(locale, frozenset()) | phrase_keys,
                phrase_keys,
            )
            for locale in Locale
        }

    def _in_phrases(self, words: Sequence[str]) -> set[int]:
        """Return the indices of the words that are part of a searched phrase."""
        by_first: defaultdict[str, list[list[str]]] = defaultdict(list)
        for phrase in filter(None, self.phrases):
            by_first[phrase[0]].append(list(phrase))
        return {
            number
            for start, word in enumerate(words)
            if word in by_first
            for phrase_words in by_first[word]
            if words[start : start + len(phrase_words)] == phrase_words
            for number in range(start, start + len(phrase_words))
        }


def _chunk_keys(chunk: str, locale: Locale) -> frozenset[str]:
    terms = CHUNK_TERMS[locale][chunk]
    forms = (form for term in terms if not term.is_stop_word for form in term.forms)
    return frozenset((*forms, *(_EXACT + term.exact for term in terms)))


_CHUNK_KEYS = {
    locale: ChunkCache(partial(_chunk_keys, locale=locale)) for locale in Locale
}
"""The forms and exact words of each chunk."""


def mark(text: str, located: Sequence[LocatedTerm]) -> MarkedText:
    """Return a text with each searched word marked as a whole."""
    return MarkedText(text, tuple(_merged_spans(located)))


def excerpt(text: str, located: Sequence[LocatedTerm]) -> MarkedText:
    """Return the sentences that contain the most searched words, marked.

    A sentence that is too long is cut between words. An ellipsis replaces the text
    before and after.
    """
    text = text.rstrip()
    if len(text.split()) <= MAX_EXCERPT_WORDS:
        return mark(text, located)
    positions = [start + term.token.start for start, term in located]
    sentences = _sentences(text)
    best = _best_sentence(sentences, located, positions)
    start, stop = _extended(text, sentences[best:])
    if len(text[start:stop].split()) > MAX_EXCERPT_WORDS:
        first_mark = bisect_left(positions, start)
        is_inside = first_mark < len(positions) and positions[first_mark] < stop
        middle = positions[first_mark] if is_inside else start
        start, stop = _cut(text, start, stop, middle)
    lead = "… " if start else ""
    tail = " …" if stop < len(text) else ""
    shown = " ".join(split_at_spaces(text[start:stop]))
    return MarkedText(
        f"{lead}{shown}{tail}",
        tuple(
            (first - start + len(lead), last - start + len(lead))
            for first, last in _merged_spans(located)
            if start <= first and last <= stop
        ),
    )


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return the start and stop of each sentence."""
    ends = [match.span(1) for match in _SENTENCE_END.finditer(text)]
    starts = (0, *(end for _, end in ends))
    return list(zip(starts, (*(start for start, _ in ends), len(text)), strict=True))


def _best_sentence(
    sentences: Sequence[tuple[int, int]],
    located: Sequence[LocatedTerm],
    positions: Sequence[int],
) -> int:
    """Return the index of the first sentence with the most distinct searched stems."""
    stems: dict[int, set[str]] = {}
    for position, (_, term) in zip(positions, located, strict=True):
        number = bisect_right(sentences, position, key=itemgetter(0)) - 1
        stems.setdefault(number, set()).add(term.forms[0])
    # Located terms are in order, so `max` returns the first of equal sentences.
    return max(stems, key=lambda number: len(stems[number]), default=0)


def _extended(text: str, sentences: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the span of the first sentence and of those after it that fit."""
    start, stop = sentences[0]
    words = 0
    for first, last in sentences:
        words += len(text[first:last].split())
        if words > MAX_EXCERPT_WORDS:
            break
        stop = last
    return start, stop


def _cut(text: str, start: int, stop: int, middle: int) -> tuple[int, int]:
    """Return the span of the words around a position of a too long sentence."""
    words = split_at_spaces(text[start:stop])
    ends = list(accumulate(map(len, words), lambda end, length: end + 1 + length))
    nearest = bisect_right(ends, middle - start)
    first = max(
        0, min(nearest - MAX_EXCERPT_WORDS // 3, len(words) - MAX_EXCERPT_WORDS)
    )
    last = min(first + MAX_EXCERPT_WORDS, len(words)) - 1
    return start + ends[first] - len(words[first]), start + ends[last]


def _merged_spans(located: Sequence[LocatedTerm]) -> list[tuple[int, int]]:
    """Return the spans of terms, in order; those of a compound and its parts merge."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(
        (start + term.token.start, start + term.token.end) for start, term in located
    ):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
