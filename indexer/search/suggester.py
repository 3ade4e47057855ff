"""Suggests names of records, terms and places that complete what is typed.

A record whose code is typed comes first. Names follow in this order:

1. names equal to the typed words, with terms and places before records;
2. names that begin with the typed words;
3. names that contain them in their order;
4. names that contain them in any order;
5. names that contain them within a few edits.

The reader's language comes before the other, then short names before long ones.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.record_codes import record_code
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import RecordEntry
from indexer.model.results import LocalizedText, Suggestion
from indexer.search.fuzzy_words import MIN_LENGTH, WordRange
from indexer.search.name_index import FAR, NameIndex, names_of, readings_of

LONG_WORD = 8
"""Words of this length may differ by two edits, shorter ones by one."""

LOCALES = tuple(Locale)

Ranks = NDArray[np.int16]


class Tolerance(IntEnum):
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


class NameSet:
    """The names of some records and of their places, indexed for lookup."""

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
        self._by_code: defaultdict[str, list[_Name]] = defaultdict(list)
        for name in self._names:
            record = name.target.leads_to
            if isinstance(record, RecordId):
                for text in (record.slug, name.text):
                    self._by_code[record_code(text)].append(name)
        self._by_code.pop("", None)
        self._titles = {
            (id(name.target), name.locale): index
            for index, name in enumerate(self._names)
            if name.text == name.target.titles.get(name.locale)
        }

    @property
    def max_words(self) -> int:
        """The number of words of the longest name."""
        return self._index.max_words

    def ranked(
        self,
        readings: tuple[tuple[str, ...], ...],
        locale: Locale,
        tolerance: Tolerance,
    ) -> Iterator[tuple[tuple[int, int, str], _Name]]:
        """Yield the names that match a text, the best first, each after its rank.

        Names of one rank are ordered by their length.
        """
        ranks = self._ranks(readings, locale, tolerance)
        for index in _by_rank(ranks):
            name = self._names[index]
            rank = int(ranks[index]), len(name.text), name.text
            yield rank, self._preferred(index, ranks)

    def with_code(self, code: str) -> Sequence[_Name]:
        """Return the names of the records with a code."""
        return self._by_code.get(code, ())

    def named(
        self, text: str, locale: Locale
    ) -> Iterator[tuple[tuple[object, ...], RecordId]]:
        """Yield the records of which a text is a whole name, each after its rank."""
        for index in self._index.equal_to(names_of(text)):
            name = self._names[index]
            if isinstance(name.target.leads_to, RecordId):
                rank = (*self._naming_rank(index, locale), len(name.text), name.text)
                yield rank, name.target.leads_to

    def _naming_rank(self, index: int, locale: Locale) -> tuple[bool, bool, bool]:
        name = self._names[index]
        is_title = name.text == name.target.titles.get(name.locale)
        return not is_title, name.locale is not locale, name.target.is_first_kind

    def _ranks(
        self,
        readings: tuple[tuple[str, ...], ...],
        locale: Locale,
        tolerance: Tolerance,
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

    def _ranges(self, word: str, tolerance: Tolerance) -> list[WordRange]:
        """Return the ranges of words that a typed word may be the beginning of."""
        words = self._index.words
        ranges = [words.with_prefix(word)]
        is_exact = tolerance is Tolerance.NO_EDITS
        if not is_exact and len(word) >= MIN_LENGTH and word.isalpha():
            distance = 1 if len(word) < LONG_WORD else 2
            ranges += (
                each
                for each in words.with_similar_prefix(word, distance)
                if tolerance is Tolerance.ANY_EDITS or not each.is_doubtful
            )
        return ranges

    def _preferred(self, index: int, ranks: Ranks) -> _Name:
        """Return a name, or the title of its target when that ranks the same."""
        name = self._names[index]
        title = self._titles[id(name.target), name.locale]
        return self._names[title] if ranks[title] == ranks[index] else name


class NamePart(NamedTuple):
    """Names, and the records and places of them that must not be suggested."""

    names: NameSet
    gone: Collection[RecordId | Filter] = frozenset()


class Suggester:
    """The names of records and of places, in parts that several suggesters share."""

    def __init__(self, *parts: NamePart) -> None:
        self._parts = parts
        self._max_words = max((part.names.max_words for part in parts), default=0)

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return up to `limit` suggestions for a text, the best first.

        Each word of the text may be unfinished. `locale` is the reader's language.
        """
        # No name contains more words than the longest name has.
        readings = tuple(
            words for words in readings_of(text) if len(words) <= self._max_words
        )
        chosen = {
            name.target.leads_to: name
            for part in self._parts
            for name in part.names.with_code(record_code(text))
            if name.locale is locale and name.target.leads_to not in part.gone
        }
        for tolerance in Tolerance:
            if tolerance is Tolerance.ANY_EDITS and chosen:
                break
            ranked = (
                self._ranked_of(part, readings, locale, tolerance)
                for part in self._parts
            )
            for _, name in heapq.merge(*ranked, key=itemgetter(0)):
                if len(chosen) >= limit:
                    break
                chosen.setdefault(name.target.leads_to, name)
        names = tuple(chosen.values())
        times = Counter(map(_label, names))
        return tuple(
            _suggestion(name, locale, is_unique=times[_label(name)] == 1)
            for name in names
        )

    @staticmethod
    def _ranked_of(
        part: NamePart,
        readings: tuple[tuple[str, ...], ...],
        locale: Locale,
        tolerance: Tolerance,
    ) -> Iterator[tuple[tuple[int, int, str], _Name]]:
        for ranked in part.names.ranked(readings, locale, tolerance):
            if ranked[1].target.leads_to not in part.gone:
                yield ranked

    def named(self, texts: Iterable[str], locale: Locale) -> tuple[RecordId, ...]:
        """Return the records whose code, title or other name is the whole of a text.

        Case, accents, hyphens and articles do not count. Codes come before titles,
        titles before other names, the reader's language before the other, and terms
        last: the pages of results show them above the records too.
        """
        texts = tuple(texts)
        codes = (
            record
            for text in texts
            for part in self._parts
            for name in part.names.with_code(record_code(text))
            if isinstance(record := name.target.leads_to, RecordId)
            if record not in part.gone
        )
        found = sorted(
            (
                named
                for text in texts
                for part in self._parts
                for named in part.names.named(text, locale)
                if named[1] not in part.gone
            ),
            key=itemgetter(0),
        )
        return tuple(dict.fromkeys((*codes, *(record for _, record in found))))


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
