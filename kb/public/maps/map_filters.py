"""The filters of the map: a kind and a theme, each as links with counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.records import ALL_THEMES, Record
from kb.public.maps.marks import RecordMark, theme_mark
from kb.public.theme import themes_in_order
from kb.web.labels import KINDS_PLURAL
from kb.web.page_content import PageContent
from kb.web.urls import map_url

KINDS = (Kind.PRACTICE, Kind.EVENT)


@dataclass(frozen=True, slots=True)
class MapFilters:
    """The chosen kind and theme; None is any."""

    kind: Kind | None = None
    theme: str | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that are shown."""
        return KINDS if self.kind is None else (self.kind,)

    @property
    def as_search(self) -> tuple[Filter, ...]:
        """The filters of the search that returns the same records."""
        kinds = tuple(Filter(FacetName.KIND, kind.value) for kind in self.kinds)
        if self.theme is None:
            return kinds
        return (*kinds, Filter(FacetName.THEME, self.theme))

    def records(self, corpus: Corpus) -> tuple[Record, ...]:
        """Return the records that the filters let pass: practices, then events."""
        return tuple(
            record
            for kind in self.kinds
            for record in corpus.of_kind(kind)
            if self.theme is None or self.theme in record.themes
        )


@dataclass(frozen=True, slots=True)
class FilterLink:
    """A value to choose and its count; without an address, nothing matches it."""

    label: str
    count: int
    url: str
    is_current: bool
    mark: RecordMark | None = None


def map_filters(args: Mapping[str, str], corpus: Corpus) -> MapFilters:
    """Return the filters that the parameters of an address choose.

    Raises:
        QueryError: a value is none of those offered.
    """
    kind = _choice(args, FacetName.KIND, [each.value for each in KINDS])
    theme = _choice(args, FacetName.THEME, _themes(corpus))
    return MapFilters(Kind(kind) if kind else None, theme)


def kind_links(filters: MapFilters, content: PageContent) -> tuple[FilterLink, ...]:
    """Return a link for both kinds, then one for each kind."""
    return tuple(
        _link(
            filters,
            MapFilters(kind, filters.theme),
            str(KINDS_PLURAL[kind]) if kind else _("Practices and events"),
            content,
        )
        for kind in (None, *KINDS)
    )


def theme_links(filters: MapFilters, content: PageContent) -> tuple[FilterLink, ...]:
    """Return a link for any theme, then one for each theme, with its mark."""
    choices: dict[str | None, str] = {None: _("Any theme")}
    choices |= {
        theme.id.slug: theme.title_for(content.locale).text
        for theme in themes_in_order(content.corpus)
    }
    choices[ALL_THEMES] = _("Common to all themes")
    return tuple(
        _link(
            filters,
            MapFilters(filters.kind, theme),
            title,
            content,
            mark=theme_mark(theme) if theme else None,
        )
        for theme, title in choices.items()
    )


def _link(
    current: MapFilters,
    chosen: MapFilters,
    label: str,
    content: PageContent,
    mark: RecordMark | None = None,
) -> FilterLink:
    count = len(chosen.records(content.corpus))
    url = _url(chosen, content) if count else ""
    return FilterLink(label, count, url, current == chosen, mark)


def _url(filters: MapFilters, content: PageContent) -> str:
    pairs = [
        (name.value, value)
        for name, value in (
            (FacetName.KIND, filters.kind and filters.kind.value),
            (FacetName.THEME, filters.theme),
        )
        if value
    ]
    return f"{map_url(content.locale)}{'?' if pairs else ''}{urlencode(pairs)}"


def _themes(corpus: Corpus) -> list[str]:
    return [*(theme.id.slug for theme in themes_in_order(corpus)), ALL_THEMES]


def _choice(
    args: Mapping[str, str], facet: FacetName, choices: Iterable[str]
) -> str | None:
    value, choices = args.get(facet.value, ""), tuple(choices)
    if not value:
        return None
    if value not in choices:
        raise QueryError(
            QueryFault.UNKNOWN_VALUE,
            field=facet.value,
            value=value[:80],
            choices=choices,
        )
    return value
