"""Publication of several drafts together, and the page that asks before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import RecordId
from indexer.model.record_parts import Title
from kb.database.model import AuditAction
from kb.judgements.measures import QueryResult
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.history.history_entries import WRITERS_SEPARATOR
from kb.publishing.published.draft_publication import (
    DraftPublication,
    PublicationPlan,
    RefusedDraft,
)
from kb.services import services
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import MAX_CHOSEN
from kb.staff.base.staff_mail import drafts_of, mail_published
from kb.staff.base.ticked_lists import (
    ChosenRows,
    ReadyRow,
    RefusedRow,
    chosen_records,
    seen_versions,
)
from kb.staff.contributions.contributed_drafts import settle_published
from kb.staff.drafts.draft_list import DRAFT_LIST
from kb.staff.drafts.draft_list_view import problem_lines
from kb.staff.relevance.judgement_cache import lost_searches
from kb.web.locale import as_sentence


@route("/drafts/publish", Access.PUBLISHER)
def confirm_publish_chosen() -> ViewResponse:
    """Show which of the chosen drafts can be published together, and why not others.

    With `found=1`, the drafts that were found in the chosen deliverables come too.
    """
    rows = DRAFT_LIST.chosen_rows()
    return _confirm_page(_publication_records(rows.records), chosen=rows)


@route("/drafts/publish", Access.PUBLISHER, methods=("POST",))
def publish_chosen() -> ViewResponse:
    """Publish the ticked drafts that are ready, in one transaction."""
    chosen = chosen_records(request.form.getlist("d"))
    if not chosen:
        flash(_("Tick at least one draft first."), "bad")
        listed = chosen_records(request.form.getlist("shown"))
        return _confirm_page(listed), HTTPStatus.UNPROCESSABLE_ENTITY
    versions = seen_versions(chosen, request.form)
    publication = DraftPublication(repository())
    ready = publication.plan(chosen, versions).ready
    if "searches" not in request.form:
        lost = lost_searches(publication.preview(ready)) if ready else ()
        if lost:
            return _confirm_page(chosen, lost), HTTPStatus.CONFLICT
    drafts = drafts_of(ready, draft_editor().load)
    plan, writers = publication.publish(chosen, versions, actor=actor())
    for record in plan.ready:
        names = WRITERS_SEPARATOR.join(writers[record])
        log_action(AuditAction.RECORD_PUBLISHED, record, detail=names)
        settle_published(record)
    mail_published([draft for draft in drafts if draft.record in plan.ready])
    if plan.ready:
        update_index(
            ngettext(
                "%(num)s record is published.",
                "%(num)s records are published.",
                len(plan.ready),
            )
        )
    if plan.refused:
        page = _confirm_page(tuple(plan.refused), left_out=plan.refused)
        return page, HTTPStatus.CONFLICT
    return see_other(staff_url("draft_list"))


def _publication_records(chosen: Sequence[RecordId]) -> Sequence[RecordId]:
    if not request.args.get("found"):
        return chosen
    publication = DraftPublication(repository())
    found = [
        dependent
        for record in chosen
        for dependent in publication.with_dependents(record)
    ]
    return tuple(dict.fromkeys(found))[:MAX_CHOSEN]


def _confirm_page(
    records: Sequence[RecordId],
    lost: Sequence[QueryResult] = (),
    left_out: Mapping[RecordId, RefusedDraft] | None = None,
    chosen: ChosenRows | None = None,
) -> str:
    plan = DraftPublication(repository()).plan(records, {})
    return render_template(
        "staff/publish_chosen.html",
        view=publication_view(plan, draft_editor(), services().corpus, left_out),
        lost=lost,
        chosen_text=chosen.text if chosen is not None else "",
        back_url=(chosen and chosen.list_url) or staff_url("draft_list"),
    )


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
    titles = {str(draft): _title(draft, drafts).text for draft in drafts}
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
