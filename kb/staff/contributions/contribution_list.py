"""The list of the inbox: its filters and its rows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale
from kb.contributions.contribution import (
    OPEN_STATES,
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


@dataclass(frozen=True, slots=True)
class InboxTab:
    """The messages that a value of `show` selects: those of kinds, in states."""

    label: LazyString
    kinds: Collection[ContributionKind] = tuple(ContributionKind)
    states: Collection[ContributionState] = OPEN_STATES


TABS: dict[str, InboxTab] = {
    "open": InboxTab(_l("To do")),
    "proposals": InboxTab(
        _l("Proposals"), {ContributionKind.PRACTICE, ContributionKind.ANSWER}
    ),
    "corrections": InboxTab(_l("Corrections"), {ContributionKind.CORRECTION}),
    "problems": InboxTab(_l("Problems"), {ContributionKind.PROBLEM}),
    "settled": InboxTab(
        _l("Settled"),
        states={ContributionState.ACCEPTED, ContributionState.REFUSED},
    ),
    "spam": InboxTab(_l("Spam"), states={ContributionState.SPAM}),
}


def _is_shown(contribution: Contribution, value: str) -> bool:
    tab = TABS[value]
    return contribution.kind in tab.kinds and contribution.state in tab.states


def _has_words(contribution: Contribution, text: str) -> bool:
    answers = " ".join(contribution.answers.values()).casefold()
    return all(word in answers for word in text.casefold().split())


INBOX: StaffList[Contribution] = StaffList(
    endpoint="contribution_list",
    name=_l("Messages"),
    rows=lambda: contribution_store().all(),
    per_page=50,
    search_label=_l("Messages"),
    filters=(
        RowFilter(
            "show",
            _l("Filter"),
            _is_shown,
            lambda _rows: {name: tab.label for name, tab in TABS.items()},
            default="open",
            with_tabs=True,
        ),
        RowFilter("q", _l("Words of the message"), _has_words, control="words"),
    ),
)


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """A row of the inbox."""

    sent: Contribution
    title: str
    lang: str
    facts: tuple[str, ...]
    extract: str
    record: RecordName | None
    published: RecordName | None


def contribution_rows(
    contributions: Iterable[Contribution], corpus: Corpus, locale: Locale
) -> tuple[ContributionRow, ...]:
    """Return the rows of contributions in their order."""
    return tuple(_row(sent, corpus, locale) for sent in contributions)


def _row(contribution: Contribution, corpus: Corpus, locale: Locale) -> ContributionRow:
    answers = contribution.answers
    about = corpus.get(contribution.record) if contribution.record else None
    facts = (answers.get("place", ""), answers.get("who", ""))
    return ContributionRow(
        sent=contribution,
        title=heading_of(contribution),
        lang=lang_if_other(contribution.locale, locale),
        facts=tuple(filter(None, facts)),
        extract=_extract(answers.get("done", "") or answers.get("proposed", "")),
        record=record_name(about, locale),
        published=published_record(contribution, corpus, locale),
    )


def _extract(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_EXTRACT else f"{line[:MAX_EXTRACT].rstrip()}…"
