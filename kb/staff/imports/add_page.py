"""The page that adds content, and the page of an import task with its progress."""

import dataclasses
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePath

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.corpus.originals import sha256_of
from indexer.model.ids import Kind, RecordId
from indexer.readers.sandbox.sandbox import can_recognise
from kb.database.model import AuditAction
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.draft_texts import restriction_text
from kb.publishing.extractions.extraction_store import extraction_key
from kb.publishing.imports.inbox import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
    TOO_MANY,
    FileState,
    SentFile,
    Task,
)
from kb.publishing.records.form_values import FormValues, write_values
from kb.publishing.storage.names import slug_of, unique_slug
from kb.services import services
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import (
    draft_editor,
    extraction_store,
    inbox,
    record_links,
    repository,
)
from kb.staff.base.requests import actor, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.imports.uploads import disk_full_page, start_import, worker_launcher
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.records.file_links import size_text

STATES: dict[FileState, tuple[LazyString, str]] = {
    FileState.WAITING: (_l("Waiting"), "calendar"),
    FileState.READING: (_l("Reading in progress"), "search"),
    FileState.DRAFTED: (_l("Read"), "check"),
    FileState.ALREADY_THERE: (_l("Already present"), "info"),
    FileState.RECOGNISED: (_l("Images recognised"), "check"),
    FileState.REPLACED: (_l("Replaced"), "check"),
    FileState.ATTACHED: (_l("Put into the draft"), "check"),
    FileState.NEEDS_OCR: (_l("Images only"), "warn"),
    FileState.REFUSED: (_l("Refused"), "warn"),
    FileState.FAILED: (_l("Not kept"), "warn"),
}
"""The label and the icon of each state."""

