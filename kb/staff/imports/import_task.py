"""The page of a task: each file that was sent, and what became of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template
from flask_babel import gettext as _

from kb.database.model import AuditAction
from kb.publishing.errors import NotThereError
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.tasks import Task
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.imports.import_task_view import task_view
from kb.staff.imports.upload_form import no_room
from kb.staff.imports.upload_request import starter

REFRESHED_AFTER_S = 3


@route("/tasks/<task_id>", Access.EDITOR)
def task_progress(task_id: str) -> ViewResponse:
    """Show how far a task is; the page asks again by itself until it is done."""
    found = _task(task_id)
    if not found.is_done:
        starter().see_to()
    return render_template(
        "staff/task.html",
        view=task_view(_inbox(), found),
        refreshed_after=REFRESHED_AFTER_S,
    )


@route("/tasks/<task_id>/again", Access.EDITOR, methods=("POST",))
def resume_task(task_id: str) -> ViewResponse:
    """Have what was put off tried again."""
    found = _task(task_id)
    try:
        _inbox().again(found.id)
    except OSError as error:
        return no_room(error)
    log_action(AuditAction.READING_RESUMED, found.id)
    starter().start()
    flash(_("The remaining files are being read again."))
    return redirect(staff_url("task_progress", task_id=found.id), 303)


@route(
    "/tasks/<task_id>/files/<int:number>/recognise", Access.EDITOR, methods=("POST",)
)
def recognise_uploaded_file(task_id: str, number: int) -> ViewResponse:
    """Have the text of the pictures of a file recognised, which had no other."""
    try:
        found = _inbox().recognise(task_id, number)
    except NotThereError:
        abort(404)
    except OSError as error:
        return no_room(error)
    log_action(AuditAction.READING_RESUMED, found.id)
    starter().start()
    return redirect(staff_url("task_progress", task_id=found.id), 303)


def _inbox() -> Inbox:
    return Inbox(services().settings.locations.instance)


def _task(task_id: str) -> Task:
    try:
        return _inbox().load(task_id)
    except NotThereError:
        abort(404)
