"""The page of what is missing: needs and audiences by theme, and their holes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from flask_babel import format_number
from flask_babel import gettext as _

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.records import Need
from indexer.model.vocabulary import ALL_THEMES, Audience, Coverage
from kb.web.labels import AUDIENCES, COVERAGES
from kb.web.page_content import PageContent, made_once
from kb.web.records.cards import Card, record_card
from kb.web.records.counts import counted, counted_answers, last_research
from kb.web.records.record_groups import (
    ThemeEntry,
    all_themes_entry,
    theme_entries,
)
from kb.web.urls import script_root, search_url

SHADES = 4
ANSWER_KINDS = (Kind.PRACTICE, Kind.RECOMMENDATION)

Filters = tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class GapCount:
    """A number of records, and the search that finds exactly these.

    Attributes:
        count: the number of records.
        text: the number as the cell shows it.
        words: the number and the name of the kind.
        url: the address of the search.
        shade: from 0 to `SHADES`, by the share of the largest number of the table.
        is_hole: whether what is counted, or its absence, is a gap.
    """

    count: int
    text: str
    words: str
    url: str
    shade: int = 0
    is_hole: bool = False


@dataclass(frozen=True, slots=True)
class GapCell:
    """The counts of a row on a theme."""

    column: ThemeEntry
    counts: tuple[GapCount, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether the cell has no record and no hole."""
        return not any(count.count or count.is_hole for count in self.counts)


