"""The page of the map: its filters, the map, and the list that says the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from indexer.analysis.tokens import fold
from indexer.corpus.corpus import Corpus
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.places import Gazetteer, Place
from indexer.model.query import Query, Sort
from indexer.model.record import Record
from indexer.model.vocabulary import ALL_THEMES
from kb.public.maps.atlas import Atlas, atlas_of
from kb.public.maps.geometry import is_country, is_on_map
from kb.public.maps.marks import MAX_MARKS, RecordMark, record_mark, theme_mark
from kb.services import services
from kb.services.search_service import all_ids
from kb.web.date_text import period_text
from kb.web.labels import KINDS, KINDS_PLURAL
from kb.web.page_content import PageContent, made_once
from kb.web.pagination import shortened
from kb.web.records.cards import record_link
from kb.web.records.counts import CountedLink, counts_text
from kb.web.records.record_groups import themes_in_order
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import query_url, script_root

MAPPED_KINDS = (Kind.PRACTICE, Kind.EVENT)


@dataclass(frozen=True, slots=True)
class MapFilters:
    """The chosen kind and theme; None is any.

    `kept` has the words and the other filters of a list whose map this is, and `found`
    are the records that it finds; None without any.
    """

    kept: Query
    kind: Kind | None = None
    theme: str | None = None
    found: frozenset[RecordId] | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that are shown."""
        return MAPPED_KINDS if self.kind is None else (self.kind,)

    @property
    def as_search(self) -> tuple[Filter, ...]:
        """The filters of the search that returns the same records."""
        kinds = tuple(Filter(FacetName.KIND, kind.value) for kind in self.kinds)
        themes = () if self.theme is None else (Filter(FacetName.THEME, self.theme),)
        return (*kinds, *themes, *self.kept.filters)

    def records(self, corpus: Corpus) -> tuple[Record, ...]:
        """Return the records that the filters let pass: practices, then events."""
        return tuple(
            record
            for kind in self.kinds
            for record in corpus.of_kind(kind)
            if self.theme is None or self.theme in record.themes
            if self.found is None or record.id in self.found
        )


def map_filters(args: MultiDict[str, str], content: PageContent) -> MapFilters:
    """Return the filters that the parameters of an address choose.

    Raises:
        QueryError: a value is none of those offered.
        IndexUnavailableError: a list has other filters, and there is no index.
    """
    corpus = content.corpus
    kind = _choice(args, FacetName.KIND, [kind.value for kind in MAPPED_KINDS])
    has_one = len(args.getlist(FacetName.THEME.value)) < 2
    theme = _choice(args, FacetName.THEME, _themes(corpus)) if has_one else None
    chosen = MapFilters(
        Query(locale=content.locale), Kind(kind) if kind else None, theme
    )
    query = query_from(args, vocabulary_of(corpus), locale=content.locale)
    own = {FacetName.KIND, *([FacetName.THEME] if has_one else [])}
    others = tuple(one for one in query.filters if one.facet not in own)
    if not others and query.root is None:
        return chosen
    kept = all_ids(replace(query, filters=others, sort=Sort.RELEVANCE))
    found = frozenset(services().searches.search(kept).ids)
    return replace(chosen, kept=kept, found=found)


def kind_links(filters: MapFilters, content: PageContent) -> tuple[CountedLink, ...]:
    """Return a link for both kinds, then one for each kind."""
    return tuple(
        _link(
            filters,
            replace(filters, kind=kind),
            str(KINDS_PLURAL[kind]) if kind else _("Practices and events"),
            content,
        )
        for kind in (None, *MAPPED_KINDS)
    )


def theme_links(filters: MapFilters, content: PageContent) -> tuple[CountedLink, ...]:
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
            replace(filters, theme=theme),
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
) -> CountedLink:
    count = len(chosen.records(content.corpus))
    url = _url(chosen) if count else ""
    symbol = mark.symbol if mark is not None else Markup()
    return CountedLink(label, count, url, current == chosen, mark=symbol)


def _url(filters: MapFilters) -> str:
    others = filters.as_search[0 if filters.kind else len(MAPPED_KINDS) :]
    return query_url(filters.kept, endpoint="public.map_page", filters=others)


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


OPEN_UP_TO = 12
"""With so few records, no country of the list is folded."""


@dataclass(frozen=True, slots=True)
class MapItem:
    """A record in the list: a link to its page, its mark and facts."""

    link: Markup
    mark: RecordMark
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountryView:
    """The records of a country: those of its towns and regions, those of all of it.

    `search_url` is the search that returns all of them; long lists are cut.
    """

    name: str
    anchor: str
    number: int
    counts: str
    towns: tuple[MapItem, ...]
    whole: tuple[MapItem, ...]
    search_url: str

    @property
    def is_cut(self) -> bool:
        """Whether only the search has all the records."""
        return len(self.towns) + len(self.whole) < self.number


@dataclass(frozen=True, slots=True)
class MapView:
    """All that the page of the map shows."""

    lead: str
    kinds: tuple[CountedLink, ...]
    themes: tuple[CountedLink, ...]
    atlas: Atlas
    countries: tuple[CountryView, ...]
    elsewhere: tuple[MapItem, ...]
    elsewhere_number: int
    elsewhere_counts: str
    off_map: str
    is_open: bool
    number: int
    search_url: str
    is_of_list: bool
    """Whether it shows only what a list finds."""


