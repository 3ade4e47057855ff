"""A draft as visitors will see it: by the very code and templates of their pages."""

from __future__ import annotations

from flask import redirect, render_template

from kb.public.record_page import record_context, record_template
from kb.publishing.errors import NotThereError
from kb.services import services
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.drafts.edit_page import RECORD, record_id
from kb.staff.drafts.edit_view import checked, draft_page


@route(f"/drafts/{RECORD}/preview", Access.EDITOR)
def preview_draft(folder: str, slug: str) -> ViewResponse:
    """Show a draft in its page; one that can't be shown yet says what is missing."""
    record = record_id(folder, slug)
    place = repository().draft_folders.find(record)
    if place is None:
        if services().corpus.get(record) is not None:
            return redirect(staff_url("record_overview", folder=folder, slug=slug))
        raise NotThereError(record)
    with_draft = draft_editor().preview(record)
    corpus = services().corpus
    draft = draft_editor().load(record)
    awaited = draft_editor().awaited(draft)
    problems = checked(with_draft.problems, corpus, record, awaited)
    shown = with_draft.get(record)
    # One that can't be read leaves the published record where it was.
    if shown is None or (problems.blocking and shown == corpus.get(record)):
        view = draft_page(draft, problems, corpus)
        return render_template("staff/preview_missing.html", view=view)
    with services().preview.of(with_draft, record):
        return render_template(
            record_template(shown),
            **record_context(shown),
            preview_of={"folder": folder, "slug": slug},
        )
