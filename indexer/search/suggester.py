"""Suggests names of records, terms and places that complete what is typed.

Names come in this order:

1. names equal to the typed words, with terms and places before records;
2. names that begin with the typed words;
3. names that contain them in their order;
4. names that contain them in any order;
5. names that contain them within a few edits.

The reader's language comes before the other, then short names before long ones.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.record_codes import record_code
from indexer.analysis.tokens import Token, fold, tokenize
from indexer.model.arrays import Offsets
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import RecordEntry
from indexer.model.results import LocalizedText, Suggestion
from indexer.search.fuzzy_words import MIN_LENGTH, SortedWords, WordRange
from indexer.search.query_parts import is_common

FAR = 10_000
"""Greater than any edit distance, position or rank."""


class NameIndex:
    """The words of names; names are addressed by their index."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_words: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        occurrences: list[tuple[str, int, int]] = []
        self._count = 0
        for name_index, name in enumerate(names):
            self._count += 1
            parsed = _parse(name)
            for words in parsed.names:
                self._by_words[words].append(name_index)
            occurrences += (
                (word, name_index, position) for word, position in parsed.positions
            )
        occurrences.sort()
        self.words = SortedWords(word for word, _, _ in occurrences)
        self._names = np.array([name for _, name, _ in occurrences], np.int64)
        self._positions = np.array([each for _, _, each in occurrences], np.int64)
        spellings = [word for word, _, _ in occurrences]
        self._starts = [bisect_left(spellings, word) for word in self.words]
        self._starts.append(len(occurrences))
        self.max_words = max((len(words) for words in self._by_words), default=0)
        """The number of words of the longest name."""

    def equal_to(self, readings: Iterable[tuple[str, ...]]) -> Iterator[int]:
        """Yield the names that consist of the words of a reading, articles aside."""
        for words in readings:
            yield from self._by_words.get(words, ())

    def match(self, query: Sequence[Sequence[WordRange]]) -> tuple[Offsets, Offsets]:
        """Match all names against a query: for each of its words, some ranges.

        Returns:
            The sum of the edit distances of each name, at least `FAR` when a word has
            no match; and its order: 0 when the name begins with the words, 1 when it
            contains them in the order of the query, else 2.
        """
        distance = np.zeros(self._count, np.int64)
        position = np.full(self._count, -1, np.int64)
        for ranges in query:
            distance += self._min_distance(ranges)
            position = self._next_position(ranges, position)
        is_start = position == len(query) - 1
        order = np.where(is_start, 0, np.where(position < FAR, 1, 2))
        return distance, order

    def _min_distance(self, ranges: Sequence[WordRange]) -> Offsets:
        distance = np.full(self._count, FAR, np.int64)
        for each in sorted(ranges, key=lambda each: each.distance, reverse=True):
            distance[self._names[self._slice(each)]] = each.distance
        return distance

    def _next_position(self, ranges: Sequence[WordRange], after: Offsets) -> Offsets:
        """Return the first position after another at which each name matches."""
        position = np.full(self._count, FAR, np.int64)
        for each in ranges:
            span = self._slice(each)
            names, positions = self._names[span], self._positions[span]
            is_after = positions > after[names]
            np.minimum.at(position, names[is_after], positions[is_after])
        return position

    def _slice(self, words: WordRange) -> slice:
        return slice(self._starts[words.start], self._starts[words.stop])


def readings_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the folded words of a text, once apart and once with compounds joined.

    « cyber-harc » is two words, or the beginning of « cyberharcèlement ». Without
    compounds there is one reading.
    """
    return _parse(text).readings


def names_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of a text, then those without stop words at both ends."""
    return _parse(text).names


@dataclass(frozen=True, slots=True)
class _ParsedName:
    """The words of a text, and the compounds (start, stop, whole) they are parts of."""

    words: tuple[str, ...]
    compounds: tuple[tuple[int, int, str], ...]

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        joined = list(self.words)
        for start, stop, whole in reversed(self.compounds):
            joined[start:stop] = [whole]
        return tuple(filter(None, dict.fromkeys((self.words, tuple(joined)))))

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        readings = self.readings
        return tuple(dict.fromkeys((*readings, *map(_without_articles, readings))))

    @property
    def positions(self) -> Iterator[tuple[str, int]]:
        """Each word with its position; a compound has that of its first part."""
        for position, word in enumerate(self.words):
            yield word, position
        for start, _, whole in self.compounds:
            yield whole, start


