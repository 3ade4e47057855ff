"""Pages of the site that a query names, such as those of an audience or a place.

They are no records: the search engine does not know them. A query names a page when
all its content words are words of that page, and one of them is a name of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from kb.public.brief.comparison import MAX_COMPARED
from kb.public.lists.audience import TITLES
from kb.public.lists.place import counts_text, of_kind
from kb.public.search import site_page_words as words_of
from kb.web.page_content import PageContent, made_once
from kb.web.records.match_reasons import content_words
from kb.web.records.record_groups import records_by_place
from kb.web.urls import (
    audience_url,
    compare_url,
    failures_url,
    follow_url,
    gaps_url,
    map_url,
    place_url,
    timeline_url,
    unanswered_needs_url,
)

MAX_PAGES = 3

_Forms = frozenset[str]


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of the site, with a sentence on what it is for."""

    title: str
    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class _Question:
    """The forms of each content word of a query, and the places among them."""

    words: tuple[_Forms, ...]
    places: tuple[str, ...]
    content: PageContent

    def names(self, own: _Forms, beside: _Forms) -> bool:
        """Return whether all words are among these, and one of them is an own one."""
        return any(each & own for each in self.words) and all(
            each & (own | beside) for each in self.words
        )


def site_pages(query: Query, content: PageContent) -> tuple[SitePage, ...]:
    """Return the pages of the site that a query names, three at most."""
    if query.root is None or query.filters or query.page > 1:
        return ()
    words = tuple(_forms(each) for each in content_words(query.text))
    question = _Question(words, tuple(dict.fromkeys(_places(words, content))), content)
    named = (*_of_audiences(question), *_of_subjects(question), *_of_places(question))
    return named[:MAX_PAGES]


def _of_audiences(question: _Question) -> Iterator[SitePage]:
    first = _vocabulary(words_of.ASKED + words_of.FIRST)
    for audience, words in words_of.AUDIENCE_WORDS.items():
        own, beside = map(_vocabulary, words)
        if question.names(own, beside | first):
            yield SitePage(
                str(TITLES[audience]),
                audience_url(audience, question.content.locale),
                _("What to do first, recommendations, practices and needs."),
            )


def _of_subjects(question: _Question) -> Iterator[SitePage]:
    asked = _vocabulary(words_of.ASKED)
    for words, make in _PAGES:
        own, beside = map(_vocabulary, words)
        if question.names(own, beside | asked):
            yield make(question.content)
    own, beside = map(_vocabulary, words_of.COMPARE)
    names = (_place_forms(each, question.content) for each in question.places)
    if question.names(own, beside.union(asked, *names)):
        yield _comparison(question)


def _comparison(question: _Question) -> SitePage:
    """Return the page that compares the practices of the places of a question."""
    by_place = records_by_place(question.content.corpus)
    ids = [
        record.id
        for slug in question.places
        for record in of_kind(by_place[slug], Kind.PRACTICE)
    ]
    return SitePage(
        _("Compare practices or recommendations"),
        compare_url(question.content.locale, ids if len(ids) <= MAX_COMPARED else ()),
        _("Two to four side by side, question by question."),
    )


def _of_places(question: _Question) -> Iterator[SitePage]:
    content = question.content
    beside = _vocabulary(words_of.ASKED + words_of.OUTCOME)
    by_place = records_by_place(content.corpus)
    for slug in question.places:
        if question.names(_place_forms(slug, content), beside):
            yield SitePage(
                content.corpus.gazetteer[slug].names[content.locale],
                place_url(slug, content.locale),
                _(
                    "All on this place: %(counts)s.",
                    counts=counts_text(by_place[slug]),
                ),
            )


def _places(words: tuple[_Forms, ...], content: PageContent) -> Iterator[str]:
    """Yield the places of which each word of a name is in a query."""
    typed = frozenset[str]().union(*words)
    corpus = content.corpus
    for slug, key in made_once(corpus, "place names", lambda: _place_names(corpus)):
        if typed.issuperset(key):
            yield slug


def _place_names(corpus: Corpus) -> tuple[tuple[str, _Forms], ...]:
    """Return the slug and the words of each name of the places that have a page."""
    names = {
        (slug, frozenset(map(fold, content_words(name))))
        for slug in records_by_place(corpus)
        for name in corpus.gazetteer[slug].names.values()
    }
    return tuple(sorted(names, key=lambda each: (each[0], sorted(each[1]))))


def _place_forms(slug: str, content: PageContent) -> _Forms:
    return _vocabulary(" ".join(content.corpus.gazetteer[slug].names.values()))


@lru_cache(maxsize=500)
def _vocabulary(text: str) -> _Forms:
    return frozenset[str]().union(*(_forms(each) for each in content_words(text)))


def _forms(word: str) -> _Forms:
    """Return the spelling of a word and its stems in both languages, unaccented."""
    stems = (form for locale in Locale for form in word_forms(word, locale))
    return frozenset({fold(word), *stems})


def _unanswered(content: PageContent) -> SitePage:
    return SitePage(
        _("Needs without an answer"),
        unanswered_needs_url(content.locale),
        _("The needs that no practice and no recommendation answers."),
    )


def _gaps(content: PageContent) -> SitePage:
    return SitePage(
        _("What is missing"),
        gaps_url(content.locale),
        _("Needs, recommendations and practices by theme, and the holes between."),
    )


def _follow(content: PageContent) -> SitePage:
    return SitePage(
        _("Follow what is new"),
        follow_url(content.locale),
        _("Be notified when a record appears or changes."),
    )


def _failures(content: PageContent) -> SitePage:
    return SitePage(
        _("What did not work"),
        failures_url(content.locale),
        _("Failures described in practices, with their reasons."),
    )


def _map(content: PageContent) -> SitePage:
    return SitePage(
        _("Map of practices and events"),
        map_url(content.locale),
        _("Where they are, with their list."),
    )


def _timeline(content: PageContent) -> SitePage:
    return SitePage(
        _("Timeline"),
        timeline_url(content.locale),
        _("The project and the group, year by year."),
    )


_PAGES: tuple[tuple[tuple[str, str], Callable[[PageContent], SitePage]], ...] = (
    (words_of.UNANSWERED, _unanswered),
    (words_of.GAPS, _gaps),
    (words_of.FOLLOW, _follow),
    (words_of.FAILURES, _failures),
    (words_of.MAP, _map),
    (words_of.TIMELINE, _timeline),
)
