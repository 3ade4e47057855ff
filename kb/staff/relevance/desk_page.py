"""The relevance desk, and the page on which staff judge one search."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import format_percent
from flask_babel import gettext as _

from indexer.analysis.tokens import query_key
from indexer.corpus.corpus import Corpus
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import Grade
from indexer.model.record import Record
from indexer.model.results import ResultPage
from kb.database.counts import SearchCounts
from kb.database.model import AuditAction, CountedSearch
from kb.judgements.decision_editor import DecisionError, find_judged, save_decision
from kb.judgements.measures import (
    DEPTH,
    QueryResult,
    page_query,
    share_with_best_first,
)
from kb.publishing.errors import PublishingError
from kb.services import services
from kb.staff.base.publishing_services import repository
from kb.staff.base.requests import error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.session import current_session
from kb.staff.base.staff_list import MAX_ROWS
from kb.staff.relevance.decision_form import DecisionForm, RecordDecision, read_form
from kb.staff.relevance.judgement_cache import (
    judged_run,
    judgements,
    run_note,
)
from kb.staff.relevance.record_questions import (
    add_question,
    has_question_length,
    search_question,
)
from kb.web.locale import page_locale
from kb.web.search.facet_values import vocabulary_of

PARTLY = (Grade.PARTLY, Grade.LITTLE)


@route("/searches/dismiss", Access.PUBLISHER, methods=("POST",))
def dismiss_search() -> ViewResponse:
    """Remove a search from the list of those that found nothing."""
    text, locale = request.form.get("text", ""), request.form.get("locale", "")
    if not text or locale not in set(Locale):
        abort(HTTPStatus.BAD_REQUEST)
    services().database.zero_result_searches.dismiss(text, Locale(locale))
    log_action(AuditAction.SEARCH_DISMISSED, detail=text)
    flash(_("The search has been removed from the list."))
    return see_other(staff_url("relevance_desk", _anchor="unfound"))


@dataclass(frozen=True, slots=True)
class JudgedRecordRow:
    """A record on the page of a search; `rank` is 0 if it is not among the first ten.

    `partly` is the grade that “partly” stands for.
    """

    record: Record
    rank: int
    decision: RecordDecision
    partly: Grade


def search_rows(
    results: ResultPage | None, form: DecisionForm, corpus: Corpus
) -> tuple[JudgedRecordRow, ...]:
    """Return the first records of a search, then the others of the form."""
    hits = [] if results is None else [hit.id for hit in results.hits[:DEPTH]]
    ranks = {record: rank for rank, record in enumerate(hits, 1)}
    ids = dict.fromkeys((*hits, *form.records))
    return tuple(
        _record_row(
            corpus.records[record],
            ranks.get(record, 0),
            form.records.get(record) or RecordDecision(),
        )
        for record in ids
        if record in corpus.records
    )


def _record_row(record: Record, rank: int, decision: RecordDecision) -> JudgedRecordRow:
    grade = decision.grade.data
    partly = grade if grade in PARTLY else Grade.PARTLY
    return JudgedRecordRow(record, rank, decision, partly)


def _state(result: QueryResult) -> str:
    ranks = [
        rank
        for rank, record in enumerate(result.ranking, 1)
        if record in result.judged.answers
    ]
    if not result.judged.answers:
        return _("no record answers it")
    if not ranks:
        return _("its answer is not on the first page")
    return _("its answer is result %(rank)s", rank=ranks[0])


MAX_SEARCHES = 50
MAX_CHARACTERS = 200


@route("/relevance", Access.EDITOR)
def relevance_desk() -> ViewResponse:
    """Show the frequent searches, and the judged ones that lost their answer."""
    counts, database = services().settings.counts_unfound, services().database
    results = judged_run().results(judgements().queries)
    states = {
        (query_key(result.judged.text), result.judged.locale): _state(result)
        for result in results
    }

    def rows(
        searches: SearchCounts, limit: int = MAX_SEARCHES
    ) -> list[tuple[CountedSearch, str]]:
        """Return the most frequent searches, each with how well it is answered."""
        found = searches.most_frequent(limit=limit) if counts else ()
        return [
            (
                search,
                states.get((query_key(search.text), search.locale)) or _("not judged"),
            )
            for search in found
        ]

    return render_template(
        "staff/relevance_desk.html",
        judged=len(results),
        first_share=format_percent(share_with_best_first(results)) if results else "",
        lost=[
            (result.judged, _state(result))
            for result in results
            if result.judged.answers and not result.has_answer
        ],
        typed=rows(database.typed_searches),
        unfound=rows(database.zero_result_searches, MAX_ROWS),
        is_counted=counts,
        problems=judgements().problems,
        run_note=run_note(),
    )


@route("/relevance/search", Access.EDITOR)
def judge_search() -> ViewResponse:
    """Show the first results of a search, each with its judgement."""
    text, locale = _search(request.args.get("q", ""), request.args.get("hl", ""))
    judged = find_judged(judgements().queries, text, locale)
    return _page(text, locale, DecisionForm.of(judged, services().corpus, text))


@route("/relevance/search", Access.PUBLISHER, methods=("POST",))
def save_search_decision() -> ViewResponse:
    """Save the judgement and the places of records for a search."""
    text, locale = _search(request.form.get("q", ""), request.form.get("hl", ""))
    form = read_form(request.form, services().corpus)
    if form.form_errors:
        return _page(text, locale, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_only_adding:
        return _page(text, locale, form)
    decision = form.decision(
        text,
        locale,
        role=current_session().account.role,
        day=services().clock().date(),
        before=services().corpus.curations,
    )
    known = frozenset(services().corpus.records)
    try:
        save_decision(services().settings.locations, decision, known)
    except DecisionError as error:
        form.form_errors.append(_fault_text(error))
        return _page(text, locale, form), HTTPStatus.CONFLICT
    except OSError as error:
        reason = _(error.strerror or str(error))
        form.form_errors.append(
            _("The decision cannot be written: %(reason)s.", reason=reason)
        )
        return _page(text, locale, form), HTTPStatus.SERVICE_UNAVAILABLE
    log_action(AuditAction.SEARCH_JUDGED, detail=text)
    services().content.read()
    flash(_("The decision has been saved. The search uses it now."))
    return see_other(staff_url("judge_search", q=text, hl=locale.value))


@route("/relevance/search/question", Access.EDITOR, methods=("POST",))
def add_search_question() -> ViewResponse:
    """Add a search to the questions of a record, in its draft.

    The page keeps what was chosen in the form and not saved yet.
    """
    text, locale = _search(request.form.get("q", ""), request.form.get("hl", ""))
    corpus = services().corpus
    record_id = RecordId.parse(request.form.get("question", ""))
    record = None if record_id is None else corpus.get(record_id)
    if record is None:
        abort(HTTPStatus.BAD_REQUEST)
    form = read_form(request.form, corpus)
    form.form_errors.clear()  # They hinder saving, not adding a question.
    form.records.setdefault(record.id, RecordDecision())
    if search_question(record, text, locale).can_add:
        is_new = repository().draft_folders.find(record.id) is None
        try:
            add_question(record, text, locale)
        except PublishingError as error:
            flash(error_sentence(error), "bad")
            return _page(text, locale, form), HTTPStatus.CONFLICT
        if is_new:
            log_action(AuditAction.DRAFT_BEGUN, record.id)
        flash(
            _(
                "The search is now a question in the draft of “%(title)s”. Visitors "
                "see it when the draft is published.",
                title=record.title_for(page_locale()).text,
            )
        )
    return _page(text, locale, form, asked=record.id)


def _search(text: str, locale: str) -> tuple[str, Locale]:
    words = " ".join(text.split())[:MAX_CHARACTERS]
    if not words or locale not in set(Locale):
        abort(HTTPStatus.BAD_REQUEST)
    return words, Locale(locale)


def _page(
    text: str, locale: Locale, form: DecisionForm, *, asked: RecordId | None = None
) -> str:
    """Return the page of a search; `asked` is the record with a new question."""
    vocabulary = vocabulary_of(services().corpus)
    try:
        results = services().searches.search(page_query(text, locale, vocabulary))
    except NOT_INDEXED_ERRORS:
        results = None
    return render_template(
        "staff/judged_search.html",
        text=text,
        locale=locale,
        form=form,
        results=results,
        rows=search_rows(results, form, services().corpus),
        question_of=lambda record: search_question(record, text, locale),
        can_be_question=has_question_length(text),
        asked=asked,
    )


def _fault_text(error: DecisionError) -> str:
    if not error.file:
        return _("Somebody else is saving a decision. Try again in a moment.")
    return _(
        "The file documents/%(file)s cannot be changed, because it contains an "
        "error: correct it by hand first; the content check names the line.",
        file=error.file,
    )
