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
from kb.staff.base.chosen_rows import ReadyRow, RefusedRow
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.routing import staff_url
from kb.staff.drafts.draft_list_view import problem_lines
from kb.web.locale import as_sentence


@dataclass(frozen=True, slots=True)
class PublicationView:
    """The drafts to publish together, and those that wait."""

    ready: tuple[ReadyRow, ...]
    refused: tuple[RefusedRow, ...]


def publication_view(
    plan: PublicationPlan,
    editor: DraftEditor,
    corpus: Corpus,
    left_out: Mapping[RecordId, RefusedDraft] | None = None,
) -> PublicationView:
    """Return the view of a plan.

    `left_out` are why drafts were left out of a publication a moment ago.
    """
    drafts = _loaded((*plan.ready, *plan.refused), editor)
    titles = {str(each): _title(each, drafts).text for each in drafts}
    return PublicationView(
        ready=tuple(
            ReadyRow(
                record,
                _title(record, drafts),
                drafts[record].version,
                draft_url(record),
                _left_out_text((left_out or {}).get(record))
                or (_("Change of a published record") if corpus.get(record) else ""),
                staff_url("preview_draft", record=record),
            )
            for record in plan.ready
            if record in drafts
        ),
        refused=tuple(
            RefusedRow(
                record,
                _title(record, drafts),
                _reasons(refused, titles),
                draft_url(record) if record in drafts else "",
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


def _left_out_text(refused: RefusedDraft | None) -> str:
    if refused is None or refused.reason is None:
        return ""
    return as_sentence(refused.reason.text(_))


def _reasons(refused: RefusedDraft, titles: Mapping[str, str]) -> tuple[str, ...]:
    if refused.reason is not None:
        return (as_sentence(refused.reason.text(_)),)
    return problem_lines(refused.problems, titles)
