"""The glossary terms that a query names, for the strip above the results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from indexer.analysis.analyzer import word_forms
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Expansion, ExpansionSource, Query
from indexer.model.records import Record
from kb.web.corpus_cache import made_once
from kb.web.facet_values import vocabulary_of
from kb.web.match_reasons import content_words

MAX_TERMS = 3

_Name = tuple[frozenset[str], bool]
"""The stems of the words of a name, and whether the name is a title."""

_Names = Mapping[_Name, tuple[RecordId, ...]]
"""The terms with a name."""


def terms_of_query(
    query: Query, expansions: Sequence[Expansion], corpus: Corpus
) -> tuple[Record, ...]:
    """Return the terms that a query names, then those with a name of similar words.

    A name is similar if the query has two of its words. A title is similar too if the
    query is one word and at least half of the title.
    """
    vocabulary = vocabulary_of(corpus)
    glossary = ExpansionSource.GLOSSARY
    typed = (each.typed for each in expansions if each.source is glossary)
    named = (vocabulary.term_named(each, query.locale) for each in (query.text, *typed))
    terms = {each.id: each for each in named if each is not None}
    for term_id in _similar(query.text, corpus):
        terms.setdefault(term_id, corpus.records[term_id])
    return tuple(terms.values())[:MAX_TERMS]


def _similar(text: str, corpus: Corpus) -> list[RecordId]:
    """Return the terms with a similar name, those with most of the words first."""
    words = [_stems(word) for word in content_words(text)]
    stems = frozenset[str]().union(*words)
    best: defaultdict[RecordId, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    names = made_once(corpus, "stems of terms", lambda: _names(corpus))
    for (name, is_title), ids in names.items():
        found = len(name & stems)
        share = found / len(name)
        is_half = bool(found) and share >= 0.5
        if found > 1 or (is_half and is_title and len(words) == 1):
            for term_id in ids:
                best[term_id] = max(best[term_id], (found, share))
    return sorted(best, key=lambda term_id: best[term_id], reverse=True)


def _names(corpus: Corpus) -> _Names:
    names: defaultdict[_Name, list[RecordId]] = defaultdict(list)
    for term in corpus.of_kind(Kind.TERM):
        for key in set(_keys(term)):
            names[key].append(term.id)
    return {key: tuple(ids) for key, ids in names.items()}


def _keys(term: Record) -> Iterator[_Name]:
    for edition in term.editions:
        for name in (edition.title, *edition.variants):
            words = content_words(name)
            if words:
                stems = (word_forms(word, edition.locale)[0] for word in words)
                yield frozenset(stems), name == edition.title


def _stems(word: str) -> set[str]:
    """Return the stems of a word in both languages."""
    return {word_forms(word, locale)[0] for locale in Locale}
