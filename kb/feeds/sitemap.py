"""The sitemap: the addresses of all pages for crawlers (sitemaps.org, protocol 0.9).

A site with few pages has one sitemap. A larger one has an index of several.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale
from indexer.model.vocabulary import Audience
from kb.web.labels import NAVIGATION
from kb.web.page_content import made_once
from kb.web.records.record_groups import records_by_place
from kb.web.urls import (
    AtlasTab,
    absolute,
    atlas_url,
    audience_url,
    audiences_url,
    failures_url,
    follow_url,
    gaps_url,
    home_url,
    list_url,
    map_url,
    open_data_url,
    place_url,
    places_url,
    plan_url,
    record_url,
    timeline_url,
)

PAGES_PER_SITEMAP = 1000
"""Twice the present pages. In two languages the file has 650 kB, and takes 40 ms."""


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A page in all languages, and the day of its last change if that is known."""

    url: Callable[[Locale], str]
    updated: dt.date | None = None

    @property
    def addresses(self) -> dict[Locale, str]:
        """The absolute address of the page in each language."""
        return {locale: absolute(self.url(locale)) for locale in Locale}


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The pages of one sitemap, and the day of the last change of any of them."""

    pages: tuple[SitemapPage, ...]
    updated: dt.date | None


def sitemaps(corpus: Corpus) -> tuple[Sitemap, ...]:
    """Return the sitemaps of the site, at least one; they are made once."""
    return made_once(corpus, "sitemaps", lambda: tuple(_sitemaps(corpus)))


def _sitemaps(corpus: Corpus) -> Iterator[Sitemap]:
    pages = tuple(_pages(corpus))
    for start in range(0, len(pages), PAGES_PER_SITEMAP):
        own = pages[start : start + PAGES_PER_SITEMAP]
        days = [page.updated for page in own if page.updated is not None]
        yield Sitemap(own, max(days, default=None))


def _pages(corpus: Corpus) -> Iterator[SitemapPage]:
    yield SitemapPage(home_url)
    for kind in NAVIGATION:
        yield SitemapPage(partial(list_url, kind))
    for tab in AtlasTab:
        yield SitemapPage(partial(atlas_url, tab))
    for url in (failures_url, map_url, audiences_url):
        yield SitemapPage(url)
    for audience in Audience:
        yield SitemapPage(partial(audience_url, audience))
    yield SitemapPage(places_url)
    for slug in records_by_place(corpus):
        yield SitemapPage(partial(place_url, slug))
    for url in (plan_url, timeline_url, follow_url, gaps_url, open_data_url):
        yield SitemapPage(url)
    for record in corpus.records.values():
        yield SitemapPage(partial(record_url, record.id), record.updated)
