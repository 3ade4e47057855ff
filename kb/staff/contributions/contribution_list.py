"""The list of the inbox: its filters and its rows."""

import datetime as dt
from collections.abc import Iterable
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
from kb.contributions.routes import contribution_store
from kb.staff.base.staff_list import RowFilter, StaffList
from kb.web.locale import LazyString, lang_if_other
from kb.web.locale import lazy_gettext as _l

MAX_EXTRACT = 220

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


FILTER_NAMES: dict[InboxFilter, LazyString] = {
    InboxFilter.OPEN: _l("To do"),
    InboxFilter.PROPOSALS: _l("Proposals"),
    InboxFilter.CORRECTIONS: _l("Corrections"),
    InboxFilter.PROBLEMS: _l("Problems"),
    InboxFilter.SETTLED: _l("Settled"),
    InboxFilter.SPAM: _l("Spam"),
}


_KINDS_SHOWN = {
    InboxFilter.OPEN: set(ContributionKind),
    InboxFilter.PROPOSALS: {ContributionKind.PRACTICE, ContributionKind.ANSWER},
    InboxFilter.CORRECTIONS: {ContributionKind.CORRECTION},
    InboxFilter.PROBLEMS: {ContributionKind.PROBLEM},
}
"""The kinds of the open messages that a filter shows."""

_ENDS_SHOWN = {
    InboxFilter.SETTLED: {ContributionState.ACCEPTED, ContributionState.REFUSED},
    InboxFilter.SPAM: {ContributionState.SPAM},
}
"""The states of the closed messages that a filter shows."""


def _is_shown(contribution: Contribution, value: str) -> bool:
    """Return whether a filter of the inbox shows a message."""
    if contribution.state.is_open:
        return contribution.kind in _KINDS_SHOWN.get(InboxFilter(value), ())
    return contribution.state in _ENDS_SHOWN.get(InboxFilter(value), ())


INBOX: StaffList[Contribution] = StaffList(
    endpoint="contribution_list",
    name=_l("Messages"),
    rows=lambda: contribution_store().all(),
    per_page=50,
    filters=(
        RowFilter(
            "show",
            _l("Filter"),
            _is_shown,
            lambda _rows: FILTER_NAMES,
            default=InboxFilter.OPEN,
            with_tabs=True,
        ),
    ),
)


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


def contribution_rows(
    contributions: Iterable[Contribution], corpus: Corpus, locale: Locale
) -> tuple[ContributionRow, ...]:
    """Return the rows of contributions in their order."""
    return tuple(_inbox_row(sent, corpus, locale) for sent in contributions)


def _inbox_row(
    contribution: Contribution, corpus: Corpus, locale: Locale
) -> ContributionRow:
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
