"""Pages of the site that a query names, such as those of an audience or a place.

They are no records: the search engine does not know them. A query names a page when
all its content words are words of that page, and one of them is a name of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask_babel import gettext as _

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from indexer.model.vocabulary import Audience
from kb.public.lists.audience import TITLES
from kb.public.lists.place import of_kind
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent, made_once
from kb.web.records.counts import counts_text
from kb.web.records.match_reasons import content_words
from kb.web.records.record_groups import records_by_place
from kb.web.urls import (
    MAX_COMPARED,
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

_WORDS: dict[str, Any] = yaml.load(
    Path(__file__).with_name("site_page_words.yaml").read_text("utf-8"),
    yaml.CSafeLoader,
)
"""The words by which visitors ask for pages: `own` ones and those `beside` them."""

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
        return any(word & own for word in self.words) and all(
            word & (own | beside) for word in self.words
        )


def site_pages(query: Query, content: PageContent) -> tuple[SitePage, ...]:
    """Return the pages of the site that a query names, three at most."""
    if query.root is None or query.filters or query.page > 1:
        return ()
    words = tuple(_forms(word) for word in content_words(query.text))
    question = _Question(words, tuple(dict.fromkeys(_places(words, content))), content)
    named = (*_of_audiences(question), *_of_subjects(question), *_of_places(question))
    return named[:MAX_PAGES]


def _of_audiences(question: _Question) -> Iterator[SitePage]:
    first = _vocabulary(f"{_WORDS['asked']} {_WORDS['first']}")
    for slug in _WORDS["audiences"]:
        own, beside = _own_and_beside("audiences", slug)
        audience = Audience(slug)
        if question.names(own, beside | first):
            yield SitePage(
                str(TITLES[audience]),
                audience_url(audience, question.content.locale),
                _("What to do first, recommendations, practices and needs."),
            )


def _of_subjects(question: _Question) -> Iterator[SitePage]:
    asked = _vocabulary(_WORDS["asked"])
    locale = question.content.locale
    for name, url, title, purpose in _PAGES:
        own, beside = _own_and_beside("pages", name)
        if question.names(own, beside | asked):
            yield SitePage(str(title), url(locale), str(purpose))
    own, beside = _own_and_beside("pages", "compare")
    names = (_place_forms(place, question.content) for place in question.places)
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
    beside = _vocabulary(f"{_WORDS['asked']} {_WORDS['outcome']}")
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
    return tuple(sorted(names, key=lambda pair: (pair[0], sorted(pair[1]))))


def _place_forms(slug: str, content: PageContent) -> _Forms:
    return _vocabulary(" ".join(content.corpus.gazetteer[slug].names.values()))


def _own_and_beside(group: str, name: str) -> tuple[_Forms, _Forms]:
    """Return the words that name a page, and those that may stand beside them."""
    words = _WORDS[group][name]
    return _vocabulary(words["own"]), _vocabulary(words["beside"])


@lru_cache(maxsize=500)
def _vocabulary(text: str) -> _Forms:
    return frozenset[str]().union(*(_forms(word) for word in content_words(text)))


def _forms(word: str) -> _Forms:
    """Return the spelling of a word and its stems in both languages, unaccented."""
    stems = (form for locale in Locale for form in word_forms(word, locale))
    return frozenset({fold(word), *stems})


_PAGES: tuple[tuple[str, Callable[[Locale], str], LazyString, LazyString], ...] = (
    (
        "unanswered",
        unanswered_needs_url,
        _l("Needs without an answer"),
        _l("The needs that no practice and no recommendation answers."),
    ),
    (
        "gaps",
        gaps_url,
        _l("What is missing"),
        _l("Needs, recommendations and practices by theme, and the holes between."),
    ),
    (
        "follow",
        follow_url,
        _l("Follow what is new"),
        _l("Be notified when a record appears or changes."),
    ),
    (
        "failures",
        failures_url,
        _l("What did not work"),
        _l("Failures described in practices, with their reasons."),
    ),
    (
        "map",
        map_url,
        _l("Map of practices and events"),
        _l("Where they are, with their list."),
    ),
    (
        "timeline",
        timeline_url,
        _l("Timeline"),
        _l("The project and the group, year by year."),
    ),
)
"""The name of a page among the words, its address, its title and its purpose."""
