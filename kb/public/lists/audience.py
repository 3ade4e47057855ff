"""The page of an audience, and the list of audiences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.record_parts import FirstStep
from indexer.model.vocabulary import Audience
from kb.public.lists.rows import (
    FoldedList,
    ThemeSquares,
    first_steps,
    folded_list,
    kind_filter,
    kind_tally,
    lists_by_source,
    theme_squares,
)
from kb.web.labels import AUDIENCES
from kb.web.locale import LazyString, lang_if_other
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_cards
from kb.web.records.counts import Tally
from kb.web.records.record_groups import (
    ThemeLook,
    source_strength,
    theme_look,
    themes_in_order,
)
from kb.web.urls import audience_url

MAX_FIRST = 3

TITLES: dict[Audience, LazyString] = {
    Audience.LOCAL: _l("For local authorities"),
    Audience.LAW_ENFORCEMENT: _l("For the police"),
    Audience.CIVIL: _l("For civil society and residents"),
    Audience.INDUSTRY: _l("For companies"),
    Audience.RESEARCH: _l("For researchers"),
    Audience.SCHOOLS: _l("For schools and parents"),
    Audience.PLATFORMS: _l("For online platforms"),
    Audience.NATIONAL: _l("For national government"),
    Audience.EU: _l("For the European Union"),
}
"""The title of each page, in the order of the list."""

_KINDS = (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.NEED, Kind.DELIVERABLE)


@dataclass(frozen=True, slots=True)
class ThemeStart:
    """What to read first on a theme: records, each with the reason.

    `lang` is set if the reasons are in the other language.
    """

    look: ThemeLook
    steps: tuple[tuple[Card, str], ...]
    lang: str


@dataclass(frozen=True, slots=True)
class AudienceLink:
    """An audience in a list: the title of its page, and how many records it has."""

    title: str
    url: str
    counts: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class AudienceView:
    """All that the page of an audience shows.

    Either `starts` or `first` say what to do first: the lists of the themes, or the
    recommendations with the most reliable source.
    """

    title: str
    counts: tuple[Tally, ...]
    starts: tuple[ThemeStart, ...]
    first: tuple[Card, ...]
    recommendations: tuple[FoldedList, ...]
    practices: FoldedList | None
    deliverables: FoldedList | None
    needs: FoldedList | None
    themes: tuple[ThemeSquares, ...]
    others: tuple[tuple[str, str], ...]
    """The names of the other audiences, and the addresses of their pages."""


def audience_view(audience: Audience, content: PageContent) -> AudienceView:
    """Return the records that are for an audience."""
    records = _gathered(audience, content.corpus)
    recommendations = _by_strength(records[Kind.RECOMMENDATION])
    own = Filter(FacetName.AUDIENCE, audience.value)
    starts = tuple(_starts(audience, content))
    return AudienceView(
        title=str(TITLES[audience]),
        counts=_counts(audience, records, content),
        starts=starts,
        first=() if starts else record_cards(_first(recommendations), content),
        recommendations=tuple(lists_by_source(recommendations, own, content)),
        practices=_folded(_by_strength(records[Kind.PRACTICE]), own, content),
        deliverables=_folded(records[Kind.DELIVERABLE], own, content),
        needs=_folded(records[Kind.NEED], own, content),
        themes=theme_squares(
            recommendations, (kind_filter(Kind.RECOMMENDATION), own), content
        ),
        others=tuple(
            (str(AUDIENCES[other]), audience_url(other, content.locale))
            for other in TITLES
            if other is not audience
        ),
    )


def audience_links(content: PageContent) -> tuple[AudienceLink, ...]:
    """Return the link to the page of each audience, with its counts."""
    return tuple(
        AudienceLink(
            str(AUDIENCES[audience]),
            audience_url(audience, content.locale),
            _counts(audience, _gathered(audience, content.corpus), content),
        )
        for audience in TITLES
    )


def _gathered(audience: Audience, corpus: Corpus) -> dict[Kind, list[Record]]:
    """Return the records of each kind that are for an audience."""
    return {
        kind: [
            record
            for record in corpus.of_kind(kind)
            if audience in record.audience_values
        ]
        for kind in _KINDS
    }


def _counts(
    audience: Audience, records: dict[Kind, list[Record]], content: PageContent
) -> tuple[Tally, ...]:
    own = Filter(FacetName.AUDIENCE, audience.value)
    return tuple(
        kind_tally(kind, len(records[kind]), (own,), content.locale) for kind in _KINDS
    )


def _folded(
    records: Sequence[Record], own: Filter, content: PageContent
) -> FoldedList | None:
    """Return the list of records of one kind; None if there is none."""
    return folded_list(records, (own,), content) if records else None


def _by_strength(records: Sequence[Record]) -> list[Record]:
    """Sort records: the strongest source first; by id within each."""
    return sorted(records, key=source_strength, reverse=True)


def _starts(audience: Audience, content: PageContent) -> Iterator[ThemeStart]:
    """Yield what each theme lists for a mayor, or for a police officer."""
    for theme in themes_in_order(content.corpus):
        edition = theme.edition(content.locale)
        lists: dict[Audience, tuple[FirstStep, ...]] = {
            Audience.LOCAL: edition.start_mayor,
            Audience.LAW_ENFORCEMENT: edition.start_police,
        }
        steps = first_steps(lists.get(audience, ()), content)
        look = theme_look((theme.id.slug,), content.corpus, content.locale)
        if steps and look is not None:
            lang = lang_if_other(edition.locale, content.locale)
            yield ThemeStart(look, steps, lang)


def _first(recommendations: Sequence[Record]) -> list[Record]:
    """Return a few recommendations with the strongest source.

    Those that most practices illustrate come first.
    """
    strongest = max(map(source_strength, recommendations), default=0)
    firm = [
        advice for advice in recommendations if source_strength(advice) == strongest
    ]
    firm.sort(key=lambda record: -len(getattr(record, "practices", ())))
    return firm[:MAX_FIRST]
