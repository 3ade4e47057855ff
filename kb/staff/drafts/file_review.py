"""The review of a file: its pages, the fields of its draft, its passages."""

import base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.extraction.passages import page_anchor
from indexer.extraction.report.report_card import ranges, report_card
from indexer.model.document import FileReading, ReportCard, Verdict
from indexer.model.ids import RecordId
from indexer.model.page_pictures import PagePicture
from indexer.model.proposals import Proposal
from indexer.model.vocabulary import Audience
from indexer.readers.sandbox.sandbox import can_recognise
from kb.database.model import AuditAction
from kb.publishing.drafts.proposal_review import FileOwner, ProposalEdits
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import (
    KEY_CHARACTERS,
    Extraction,
    MatchAnswer,
)
from kb.publishing.imports.inbox import UploadedFile
from kb.publishing.imports.match_review import ChosenAnswer, MatchReview
from kb.publishing.imports.record_matches import MatchFinder
from kb.services import services
from kb.staff.base.publishing_services import (
    draft_editor,
    extraction_store,
    proposal_review,
    record_links,
    repository,
)
from kb.staff.base.requests import actor, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.drafts.edit_view import DraftPage, load_draft_page
from kb.staff.drafts.file_sheets import (
    SheetView,
    SoughtWords,
    file_sheets,
    sheet_numbers,
)
from kb.staff.drafts.found_fields import found_fields, sought_facts
from kb.staff.imports.marks_view import (
    MARKED_KINDS,
    MarkedFile,
    marks_page,
    part_with_page,
)
from kb.staff.imports.match_view import question_view
from kb.staff.imports.review_view import (
    DECISIONS,
    ReviewPage,
    open_proposals,
    quoting_records,
    review_page,
    review_page_of,
)
from kb.staff.imports.uploads import disk_full_page, store_upload
from kb.web.labels import AUDIENCES
from kb.web.search.request_query import page_number

MAX_FIND = 200


@route("/findings/<key>", Access.EDITOR)
def extraction_review(key: str) -> ViewResponse:
    """Show the pages of a file, the fields found in them, and one page of proposals.

    With a part of the text, or words to find in it, the text is shown too.
    """
    extraction = extraction_with_key(key)
    place = page_number(request.args.get("text", ""))
    if place is not None:
        reading = owned_reading(extraction)
        part = part_with_page(reading, place) if reading is not None else 1
        anchor = page_anchor(place)
        return see_other(
            staff_url("extraction_review", key=key, part=part, _anchor=anchor)
        )
    return review_of(extraction, page_number(request.args.get("page", "")) or 1)


@route("/findings/<key>/pages/<int:number>", Access.EDITOR)
def page_picture(key: str, number: int) -> ViewResponse:
    """Send the picture of a page."""
    extraction, review, corpus = (
        extraction_with_key(key),
        proposal_review(),
        services().corpus,
    )
    owner = review.owner(extraction, corpus)
    reading = review.owned_reading(owner, corpus) if owner is not None else None
    if owner is None or reading is None:
        abort(HTTPStatus.NOT_FOUND)
    picture = review.pictures(owner, reading, (number,)).get(number)
    if picture is None or not picture.image:
        abort(HTTPStatus.NOT_FOUND)
    return Response(base64.b64decode(picture.image), mimetype="image/webp")


@route("/findings/<key>/recognise", Access.EDITOR, methods=("POST",))
def recognise_reviewed_file(key: str) -> ViewResponse:
    """Start the OCR of the pages of a file that have no text."""
    extraction = extraction_with_key(key)
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
    extraction, number = extraction_with_key(key), request.form.get("correction", "")
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
    extraction, corpus = extraction_with_key(key), services().content.read()
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
        rejected = RejectedInput(question_error=error_sentence(error))
        return review_of(extraction_with_key(key), 1, rejected), HTTPStatus.CONFLICT
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
    extraction = extraction_with_key(key)
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
        rejected = RejectedInput(error_sentence(error), proposal=proposal_key)
        return review_of(extraction, page, rejected), HTTPStatus.CONFLICT
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


