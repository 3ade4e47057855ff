"""Passages of a file that staff mark as records, and old addresses of its text."""

from http import HTTPStatus

from flask import abort, redirect, request
from flask_babel import gettext as _

from indexer.extraction.proposals.finder import marked_proposal, quoted_passages
from indexer.model.document import FileReading
from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import Extraction, extraction_key
from kb.services import services
from kb.staff.base.publishing_services import proposal_review
from kb.staff.base.requests import actor, deliverable_id, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.drafts.file_review import (
    RejectedInput,
    extraction_with_key,
    owned_reading,
    review_of,
)
from kb.staff.imports.marks_view import (
    MARKED_KINDS,
    block_anchor,
    part_with_position,
    parts_of_text,
    position_of,
)
from kb.staff.imports.review_view import review_page_of
from kb.web.search.request_query import page_number


@route("/deliverables/<slug>/text/<name>", Access.EDITOR)
def file_marks(slug: str, name: str) -> ViewResponse:
    """Redirect from a file of a draft or record to its text in the review."""
    review, corpus = proposal_review(), services().corpus
    owner = review.file_owner(deliverable_id(slug), name, corpus)
    reading = review.owned_reading(owner, corpus) if owner is not None else None
    if reading is None:
        abort(HTTPStatus.NOT_FOUND)
    return _text_in_review(extraction_key(reading.sha256))


@route("/drafts/deliverables/<slug>/text/<name>", Access.EDITOR)
def draft_text(slug: str, name: str) -> ViewResponse:
    """Redirect from the text of a file of a draft to the review."""
    return file_marks(slug, name)


@route("/findings/<key>/text", Access.EDITOR)
def extracted_text(key: str) -> ViewResponse:
    """Redirect from the text of a file that was read to the review."""
    return _text_in_review(extraction_with_key(key).key)


def _text_in_review(key: str) -> ViewResponse:
    """Redirect to the text, at the page or the words that the old address names."""
    page = page_number(request.args.get("page", ""))
    part = None if page else page_number(request.args.get("part", "")) or 1
    find = request.args.get("find")
    url = staff_url(
        "extraction_review",
        key=key,
        text=page,
        part=part,
        find=find,
        _anchor=None if page else "text",
    )
    return redirect(url, HTTPStatus.MOVED_PERMANENTLY)


@route("/findings/<key>/<proposal_key>", Access.EDITOR)
def proposal_in_review(key: str, proposal_key: str) -> ViewResponse:
    """Redirect to the page of a review that shows a proposal."""
    page = review_page_of(extraction_with_key(key), proposal_key)
    anchor = f"p-{proposal_key}"
    page_shown = page if page > 1 else None
    return see_other(
        staff_url("extraction_review", key=key, page=page_shown, _anchor=anchor)
    )


@route("/findings/<key>/passages", Access.EDITOR, methods=("POST",))
def mark_passages(key: str) -> ViewResponse:
    """Make a draft of the chosen paragraphs, or discard the draft of a passage."""
    extraction = extraction_with_key(key)
    owner = proposal_review().owner(extraction, services().corpus)
    reading = owned_reading(extraction)
    if owner is None or reading is None:
        abort(HTTPStatus.NOT_FOUND)
    try:
        if "undo" in request.form:
            return _unmark(extraction, owner, reading, request.form["undo"])
        return _mark(extraction, owner, reading)
    except NotFoundError:
        error = _("That draft no longer exists.")
    except PublishingError as failure:
        error = error_sentence(failure)
    return _rejected(extraction, error)


def _rejected(
    extraction: Extraction, error: str, status: HTTPStatus = HTTPStatus.CONFLICT
) -> ViewResponse:
    ticked = tuple(request.form.getlist("passage"))
    rejected = RejectedInput(mark_error=error, ticked=ticked)
    return review_of(extraction, 1, rejected), status


def _mark(
    extraction: Extraction, owner: FileOwner, reading: FileReading
) -> ViewResponse:
    """Make a draft: of one paragraph by its own button, or of the ticked ones."""
    kind_name, _colon, single = request.form.get("mark", "").partition(":")
    kinds = {kind.value: kind for kind in MARKED_KINDS}
    if kind_name not in kinds:
        abort(HTTPStatus.BAD_REQUEST)
    kind = kinds[kind_name]
    values = [single] if single else request.form.getlist("passage")
    found = [position_of(value, reading) for value in values]
    positions = [position for position in found if position is not None]
    if len(positions) < len(found):
        error = _("The text of this file was read again meanwhile: choose again.")
        return _rejected(extraction, error)
    if not positions:
        error = _("Tick a paragraph first.")
        return _rejected(extraction, error, HTTPStatus.UNPROCESSABLE_ENTITY)
    document, corpus = reading.document, services().corpus
    record = proposal_review().mark(
        owner,
        marked_proposal(reading, positions, kind, corpus.gazetteer),
        quoted_passages(document, positions),
        corpus=corpus,
        actor=actor(),
        translate=_,
    )
    log_action(AuditAction.PASSAGE_MARKED, record, owner.file)
    return _back(extraction, reading, min(positions))


def _unmark(
    extraction: Extraction, owner: FileOwner, reading: FileReading, value: str
) -> ViewResponse:
    """Discard a draft; `value` is its id and the paragraph to return to."""
    name, _space, place = value.partition(" ")
    record = RecordId.parse(name)
    if record is None or record.kind not in MARKED_KINDS:
        abort(HTTPStatus.BAD_REQUEST)
    proposal_review().unmark(owner, record, actor=actor())
    log_action(AuditAction.MARK_UNDONE, record, owner.file)
    return _back(extraction, reading, position_of(place, reading) or 0)


def _back(extraction: Extraction, reading: FileReading, position: int) -> ViewResponse:
    """Redirect to a paragraph in the text of a review."""
    return see_other(
        staff_url(
            "extraction_review",
            key=extraction.key,
            part=part_with_position(parts_of_text(reading), position),
            _anchor=block_anchor(position),
        )
    )
