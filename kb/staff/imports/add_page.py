"""Add: files, a web page saved as HTML, or a blank form."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Kind, RecordId
from kb.database.model import AuditAction
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.imports.inbox import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
    Inbox,
)
from kb.publishing.records.form_values import FormValues, write_values
from kb.publishing.storage.names import free, slug_of
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session
from kb.staff.imports.import_task_view import recent_tasks
from kb.staff.imports.upload_form import start_import
from kb.staff.imports.upload_request import starter
from kb.web.labels import KINDS
from kb.web.locale import page_locale

INVALID = 422
NO_ROOM = 507
MAX_TITLE = 300
MAX_TITLE_LOOKED_FOR = 200_000


@route("/add", Access.EDITOR)
def add_form() -> ViewResponse:
    """Show the three ways to add something, and what is being read."""
    return _page()


@route("/add", Access.EDITOR, methods=("POST",))
def upload_files() -> ViewResponse:
    """Keep the files that were sent, and have them read."""
    return start_import(with_page=True) or (
        _page(_("Choose at least one file, or paste a page.")),
        INVALID,
    )


@route("/add/blank", Access.EDITOR, methods=("POST",))
def begin_blank_draft() -> ViewResponse:
    """Begin a draft of a kind, and lead to its form."""
    kind = _kind(request.form.get("kind", ""))
    title = " ".join(request.form.get("title", "").split())
    if kind is None or not title or len(title) > MAX_TITLE:
        told = _(
            "Choose a kind, and write a title of %(count)s characters at most.",
            count=MAX_TITLE,
        )
        return _page(blank_error=told), INVALID
    record = _begin(repository(), kind, title)
    log_action(AuditAction.DRAFT_BEGUN, record)
    flash(_("The draft is started. Only staff can see it."))
    return redirect(draft_url(record) or staff_url("draft_list"), 303)


def _begin(content: Repository, kind: Kind, title: str) -> RecordId:
    corpus = services().corpus

    def is_taken(slug: str) -> bool:
        record = RecordId(kind, slug)
        is_draft = content.draft_folders.find(record) is not None
        return record in corpus.records or content.place(record).exists() or is_draft

    record = RecordId(kind, free(slug_of(title), is_taken))
    drafts, who = DraftEditor(content), current_session().account.email
    draft = drafts.begin(record, who)
    values = FormValues(
        facts={"updated": str(content.clock().date())},
        words={page_locale(): {"title": title}},
    )
    texts = write_values(kind, values, draft.texts)
    drafts.save(record, texts, version=draft.version, who=who)
    return record


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in set(Kind) else None


def _page(error: str = "", *, blank_error: str = "") -> str:
    instance = services().settings.locations.instance
    starter().see_to()
    return render_template(
        "staff/add.html",
        error=error,
        blank_error=blank_error,
        html=request.form.get("html", ""),
        title=request.values.get("title", "")[:MAX_TITLE],
        kind=request.values.get("kind", ""),
        kinds=[(kind.value, str(label)) for kind, label in KINDS.items()],
        tasks=recent_tasks(Inbox(instance)),
        most_each=MAX_FILE_BYTES // MEGABYTE,
        most_together=MAX_REQUEST_BYTES // MEGABYTE,
        most_files=MAX_FILES,
        most_each_bytes=MAX_FILE_BYTES,
        most_together_bytes=MAX_REQUEST_BYTES,
        most_pasted=MAX_PASTED_BYTES // MEGABYTE,
    )