def extraction_with_key(key: str) -> Extraction:
    """Return what was extracted from a file; nothing of one that was never imported."""
    with suppress(NotFoundError):
        return extraction_store().load(key)
    # The card is replaced below: only the digest is compared with those of files.
    nothing = Extraction(key, "", (), (), ReportCard("", Verdict.GOOD, ()))
    reading = owned_reading(nothing) if len(key) == KEY_CHARACTERS else None
    if reading is None:
        abort(HTTPStatus.NOT_FOUND)
    return Extraction(reading.sha256, reading.name, (), (), report_card(reading))


def owned_reading(extraction: Extraction) -> FileReading | None:
    """Return the reading of a file that a draft or record lists; None if none does."""
    review, corpus = proposal_review(), services().corpus
    owner = review.owner(extraction, corpus)
    return review.owned_reading(owner, corpus) if owner is not None else None


def _sheets(view: ReviewPage, reading: FileReading) -> tuple[SheetView, ...]:
    facts = list(sought_facts(view.extraction))
    numbers = sheet_numbers(facts, page_number(request.args.get("sheet", "")))
    proposals = [
        SoughtWords(
            f"p-{found.key}",
            found.kind_label,
            found.proposal.page,
            (found.proposal.quotation,),
        )
        for found in view.proposals
    ]
    pictures: Mapping[int, PagePicture] = {}
    if view.owner is not None:
        pictures = proposal_review().pictures(view.owner, reading, numbers)
    return tuple(file_sheets(reading, [*facts, *proposals], numbers, pictures))


def _draft_page(owner: FileOwner | None) -> DraftPage | None:
    if owner is None or not owner.is_draft:
        return None
    return load_draft_page(draft_editor().load(owner.record))


@dataclass(frozen=True, slots=True)
class RejectedInput:
    """What a review can't do: its error, and the typed values to show again.

    `proposal` is the key of the proposal whose decision is rejected.
    """

    error: str = ""
    question_error: str = ""
    proposal: str = ""
    mark_error: str = ""
    ticked: tuple[str, ...] = ()


def review_of(
    extraction: Extraction, page: int, rejected: RejectedInput = RejectedInput()
) -> str:
    """Return the page of a review, with one page of the proposals."""
    corpus, review = services().corpus, proposal_review()
    owner = review.owner(extraction, corpus)
    quoting = quoting_records(corpus, review.quoting_drafts())
    links = record_links()
    view = review_page(extraction, owner, quoting, links, page=page)
    reading = review.owned_reading(owner, corpus) if owner is not None else None
    draft = _draft_page(owner)
    part, find = page_number(request.args.get("part", "")), request.args.get("find", "")
    text = None
    if owner is not None and reading is not None and (part or find):
        file = MarkedFile(owner, reading, extraction, quoting, links)
        ticked = rejected.ticked
        text = marks_page(file, part or 1, ticked=ticked, find=find[:MAX_FIND])
    return render_template(
        "staff/extraction_review.html",
        view=view,
        draft=draft,
        found=found_fields(extraction, owner, draft),
        sheets=_sheets(view, reading) if reading is not None else (),
        text=text,
        kind_buttons=MARKED_KINDS,
        links=links,
        ranges=ranges,
        question=question_view(
            extraction,
            MatchFinder(repository(), extraction_store()),
            MatchReview(repository()),
            links,
            corpus,
        ),
        can_recognise=can_recognise(),
        decisions=DECISIONS,
        audiences=AUDIENCES,
        rejected=rejected,
        typed_title=request.form.get("title", ""),
        corrections=services().database.cover_corrections.active(),
        terms={},
        earlier={},
    )


@route("/findings/<key>/chosen", Access.EDITOR, methods=("POST",))
def set_others_aside(key: str) -> ViewResponse:
    """Set all undecided proposals of a file aside; each can be taken back."""
    extraction, corpus = extraction_with_key(key), services().content.read()
    review = proposal_review()
    undecided = open_proposals(
        extraction,
        review.owner(extraction, corpus),
        quoting_records(corpus, review.quoting_drafts()),
    )
    for proposal in undecided:
        _decide(extraction, proposal, "aside", ProposalEdits(""), corpus)
    count = len(undecided)
    flash(
        ngettext(
            "%(num)s proposal is set aside.", "%(num)s proposals are set aside.", count
        )
    )
    return see_other(staff_url("extraction_review", key=key, _anchor="proposals"))
