"""The rows of lists: the cards of records, the first ones shown, the others folded.

The link of a folded list leads to a search with exactly as many results.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.analysis.tokens import fold
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.known_facts import readable_of
from indexer.model.record import Record
from indexer.model.record_parts import FirstStep
from indexer.model.records import Deliverable, Event, Need, Practice, Recommendation
from indexer.model.vocabulary import ALL_THEMES, Availability, Readable
from kb.web.labels import AVAILABILITY, EVENT_TYPES, FACET_VALUES, FIRMNESS, Badge
from kb.web.page_content import PageContent
from kb.web.pagination import shortened, shown_first
from kb.web.records.cards import Card, Fact, date_fact, record_card, yearless_date
from kb.web.records.counts import (
    CoveragePart,
    CoverageView,
    Tally,
    counted,
    kind_noun,
    towns_text,
)
from kb.web.records.file_links import extension, file_url
from kb.web.records.record_groups import (
    ThemeLook,
    records_of_theme,
    source_strength,
    theme_class,
    theme_look,
    themes_in_order,
)
from kb.web.urls import report_url, search_url

SHOWN_ROWS = 5
"""The rows of a group that are not folded."""


def list_card(record: Record, content: PageContent, *, has_year: bool = False) -> Card:
    """Return the card of a record as a row of the list of its kind.

    With `has_year`, the date of an event contains its year.
    """
    card = record_card(record, content, has_figure=True)
    match record:
        case Practice():
            # The place tells practices apart: nearly all are of a police or a town.
            facts = tuple(fact for fact in card.facts if fact.icon != "people")
            return replace(card, facts=facts)
        case Recommendation() if record.practices:
            return replace(card, coverage=_practices_of(record))
        case Need() if not record.answers:
            gap = Fact(_("No answer yet"), is_gap=True)
            facts = (gap, *_demand(record))
            return replace(card, facts=facts, coverage=None, badge=None)
        case Need():
            return replace(card, facts=tuple(_demand(record)), badge=None)
        case Deliverable():
            facts = tuple(_deliverable_facts(record, content))
            return replace(card, facts=facts)
        case Event():
            return replace(
                card,
                facts=tuple(_event_facts(record, card)),
                day=date_fact(record, content.locale)
                if has_year
                else yearless_date(record, content.locale) or _("date unknown"),
            )
        case _:
            return card


def folded_rows(
    records: Sequence[Record],
    content: PageContent,
    *,
    shown: int = SHOWN_ROWS,
    has_year: bool = False,
) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """Return the rows that are shown, and those that are folded."""
    cards = [list_card(record, content, has_year=has_year) for record in records]
    return shown_first(cards, shown)


def in_list_order(
    kind: Kind, records: Iterable[Record], locale: Locale
) -> list[Record]:
    """Sort records of a kind: needs from the least covered, else strong sources first.

    Practices with equal sources are in the order of their titles, which begin with the
    place; the others keep the order of their ids.
    """

    def key(record: Record) -> tuple[object, ...]:
        if isinstance(record, Need):
            return (len(record.answers),)
        title = fold(record.edition(locale).title) if kind is Kind.PRACTICE else ""
        return -source_strength(record), title

    return sorted(records, key=key)


def _demand(need: Need) -> Iterator[Fact]:
    if towns := towns_text(need):
        yield Fact(towns, "people")


def _practices_of(record: Recommendation) -> CoverageView:
    """Return a square for each practice that already does what is recommended."""
    number = len(record.practices)
    return CoverageView((CoveragePart(number, counted(Kind.PRACTICE, number)),))


def _deliverable_facts(record: Deliverable, content: PageContent) -> Iterator[Fact]:
    """Yield the code, the date and pages, then the files, or what could be read."""
    locale = content.locale
    if record.code:
        yield Fact(record.code)
    parts = [date_fact(record, locale)]
    if record.pages:
        parts.append(ngettext("%(num)s page", "%(num)s pages", record.pages))
    if text := ", ".join(filter(None, parts)):
        yield Fact(text)
    for file in record.files:
        yield Fact(
            _("Open the file (%(type)s)", type=extension(file.name).upper()),
            "deliverable",
            url=file_url(record.id, file.name, locale),
        )
    readable = readable_of(record)
    if readable is Readable.SOUGHT:
        label = FACET_VALUES[FacetName.READABLE][Readable.SOUGHT]
        yield Fact(str(label), is_gap=True)
        if not content.is_reader:
            url = report_url(record.id, locale, about="document")
            yield Fact(_("I have this document"), "file", url=url)
    elif readable is Readable.ELSEWHERE:
        is_usual = record.availability is Availability.FIRST_PAGES
        mark = (FacetName.READABLE, Readable.ELSEWHERE) if is_usual else None
        yield Fact(str(AVAILABILITY[record.availability]), mark=mark)


def _event_facts(record: Event, card: Card) -> Iterator[Fact]:
    """Yield the type and the places; the date is beside the title."""
    yield Fact(str(EVENT_TYPES[record.type]))
    yield from (fact for fact in card.facts if fact.icon == "pin")


@dataclass(frozen=True, slots=True)
class FoldedList:
    """The rows of some records: those that are shown, and the others, folded.

    `number` is that of all the records: a long list has only the first ones. `url` is
    the address of a search for exactly these records; `badge` the source that they
    share.
    """

    shown: tuple[Card, ...]
    folded: tuple[Card, ...]
    number: int
    url: str
    badge: Badge | None = None

    @property
    def is_cut(self) -> bool:
        """Whether only the search has all the records."""
        return len(self.shown) + len(self.folded) < self.number


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
    *,
    is_short: bool = False,
) -> FoldedList:
    """Return the list of records of one kind; it is never empty.

    `filters` are those of a search for the records, beside the filter of their kind. A
    short list has no folded rows: its page has many lists. The records that are only
    mentioned come last.
    """
    known_first = sorted(records, key=lambda record: record.is_only_mentioned)
    listed = known_first[:SHOWN_ROWS] if is_short else shortened(known_first)
    shown, folded = folded_rows(listed, content)
    if badge is not None:  # said once for the whole list
        shown = tuple(replace(card, badge=None) for card in shown)
        folded = tuple(replace(card, badge=None) for card in folded)
    url = search_url(
        content.locale, filters=(kind_filter(records[0].id.kind), *filters)
    )
    return FoldedList(shown, folded, len(records), url, badge)


def lists_by_source(
    recommendations: Iterable[Record], own: Filter, content: PageContent
) -> Iterator[FoldedList]:
    """Yield the recommendations of each kind of source, the strongest source first.

    `own` is the filter that finds the recommendations.
    """
    records = list(recommendations)
    for firmness in sorted(FIRMNESS, key=lambda source: -FIRMNESS[source].strength):
        of_source = [record for record in records if record.firmness is firmness]
        source = Filter(FacetName.SOURCE, firmness.value)
        if of_source:
            yield folded_list(of_source, (own, source), content, FIRMNESS[firmness])


def first_steps(
    steps: Iterable[FirstStep], content: PageContent
) -> tuple[tuple[Card, str], ...]:
    """Return the card of each published record of a list, with why to read it."""
    records = content.corpus.records
    return tuple(
        (record_card(records[step.record], content), step.why)
        for step in steps
        if step.record in records
    )


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
    if any(ALL_THEMES in record.themes for record in records):
        slugs.append(ALL_THEMES)
    squares = (_squares(slug, records, filters, content) for slug in slugs)
    return tuple(theme for theme in squares if theme is not None)


def _squares(
    slug: str,
    records: Sequence[Record],
    filters: Sequence[Filter],
    content: PageContent,
) -> ThemeSquares | None:
    """Return how many records have a theme; None for a theme without a look."""
    look = theme_look((slug,), content.corpus, content.locale)
    if look is None:
        return None
    number = sum(slug in record.themes for record in records)
    wanted = (*filters, Filter(FacetName.THEME, slug))
    url = search_url(content.locale, filters=wanted) if number else ""
    return ThemeSquares(look, number, url)


_TILE_KINDS = (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.TERM)


@dataclass(frozen=True, slots=True)
class ThemeTile:
    """A theme with the numbers of its records."""

    card: Card
    css_class: str
    counts: tuple[Tally, ...]


def theme_tiles(
    themes: Iterable[Record], content: PageContent
) -> tuple[ThemeTile, ...]:
    """Return the tiles of themes."""
    tiles = []
    for theme in themes:
        numbers = (
            (kind, len(records_of_theme(content.corpus, theme, kind)))
            for kind in _TILE_KINDS
        )
        counts = tuple(Tally(n, kind_noun(kind, n)) for kind, n in numbers if n)
        css_class = theme_class(theme.id.slug)
        tiles.append(ThemeTile(record_card(theme, content), css_class, counts))
    return tuple(tiles)
