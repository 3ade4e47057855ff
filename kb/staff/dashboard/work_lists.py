"""The lists of work that begin on the dashboard, and their pages."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import abort, flash, render_template, request
from flask_babel import gettext
from flask_babel import gettext as _

from indexer.corpus.freshness import news_warnings, old_news
from indexer.corpus.record_cache import FoundWarnings
from indexer.corpus.shared_files import help_line_warnings
from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import JudgedQuery
from indexer.model.problems import Problem, errors_first
from indexer.model.record import Record
from indexer.model.record_parts import Title
from indexer.model.vocabulary import SourceStatus
from indexer.quotation_check import check_all_quotations
from kb.core.link_client import answer_message
from kb.database.model import AuditAction, CountedSearch
from kb.database.source_links import SourceLink
from kb.public.record.sources import source_view
from kb.publishing.history.edition_lags import EditionLag, LagFinder, lag_problems
from kb.publishing.history.history import History
from kb.services import services
from kb.staff.base.lag_view import RecordBehind, lag_views
from kb.staff.base.problem_messages import problem_row
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import MAX_ROWS, Listing
from kb.staff.records.assessment_page import proposals
from kb.staff.relevance.judgement_cache import judged_run, judgements, run_note
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l

REVIEWED_AFTER_DAYS = 365


@dataclass(frozen=True, slots=True)
class WorkList:
    """A list of work: its page, and its part of the dashboard at `anchor`.

    `find` returns the items, and `row` the row of an item. `rows` is the name of the
    macro that renders the rows. `nothing` is the text of an empty list. `note` returns
    a sentence above the rows, and `further` how many items `find` leaves out.
    """

    path: str
    endpoint: str
    anchor: str
    title: LazyString
    lead: LazyString
    nothing: Callable[[], LazyString | str]
    rows: str
    find: Callable[[], Sequence[Any]]
    row: Callable[[Any], object] = lambda found: found
    note: Callable[[], LazyString | str | None] = lambda: None
    further: Callable[[], int] = lambda: 0

    def listing(self, limit: int = MAX_ROWS) -> Listing:
        """Return the first rows."""
        found = self.find()
        total = len(found) + self.further()
        return Listing([self.row(item) for item in found[:limit]], total)

    def add_page(self) -> None:
        """Add the page of the list to the blueprint."""
        route(self.path, Access.EDITOR, endpoint=self.endpoint)(self._page)

    def _page(self) -> str:
        listing = self.listing()
        return render_template("staff/work_page.html", work=self, listing=listing)


@route("/searches/dismiss", Access.PUBLISHER, methods=("POST",))
def dismiss_search() -> ViewResponse:
    """Remove a search from the list."""
    text, locale = request.form.get("text", ""), request.form.get("locale", "")
    if not text or locale not in set(Locale):
        abort(HTTPStatus.BAD_REQUEST)
    services().database.zero_result_searches.dismiss(text, Locale(locale))
    log_action(AuditAction.SEARCH_DISMISSED, detail=text)
    flash(_("The search has been removed from the list."))
    return see_other(staff_url("zero_result_searches"))


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
    tested = services().database.source_links.all()
    dead = {url: link for url, link in tested.items() if link.is_dead}
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


def _content_problems() -> Sequence[Problem]:
    """Return the problems that `kb content check` prints, errors first."""
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
    return errors_first(
        (
            *corpus.problems,
            *proposals().problems,
            *judged,
            *misquoted,
            *warnings,
            *lags,
            *news,
            *lines,
        )
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


def _note_on_warnings() -> LazyString | None:
    if _warnings().stamp == services().corpus.stamp:
        return None
    return _l(
        "A change is being checked: the warnings are those of the content before."
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


def _searches() -> tuple[CountedSearch, ...]:
    if not services().settings.counts_unfound:
        return ()
    database = services().database
    return tuple(database.zero_result_searches.most_frequent(limit=MAX_ROWS))


def _no_searches() -> LazyString:
    if services().settings.counts_unfound:
        return _l("None in the last ninety days.")
    return _l("They are not counted: the setting KB_UNFOUND_SEARCHES is off.")


def _lost_searches() -> tuple[JudgedQuery, ...]:
    """Return the judged queries whose answer left the first page and is absent."""
    lost = {*judged_run().lost}
    return tuple(judged for judged in judgements().queries if judged.id in lost)


def _no_lost_searches() -> LazyString | str:
    note = run_note()
    if note is not None:
        return note
    return _l("None: each judged search has on its first page the answer that it had.")


_PROBLEMS = WorkList(
    "/problems",
    "content_problems",
    "problems",
    _l("Content check"),
    _l("What is wrong and how to correct it, with the file and the line."),
    lambda: _l("Nothing to report: every record can be read, and every link works."),
    "problems",
    _content_problems,
    lambda problem: problem_row(problem, services().corpus),
    _note_on_warnings,
    _further_warnings,
)
_BEHIND = WorkList(
    "/behind",
    "late_records",
    "behind",
    _l("One language behind"),
    _l("Records whose text changed in one language only, the oldest change first."),
    lambda: _l("Nothing: the two languages of every record are in step."),
    "behind",
    _records_behind,
)
_TO_TRANSLATE = WorkList(
    "/translations",
    "records_to_translate",
    "translate",
    _l("To translate"),
    _l("Records written in one language only, least recently updated first."),
    lambda: _l("Nothing: every record is written in both languages."),
    "records",
    _in_one_language,
)
_TO_REVIEW = WorkList(
    "/review",
    "records_to_review",
    "review",
    _l("To review"),
    _l("Records not updated for a year, oldest first."),
    lambda: _l("Nothing: every record was updated within the year."),
    "records",
    _not_updated,
)
_OLD_NEWS = WorkList(
    "/news",
    "practices_to_look_at",
    "news",
    _l("To look at again"),
    _l(
        "Practices in use of which the last news is thirty months old or more, oldest "
        "first. After three years, pages say that there is no news."
    ),
    lambda: _l("Nothing: the news of every practice is recent."),
    "records",
    _old_news,
)
_DEAD_LINKS = WorkList(
    "/links",
    "dead_links",
    "links",
    _l("Links that no longer answer"),
    _l(
        "Sources whose address failed on two days, when “kb content links” tested it. "
        "Give the new address, or that of an archived copy, or mark it as gone."
    ),
    lambda: _l("Nothing: every address that was tested answers."),
    "links",
    _dead_links,
)
_TO_SIGN = WorkList(
    "/assessments",
    "proposed_assessments",
    "assessments",
    _l("Assessments to sign"),
    _l(
        "The answers to the criteria are proposed, with reasons and sources. Visitors "
        "see nothing of them until a publisher has read, corrected and signed them."
    ),
    lambda: _l("Nothing: no proposed assessment waits for a signature."),
    "records",
    _to_sign,
)
_SEARCHES = WorkList(
    "/searches",
    "zero_result_searches",
    "searches",
    _l("Searches that found nothing"),
    _l(
        "The words searched for and how often, over ninety days. Neither who searched "
        "nor anything that looks like an address or a number is kept."
    ),
    _no_searches,
    "searches",
    _searches,
)
_LOST = WorkList(
    "/searches/lost",
    "lost_searches",
    "lost",
    _l("Searches that lost their answer"),
    _l(
        "Judged searches whose answer was on their first page, and left it after a "
        "change of the content."
    ),
    _no_lost_searches,
    "judged",
    _lost_searches,
    note=run_note,
)
WORK_LISTS = (
    _PROBLEMS,
    _BEHIND,
    _TO_TRANSLATE,
    _TO_REVIEW,
    _OLD_NEWS,
    _DEAD_LINKS,
    _TO_SIGN,
    _SEARCHES,
    _LOST,
)
"""The lists in the order of the dashboard."""

for work_list in WORK_LISTS:
    work_list.add_page()
