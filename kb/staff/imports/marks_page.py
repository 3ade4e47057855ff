"""The text of a file, where staff mark passages as records."""

from http import HTTPStatus

from flask import abort, render_template, request
from flask_babel import gettext as _

from indexer.extraction.passages import page_anchor
from indexer.extraction.proposals.finder import marked_proposal, quoted_passages
from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import extraction_key
from kb.services import services
from kb.staff.base.links import owner_file_url
from kb.staff.base.publishing_services import (
    extraction_store,
    proposal_review,
    record_links,
)
from kb.staff.base.requests import actor, deliverable_id, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.imports.marks_view import (
    MARKED_KINDS,
    MarkedFile,
    block_anchor,
    marks_page,
    part_with_page,
    part_with_position,
    parts_of_text,
    position_of,
)
from kb.staff.imports.review_view import quoting_records, review_page_of
from kb.web.search.request_query import page_number

MARKS_RULE = "/deliverables/<slug>/text/<name>"
MAX_FIND = 200


@route(MARKS_RULE, Access.EDITOR)
def file_marks(slug: str, name: str) -> ViewResponse:
    """Show a part of the text of a file, with the controls that mark passages."""
    file = _marked_file(slug, name)
    page = page_number(request.args.get("page", ""))
    if page is not None:
        part = part_with_page(file.reading, page)
        anchor = page_anchor(page)
        return see_other(_url(file.owner.record, name, part=part, _anchor=anchor))
    return _page(file, page_number(request.args.get("part", "")) or 1)


@route(MARKS_RULE, Access.EDITOR, methods=("POST",))
def mark_passages(slug: str, name: str) -> ViewResponse:
    """Make a draft of the chosen paragraphs, or discard the draft of a passage."""
    file = _marked_file(slug, name)
    part = page_number(request.args.get("part", "")) or 1
    try:
        if "undo" in request.form:
            return _unmark(file, request.form["undo"], part)
        return _mark(file, part)
    except NotFoundError:
        error = _("That draft no longer exists.")
    except PublishingError as failure:
        error = error_sentence(failure)
    return _page(file, part, error=error), HTTPStatus.CONFLICT


@route("/findings/<key>/text", Access.EDITOR)
def extracted_text(key: str) -> ViewResponse:
    """Redirect from a file that was read to its text, at the given page."""
    try:
        extraction = extraction_store().load(key)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    owner = proposal_review().owner(extraction, services().corpus)
    if owner is None or not owner.file:
        abort(HTTPStatus.NOT_FOUND)
    page = page_number(request.args.get("page", ""))
    return see_other(
        staff_url("file_marks", slug=owner.record.slug, name=owner.file, page=page)
    )


@route("/findings/<key>/<proposal_key>", Access.EDITOR)
def proposal_in_review(key: str, proposal_key: str) -> ViewResponse:
    """Redirect to the page of a review that shows a proposal."""
    try:
        extraction = extraction_store().load(key)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    page = review_page_of(extraction, proposal_key)
    anchor = f"p-{proposal_key}"
    return see_other(
        staff_url(
            "extraction_review",
            key=key,
            page=page if page > 1 else None,
            _anchor=anchor,
        )
    )


def _mark(file: MarkedFile, part: int) -> ViewResponse:
    """Make a draft: of one paragraph by its own button, or of the ticked ones."""
    kind_name, _colon, single = request.form.get("mark", "").partition(":")
    kinds = {kind.value: kind for kind in MARKED_KINDS}
    if kind_name not in kinds:
        abort(HTTPStatus.BAD_REQUEST)
    kind = kinds[kind_name]
    values = [single] if single else request.form.getlist("passage")
    found = [position_of(value, file.reading) for value in values]
    positions = [position for position in found if position is not None]
    if len(positions) < len(found):
        error = _("The text of this file was read again meanwhile: choose again.")
        return _page(file, part, error=error), HTTPStatus.CONFLICT
    if not positions:
        error = _("Tick a paragraph first.")
        return _page(file, part, error=error), HTTPStatus.UNPROCESSABLE_ENTITY
    document, corpus = file.reading.document, services().corpus
    record = proposal_review().mark(
        file.owner,
        marked_proposal(file.reading, positions, kind, corpus.gazetteer),
        quoted_passages(document, positions),
        corpus=corpus,
        actor=actor(),
        translate=_,
    )
    log_action(AuditAction.PASSAGE_MARKED, record, file.owner.file)
    return _back(file, min(positions))


def _unmark(file: MarkedFile, value: str, part: int) -> ViewResponse:
    """Discard a draft; `value` is its id and the paragraph to return to."""
    name, _space, place = value.partition(" ")
    record = RecordId.parse(name)
    if record is None or record.kind not in MARKED_KINDS:
        abort(HTTPStatus.BAD_REQUEST)
    proposal_review().unmark(file.owner, record, actor=actor())
    log_action(AuditAction.MARK_UNDONE, record, file.owner.file)
    position = position_of(place, file.reading)
    if position is None:
        return see_other(_url(file.owner.record, file.owner.file, part=part))
    return _back(file, position)


def _back(file: MarkedFile, position: int) -> ViewResponse:
    return see_other(
        _url(
            file.owner.record,
            file.owner.file,
            part=part_with_position(parts_of_text(file.reading), position),
            _anchor=block_anchor(position),
        )
    )


def _url(record: RecordId, name: str, **values: object) -> str:
    return staff_url("file_marks", slug=record.slug, name=name, **values)


def _marked_file(slug: str, name: str) -> MarkedFile:
    review, corpus = proposal_review(), services().corpus
    owner = review.file_owner(deliverable_id(slug), name, corpus)
    reading = review.owned_reading(owner, corpus) if owner is not None else None
    if owner is None or reading is None:
        abort(HTTPStatus.NOT_FOUND)
    key = extraction_key(reading.sha256)
    store = extraction_store()
    return MarkedFile(
        owner=owner,
        reading=reading,
        extraction=store.load(key) if store.has(key) else None,
        quoting=quoting_records(corpus, review.quoting_drafts()),
        links=record_links(),
        page_url=lambda page: owner_file_url(owner, page or 1),
    )


def _page(file: MarkedFile, part: int, *, error: str = "") -> str:
    view = marks_page(
        file,
        part,
        ticked=request.form.getlist("passage"),
        find=request.args.get("find", "")[:MAX_FIND],
    )
    return render_template(
        "staff/file_marks.html", view=view, error=error, kind_buttons=MARKED_KINDS
    )
