"""The labels of facet values, and what a typed name stands for."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.analysis.normalization import fold, normalize
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.records import ALL_THEMES, Record
from kb.services import services
from kb.web.labels import (
    ALL_THEMES_LABEL,
    AUDIENCES,
    FIRMNESS,
    KINDS,
    KINDS_PLURAL,
)
from kb.web.locale import LOCALE_NAMES, speaking

MAX_NAMED_VALUES = 16

_Labels = Mapping[FacetName, Mapping[str, str]]


class FacetVocabulary:
    """All facet values of a corpus, and its terms, by their names in both languages."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._labels: dict[Locale, _Labels] = {}
        self._values: dict[FacetName, dict[str, str]] = {
            facet: {} for facet in FacetName
        }
        for locale in Locale:
            with speaking(locale):
                self._labels[locale] = _labels(corpus, locale)
                singular = {kind.value: str(label) for kind, label in KINDS.items()}
            self._learn(FacetName.KIND, singular)
            for facet, labels in self._labels[locale].items():
                self._learn(facet, labels)
        self._terms = {locale: _terms_by_name(corpus, locale) for locale in Locale}

    def label(self, facet: FacetName, value: str, locale: Locale) -> str:
        """Give the label of a value; a value without one is its own."""
        return self._labels[locale].get(facet, {}).get(value, value)

    def resolve(self, facet: FacetName, text: str) -> str | None:
        """Give the value that a text names: the value itself, or a label of it."""
        key = _key(text)
        if facet is FacetName.YEAR:
            return key if key.isdigit() and len(key) == 4 else None
        return self._values[facet].get(key)

    def term_named(self, text: str, locale: Locale) -> Record | None:
        """Give the term that a text names in either language, the reader's first."""
        key = name_key(text)
        return self._terms[locale].get(key) or self._terms[locale.other].get(key)

    def values(self, facet: FacetName) -> tuple[str, ...]:
        """Give the values of a facet when they are few enough to be read."""
        values = tuple(self._labels[Locale.EN].get(facet, {}))
        return values if len(values) <= MAX_NAMED_VALUES else ()

    def _learn(self, facet: FacetName, labels: Mapping[str, str]) -> None:
        for value, label in labels.items():
            self._values[facet].setdefault(_key(value), value)
            self._values[facet].setdefault(_key(label), value)


def vocabulary() -> FacetVocabulary:
    """Give the vocabulary of the corpus as it is now."""
    corpus = services().corpus
    for latest in _latest:
        if latest.corpus is corpus:
            return latest
    made = FacetVocabulary(corpus)
    if services().preview.draft is None:
        _latest[:] = [made]
    return made


_latest: list[FacetVocabulary] = []


def name_key(text: str) -> str:
    """Give one spelling for all the ways to write a name."""
    return " ".join(fold(token.text) for token in tokenize(text))


def _terms_by_name(corpus: Corpus, locale: Locale) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in corpus.of_kind(Kind.TERM):
        if record.has_edition(locale):
            edition = record.edition(locale)
            for name in (edition.title, *edition.variants):
                found.setdefault(name_key(name), record)
    return found


def _key(text: str) -> str:
    return " ".join(fold(normalize(text)).split())


def _labels(corpus: Corpus, locale: Locale) -> _Labels:
    themes = {
        theme.id.slug: theme.edition(locale).title
        for theme in corpus.of_kind(Kind.THEME)
    }
    return {
        FacetName.KIND: {
            kind.value: str(label) for kind, label in KINDS_PLURAL.items()
        },
        FacetName.THEME: themes | {ALL_THEMES: str(ALL_THEMES_LABEL)},
        FacetName.AUDIENCE: {
            each.value: str(label) for each, label in AUDIENCES.items()
        },
        FacetName.SOURCE: {
            each.value: str(badge.label) for each, badge in FIRMNESS.items()
        },
        FacetName.PLACE: {
            slug: place.names[locale] for slug, place in corpus.gazetteer.places.items()
        },
        FacetName.LOCALE: {each.value: name for each, name in LOCALE_NAMES.items()},
    }
