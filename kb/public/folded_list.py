"""A list of records that shows the first ones and folds the rest; its count and link.

The link of a list leads to a search with exactly as many results.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.records import ALL_THEMES, Record
from kb.public.list_rows import folded_rows
from kb.public.theme import kind_noun, themes_in_order
from kb.web.cards import Card
from kb.web.labels import Badge
from kb.web.page_content import PageContent
from kb.web.theme_looks import ThemeLook, theme_look
from kb.web.urls import search_url


@dataclass(frozen=True, slots=True)
class Tally:
    """A number and what it counts; `url` is "" if there is nothing to lead to."""

    number: int
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FoldedList:
    """The rows of some records: those that are shown, and the others, folded.

    `url` is the address of a search for exactly these records; `badge` the source that
    they share.
    """

    shown: tuple[Card, ...]
    folded: tuple[Card, ...]
    url: str
    badge: Badge | None = None

    @property
    def number(self) -> int:
        """The number of all records of the list."""
        return len(self.shown) + len(self.folded)


@dataclass(frozen=True, slots=True)
class ThemeSquares:
    """The number of records of a theme; `url` is "" if there is none."""

    look: ThemeLook
    number: int
    url: str


def kind_filter(kind: Kind) -> Filter:
    """Return the filter of a kind."""
    return Filter(FacetName.KIND, kind.value)


def folded_list(
    records: Sequence[Record],
    filters: Iterable[Filter],
    content: PageContent,
    badge: Badge | None = None,
) -> FoldedList:
    """Return the list of some records; `filters` are those of a search for them."""
    shown, folded = folded_rows(records, content)
    if badge is not None:  # said once for the whole list
        shown = tuple(replace(each, badge=None) for each in shown)
        folded = tuple(replace(each, badge=None) for each in folded)
    return FoldedList(shown, folded, search_url(content.locale, filters=filters), badge)


def kind_tally(
    kind: Kind, number: int, filters: Iterable[Filter], locale: Locale
) -> Tally:
    """Return the number of records of a kind that some filters find."""
    url = search_url(locale, filters=(kind_filter(kind), *filters)) if number else ""
    return Tally(number, kind_noun(kind, number), url)


def theme_squares(
    records: Sequence[Record], filters: Sequence[Filter], content: PageContent
) -> tuple[ThemeSquares, ...]:
    """Return how many records each theme has, and how many are for all themes.

    `filters` are those of a search for the records. A theme without records is kept,
    "all themes" is not.
    """
    slugs = [theme.id.slug for theme in themes_in_order(content.corpus)]
    if any(ALL_THEMES in each.themes for each in records):
        slugs.append(ALL_THEMES)
    looks = (
        (slug, theme_look((slug,), content.corpus, content.locale)) for slug in slugs
    )
    return tuple(
        ThemeSquares(look, *_number_and_url(slug, records, filters, content.locale))
        for slug, look in looks
        if look is not None
    )


def _number_and_url(
    slug: str, records: Sequence[Record], filters: Sequence[Filter], locale: Locale
) -> tuple[int, str]:
    """Return how many records have a theme, and the address of a search for them."""
    number = sum(slug in each.themes for each in records)
    wanted = (*filters, Filter(FacetName.THEME, slug))
    return number, search_url(locale, filters=wanted) if number else ""
