"""Pages of the site that a query names, such as those of an audience or a place.

They are no results. A query names a page when it is the title of the page in either
language, or when all its content words are words of that page, and one of them is a
name of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from flask_babel import gettext as _

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold, tokenize
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
    AtlasTab,
    atlas_url,
    audience_url,
    compare_url,
    failures_url,
    follow_url,
    gaps_url,
    map_url,
    place_url,
    record_url,
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
_NO_WORDS = {"own": "", "beside": ""}


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of the site, with a sentence on what it is for."""

    title: str
    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class _Question:
    """The forms of each content word of a query, and the places among them."""

    text: str
    words: tuple[_Forms, ...]
    places: tuple[str, ...]
    content: PageContent

    def is_title(self, title: LazyString) -> bool:
        """Return whether the query is a title in one of the languages."""
        return _key(self.text) in {_key(title.text(locale)) for locale in Locale}

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
    places = tuple(dict.fromkeys(_places(words, content)))
    question = _Question(query.text, words, places, content)
    named = (
        *_of_audiences(question),
        *_of_subjects(question),
        *_of_records(question),
        *_of_places(question),
    )
    ranked = sorted(named, key=lambda pair: not pair[0])
    return tuple(page for _, page in ranked[:MAX_PAGES])


_NamedPage = tuple[bool, SitePage]
"""A page that a query names, after whether the query is its title."""


def _of_audiences(question: _Question) -> Iterator[_NamedPage]:
    first = _vocabulary(f"{_WORDS['asked']} {_WORDS['first']}")
    for slug in _WORDS["audiences"]:
        own, beside = _own_and_beside("audiences", slug)
        audience = Audience(slug)
        is_title = question.is_title(TITLES[audience])
        if is_title or question.names(own, beside | first):
            page = SitePage(
                str(TITLES[audience]),
                audience_url(audience, question.content.locale),
                _("What to do first, recommendations, practices and needs."),
            )
            yield is_title, page


def _of_subjects(question: _Question) -> Iterator[_NamedPage]:
    asked = _vocabulary(_WORDS["asked"])
    locale = question.content.locale
    for name, url, title, purpose in _PAGES:
        own, beside = _own_and_beside("pages", name)
        is_title = question.is_title(title)
        if is_title or question.names(own, beside | asked):
            yield is_title, SitePage(str(title), url(locale), str(purpose))
    own, beside = _own_and_beside("pages", "compare")
    names = (_place_forms(place, question.content) for place in question.places)
    is_title = question.is_title(_COMPARISON)
    if is_title or question.names(own, beside.union(asked, *names)):
        yield is_title, _comparison(question)


def _of_records(question: _Question) -> Iterator[_NamedPage]:
    """Yield the pages that are records, such as the help."""
    asked, typed = _vocabulary(_WORDS["asked"]), _key(question.text)
    for record in question.content.corpus.of_kind(Kind.PAGE):
        own, beside = _own_and_beside("records", record.id.slug)
        names = (
            (edition.title, *edition.variants, *edition.questions)
            for edition in record.editions
        )
        is_title = typed in map(_key, chain.from_iterable(names))
        if is_title or question.names(own, beside | asked):
            edition = record.edition(question.content.locale)
            url = record_url(record.id, question.content.locale)
            yield is_title, SitePage(edition.title, url, edition.summary)


def _comparison(question: _Question) -> SitePage:
    """Return the page that compares the practices of the places of a question."""
    by_place = records_by_place(question.content.corpus)
    ids = [
        record.id
        for slug in question.places
        for record in of_kind(by_place[slug], Kind.PRACTICE)
    ]
    return SitePage(
        str(_COMPARISON),
        compare_url(question.content.locale, ids if len(ids) <= MAX_COMPARED else ()),
        _("Two to four side by side, question by question."),
    )


def _of_places(question: _Question) -> Iterator[_NamedPage]:
    content = question.content
    beside = _vocabulary(f"{_WORDS['asked']} {_WORDS['outcome']}")
    by_place = records_by_place(content.corpus)
    for slug in question.places:
        if question.names(_place_forms(slug, content), beside):
            page = SitePage(
                content.corpus.gazetteer[slug].names[content.locale],
                place_url(slug, content.locale),
                _(
                    "All on this place: %(counts)s.",
                    counts=counts_text(by_place[slug]),
                ),
            )
            yield False, page


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
    words = _WORDS[group].get(name, _NO_WORDS)
    return _vocabulary(words["own"]), _vocabulary(words["beside"])


@lru_cache(maxsize=500)
def _vocabulary(text: str) -> _Forms:
    return frozenset[str]().union(*(_forms(word) for word in content_words(text)))


@lru_cache(maxsize=500)
def _key(text: str) -> str:
    """Return a title or a query as both are compared."""
    return " ".join(fold(token.text) for token in tokenize(text))


def _forms(word: str) -> _Forms:
    """Return the spelling of a word and its stems in both languages, unaccented."""
    stems = (form for locale in Locale for form in word_forms(word, locale))
    return frozenset({fold(word), *stems})


_COMPARISON = _l("Compare practices or recommendations")

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
        _l("Needs without an answer, and what no practice is known for."),
    ),
    (
        "atlas",
        partial(atlas_url, AtlasTab.AIMS),
        _l("Evidence atlas"),
        _l("Practices by aim, audience, country and year, and what was measured."),
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
