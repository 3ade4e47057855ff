"""Decisions on several proposals of a file at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.proposals import Proposal
from kb.database.model import AuditAction
from kb.publishing.drafts.proposal_review import ProposalEdits
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import Extraction, proposal_key
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import extraction_store, proposal_review
from kb.staff.base.requests import actor, error_sentence
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.whole_list import WHOLE_LIST, too_many_text
from kb.staff.imports.review_view import open_proposals, quoting_records

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
        rows=[(proposal_key(each), each) for each in undecided],
        is_kept=choice == "keep",
    )


def _extraction(key: str) -> Extraction:
    try:
        return extraction_store().load(key)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)


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
    done, corpus, review = 0, services().content.read(), proposal_review()
    failures: list[str] = []
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
            failures.append(text)
            continue
        done += 1
    for text in failures[:MAX_FAILURES_SHOWN]:
        flash(text, "bad")
    more = len(failures[MAX_FAILURES_SHOWN:])
    if more:
        flash(
            ngettext(
                "%(num)s other proposal stays undecided for such a reason.",
                "%(num)s other proposals stay undecided for such a reason.",
                more,
            ),
            "bad",
        )
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
