"""The list “To look after”: what the content needs, of each sort of work."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from flask import g, render_template
from flask_babel import gettext, ngettext

from indexer.corpus.freshness import news_warnings, old_news
from indexer.corpus.record_cache import FoundWarnings
from indexer.corpus.shared_files import help_line_warnings
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, errors_among
from indexer.model.record import Record
from indexer.model.record_parts import Title
from indexer.model.vocabulary import SourceStatus
from indexer.quotation_check import check_all_quotations
from kb.core.link_client import answer_message
from kb.database.source_links import SourceLink
from kb.public.record.sources import source_view
from kb.publishing.history.edition_lags import EditionLag, LagFinder, lag_problems
from kb.publishing.history.history import History
from kb.services import services
from kb.staff.base.lag_view import RecordBehind, lag_views
from kb.staff.base.problem_messages import ProblemRow, problem_row
from kb.staff.base.publishing_services import repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.staff_list import RowFilter, StaffList
from kb.staff.records.assessment_page import proposals
from kb.staff.relevance.judgement_cache import judgements
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l

REVIEWED_AFTER_DAYS = 365


@dataclass(frozen=True, slots=True)
class WorkList:
    """Work of one sort: a tab of the list “To look after”, and a line of the dashboard.

    `find` returns the items, and `row` the row of an item. `rows` is the name of the
    macro that renders the rows. `nothing` is the text of an empty list. `note` returns
    a sentence above the rows, and `further` how many items `find` leaves out. The rows
    of a list without a macro are on another page, at `page`.
    """

    name: str
    title: LazyString
    nothing: Callable[[], LazyString | str]
    rows: str
    find: Callable[[], Sequence[Any]]
    row: Callable[[Any], object] = lambda found: found
    note: Callable[[], LazyString | str | None] = lambda: None
    further: Callable[[], int] = lambda: 0
    lead: LazyString | str = ""
    page: str = "to_look_after"

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self.find()) + self.further()

    @property
    def url(self) -> str:
        """The address of the page with the rows of this list."""
        if not self.rows:
            return staff_url(self.page, _anchor=self.name)
        return staff_url(self.page, work=self.name)


def _in_one_language() -> list[Record]:
    """Return the records that lack an edition, the oldest first."""
    return _oldest_first(
        record
        for record in services().corpus.records.values()
        if len(record.editions) < len(Locale)
    )


def _not_updated() -> list[Record]:
    """Return the records that were not updated for a year, the oldest first."""
    latest = services().clock().date() - dt.timedelta(days=REVIEWED_AFTER_DAYS)
    return _oldest_first(
        record
        for record in services().corpus.records.values()
        if record.updated <= latest
    )


def _old_news() -> list[Record]:
    """Return the practices whose last news grows old, the oldest first."""
    today = services().clock().date()
    aged = old_news(services().corpus.records.values(), today)
    return [practice for _age, practice in aged]


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A source of a record whose address failed on two days."""

    record: RecordId
    title: Title
    source: str
    link: SourceLink
    answer: str


def _dead_links() -> list[DeadLink]:
    """Return the sources whose addresses no longer answer, in the order of records."""
    dead = services().database.source_links.dead()
    locale = page_locale()
    return [
        DeadLink(
            record.id,
            record.title_for(locale),
            source_view(source, locale).label,
            dead[source.url],
            answer_message(dead[source.url].answer).text(gettext),
        )
        for record in (services().corpus.records.values() if dead else ())
        for source in record.sources
        if source.url in dead and source.status is not SourceStatus.DEAD
    ]


def _to_sign() -> list[Record]:
    """Return the records whose assessment is proposed and not signed."""
    records = services().corpus.records
    return [records[record] for record in proposals().of]


def _oldest_first(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record.updated, record.id))


def _errors() -> Sequence[Problem]:
    return errors_among(_content_problems())


def _content_warnings() -> Sequence[Problem]:
    return [problem for problem in _content_problems() if problem.is_warning]


def _content_problems() -> Sequence[Problem]:
    """Return the problems that `kb content check` prints, found once for a request."""
    if "content_problems" not in g:
        g.content_problems = _found_problems()
    problems: Sequence[Problem] = g.content_problems
    return problems


def _found_problems() -> Sequence[Problem]:
    corpus = services().corpus
    documents = services().settings.locations.documents
    misquoted = check_all_quotations(corpus, services().texts, documents)
    warnings = _warnings().first
    behind = _lag_finder(services().settings.locations.instance).find(corpus)
    lags = lag_problems(behind, documents)
    judged = judgements().problems
    today, root = services().clock().date(), documents.name
    news = news_warnings(corpus.records.values(), today, shown_root=root)
    lines = help_line_warnings(corpus.help_lines, today, shown_root=root)
    return (
        *corpus.problems,
        *proposals().problems,
        *judged,
        *misquoted,
        *warnings,
        *lags,
        *news,
        *lines,
    )


def _warnings() -> FoundWarnings:
    """Return the warnings, perhaps of the content before.

    The watcher finds them beside the workers; without one, they are found now.
    """
    corpus, checked = services().corpus, services().content_warnings
    if services().content.has_follower:
        return checked.last(corpus)
    return checked.check(corpus)


def _further_warnings() -> int:
    found = _warnings()
    return found.count - len(found.first)


