"""The state of a draft, the person it is assigned to, and comments on it."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, request
from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.database.model import AuditAction
from kb.publishing.drafts.draft import DraftState, DraftWorkflow
from kb.publishing.errors import InvalidChangeError
from kb.services import services
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.base.staff_mail import drafts_of, mail_ready_drafts, mail_wanted_changes

_ANCHOR = "work"


@route("/drafts/<record:record>/state", Access.EDITOR, methods=("POST",))
def change_draft_state(record: RecordId) -> ViewResponse:
    """Set the state of a draft, with an optional comment; or only add the comment."""
    text, state = request.form.get("comment", ""), request.form.get("state", "")
    try:
        if state:
            set_draft_state(record, state_from(state), comment=text)
            flash_state(DraftState(state))
            mail_state([record], DraftState(state))
        else:
            DraftWorkflow(repository()).comment(record, text, actor=actor())
            log_action(AuditAction.DRAFT_COMMENTED, record)
            flash(_("The comment is added."))
    except InvalidChangeError as error:
        flash(error_sentence(error), "bad")
    return see_other(draft_url(record, _anchor=_ANCHOR))


@route("/drafts/<record:record>/person", Access.EDITOR, methods=("POST",))
def assign_draft(record: RecordId) -> ViewResponse:
    """Assign a draft to a member of staff, or to nobody."""
    person = person_from(request.form.get("person", ""))
    set_assigned_person(record, person)
    if person:
        flash(_("The draft is assigned to %(name)s.", name=person))
    else:
        flash(_("The draft is assigned to nobody."))
    return see_other(draft_url(record, _anchor=_ANCHOR))


def set_draft_state(record: RecordId, state: DraftState, *, comment: str = "") -> None:
    """Give a draft a state in the name of the actor, and log it.

    Raises:
        InvalidChangeError: the comment is too long.
        NotFoundError: the record has no draft.
    """
    DraftWorkflow(repository()).set_state(record, state, actor=actor(), comment=comment)
    log_action(AuditAction.DRAFT_STATE_CHANGED, record, state.value)


def mail_state(records: Sequence[RecordId], state: DraftState) -> None:
    """Tell by e-mail whom the new state of drafts concerns."""
    drafts = drafts_of(records, draft_editor().load)
    if state is DraftState.READY:
        mail_ready_drafts(drafts)
    elif state is DraftState.CHANGES_WANTED:
        for draft in drafts:
            mail_wanted_changes(draft)


def flash_state(state: DraftState) -> None:
    """Tell the actor what the new state of a draft means."""
    match state:
        case DraftState.READY:
            flash(_("The draft is ready for review: publishers see it first."))
        case DraftState.CHANGES_WANTED:
            flash(_("The draft is sent back: its writer sees it first."))
        case DraftState.IN_PROGRESS:
            flash(_("The draft is in progress again."))


def set_assigned_person(record: RecordId, person: str) -> None:
    """Assign a draft in the name of the actor, and log it.

    Raises:
        NotFoundError: the record has no draft.
    """
    DraftWorkflow(repository()).assign(record, person, actor=actor())
    log_action(AuditAction.DRAFT_ASSIGNED, record, person)


def state_from(text: str) -> DraftState:
    """Return the state in a form; abort with 400 for another text."""
    if text not in set(DraftState):
        abort(HTTPStatus.BAD_REQUEST)
    return DraftState(text)


def person_from(text: str) -> str:
    """Return the e-mail address of an open account; abort with 400 for another text."""
    if text and text not in staff_people():
        abort(HTTPStatus.BAD_REQUEST)
    return text


def staff_people() -> tuple[str, ...]:
    """Return the e-mail addresses of the open accounts."""
    accounts = services().database.accounts.all()
    return tuple(account.email for account in accounts if not account.is_disabled)
