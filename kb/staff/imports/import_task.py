"""The page of an import task: its files, their progress, and its retries."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, render_template
from flask_babel import gettext as _

from indexer.readers.sandbox.sandbox import can_recognise
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError
from kb.publishing.imports.tasks import Task
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import extraction_store, inbox, record_links
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.imports.import_task_view import TaskView, task_view
from kb.staff.imports.upload_request import disk_full_page, worker_launcher

REFRESH_AFTER_S = 3


@route("/tasks/<task_id>", Access.EDITOR)
def task_progress(task_id: str) -> ViewResponse:
    """Show the progress of a task; the page reloads itself until the task is done."""
    task = _task(task_id)
    if not task.is_done:
        worker_launcher().restart_if_needed()
    return render_template(
        "staff/import_task.html",
        view=load_task_view(task),
        refresh_after=REFRESH_AFTER_S,
        can_recognise=can_recognise(),
    )


@route("/tasks/<task_id>/again", Access.EDITOR, methods=("POST",))
def resume_task(task_id: str) -> ViewResponse:
    """Retry the files of a task that were not read."""
    task = _task(task_id)
    try:
        inbox().retry(task.id)
    except OSError as error:
        return disk_full_page(error)
    flash(_("The remaining files are being read again."))
    return _start(task)


@route(
    "/tasks/<task_id>/files/<int:number>/recognise", Access.EDITOR, methods=("POST",)
)
def recognise_uploaded_file(task_id: str, number: int) -> ViewResponse:
    """Start the OCR of a file that has only pictures."""
    try:
        task = inbox().retry_with_ocr(task_id, number)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    except OSError as error:
        return disk_full_page(error)
    return _start(task)


def load_task_view(task: Task) -> TaskView:
    """Return the view of a task, with the links to what its files became."""
    return task_view(task, inbox(), extraction_store(), record_links())


def _start(task: Task) -> ViewResponse:
    log_action(AuditAction.READING_RESUMED, task.id)
    worker_launcher().start()
    return see_other(staff_url("task_progress", task_id=task.id))


def _task(task_id: str) -> Task:
    try:
        return inbox().load(task_id)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
