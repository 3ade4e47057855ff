"""Finds the names that a visitor may be typing: of records, of terms, of places.

The names that answer come in this order: those that are what was typed, terms and
places before others; those that begin so; those that hold the words in their order;
those that hold them in any. The reader's language comes before the other, and short
names before long ones. Names that hold the words but for a slip come after them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.search.fuzzy_words import WordRange
from indexer.engines.whoosh.search.snapshot import RecordEntry
from indexer.engines.whoosh.suggest.name_index import FAR, NameWords, readings_of
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.results import LocalizedText, Suggestion

MIN_LENGTH = 4
LONG_WORD = 8

Ranks = NDArray[np.int16]


class _Leeway(IntEnum):
    """How far a word of a name may be from the one that was typed."""

    NONE = 0
    LIKELY_SLIPS = 1
    ANY_SLIPS = 2


@dataclass(frozen=True, slots=True)
class _Target:
    """What names lead to, and what it is called in each language."""

    leads_to: RecordId | Filter
    titles: dict[Locale, str]

    @property
    def is_first_kind(self) -> bool:
        """Whether it comes before others of the same name: a place or a term."""
        return isinstance(self.leads_to, Filter) or self.leads_to.kind is Kind.TERM

    def title(self, locale: Locale) -> LocalizedText:
        """Give what it is called in a language, or else in the other."""
        found = locale if locale in self.titles else locale.other
        return LocalizedText(self.titles[found], found)


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of one target, in one language."""

    text: str
    locale: Locale
    target: _Target


class Suggester:
    """The names of records and of places, ready to be looked up as they are typed."""

    def __init__(self, entries: Iterable[RecordEntry]) -> None:
        names: list[_Name] = []
        places: dict[str, Mapping[str, str]] = {}
        for entry in entries:
            names += _record_names(entry)
            places |= entry.places
        # The shortest first: among equals, the number of a name is its rank.
        self._names = sorted(
            (*names, *_place_names(places)),
            key=lambda name: (len(name.text), name.text),
        )
        self._words = NameWords(name.text for name in self._names)
        self._locale_of = np.array(
            [LOCALES.index(name.locale) for name in self._names], np.int64
        )
        self._is_first_kind = np.array(
            [name.target.is_first_kind for name in self._names], np.bool_
        )
        self._titles = {
            (id(name.target), name.locale): number
            for number, name in enumerate(self._names)
            if name.text == name.target.titles.get(name.locale)
        }

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Give the names of which words begin as those typed, then those nearly so."""
        # A name can't hold more words than it has.
        readings = tuple(
            words for words in readings_of(text) if len(words) <= self._words.longest
        )
        chosen: dict[int, _Name] = {}
        for leeway in _Leeway:
            if leeway is _Leeway.ANY_SLIPS and chosen:
                break
            ranks = self._ranks(readings, locale, leeway)
            for number in _in_order(ranks):
                if len(chosen) >= limit:
                    break
                name = self._shown(number, ranks)
                chosen.setdefault(id(name.target), name)
        shown = tuple(chosen.values())
        times = Counter(_line(name) for name in shown)
        return tuple(
            _suggestion(name, locale, is_alone=times[_line(name)] == 1)
            for name in shown
        )

    def _ranks(
        self, readings: tuple[tuple[str, ...], ...], locale: Locale, leeway: _Leeway
    ) -> Ranks:
        """Rank each name, the first at 0; those that are no answer are `FAR`."""
        is_other = self._locale_of != LOCALES.index(locale)
        best = np.full(len(self._names), FAR)
        for words in readings:
            found = self._words.match([self._ranges(word, leeway) for word in words])
            ranks = 4 + found.distance * 6 + is_other * 3 + found.order
            best = np.minimum(best, ranks)
        for number in self._words.called(readings):
            best[number] = is_other[number] * 2 + (not self._is_first_kind[number])
        return best.astype(np.int16)

    def _ranges(self, word: str, leeway: _Leeway) -> list[WordRange]:
        """Give the words that one typed may be the beginning of."""
        words = self._words.words
        ranges = [words.beginning_with(word)]
        if leeway is not _Leeway.NONE and len(word) >= MIN_LENGTH and word.isalpha():
            ranges += (
                each
                for each in words.resembling(word, 1 if len(word) < LONG_WORD else 2)
                if leeway is _Leeway.ANY_SLIPS or not each.is_doubtful
            )
        return ranges

    def _shown(self, number: int, ranks: Ranks) -> _Name:
        """Give a name, or the title in its place when that is as good an answer."""
        name = self._names[number]
        title = self._titles[id(name.target), name.locale]
        return self._names[title] if ranks[title] == ranks[number] else name


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


def _in_order(ranks: Ranks) -> Iterator[int]:
    answers = np.flatnonzero(ranks < FAR)
    yield from answers[np.argsort(ranks[answers], kind="stable")].tolist()


def _line(name: _Name) -> tuple[str, bool]:
    """Give what a reader tells suggestions apart by."""
    return name.text, name.target.is_first_kind


def _suggestion(name: _Name, locale: Locale, *, is_alone: bool) -> Suggestion:
    title = name.target.title(locale)
    if title.text == name.text and not is_alone:
        title = name.target.title(locale.other)
    return Suggestion(
        name.target.leads_to,
        name.locale,
        name.text,
        title if title.text != name.text else None,
    )