def map_view(args: MultiDict[str, str], content: PageContent) -> MapView:
    """Return the view of the map that the parameters of an address choose.

    Raises:
        QueryError: a value of a filter is unknown.
    """
    filters = map_filters(args, content)
    if filters.found is not None:
        return _view(filters, content)
    key = ("map", content.locale, script_root(), filters)
    # To place the names takes longer than to render the page.
    return made_once(content.corpus, key, lambda: _view(filters, content))


def _view(filters: MapFilters, content: PageContent) -> MapView:
    gazetteer = content.corpus.gazetteer
    records = filters.records(content.corpus)
    elsewhere: list[Record] = []
    placed: list[Record] = []
    for record in records:
        (placed if _countries(record, gazetteer) else elsewhere).append(record)
    countries = _country_views(placed, filters, content)
    is_cut = any(country.is_cut for country in countries)
    return MapView(
        lead=_lead(placed, gazetteer, is_cut=is_cut),
        kinds=kind_links(filters, content),
        themes=theme_links(filters, content),
        atlas=atlas_of(records, content),
        countries=countries,
        elsewhere=tuple(_item(record, (), content) for record in shortened(elsewhere)),
        elsewhere_number=len(elsewhere),
        elsewhere_counts=counts_text(elsewhere),
        off_map=_off_map(records, content),
        is_open=len(records) <= OPEN_UP_TO,
        number=len(records),
        search_url=query_url(filters.kept, filters=filters.as_search),
        is_of_list=filters.found is not None,
    )


def _lead(records: Sequence[Record], gazetteer: Gazetteer, *, is_cut: bool) -> str:
    """Return how many records took place in how many places, and where to read them."""
    places = {
        slug for record in records for slug in record.place_slugs if slug in gazetteer
    }
    if not places:
        return _("Nothing here has a known place.")
    number = ngettext(
        "%(records)s in %(num)s place.",
        "%(records)s in %(num)s places.",
        len(places),
        records=counts_text(records),
    )
    listed = (
        _("The list shows the first ones of each country, the search shows them all.")
        if is_cut
        else _("The list shows them all.")
    )
    return f"{number} {listed}"


def _countries(record: Record, gazetteer: Gazetteer) -> dict[str, tuple[Place, ...]]:
    """Return the countries of a record, each with the places of the record in it."""
    countries: dict[str, tuple[Place, ...]] = {}
    for slug in record.place_slugs:
        around = tuple(gazetteer.around(slug))
        if around:
            country = around[-1].slug
            countries[country] = (*countries.get(country, ()), around[0])
    return countries


def _country_views(
    records: Sequence[Record], filters: MapFilters, content: PageContent
) -> tuple[CountryView, ...]:
    """Return the countries, those with the most records first, then by name.

    With many records, each list that is not short is cut.
    """
    is_crowded = len(records) > MAX_MARKS
    gazetteer = content.corpus.gazetteer
    by_country: dict[str, list[tuple[Record, tuple[Place, ...]]]] = {}
    for record in records:
        for country, places in _countries(record, gazetteer).items():
            by_country.setdefault(country, []).append((record, places))
    views = [
        _country_view(
            gazetteer[country], found, filters, content, is_crowded=is_crowded
        )
        for country, found in by_country.items()
    ]
    return tuple(sorted(views, key=lambda view: (-view.number, fold(view.name))))


def _country_view(
    country: Place,
    found: Sequence[tuple[Record, tuple[Place, ...]]],
    filters: MapFilters,
    content: PageContent,
    *,
    is_crowded: bool,
) -> CountryView:
    place = Filter(FacetName.PLACE, country.slug)
    towns: list[tuple[Record, tuple[Place, ...]]] = []
    whole: list[Record] = []
    for record, places in found:
        if any(map(is_country, places)):
            whole.append(record)
        else:
            towns.append((record, places))
    return CountryView(
        name=country.names[content.locale],
        anchor=country.slug,
        number=len(found),
        counts=counts_text([record for record, _ in found]),
        towns=tuple(
            _item(record, places, content)
            for record, places in shortened(towns, is_crowded=is_crowded)
        ),
        whole=tuple(
            _item(record, (), content)
            for record in shortened(whole, is_crowded=is_crowded)
        ),
        search_url=query_url(filters.kept, filters=(*filters.as_search, place)),
    )


def _item(record: Record, places: Iterable[Place], content: PageContent) -> MapItem:
    facts = (
        str(KINDS[record.id.kind]),
        ", ".join(place.names[content.locale] for place in places),
        period_text(*record.period, content.locale),
    )
    return MapItem(
        record_link(record, content.locale),
        record_mark(record, content),
        tuple(fact for fact in facts if fact),
    )


def _off_map(records: Iterable[Record], content: PageContent) -> str:
    """Return the names of the towns that lie outside the map."""
    gazetteer = content.corpus.gazetteer
    slugs = {
        slug for record in records for slug in record.place_slugs if slug in gazetteer
    }
    places = [gazetteer[slug] for slug in slugs if not is_on_map(gazetteer[slug])]
    return ", ".join(sorted(place.names[content.locale] for place in places))
