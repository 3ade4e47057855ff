"""The page that adds content: uploaded files, a pasted web page, or a blank draft."""

from http import HTTPStatus

from flask import flash, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Kind, RecordId
from kb.database.model import AuditAction
from kb.publishing.imports.inbox import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
)
from kb.publishing.records.form_values import FormValues, write_values
from kb.publishing.storage.names import slug_of, unique_slug
from kb.services import services
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, inbox, repository
from kb.staff.base.requests import actor, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.imports.import_task import load_task_view
from kb.staff.imports.uploads import start_import, worker_launcher
from kb.web.locale import page_locale

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
        tasks=[load_task_view(task) for task in inbox().all()[:RECENT_TASKS]],
        most_each=MAX_FILE_BYTES // MEGABYTE,
        most_together=MAX_REQUEST_BYTES // MEGABYTE,
        most_files=MAX_FILES,
        most_each_bytes=MAX_FILE_BYTES,
        most_together_bytes=MAX_REQUEST_BYTES,
        most_pasted=MAX_PASTED_BYTES // MEGABYTE,
    )