def _without_articles(words: tuple[str, ...]) -> tuple[str, ...]:
    """Remove the stop words at both ends, unless there is no other word."""
    content = [index for index, word in enumerate(words) if not is_common(word)]
    return words[content[0] : content[-1] + 1] if content else words


@lru_cache(maxsize=2**16)  # names of all records are parsed for each generation
def _parse(text: str) -> _ParsedName:
    words: list[str] = []
    parts: list[Token] = []
    compounds: list[tuple[int, int, str]] = []
    for token in tokenize(text):
        word = fold(token.text)
        if parts and _is_compound(token, parts[-1]):
            start = bisect_left(parts, token.start, key=lambda part: part.start)
            compounds.append((start, len(parts), word))
        else:
            words.append(word)
            parts.append(token)
    return _ParsedName(tuple(words), tuple(compounds))


def _is_compound(token: Token, before: Token) -> bool:
    """Return whether a token is a compound whose last part is the token before."""
    return (
        token.start < before.end
        and len(token.text) > len(before.text)
        and token.text.endswith(before.text)
    )


LONG_WORD = 8
"""Words of this length may differ by two edits, shorter ones by one."""

LOCALES = tuple(Locale)

Ranks = NDArray[np.int16]


class _Tolerance(IntEnum):
    """Which edits may separate a typed word from a word of a name."""

    NO_EDITS = 0
    LIKELY_EDITS = 1
    ANY_EDITS = 2


