"""View models of the inbox: its filters with their counts, and its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale
from kb.contributions.contribution import (
    Contribution,
    ContributionKind,
    ContributionState,
)
from kb.contributions.contribution_pages import (
    RecordName,
    heading_of,
    published_record,
    record_name,
)
from kb.web.locale import LazyString, lang_if_other
from kb.web.locale import lazy_gettext as _l

MAX_EXTRACT = 220
PAGE_SIZE = 50

KIND_NAMES: dict[ContributionKind, tuple[LazyString, str]] = {
    ContributionKind.PRACTICE: (_l("Proposal"), "practice"),
    ContributionKind.ANSWER: (_l("Answer to a need"), "need"),
    ContributionKind.CORRECTION: (_l("Correction"), "quote"),
    ContributionKind.PROBLEM: (_l("Problem reported"), "warn"),
}
"""The name and the icon of each kind."""

STATE_NAMES: dict[ContributionState, tuple[LazyString, str]] = {
    ContributionState.UNCONFIRMED: (_l("Not confirmed"), "dash"),
    ContributionState.NEW: (_l("New"), "full"),
    ContributionState.IN_PROGRESS: (_l("In progress"), ""),
    ContributionState.ACCEPTED: (_l("Accepted"), ""),
    ContributionState.REFUSED: (_l("Refused"), "dash"),
    ContributionState.SPAM: (_l("Spam"), "dash"),
}
"""The name and the CSS class of the badge of each state."""


class InboxFilter(StrEnum):
    """The filters of the inbox; the values are parameters of its address."""

    OPEN = "open"
    PROPOSALS = "proposals"
    CORRECTIONS = "corrections"
    PROBLEMS = "problems"
    SETTLED = "settled"
    SPAM = "spam"


_PROPOSED = {ContributionKind.PRACTICE, ContributionKind.ANSWER}
FILTERS: dict[InboxFilter, tuple[LazyString, Callable[[Contribution], bool]]] = {
    InboxFilter.OPEN: (_l("To do"), lambda each: each.state.is_open),
    InboxFilter.PROPOSALS: (
        _l("Proposals"),
        lambda each: each.state.is_open and each.kind in _PROPOSED,
    ),
    InboxFilter.CORRECTIONS: (
        _l("Corrections"),
        lambda each: each.state.is_open and each.kind is ContributionKind.CORRECTION,
    ),
    InboxFilter.PROBLEMS: (
        _l("Problems"),
        lambda each: each.state.is_open and each.kind is ContributionKind.PROBLEM,
    ),
    InboxFilter.SETTLED: (
        _l("Settled"),
        lambda each: (
            each.state in {ContributionState.ACCEPTED, ContributionState.REFUSED}
        ),
    ),
    InboxFilter.SPAM: (_l("Spam"), lambda each: each.state is ContributionState.SPAM),
}
"""The name of each filter, and what it shows."""


@dataclass(frozen=True, slots=True)
class InboxTab:
    """A filter of the inbox, with the number of its rows."""

    value: str
    label: LazyString
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """A row of the inbox."""

    number: int
    title: str
    lang: str
    kind: LazyString
    icon: str
    state: LazyString
    style: str
    handled_by: str
    at: dt.datetime
    facts: tuple[str, ...]
    extract: str
    record: RecordName | None
    published: RecordName | None
    file_count: int


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The inbox with one of its filters."""

    show: str
    tabs: tuple[InboxTab, ...]
    rows: tuple[ContributionRow, ...]
    more: int


def inbox_page(
    contributions: Sequence[Contribution],
    chosen: InboxFilter,
    corpus: Corpus,
    locale: Locale,
) -> InboxPage:
    """Return the rows of a filter, the newest first, and the counts of all filters."""
    tabs = tuple(
        InboxTab(
            each.value,
            label,
            sum(map(is_shown, contributions)),
            each is chosen,
        )
        for each, (label, is_shown) in FILTERS.items()
    )
    shown = list(filter(FILTERS[chosen][1], contributions))
    rows = contribution_rows(shown[:PAGE_SIZE], corpus, locale)
    return InboxPage(chosen.value, tabs, rows, max(0, len(shown) - PAGE_SIZE))


def contribution_rows(
    contributions: Iterable[Contribution], corpus: Corpus, locale: Locale
) -> tuple[ContributionRow, ...]:
    """Return the rows of contributions in their order."""
    return tuple(_row(each, corpus, locale) for each in contributions)


def _row(contribution: Contribution, corpus: Corpus, locale: Locale) -> ContributionRow:
    answers = contribution.answers
    kind, icon = KIND_NAMES[contribution.kind]
    state, style = STATE_NAMES[contribution.state]
    about = corpus.get(contribution.record) if contribution.record else None
    facts = (answers.get("place", ""), answers.get("who", ""))
    return ContributionRow(
        number=contribution.number,
        title=heading_of(contribution),
        lang=lang_if_other(contribution.locale, locale),
        kind=kind,
        icon=icon,
        state=state,
        style=style,
        handled_by=contribution.handled_by,
        at=contribution.created_at,
        facts=tuple(filter(None, facts)),
        extract=_extract(answers.get("done", "") or answers.get("proposed", "")),
        record=record_name(about, locale),
        published=published_record(contribution, corpus, locale),
        file_count=len(contribution.files),
    )


def _extract(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_EXTRACT else f"{line[:MAX_EXTRACT].rstrip()}…"
