"""The dot of a practice: its fill is the source, a ring a measured effect."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.analysis.tokens import fold
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.records import Practice
from indexer.model.vocabulary import EvidenceKind, Firmness, PracticeResult
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.records.record_groups import source_strength
from kb.web.urls import filtered_list_url, record_url

MAX_LINKS = 140
"""The cells and dots of a picture: with more, the fullest cells have numbers instead.

So a page has less than 60 kB, with the present number of countries.
"""

RING, CROSS = "ring", "cross"
MARKS: dict[str, LazyString] = {
    "full": _l("presented by the project"),
    "part": _l("cited, or by a partner or by Efus"),
    "half": _l("outside the project"),
    RING: _l("effect measured"),
    CROSS: _l("did not work"),
    "hole": _l("no known practice"),
}
"""The marks of the legend, in its order."""

_SOURCE, _EVIDENCE = FacetName.SOURCE, FacetName.EVIDENCE
_CITED = (Firmness.CITED, Firmness.PARTNER, Firmness.EFUS, Firmness.FOLLOW_ON)
_FILTERS: dict[str, tuple[Filter, ...]] = {
    "full": (Filter(_SOURCE, Firmness.PRESENTED),),
    "part": tuple(Filter(_SOURCE, firmness) for firmness in _CITED),
    "half": (Filter(_SOURCE, Firmness.CONTEXT),),
    RING: (
        Filter(_EVIDENCE, EvidenceKind.COMPARISON),
        Filter(_EVIDENCE, EvidenceKind.BEFORE_AFTER),
    ),
    CROSS: (Filter(FacetName.RESULT, PracticeResult.DID_NOT_WORK),),
}
"""The facet values that a mark stands for: a practice with one of them has the mark."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A practice: its page, its title, its short name and its marks.

    `lang` is the language of the title if it is not that of the page.
    """

    url: str
    title: str
    lang: str
    name: str
    marks: tuple[str, ...]


MarkCount = tuple[str, int, str]
"""A mark, the number of practices that have it, and the address of their list."""


def practice_marks(practice: Practice) -> tuple[str, ...]:
    """Return the marks of a practice."""
    return tuple(
        mark
        for mark, filters in _FILTERS.items()
        if any(filter_.value in filter_.facet.stated(practice) for filter_ in filters)
    )


def dot_of(practice: Practice, content: PageContent, length: int) -> Dot:
    """Return the dot of a practice, with a name of at most `length` characters.

    It is what the title has before a colon or, if that is long, the first place.
    """
    title = practice.title_for(content.locale)
    gazetteer = content.corpus.gazetteer
    name = title.text.partition(":")[0].strip()
    known = [slug for slug in practice.place_slugs if slug in gazetteer]
    if len(name) > length and known:
        name = gazetteer[known[0]].names[content.locale]
    return Dot(
        url=record_url(practice.id, content.locale),
        title=title.text,
        lang=title.lang,
        name=name if len(name) <= length else f"{name[: length - 1].rstrip()}…",
        marks=practice_marks(practice),
    )


def dots_of(
    practices: Iterable[Practice], content: PageContent, length: int, heading: str
) -> tuple[Dot, ...]:
    """Return dots, the strongest source first.

    Equal names have the year too, and a name that the heading says is the year alone.
    """
    ordered = sorted(
        practices,
        key=lambda practice: (
            -source_strength(practice),
            fold(practice.title_for(content.locale).text),
        ),
    )
    dots = [dot_of(practice, content, length) for practice in ordered]
    names = Counter(dot.name for dot in dots)
    for n, practice in enumerate(ordered):
        name, year = dots[n].name, str(practice.date.year) if practice.date else ""
        if year and name == heading:
            dots[n] = replace(dots[n], name=year)
        elif year and names[name] > 1:
            dots[n] = replace(dots[n], name=f"{name}, {year}")
    return tuple(dots)


def dot_limit(numbers: Iterable[int]) -> int:
    """Return how many practices a cell may show as dots, by those of all cells."""
    limit = total = 0
    for number in sorted(numbers):
        total += number + 1
        if total > MAX_LINKS:
            break
        limit = number
    return limit


def dot_counts(
    practices: Sequence[Practice], content: PageContent, filters: Iterable[Filter]
) -> tuple[MarkCount, ...]:
    """Return how many practices that filters select have each mark."""
    numbers = Counter(
        mark for practice in practices for mark in practice_marks(practice)
    )
    return tuple(
        (mark, numbers[mark], practices_url(content, *filters, *own))
        for mark, own in _FILTERS.items()
        if numbers[mark]
    )


def practices_url(content: PageContent, *filters: Filter) -> str:
    """Return the address of the list of the practices that filters select."""
    return filtered_list_url(Kind.PRACTICE, Query(locale=content.locale), filters)