def _note_on_warnings() -> LazyString | str | None:
    further = _further_warnings()
    if _warnings().stamp != services().corpus.stamp:
        return _l(
            "A change is being checked: the warnings are those of the content before."
        )
    if not further:
        return None
    return ngettext(
        "%(num)s further warning is left out.",
        "%(num)s further warnings are left out.",
        further,
    )


def _records_behind() -> list[RecordBehind]:
    """Return the records of which one language is behind, the oldest change first."""
    corpus, locale = services().corpus, page_locale()
    behind = _lag_finder(services().settings.locations.instance).find(corpus)
    drafts = repository().draft_folders
    rows = []
    for record, lags in sorted(behind.items(), key=_oldest_lag):
        published = corpus.get(record)
        if published is not None:
            title = published.title_for(locale)
            views = lag_views(record.kind, lags)
            is_draft = drafts.find(record) is not None
            rows.append(RecordBehind(record, title, views, is_draft))
    return rows


def _oldest_lag(behind: tuple[RecordId, tuple[EditionLag, ...]]) -> tuple[dt.date, str]:
    record, lags = behind
    return min(lag.newer for lag in lags), str(record)


@lru_cache(maxsize=2)
def _lag_finder(instance: Path) -> LagFinder:
    # Kept: the first search reads the whole history, the others what changed.
    return LagFinder(History(instance))


def _problem_row(problem: Problem) -> ProblemRow:
    return problem_row(problem, services().corpus)


WORK_LISTS = (
    WorkList(
        "problems",
        _l("Content check"),
        lambda: _l(
            "Nothing to report: every record can be read, and every link works."
        ),
        "problems",
        _errors,
        _problem_row,
        lead=_l("What is wrong and how to correct it, with the file and the line."),
    ),
    WorkList(
        "behind",
        _l("One language behind"),
        lambda: _l("Nothing: the two languages of every record are in step."),
        "behind",
        _records_behind,
        lead=_l(
            "Records whose text changed in one language only, the oldest change first."
        ),
    ),
    WorkList(
        "translate",
        _l("To translate"),
        lambda: _l("Nothing: every record is written in both languages."),
        "records",
        _in_one_language,
        lead=_l("Records written in one language only, least recently updated first."),
    ),
    WorkList(
        "review",
        _l("To review"),
        lambda: _l("Nothing: every record was updated within the year."),
        "records",
        _not_updated,
        lead=_l("Records not updated for a year, oldest first."),
    ),
    WorkList(
        "news",
        _l("To look at again"),
        lambda: _l("Nothing: the news of every practice is recent."),
        "records",
        _old_news,
        lead=_l(
            "Practices in use of which the last news is thirty months old or more, "
            "oldest first. After three years, pages say that there is no news."
        ),
    ),
    WorkList(
        "links",
        _l("Links that no longer answer"),
        lambda: _l("Nothing: every address that was tested answers."),
        "links",
        _dead_links,
        lead=_l(
            "Sources whose address failed on two days, when “kb content links” tested "
            "it. Give the new address, or that of an archived copy, or mark it as gone."
        ),
    ),
    WorkList(
        "assessments",
        _l("Assessments to sign"),
        lambda: _l("Nothing: no proposed assessment waits for a signature."),
        "records",
        _to_sign,
        lead=_l(
            "The answers to the criteria are proposed, with reasons and sources. "
            "Visitors see nothing of them until a publisher has read, corrected and "
            "signed them."
        ),
    ),
    WorkList(
        "warnings",
        _l("Warnings"),
        lambda: _l("Nothing: the content has no warning."),
        "problems",
        _content_warnings,
        _problem_row,
        _note_on_warnings,
        _further_warnings,
        lead=_l("Each may be right as it is, and says what to add if it is."),
    ),
)
"""The sorts of work of the list “To look after”, in its order."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """An item of a sort of work, and the tabs that list it."""

    work: WorkList
    item: Any
    tabs: tuple[str, ...]


def _work_rows() -> list[WorkRow]:
    rows = []
    for work in WORK_LISTS:
        tabs = ("", work.name)
        rows += [WorkRow(work, item, tabs) for item in work.find()]
    return rows


TO_LOOK_AFTER: StaffList[WorkRow] = StaffList(
    endpoint="to_look_after",
    name=_l("To look after"),
    rows=_work_rows,
    per_page=50,
    filters=(
        RowFilter(
            "work",
            _l("Sort of work"),
            choices=lambda _rows: {work.name: work.title for work in WORK_LISTS},
            any_label=_l("All"),
            tabs_of=attrgetter("tabs"),
        ),
    ),
)


@route("/look-after", Access.EDITOR)
def to_look_after() -> ViewResponse:
    """List what the content needs: all sorts of work, or one."""
    page = TO_LOOK_AFTER.page()
    chosen = page.chosen.values["work"]
    listed = {row.tabs for row in page.all_rows}
    parts = [
        (work, [work.row(row.item) for row in rows])
        for work, rows in groupby(page.rows, attrgetter("work"))
    ]
    return render_template(
        "staff/to_look_after.html",
        page=page,
        parts=parts,
        in_order=[
            work
            for work in WORK_LISTS
            if chosen in {"", work.name} and ("", work.name) not in listed
        ],
    )
