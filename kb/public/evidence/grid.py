"""The grids of the atlas: themes by aim, themes by audience, countries by theme."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model.facets import NOT_KNOWN, FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.places import Gazetteer
from indexer.model.record import Record
from indexer.model.records import Practice
from indexer.model.vocabulary import ALL_THEMES, Aim, Audience
from kb.public.evidence.dots import (
    Dot,
    MarkCount,
    dot_counts,
    dot_limit,
    dots_of,
    practices_url,
)
from kb.web.page_content import PageContent
from kb.web.records.counts import counted_answers
from kb.web.records.record_groups import theme_class, themes_in_order
from kb.web.search.facet_values import vocabulary_of
from kb.web.urls import place_url, record_url

MAX_NAMED_COLUMNS = 7
"""With more columns, dots have no names: several of them stand side by side."""

MAX_NAMELESS = 8
NAME_LENGTH = 21


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a row or of a column, and its page; the class is that of a theme."""

    value: str
    title: str
    css_class: str
    url: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """The practices of a row and a column: as dots, or counted if they are many."""

    column: Heading
    number: int
    url: str
    dots: tuple[Dot, ...]
    counts: tuple[MarkCount, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: its name, how many practices it has, and its cells."""

    heading: Heading
    number: str
    cells: tuple[GridCell, ...]

    @property
    def holes(self) -> tuple[Heading, ...]:
        """The columns without a practice."""
        return tuple(cell.column for cell in self.cells if not cell.number)


@dataclass(frozen=True, slots=True)
class EvidenceGrid:
    """The picture: `has_holes` says that a cell without a practice is one."""

    columns: tuple[Heading, ...]
    rows: tuple[GridRow, ...]
    has_holes: bool

    @property
    def has_names(self) -> bool:
        """Whether there is room for a name beside each dot."""
        return len(self.columns) <= MAX_NAMED_COLUMNS


def countries_of(record: Record, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the countries of a record; a place that none contains is one."""
    known = (slug for slug in record.place_slugs if slug in gazetteer)
    return tuple(dict.fromkeys([*gazetteer.around(slug)][-1].slug for slug in known))


def grid_of(
    practices: Iterable[Practice],
    content: PageContent,
    facet: FacetName,
    other: FacetName,
) -> EvidenceGrid:
    """Return the grid of practices, by the values of two facets."""
    cells: defaultdict[tuple[str, str], list[Practice]] = defaultdict(list)
    numbers: dict[FacetName, Counter[str]] = {facet: Counter(), other: Counter()}
    for practice in practices:
        down = _values(facet, practice, content)
        across = _values(other, practice, content)
        numbers[facet].update(down)
        numbers[other].update(across)
        for value in down:
            for column in across:
                cells[value, column].append(practice)
    columns = _headings(other, numbers[other], content)
    limit = dot_limit(map(len, cells.values()))
    if len(columns) > MAX_NAMED_COLUMNS:
        limit = min(limit, MAX_NAMELESS)

    def cell(row: Heading, column: Heading) -> GridCell:
        own = cells.get((row.value, column.value), [])
        filters = (Filter(facet, row.value), Filter(other, column.value))
        is_short = len(own) <= limit
        return GridCell(
            column=column,
            number=len(own),
            url=practices_url(content, *filters),
            dots=dots_of(own if is_short else (), content, NAME_LENGTH, row.title),
            counts=() if is_short else dot_counts(own, content, filters),
        )

    rows = tuple(
        GridRow(
            row,
            counted_answers(Kind.PRACTICE, numbers[facet][row.value]),
            tuple(cell(row, column) for column in columns),
        )
        for row in _headings(facet, numbers[facet], content)
    )
    return EvidenceGrid(columns, rows, has_holes=facet is FacetName.THEME)


def _values(
    facet: FacetName, practice: Practice, content: PageContent
) -> tuple[str, ...]:
    found = facet.stated(practice)
    if facet is FacetName.PLACE:
        found = countries_of(practice, content.corpus.gazetteer)
    return found or (NOT_KNOWN,)


def _headings(
    facet: FacetName, found: Counter[str], content: PageContent
) -> tuple[Heading, ...]:
    """Return a heading for each value; general and unknown ones only if used."""
    match facet:
        case FacetName.AIM:
            values: list[str] = [*Aim]
        case FacetName.AUDIENCE:
            values = [*Audience]
        case FacetName.THEME:
            values = [theme.id.slug for theme in themes_in_order(content.corpus)]
        case _:
            values = [value for value, _n in found.most_common() if value != NOT_KNOWN]
    values += [value for value in (ALL_THEMES, NOT_KNOWN) if found[value]]
    return tuple(_heading(facet, value, content) for value in values)


def _heading(facet: FacetName, value: str, content: PageContent) -> Heading:
    url = practices_url(content, Filter(facet, value))
    if facet is FacetName.THEME and value != ALL_THEMES:
        url = record_url(RecordId(Kind.THEME, value), content.locale)
    elif facet is FacetName.PLACE and value != NOT_KNOWN:
        url = place_url(value, content.locale)
    title = vocabulary_of(content.corpus).label(facet, value, content.locale)
    css_class = theme_class(value) if facet is FacetName.THEME else ""
    return Heading(value, title, css_class, url)
