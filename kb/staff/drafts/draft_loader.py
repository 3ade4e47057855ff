"""Loads a draft with its problems and files, for the pages that show it."""

from __future__ import annotations

from functools import partial

from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_files import draft_files
from kb.publishing.history.outdated_editions import unchecked_lags
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.lag_view import lag_views
from kb.staff.base.publishing_services import draft_editor, extraction_store
from kb.staff.drafts.edit_view import (
    NO_EDITS,
    DraftEdits,
    DraftPage,
    DraftProblems,
    draft_page,
    sort_problems,
)
from kb.staff.drafts.translation_help import translation_help


def load_draft_page(
    draft: Draft,
    problems: DraftProblems | None = None,
    edits: DraftEdits = NO_EDITS,
) -> DraftPage:
    """Return the page of a draft; without `problems`, the draft is checked first."""
    editor, corpus = draft_editor(), services().corpus
    if problems is None:
        problems = sort_problems(
            editor.problems(draft.record, services().texts),
            corpus,
            draft.record,
            editor.unpublished_links(draft),
        )
    files = draft_files(draft, extraction_store())
    kind = draft.record.kind
    checked = read_values(kind, draft.texts).facts.get("checked", ())
    lags = unchecked_lags(editor.lags(draft.record), checked)
    views = lag_views(kind, lags, partial(translation_help, draft.record))
    return draft_page(draft, problems, corpus, files, edits, views)
