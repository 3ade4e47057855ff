"""The labels of facet values, and the values of typed labels."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from indexer.analysis.tokens import fold, normalize, phrase_words
from indexer.corpus.corpus import Corpus
from indexer.model.facets import NOT_KNOWN, Facet, FacetName, FacetOrder
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from kb.core.cache import IdentityKey
from kb.web.labels import (
    FACET_VALUES,
    KINDS,
    KINDS_PLURAL,
    LOCALE_NAMES,
    NOT_KNOWN_LABEL,
)
from kb.web.locale import LazyString
from kb.web.search.understood import Understanding
from kb.web.value_labels import VALUES

MAX_LISTED_VALUES = 16
YEAR = re.compile("[0-9]{4}")

EnumT = TypeVar("EnumT", bound=str)

_Labels = Mapping[FacetName, Mapping[str, str]]


class FacetVocabulary:
    """The facet values and terms of a corpus, by their names in both languages."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._labels: dict[Locale, _Labels] = {}
        self._values: dict[FacetName, dict[str, str]] = {
            facet: {} for facet in FacetName
        }
        for locale in Locale:
            self._labels[locale] = {
                facet: _labels(facet, corpus, locale) for facet in FacetName
            }
            self._add(FacetName.KIND, _texts(KINDS, locale))
            for facet, labels in self._labels[locale].items():
                self._add(facet, labels)
        self._terms = {locale: _terms_by_name(corpus, locale) for locale in Locale}
        self.understanding = Understanding(corpus)

    def label(self, facet: FacetName, value: str, locale: Locale) -> str:
        """Return the label of a value, or the value itself if it has none."""
        return self._labels[locale].get(facet, {}).get(value, value)

    def resolve(self, facet: FacetName, text: str) -> str | None:
        """Return the value that a text names, by itself or by a label, or None."""
        key = _key(text)
        if facet.declared.order is FacetOrder.NEWEST:
            known = key if YEAR.fullmatch(key) else None
            return known or self._values[facet].get(key)
        return self._values[facet].get(key)

    def term_named(self, text: str, locale: Locale) -> Record | None:
        """Return the term that a text names, in the reader's language or the other."""
        key = name_key(text)
        return self._terms[locale].get(key) or self._terms[locale.other].get(key)

    def values(self, facet: FacetName) -> tuple[str, ...]:
        """Return the values of a facet; none for years, since any year is valid."""
        if facet.declared.order is FacetOrder.NEWEST:
            return ()
        return tuple(self._labels[Locale.EN].get(facet, {}))

    def listed_values(self, facet: FacetName) -> tuple[str, ...]:
        """Return the values of a facet, or none if they are too many to be listed."""
        values = self.values(facet)
        return values if len(values) <= MAX_LISTED_VALUES else ()

    def _add(self, facet: FacetName, labels: Mapping[str, str]) -> None:
        for value, label in labels.items():
            self._values[facet].setdefault(_key(value), value)
            self._values[facet].setdefault(_key(label), value)


def vocabulary_of(corpus: Corpus) -> FacetVocabulary:
    """Return the vocabulary of a corpus, cached for the corpora used last."""
    return _vocabulary(IdentityKey(corpus))


@lru_cache(maxsize=2)  # the live corpus, and one with a previewed draft
def _vocabulary(key: IdentityKey[Corpus]) -> FacetVocabulary:
    return FacetVocabulary(key.value)


def name_key(text: str) -> str:
    """Return a name without case, accents and punctuation, to compare names."""
    return " ".join(phrase_words(text))


def _terms_by_name(corpus: Corpus, locale: Locale) -> dict[str, Record]:
    terms: dict[str, Record] = {}
    for record in corpus.of_kind(Kind.TERM):
        if record.has_edition(locale):
            edition = record.edition(locale)
            for name in (edition.title, *edition.variants):
                terms.setdefault(name_key(name), record)
    return terms


def _key(text: str) -> str:
    return " ".join(fold(normalize(text)).split())


def _labels(facet: FacetName, corpus: Corpus, locale: Locale) -> dict[str, str]:
    """Return the labels of the values of a facet; a value without one is its own."""
    declared = facet.declared
    labels: dict[str, str] = {}
    match declared:
        case Facet(values=enum) if enum is not None:
            labels = _enum_texts(enum, locale)
        case Facet(records=kind) if kind is not None:
            labels = {
                record.id.slug: record.edition(locale).title
                for record in corpus.of_kind(kind)
            }
        case Facet(are_places=True):
            places = corpus.gazetteer.places
            labels = {slug: place.names[locale] for slug, place in places.items()}
        case _ if not (declared.value_labels or declared.order is FacetOrder.NEWEST):
            found = map(facet.stated, corpus.records.values())
            labels = {value: value for value in sorted(set().union(*found))}
    labels |= _texts(FACET_VALUES[facet], locale)
    if declared.expected:
        labels[NOT_KNOWN] = NOT_KNOWN_LABEL.text(locale)
    return labels


def _enum_texts(enum: type[StrEnum], locale: Locale) -> dict[str, str]:
    if enum is Locale:
        return {language.value: name for language, name in LOCALE_NAMES.items()}
    return _texts(KINDS_PLURAL if enum is Kind else VALUES[enum], locale)


def _texts(labels: Mapping[EnumT, LazyString], locale: Locale) -> dict[str, str]:
    return {str(value): label.text(locale) for value, label in labels.items()}
