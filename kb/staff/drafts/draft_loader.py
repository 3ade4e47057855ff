"""Loads a draft with its problems and files, for the pages that show it."""

from __future__ import annotations

from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_files import draft_files
from kb.services import services
from kb.staff.base.publishing_services import draft_editor, extraction_store
from kb.staff.drafts.edit_view import (
    NO_EDITS,
    DraftEdits,
    DraftPage,
    DraftProblems,
    draft_page,
    sort_problems,
)


def load_problems(draft: Draft) -> DraftProblems:
    """Return the problems of a draft, and the drafts to publish before it."""
    return sort_problems(
        draft_editor().problems(draft.record, services().texts),
        services().corpus,
        draft.record,
        draft_editor().unpublished_links(draft),
    )


def load_draft_page(
    draft: Draft,
    problems: DraftProblems | None = None,
    edits: DraftEdits = NO_EDITS,
) -> DraftPage:
    """Return the page of a draft; without `problems`, the draft is checked first."""
    return draft_page(
        draft,
        load_problems(draft) if problems is None else problems,
        services().corpus,
        draft_files(draft, extraction_store()),
        edits,
    )