@dataclass(frozen=True, slots=True)
class _Target:
    """A record or a place, with its title in each language."""

    leads_to: RecordId | Filter
    titles: dict[Locale, str]

    @property
    def is_first_kind(self) -> bool:
        """Whether it comes before targets of the same name: a place or a term."""
        return isinstance(self.leads_to, Filter) or self.leads_to.kind is Kind.TERM

    def title(self, locale: Locale) -> LocalizedText:
        """Return the title in a language, or else in the other."""
        available = locale if locale in self.titles else locale.other
        return LocalizedText(self.titles[available], available)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a target in one language."""

    text: str
    locale: Locale
    target: _Target


class Suggester:
    """The names of records and of places, indexed for lookup while typing."""

    def __init__(
        self,
        entries: Iterable[RecordEntry],
        places: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Index the names of records, of their places, and of other places.

        `places` maps the slug of each place to its names by locale.
        """
        names: list[_Name] = []
        places = dict(places or {})
        for entry in entries:
            names += _record_names(entry)
            places |= entry.places
        # Short names first: among names of equal rank, the lower index comes first.
        self._names = sorted(
            (*names, *_place_names(places)),
            key=lambda name: (len(name.text), name.text),
        )
        self._index = NameIndex(name.text for name in self._names)
        self._locale_of = np.array(
            [LOCALES.index(name.locale) for name in self._names], np.int64
        )
        self._is_first_kind = np.array(
            [name.target.is_first_kind for name in self._names], np.bool_
        )
        self._by_code: defaultdict[str, list[RecordId]] = defaultdict(list)
        for name in self._names:
            record = name.target.leads_to
            if isinstance(record, RecordId):
                for text in (record.slug, name.text):
                    self._by_code[record_code(text)].append(record)
        self._by_code.pop("", None)
        self._titles = {
            (id(name.target), name.locale): index
            for index, name in enumerate(self._names)
            if name.text == name.target.titles.get(name.locale)
        }

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return up to `limit` suggestions for a text, the best first.

        Each word of the text may be unfinished. `locale` is the reader's language.
        """
        # No name contains more words than the longest name has.
        readings = tuple(
            words for words in readings_of(text) if len(words) <= self._index.max_words
        )
        chosen: dict[int, _Name] = {}
        for tolerance in _Tolerance:
            if tolerance is _Tolerance.ANY_EDITS and chosen:
                break
            ranks = self._ranks(readings, locale, tolerance)
            for index in _by_rank(ranks):
                if len(chosen) >= limit:
                    break
                name = self._preferred(index, ranks)
                chosen.setdefault(id(name.target), name)
        names = tuple(chosen.values())
        times = Counter(map(_label, names))
        return tuple(
            _suggestion(name, locale, is_unique=times[_label(name)] == 1)
            for name in names
        )

    def named(self, texts: Iterable[str], locale: Locale) -> tuple[RecordId, ...]:
        """Return the records whose code, title or other name is the whole of a text.

        Case, accents, hyphens and articles do not count. Codes come before titles,
        titles before other names, the reader's language before the other, and terms
        last: the pages of results show them above the records too.
        """
        texts = tuple(texts)
        codes = chain.from_iterable(
            self._by_code.get(record_code(t), ()) for t in texts
        )
        found = [
            (self._naming_rank(index, locale), index)
            for text in texts
            for index in self._index.equal_to(names_of(text))
        ]
        targets = (self._names[index].target.leads_to for _, index in sorted(found))
        records = (target for target in targets if isinstance(target, RecordId))
        return tuple(dict.fromkeys((*codes, *records)))

    def _naming_rank(self, index: int, locale: Locale) -> tuple[bool, bool, bool]:
        name = self._names[index]
        is_title = name.text == name.target.titles.get(name.locale)
        return not is_title, name.locale is not locale, name.target.is_first_kind

    def _ranks(
        self,
        readings: tuple[tuple[str, ...], ...],
        locale: Locale,
        tolerance: _Tolerance,
    ) -> Ranks:
        """Return the rank of each name, from 0; `FAR` for names that do not match."""
        is_other = self._locale_of != LOCALES.index(locale)
        best = np.full(len(self._names), FAR)
        for words in readings:
            distance, order = self._index.match(
                [self._ranges(word, tolerance) for word in words]
            )
            ranks = 4 + distance * 6 + is_other * 3 + order
            best = np.minimum(best, ranks)
        for index in self._index.equal_to(readings):
            best[index] = is_other[index] * 2 + (not self._is_first_kind[index])
        return best.astype(np.int16)

    def _ranges(self, word: str, tolerance: _Tolerance) -> list[WordRange]:
        """Return the ranges of words that a typed word may be the beginning of."""
        words = self._index.words
        ranges = [words.with_prefix(word)]
        is_exact = tolerance is _Tolerance.NO_EDITS
        if not is_exact and len(word) >= MIN_LENGTH and word.isalpha():
            distance = 1 if len(word) < LONG_WORD else 2
            ranges += (
                each
                for each in words.with_similar_prefix(word, distance)
                if tolerance is _Tolerance.ANY_EDITS or not each.is_doubtful
            )
        return ranges

    def _preferred(self, index: int, ranks: Ranks) -> _Name:
        """Return a name, or the title of its target when that ranks the same."""
        name = self._names[index]
        title = self._titles[id(name.target), name.locale]
        return self._names[title] if ranks[title] == ranks[index] else name


def _record_names(entry: RecordEntry) -> Iterator[_Name]:
    titles = {locale: edition.title for locale, edition in entry.editions.items()}
    target = _Target(entry.id, titles)
    for locale, edition in entry.editions.items():
        for text in dict.fromkeys((edition.title, *edition.names)):
            yield _Name(text, locale, target)


def _place_names(places: Mapping[str, Mapping[str, str]]) -> Iterator[_Name]:
    for slug, names in places.items():
        place = _Target(
            Filter(FacetName.PLACE, slug),
            {Locale(locale): text for locale, text in names.items()},
        )
        for locale, text in place.titles.items():
            yield _Name(text, locale, place)


def _by_rank(ranks: Ranks) -> Iterator[int]:
    matching = np.flatnonzero(ranks < FAR)
    yield from matching[np.argsort(ranks[matching], kind="stable")].tolist()


def _label(name: _Name) -> tuple[str, bool]:
    """Return what distinguishes a suggestion from others on the screen."""
    return name.text, name.target.is_first_kind


def _suggestion(name: _Name, locale: Locale, *, is_unique: bool) -> Suggestion:
    title = name.target.title(locale)
    if title.text == name.text and not is_unique:
        title = name.target.title(locale.other)
    return Suggestion(
        name.target.leads_to,
        name.locale,
        name.text,
        title if title.text != name.text else None,
    )