@dataclass(frozen=True, slots=True)
class GapRow:
    """A row of a table of themes.

    `url` is the page of what the row is about, or ""; `lang` the language of the title
    where it is not that of the page.
    """

    title: str
    cells: tuple[GapCell, ...]
    url: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need with its answers: `row` by theme, `counts` on whatever theme."""

    card: Card
    row: GapRow
    counts: tuple[GapCount, ...]

    @property
    def has_hole(self) -> bool:
        """Whether no practice, or no recommendation, answers it."""
        return any(count.is_hole for count in self.counts)


@dataclass(frozen=True, slots=True)
class GapMap:
    """All that the page shows.

    `columns` are the themes; `need_columns` begin with a column for whatever theme.
    `needs` begin with the least covered.
    """

    columns: tuple[ThemeEntry, ...]
    need_columns: tuple[ThemeEntry, ...]
    coverage: tuple[GapRow, ...]
    audiences: tuple[GapRow, ...]
    needs: tuple[NeedRow, ...]
    research: str

    @property
    def answers(self) -> tuple[GapRow, ...]:
        """The needs by theme."""
        return tuple(need.row for need in self.needs)

    @property
    def holes(self) -> tuple[NeedRow, ...]:
        """The needs that no practice, or no recommendation, answers."""
        return tuple(need for need in self.needs if need.has_hole)


def gap_map(content: PageContent) -> GapMap:
    """Return the view of what is missing, which is made once for a content."""
    key = ("gaps", content.locale, script_root())
    return made_once(content.corpus, key, lambda: _gap_map(content))


def _gap_map(content: PageContent) -> GapMap:
    corpus = content.corpus
    columns = (*theme_entries(corpus, content.locale), all_themes_entry())
    needs = corpus.of_kind(Kind.NEED)
    answers = chain.from_iterable(map(corpus.of_kind, ANSWER_KINDS))
    return GapMap(
        columns=columns,
        need_columns=(ThemeEntry("", _("In total"), ""), *columns),
        coverage=tuple(_coverage_rows(columns, needs, content)),
        audiences=tuple(_audience_rows(columns, content)),
        needs=_need_rows(columns, needs, content),
        research=last_research(answers, content.locale),
    )


def _coverage_rows(
    columns: Sequence[ThemeEntry], needs: Iterable[Record], content: PageContent
) -> Iterator[GapRow]:
    """Yield the needs of each theme: those without an answer, then the others."""
    counts = Counter((need.coverage, slug) for need in needs for slug in need.themes)
    most = max(counts.values(), default=0)
    for coverage in Coverage:
        cells = []
        for column in columns:
            number = counts[coverage, column.slug]
            is_hole = bool(number) == (coverage is Coverage.NONE)
            filters = (
                Filter(FacetName.COVERAGE, coverage.value),
                Filter(FacetName.THEME, column.slug),
            )
            count = _count(content, Kind.NEED, number, filters, most, is_hole=is_hole)
            cells.append(GapCell(column, (count,)))
        yield GapRow(str(COVERAGES[coverage]), tuple(cells))


def _audience_rows(
    columns: Sequence[ThemeEntry], content: PageContent
) -> Iterator[GapRow]:
    """Yield the records for each audience, then those for any or none."""
    by_kind = {kind: content.corpus.of_kind(kind) for kind in ANSWER_KINDS}
    counts = {
        kind: Counter(
            (audience, slug)
            for record in records
            for audience in (None, *record.audience_values)
            for slug in record.themes
        )
        for kind, records in by_kind.items()
    }
    most = {
        kind: max((n for (who, _slug), n in numbers.items() if who), default=0)
        for kind, numbers in counts.items()
    }
    for audience in (*Audience, None):
        cells = (
            GapCell(
                column,
                tuple(
                    _count(
                        content,
                        kind,
                        number := counts[kind][audience, column.slug],
                        _audience_filters(audience, column),
                        most[kind],
                        is_hole=not number,
                    )
                    for kind in ANSWER_KINDS
                ),
            )
            for column in columns
        )
        title = _("All audiences") if audience is None else str(AUDIENCES[audience])
        yield GapRow(title, tuple(cells))


def _audience_filters(audience: Audience | None, column: ThemeEntry) -> Filters:
    theme = Filter(FacetName.THEME, column.slug)
    if audience is None:
        return (theme,)
    return (Filter(FacetName.AUDIENCE, audience.value), theme)


def _need_rows(
    columns: Sequence[ThemeEntry], needs: Iterable[Record], content: PageContent
) -> tuple[NeedRow, ...]:
    """Return the needs: first those with a hole, then by the number of answers."""
    linked = content.corpus.linked
    answers = [
        (need, {kind: linked(need, kind, field=kind.folder) for kind in ANSWER_KINDS})
        for need in needs
        if isinstance(need, Need)
    ]
    numbers = (
        Counter(chain.from_iterable(record.themes for record in records))
        for _need, by_kind in answers
        for records in by_kind.values()
    )
    most = max((number for counts in numbers for number in counts.values()), default=0)
    rows = [
        _need_row(need, by_kind, columns, most, content) for need, by_kind in answers
    ]
    rows.sort(key=lambda row: (not row.has_hole, sum(n.count for n in row.counts)))
    return tuple(rows)


def _need_row(
    need: Need,
    answers: Mapping[Kind, Sequence[Record]],
    columns: Sequence[ThemeEntry],
    most: int,
    content: PageContent,
) -> NeedRow:
    card = record_card(need, content)
    need_filter = Filter(FacetName.NEED, need.id.slug)
    total = tuple(
        _count(content, kind, len(found), (need_filter,), is_hole=not found)
        for kind, found in answers.items()
    )
    cells = [GapCell(ThemeEntry("", _("In total"), ""), total)]
    for column in columns:
        filters = (need_filter, Filter(FacetName.THEME, column.slug))
        counts = tuple(
            _count(
                content,
                kind,
                sum(column.slug in record.themes for record in found),
                filters,
                most,
                is_hole=_is_unanswered(need, found, column.slug),
            )
            for kind, found in answers.items()
        )
        cells.append(GapCell(column, counts))
    return NeedRow(
        card, GapRow(card.plain_title, tuple(cells), card.url, card.lang), total
    )


def _is_unanswered(need: Need, answers: Sequence[Record], theme: str) -> bool:
    """Return whether a need concerns a theme on which none of its answers bears.

    What is about all themes concerns each theme, and answers on each theme.
    """
    concerned = {theme, ALL_THEMES}
    if concerned.isdisjoint(need.themes):
        return False
    if theme == ALL_THEMES:
        return not answers
    return all(concerned.isdisjoint(answer.themes) for answer in answers)


def _count(
    content: PageContent,
    kind: Kind,
    number: int,
    filters: Filters,
    most: int = 0,
    *,
    is_hole: bool,
) -> GapCount:
    kind_filter = Filter(FacetName.KIND, kind.value)
    is_absence = is_hole and kind in ANSWER_KINDS
    return GapCount(
        count=number,
        text=_("none") if is_absence else format_number(number),
        words=counted_answers(kind, number)
        if kind in ANSWER_KINDS
        else counted(kind, number),
        url=search_url(content.locale, filters=(kind_filter, *filters)),
        shade=min(SHADES, -(-SHADES * number // most)) if most else 0,
        is_hole=is_hole,
    )