SUCCEEDED = {
    FileState.DRAFTED,
    FileState.ALREADY_THERE,
    FileState.RECOGNISED,
    FileState.REPLACED,
    FileState.ATTACHED,
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a task; `owner_url` leads to the draft or record that lists it.

    `question_url` leads to an open question, and `closed_by` has the words by which the
    file says that it is not for the public. A file that `is_known` is in
    its owner already. One that `is_refused` can still get a record without its text.
    """

    file: SentFile
    size: str
    label: LazyString
    icon: str
    message: str
    review_url: str
    owner_title: str
    owner_url: str
    needs_ocr: bool
    question_url: str = ""
    closed_by: str = ""
    is_known: bool = False
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task and its files: how many were read, and how many have only pictures.

    `ahead` counts the tasks before it, and `note` is why it was put off.
    """

    task: Task
    succeeded: int
    pictures: int
    rows: tuple[FileRow, ...]
    note: str
    ahead: int
    can_retry: bool
    record_url: str
    record_title: str

    @property
    def is_settled(self) -> bool:
        """Whether the page stops reloading itself."""
        return self.task.is_done or bool(self.note)


def task_view(task: Task) -> TaskView:
    """Return the view of a task, with the links to what its files became."""
    return TaskView(
        task=task,
        succeeded=sum(file.state in SUCCEEDED for file in task.files),
        pictures=sum(file.state is FileState.NEEDS_OCR for file in task.files),
        rows=tuple(_row(task, file) for file in task.files),
        note=as_sentence(task.note.text(_)) if task.note is not None else "",
        ahead=_tasks_ahead(task),
        can_retry=_can_retry(task),
        record_url=_record_url(task),
        record_title=_record_title(task),
    )


def _record_url(task: Task) -> str:
    if task.record is None:
        return ""
    # The page of a draft redirects to the record once the draft is published.
    endpoint = "edit_draft" if task.draft is not None else "record_overview"
    return staff_url(endpoint, record=task.record)


def _record_title(task: Task) -> str:
    if task.record is None:
        return ""
    links = record_links()
    title = links.draft_title(task.record) if task.draft is not None else ""
    return title or links.link(str(task.record))[0]


def _tasks_ahead(task: Task) -> int:
    if task.is_done or any(file.state is FileState.READING for file in task.files):
        return 0
    waiting = inbox().waiting()
    return sum((other.at, other.id) < (task.at, task.id) for other in waiting)


def _can_retry(task: Task) -> bool:
    if task.note is not None and not task.is_done:
        return True
    return any(
        file.state is FileState.FAILED and inbox().path(task, file).exists()
        for file in task.files
    )


def _row(task: Task, file: SentFile) -> FileRow:
    label, icon = STATES[file.state]
    review_url = question_url = closed_text = ""
    # The page of a task for a record already links to the record.
    owner = file.owner if task.draft is None else ""
    owner_title, owner_url = record_links().link(owner)
    if file.state in SUCCEEDED:
        key = extraction_key(file.sha256)
        if extraction_store().has(key):
            review_url = staff_url("extraction_review", key=key)
            extraction = extraction_store().load(key)
            if extraction.has_question:
                question_url = f"{review_url}#question"
            if closed := extraction.closed_by:
                closed_text = restriction_text(closed, _)
    has_pictures_only = file.state is FileState.NEEDS_OCR
    is_known = file.message is not None and "holder" in file.message.values
    return FileRow(
        file=file,
        size=size_text(file.size_bytes, page_locale()),
        label=label,
        icon=icon,
        message="" if is_known and owner_url else _message(file),
        review_url=review_url,
        owner_title=owner_title,
        owner_url=owner_url,
        needs_ocr=has_pictures_only and inbox().path(task, file).exists(),
        question_url=question_url,
        closed_by=closed_text,
        is_known=is_known and bool(owner_url),
        is_refused=_may_lack_text(task, file),
    )


def _may_lack_text(task: Task, file: SentFile) -> bool:
    """Return whether a file that was not read can be recorded without its text."""
    is_refused = file.state is FileState.REFUSED and file.message != TOO_MANY
    has_pictures_only = file.state is FileState.NEEDS_OCR
    is_kept = has_pictures_only and inbox().path(task, file).exists()
    has_no_draft = task.replaces is not None or task.is_private
    if not task.is_done or has_no_draft or file.owner:
        return False
    return is_kept or (is_refused and task.draft is None)


def _message(file: SentFile) -> str:
    if file.state is FileState.NEEDS_OCR:
        return _("Its pages are images, or its letters cannot be read: it has no text.")
    if file.message is None or file.state is FileState.DRAFTED:
        return ""
    return as_sentence(file.message.text(_))


REFRESH_AFTER_S = 3


@route("/tasks/<task_id>", Access.EDITOR)
def task_progress(task_id: str) -> ViewResponse:
    """Show the progress of a task; the page reloads itself until the task is done."""
    task = _task(task_id)
    if not task.is_done:
        worker_launcher().restart_if_needed()
    return render_template(
        "staff/import_task.html",
        view=task_view(task),
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


@route("/tasks/<task_id>/files/<int:number>/record", Access.EDITOR, methods=("POST",))
def record_without_text(task_id: str, number: int) -> ViewResponse:
    """Begin the draft of a file that was not read; it gets the file if that is kept."""
    task = _task(task_id)
    file = next((file for file in task.files if file.number == number), None)
    if file is None or not _may_lack_text(task, file):
        abort(HTTPStatus.NOT_FOUND)
    record, path = task.draft, inbox().path(task, file)
    if record is None:
        stem = " ".join(PurePath(file.name).stem.replace("_", " ").split())
        record = _begin_draft(Kind.DELIVERABLE, stem[:MAX_TITLE])
        log_action(AuditAction.DRAFT_BEGUN, record)
    if path.exists():
        facts = {"sha256": sha256_of(path)}
        draft_editor().attach(record, path, name=file.name, facts=facts, actor=actor())
        log_action(AuditAction.FILE_ATTACHED, record, file.name)
        file = file.finished(FileState.ATTACHED, sha256=facts["sha256"])
        path.unlink(missing_ok=True)
        flash(
            _(
                "Visitors will be able to download the file, but the search does not "
                "know its text. Nobody has checked whether it says that it is not for "
                "the public: look at it before you publish."
            )
        )
    else:
        flash(
            _(
                "The draft is started without its file. Write what you know, and give "
                "the address where the document can be found as a source."
            )
        )
    inbox().save(task.with_file(dataclasses.replace(file, owner=record.slug)))
    return see_other(draft_url(record))


def _start(task: Task) -> ViewResponse:
    log_action(AuditAction.READING_RESUMED, task.id)
    worker_launcher().start()
    return see_other(staff_url("task_progress", task_id=task.id))


def _task(task_id: str) -> Task:
    try:
        return inbox().load(task_id)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)


MAX_TITLE = 300
RECENT_TASKS = 8


@route("/add", Access.EDITOR)
def add_form() -> ViewResponse:
    """Show the forms that add content, and the recent tasks."""
    return _page()


@route("/add", Access.EDITOR, methods=("POST",))
def upload_files() -> ViewResponse:
    """Start the import of the uploaded files and of the pasted page."""
    return start_import(has_pasted_page=True) or (
        _page(_("Choose at least one file, or paste a page.")),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


@route("/add/blank", Access.EDITOR, methods=("POST",))
def begin_blank_draft() -> ViewResponse:
    """Begin a draft with a kind and a title only, and redirect to its form."""
    kind = request.form.get("kind", "")
    title = " ".join(request.form.get("title", "").split())
    if kind not in set(Kind) or not title or len(title) > MAX_TITLE:
        message = _(
            "Choose a kind, and write a title of %(count)s characters at most.",
            count=MAX_TITLE,
        )
        return _page(blank_error=message), HTTPStatus.UNPROCESSABLE_ENTITY
    record = _begin_draft(Kind(kind), title)
    log_action(AuditAction.DRAFT_BEGUN, record)
    flash(_("The draft is started. Only staff can see it."))
    return see_other(draft_url(record))


def _begin_draft(kind: Kind, title: str) -> RecordId:
    corpus, content = services().corpus, repository()

    def is_used(slug: str) -> bool:
        return content.is_used(RecordId(kind, slug), corpus)

    record = RecordId(kind, unique_slug(slug_of(title), is_used))
    draft = draft_editor().begin(record, actor())
    values = FormValues(
        facts={"updated": str(content.clock().date())},
        words={page_locale(): {"title": title}},
    )
    texts = write_values(kind, values, draft.texts)
    draft_editor().save(record, texts, version=draft.version, actor=actor())
    return record


def _page(error: str = "", *, blank_error: str = "") -> str:
    worker_launcher().restart_if_needed()
    return render_template(
        "staff/add.html",
        error=error,
        blank_error=blank_error,
        html=request.form.get("html", ""),
        title=request.values.get("title", "")[:MAX_TITLE],
        kind=request.values.get("kind", "") or Kind.PRACTICE.value,
        tasks=[task_view(task) for task in inbox().all()[:RECENT_TASKS]],
        most_each=MAX_FILE_BYTES // MEGABYTE,
        most_together=MAX_REQUEST_BYTES // MEGABYTE,
        most_files=MAX_FILES,
        most_each_bytes=MAX_FILE_BYTES,
        most_together_bytes=MAX_REQUEST_BYTES,
        most_pasted=MAX_PASTED_BYTES // MEGABYTE,
    )
