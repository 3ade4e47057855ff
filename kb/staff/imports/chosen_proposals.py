"""Decisions on several proposals of a file at once."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.proposals import Proposal
from kb.database.model import AuditAction
from kb.publishing.drafts.proposal_review import ProposalEdits
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import Extraction
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import extraction_store, proposal_review
from kb.staff.base.requests import actor, error_sentence
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url


@route("/findings/<key>/chosen", Access.EDITOR, methods=("POST",))
def decide_chosen_proposals(key: str) -> ViewResponse:
    """Keep the ticked proposals as drafts with their own titles, or set them aside."""
    try:
        extraction = extraction_store().load(key)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    choice = request.form.get("choice", "")
    if choice not in {"keep", "aside"}:
        abort(HTTPStatus.BAD_REQUEST)
    chosen = _chosen(extraction, set(request.form.getlist("p")))
    if chosen:
        _decide_all(extraction, chosen, choice)
    else:
        flash(_("Tick at least one proposal first."), "bad")
    return see_other(staff_url("extraction_review", key=key, _anchor="proposals"))


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
    done, corpus, review = 0, services().content.read(), proposal_review()
    for proposal in chosen:
        try:
            if choice == "keep":
                edits = ProposalEdits(proposal.title, proposal.audiences)
                record = review.accept(
                    extraction,
                    proposal,
                    edits,
                    corpus=corpus,
                    actor=actor(),
                    translate=_,
                )
                log_action(AuditAction.PROPOSAL_KEPT, record, proposal.title)
            else:
                review.reject(extraction, proposal, corpus=corpus, actor=actor())
                name = extraction.name
                log_action(AuditAction.PROPOSAL_SET_ASIDE, name, proposal.title)
        except PublishingError as error:
            text = _(
                "%(name)s: %(text)s", name=proposal.title, text=error_sentence(error)
            )
            flash(text, "bad")
            continue
        done += 1
    if choice == "keep":
        flash(
            ngettext("%(num)s proposal is kept.", "%(num)s proposals are kept.", done)
        )
    else:
        flash(
            ngettext(
                "%(num)s proposal is set aside.",
                "%(num)s proposals are set aside.",
                done,
            )
        )
