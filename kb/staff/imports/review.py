"""What was found in a file: its report card, and what is decided of each proposal."""

from __future__ import annotations

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.proposals import Proposal
from indexer.model.records import Audience
from kb.database.model import AuditAction
from kb.publishing.drafts.proposal_review import ProposalEdits, ProposalReview
from kb.publishing.errors import NotThereError, PublishingError
from kb.publishing.extractions.extraction_store import Extraction, ExtractionStore
from kb.publishing.imports.inbox import Inbox, UploadedFile
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session
from kb.staff.imports.read_text_view import text_view
from kb.staff.imports.review_view import page_of, review_view
from kb.staff.imports.upload_form import no_room, store_upload
from kb.web.locale import as_sentence
from kb.web.request_query import page_number

CONFLICT = 409


@route("/findings/<key>", Access.EDITOR)
def extraction_review(key: str) -> ViewResponse:
    """Show what was read in a file, and what was found in it."""
    page = page_number(request.args.get("page", "")) or 1
    return _page(_found(key), page)


@route("/findings/<key>/text", Access.EDITOR)
def extracted_text(key: str) -> ViewResponse:
    """Show the text that was read in a file, whether it is published or not."""
    file = _found(key)
    reading = _decider().reading(file, services().corpus)
    if reading is None:
        abort(404)
    view = text_view(file, reading, _decider())
    return render_template("staff/found_text.html", view=view)


@route("/findings/<key>/recognise", Access.EDITOR, methods=("POST",))
def recognise_reviewed_file(key: str) -> ViewResponse:
    """Have the text of the pictures of a file recognised, beside what was read."""
    file = _found(key)
    path = _decider().original(file, services().corpus)
    if path is None or not path.is_file():
        abort(404)
    arrival = UploadedFile(path, file.name, path.stat().st_size)
    inbox = Inbox(services().settings.locations.instance)
    try:
        return store_upload(inbox, [arrival], recognises=True)
    except OSError as error:
        return no_room(error)


@route("/findings/<key>/<proposal_key>", Access.EDITOR, methods=("POST",))
def decide_proposal(key: str, proposal_key: str) -> ViewResponse:
    """Keep a proposal, set it aside, or take either back."""
    file = _found(key)
    try:
        proposal = file.proposal(proposal_key)
    except NotThereError:
        abort(404)
    choice = request.form.get("choice", "")
    if choice not in {"keep", "aside", "undo"}:
        abort(400)
    page = page_of(file, proposal_key)
    try:
        _decide(file, proposal, choice)
    except PublishingError as error:
        refusal = as_sentence(error.message.text(_))
        return _page(file, page, refused=proposal_key, refusal=refusal), CONFLICT
    # To where it was: the page says beside it what stands now.
    place = staff_url(
        "extraction_review",
        key=key,
        page=page if page > 1 else None,
        _anchor=f"p-{proposal_key}",
    )
    return redirect(place, 303)


def _decide(file: Extraction, proposal: Proposal, choice: str) -> None:
    who = current_session().account.email
    decider, corpus = _decider(), services().corpus
    if choice == "aside":
        decider.set_aside(file, proposal, corpus=corpus, who=who)
        log_action(AuditAction.PROPOSAL_SET_ASIDE, file.name, proposal.title)
    elif choice == "undo":
        decider.undo(file, proposal, corpus=corpus, who=who)
        log_action(AuditAction.DECISION_UNDONE, file.name, proposal.title)
    else:
        record = decider.keep(
            file, proposal, _typed(), corpus=corpus, who=who, translate=_
        )
        log_action(AuditAction.PROPOSAL_KEPT, record, proposal.title)


def _typed() -> ProposalEdits:
    known = set(Audience)
    sent = [each for each in request.form.getlist("audiences") if each in known]
    return ProposalEdits(
        title=request.form.get("title", ""),
        audiences=tuple(each for each in Audience if each in sent),
    )


def _decider() -> ProposalReview:
    return ProposalReview(repository())


def _found(key: str) -> Extraction:
    try:
        return ExtractionStore(services().settings.locations.instance).load(key)
    except NotThereError:
        abort(404)


def _page(file: Extraction, page: int, *, refused: str = "", refusal: str = "") -> str:
    return render_template(
        "staff/findings.html",
        view=review_view(file, _decider(), page=page),
        refused=refused,
        refusal=refusal,
        typed=request.form.get("title", ""),
    )
