"""View of the publication of several drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import RecordId
from indexer.model.records import Title
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.published.draft_publication import PublicationPlan, RefusedDraft
from kb.staff.base.links import title_in_texts
from kb.staff.drafts.draft_list_view import problem_lines
from kb.web.locale import as_sentence


@dataclass(frozen=True, slots=True)
class PublishableRow:
    """A draft that can be published; `is_change` if visitors see the record already."""

    record: RecordId
    title: Title
    version: str
    is_change: bool


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A draft that cannot be published now, and why."""

    record: RecordId
    title: Title
    reasons: tuple[str, ...]
    has_draft: bool


@dataclass(frozen=True, slots=True)
class PublicationView:
    """The drafts to publish together, and those that wait."""

    ready: tuple[PublishableRow, ...]
    refused: tuple[RefusedRow, ...]


def publication_view(
    plan: PublicationPlan, editor: DraftEditor, corpus: Corpus
) -> PublicationView:
    """Return the view of a plan."""
    drafts = _loaded((*plan.ready, *plan.refused), editor)
    titles = {str(each): _title(each, drafts).text for each in drafts}
    return PublicationView(
        ready=tuple(
            PublishableRow(
                record,
                _title(record, drafts),
                drafts[record].version,
                corpus.get(record) is not None,
            )
            for record in plan.ready
            if record in drafts
        ),
        refused=tuple(
            RefusedRow(
                record,
                _title(record, drafts),
                _reasons(refused, titles),
                record in drafts,
            )
            for record, refused in plan.refused.items()
        ),
    )


def _loaded(records: Iterable[RecordId], editor: DraftEditor) -> dict[RecordId, Draft]:
    drafts: dict[RecordId, Draft] = {}
    for record in records:
        try:
            drafts[record] = editor.load(record)
        except NotFoundError:
            continue
    return drafts


def _title(record: RecordId, drafts: dict[RecordId, Draft]) -> Title:
    draft = drafts.get(record)
    return Title(record.slug) if draft is None else title_in_texts(record, draft.texts)


def _reasons(refused: RefusedDraft, titles: Mapping[str, str]) -> tuple[str, ...]:
    if refused.reason is not None:
        return (as_sentence(refused.reason.text(_)),)
    return problem_lines(refused.problems, titles)
