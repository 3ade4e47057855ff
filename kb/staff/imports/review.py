"""The review of an extraction: report card, facts, decisions on proposals."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.extraction.report.report_card import ranges
from indexer.model.ids import RecordId
from indexer.model.proposals import Proposal
from indexer.model.vocabulary import Audience
from indexer.readers.sandbox.sandbox import can_recognise
from kb.database.model import AuditAction
from kb.publishing.drafts.proposal_review import ProposalEdits
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    MatchAnswer,
    proposal_key,
)
from kb.publishing.imports.inbox import UploadedFile
from kb.publishing.imports.match_review import ChosenAnswer, MatchReview
from kb.publishing.imports.record_matches import MatchFinder
from kb.services import services
from kb.staff.base.publishing_services import (
    extraction_store,
    proposal_review,
    record_links,
    repository,
)
from kb.staff.base.requests import actor, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import too_many_text, whole_list_label
from kb.staff.base.ticked_lists import WHOLE_LIST
from kb.staff.imports.match_view import question_view
from kb.staff.imports.review_view import (
    DECISIONS,
    open_proposals,
    quoting_records,
    review_page,
    review_page_of,
)
from kb.staff.imports.uploads import disk_full_page, store_upload
from kb.web.labels import AUDIENCES
from kb.web.search.request_query import page_number


@route("/findings/<key>", Access.EDITOR)
def extraction_review(key: str) -> ViewResponse:
    """Show an extraction, with one page of its proposals."""
    page = page_number(request.args.get("page", "")) or 1
    return _page(_extraction(key), page)


@route("/findings/<key>/recognise", Access.EDITOR, methods=("POST",))
def recognise_reviewed_file(key: str) -> ViewResponse:
    """Start the OCR of the pages of a file that have no text."""
    extraction = _extraction(key)
    path = proposal_review().original_path(extraction, services().corpus)
    if path is None or not path.is_file():
        abort(HTTPStatus.NOT_FOUND)
    file = UploadedFile(path, extraction.name, path.stat().st_size)
    try:
        return store_upload([file], ocr=True)
    except OSError as error:
        return disk_full_page(error)


@route("/findings/<key>/correction", Access.EDITOR, methods=("POST",))
def revoke_correction(key: str) -> ViewResponse:
    """Let a correction of covers not be applied to the next files."""
    extraction, number = _extraction(key), request.form.get("correction", "")
    for fact in extraction.facts:
        correction = fact.origin.correction
        if correction is not None and number == str(correction.id):
            services().database.cover_corrections.revoke(correction.id)
            log_action(AuditAction.CORRECTION_REVOKED, extraction.name, fact.field)
            flash(_("The next files are read without this correction."))
    return see_other(staff_url("extraction_review", key=key, _anchor="facts"))


@route("/findings/<key>/record", Access.EDITOR, methods=("POST",))
def answer_match(key: str) -> ViewResponse:
    """Answer which record a file belongs to, or undo the answer."""
    extraction, corpus = _extraction(key), services().content.read()
    choice = request.form.get("answer", "")
    try:
        if choice == "undo":
            MatchReview(repository()).undo(extraction, corpus=corpus, actor=actor())
            log_action(AuditAction.MATCH_UNDONE, extraction.name)
        else:
            chosen = _chosen_answer(choice)
            MatchReview(repository()).answer(extraction, chosen, corpus=corpus)
            log_action(
                AuditAction.MATCH_ANSWERED,
                extraction.name,
                f"{choice} {chosen.record or ''}".strip(),
            )
    except PublishingError as error:
        body = _page(_extraction(key), 1, question_error=error_sentence(error))
        return body, HTTPStatus.CONFLICT
    return see_other(staff_url("extraction_review", key=key, _anchor="question"))


def _chosen_answer(choice: str) -> ChosenAnswer:
    if choice not in {answer.value for answer in MatchAnswer}:
        abort(HTTPStatus.BAD_REQUEST)
    answer = MatchAnswer(choice)
    replaced = request.form.get("file", "") if answer is MatchAnswer.VERSION else ""
    record = RecordId.parse(request.form.get("record", ""))
    return ChosenAnswer(answer, actor(), record, replaced)


@route("/findings/<key>/<proposal_key>", Access.EDITOR, methods=("POST",))
def decide_proposal(key: str, proposal_key: str) -> ViewResponse:
    """Keep a proposal as a draft, set it aside, or undo either decision."""
    extraction = _extraction(key)
    try:
        proposal = extraction.proposal(proposal_key)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    choice = request.form.get("choice", "")
    if choice not in {"keep", "aside", "undo"}:
        abort(HTTPStatus.BAD_REQUEST)
    page = review_page_of(extraction, proposal_key)
    try:
        _decide(extraction, proposal, choice, _typed_edits(), services().corpus)
    except PublishingError as error:
        body = _page(
            extraction, page, rejected_key=proposal_key, error=error_sentence(error)
        )
        return body, HTTPStatus.CONFLICT
    url = staff_url(
        "extraction_review",
        key=key,
        page=page if page > 1 else None,
        _anchor=f"p-{proposal_key}",
    )
    return see_other(url)


def _typed_edits() -> ProposalEdits:
    """Return the title and the audiences that the form of a proposal has."""
    audiences = request.form.getlist("audiences")
    return ProposalEdits(
        title=request.form.get("title", ""),
        audiences=tuple(audience for audience in Audience if audience in audiences),
    )


def _decide(
    extraction: Extraction,
    proposal: Proposal,
    choice: str,
    edits: ProposalEdits,
    corpus: Corpus,
) -> None:
    """Keep a proposal with its edits, set it aside, or undo either; and log it."""
    review, name = proposal_review(), extraction.name
    if choice == "aside":
        review.reject(extraction, proposal, corpus=corpus, actor=actor())
        log_action(AuditAction.PROPOSAL_SET_ASIDE, name, proposal.title)
    elif choice == "undo":
        review.undo(extraction, proposal, corpus=corpus, actor=actor())
        log_action(AuditAction.DECISION_UNDONE, name, proposal.title)
    else:
        record = review.accept(
            extraction, proposal, edits, corpus=corpus, actor=actor(), translate=_
        )
        log_action(AuditAction.PROPOSAL_KEPT, record, proposal.title)


def _extraction(key: str) -> Extraction:
    try:
        return extraction_store().load(key)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)


def _page(
    extraction: Extraction,
    page: int,
    *,
    rejected_key: str = "",
    error: str = "",
    question_error: str = "",
) -> str:
    corpus = services().corpus
    view = review_page(
        extraction,
        proposal_review().owner(extraction, corpus),
        quoting_records(corpus, proposal_review().quoting_drafts()),
        record_links(),
        page=page,
    )
    return render_template(
        "staff/extraction_review.html",
        view=view,
        links=record_links(),
        ranges=ranges,
        question=question_view(
            extraction,
            MatchFinder(repository(), extraction_store()),
            MatchReview(repository()),
            record_links(),
            corpus,
        ),
        question_error=question_error,
        can_recognise=can_recognise(),
        whole_label=whole_list_label(view.undecided, view.undecided_shown),
        too_many=too_many_text(view.undecided),
        decisions=DECISIONS,
        audiences=AUDIENCES,
        rejected_key=rejected_key,
        error=error,
        typed_title=request.form.get("title", ""),
        corrections=services().database.cover_corrections.active(),
    )


MAX_FAILURES_SHOWN = 5
"""How many messages fit into the cookie that carries them to the next page."""


@route("/findings/<key>/chosen", Access.EDITOR, methods=("POST",))
def decide_chosen_proposals(key: str) -> ViewResponse:
    """Keep the ticked proposals as drafts with their own titles, or set them aside.

    All undecided ones of the file are shown first, to be confirmed.
    """
    extraction, choice = _extraction(key), _choice(request.form)
    if WHOLE_LIST in request.form:
        return see_other(staff_url("confirm_all_proposals", key=key, choice=choice))
    chosen = _chosen(extraction, set(request.form.getlist("p")))
    if chosen:
        _decide_all(extraction, chosen, choice)
    else:
        flash(_("Tick at least one proposal first."), "bad")
    return see_other(staff_url("extraction_review", key=key, _anchor="proposals"))


@route("/findings/<key>/chosen", Access.EDITOR)
def confirm_all_proposals(key: str) -> ViewResponse:
    """Ask before all undecided proposals of a file are kept or set aside."""
    extraction, choice = _extraction(key), _choice(request.args)
    corpus, review = services().corpus, proposal_review()
    undecided = open_proposals(
        extraction,
        review.owner(extraction, corpus),
        quoting_records(corpus, review.quoting_drafts()),
    )
    if not undecided or too_many_text(len(undecided)):
        return see_other(staff_url("extraction_review", key=key, _anchor="proposals"))
    return render_template(
        "staff/all_proposals.html",
        extraction=extraction,
        rows=[(proposal_key(proposal), proposal) for proposal in undecided],
        is_kept=choice == "keep",
    )


def _choice(values: Mapping[str, str]) -> str:
    choice = values.get("choice", "")
    if choice not in {"keep", "aside"}:
        abort(HTTPStatus.BAD_REQUEST)
    return choice


def _chosen(extraction: Extraction, keys: set[str]) -> Sequence[Proposal]:
    found = []
    for key in sorted(keys):
        try:
            found.append(extraction.proposal(key))
        except NotFoundError:
            continue
    return sorted(found, key=extraction.proposals.index)


def _decide_all(
    extraction: Extraction, chosen: Sequence[Proposal], choice: str
) -> None:
    """Decide on proposals one by one, and flash how many were decided, and why not."""
    done, corpus = 0, services().content.read()
    failures: list[str] = []
    for proposal in chosen:
        edits = ProposalEdits(proposal.title, proposal.audiences)
        try:
            _decide(extraction, proposal, choice, edits, corpus)
        except PublishingError as error:
            text = error_sentence(error)
            failures.append(_("%(name)s: %(text)s", name=proposal.title, text=text))
        else:
            done += 1
    _flash_failures(failures)
    if choice == "keep":
        text = ngettext(
            "%(num)s proposal is kept.", "%(num)s proposals are kept.", done
        )
    else:
        text = ngettext(
            "%(num)s proposal is set aside.", "%(num)s proposals are set aside.", done
        )
    flash(text)


def _flash_failures(failures: Sequence[str]) -> None:
    for text in failures[:MAX_FAILURES_SHOWN]:
        flash(text, "bad")
    if more := len(failures[MAX_FAILURES_SHOWN:]):
        text = ngettext(
            "%(num)s other proposal stays undecided for such a reason.",
            "%(num)s other proposals stay undecided for such a reason.",
            more,
        )
        flash(text, "bad")
