"""The preview of a draft, with the views and templates of the public pages."""

from __future__ import annotations

from flask import redirect, render_template

from indexer.model.ids import RecordId
from kb.public.record_page import record_context, record_template
from kb.publishing.errors import NotFoundError
from kb.services import services
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.drafts.draft_loader import load_draft_page
from kb.staff.drafts.edit_view import sort_problems


@route("/drafts/<record:record>/preview", Access.EDITOR)
def preview_draft(record: RecordId) -> ViewResponse:
    """Show a draft as its public page, or list what is missing for one."""
    corpus = services().corpus
    if repository().draft_folders.find(record) is None:
        if corpus.get(record) is not None:
            return redirect(staff_url("record_overview", record=record))
        raise NotFoundError(record)
    corpus_with_draft = draft_editor().preview(record)
    draft = draft_editor().load(record)
    awaited = draft_editor().unpublished_links(draft)
    problems = sort_problems(corpus_with_draft.problems, corpus, record, awaited)
    previewed = corpus_with_draft.get(record)
    # An unreadable draft leaves the published record in the corpus.
    is_unread = bool(problems.blocking) and previewed == corpus.get(record)
    if previewed is None or is_unread:
        view = load_draft_page(draft, problems)
        return render_template("staff/preview_missing.html", view=view)
    with services().showing(corpus_with_draft, record):
        return render_template(
            record_template(previewed),
            **record_context(previewed),
            preview_of=record,
        )
