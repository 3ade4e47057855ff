"""Preview and publication of drafts, one or several; the search for their titles."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.errors import NOT_INDEXED_ERRORS, IndexUnavailableError
from indexer.model.ids import RecordId
from indexer.model.record_parts import Title
from kb.database.model import AuditAction
from kb.judgements.measures import QueryResult
from kb.public.record.page import record_context, record_template
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import IncompleteDraftError, NotFoundError
from kb.publishing.history.history_entries import WRITERS_SEPARATOR
from kb.publishing.published.draft_publication import (
    DraftPublication,
    RefusedDraft,
    title_searches,
)
from kb.publishing.published.publisher import PublishConflictError
from kb.services import services
from kb.staff.base.differences_view import difference_views
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.publishing_services import draft_editor, publisher, repository
from kb.staff.base.requests import actor, flash_outdated_index, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import MAX_CHOSEN
from kb.staff.base.staff_mail import drafts_of, mail_published
from kb.staff.base.ticked_lists import (
    BulkView,
    ChosenRows,
    ReadyRow,
    RefusedRow,
    chosen_records,
    seen_versions,
)
from kb.staff.contributions.contributed_drafts import settle_published
from kb.staff.drafts.draft_rows import problem_lines
from kb.staff.drafts.edit_view import load_draft_page, sort_problems
from kb.staff.drafts.record_list import DRAFT_LIST
from kb.staff.drafts.record_rows import DRAFT
from kb.staff.relevance.judgement_cache import lost_searches
from kb.web.date_text import number_text
from kb.web.locale import as_sentence, page_locale


@route("/drafts/<record:record>/publish", Access.PUBLISHER)
def confirm_publish(record: RecordId) -> ViewResponse:
    """Show what publication will do, and what is missing for it."""
    return _confirm_page(record, lost=lost_searches(draft_editor().preview(record)))


@route("/drafts/<record:record>/publish", Access.PUBLISHER, methods=("POST",))
def publish_draft(record: RecordId) -> ViewResponse:
    """Publish a draft, and check that the search finds it."""
    started = time.monotonic()
    view = load_draft_page(draft_editor().load(record))
    if view.questions:
        return _confirm_page(record), HTTPStatus.CONFLICT
    if "open" not in request.form and view.closed_files:
        flash(
            _(
                "Tick the box to confirm that this may be published, or remove the "
                "file first."
            ),
            "bad",
        )
        page = _confirm_page(record, is_box_unticked=True)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if "searches" not in request.form and (
        lost := lost_searches(draft_editor().preview(record))
    ):
        return _confirm_page(record, lost=lost), HTTPStatus.CONFLICT
    try:
        writers = publisher().publish(
            record,
            actor=actor(),
            version=request.form.get("version", ""),
            over=request.form.get("over", ""),
        )
    except PublishConflictError as error:
        return _confirm_page(record, since=error), HTTPStatus.CONFLICT
    except DraftConflictError:
        flash(_("Somebody saved the draft meanwhile: look at it again first."), "bad")
        return see_other(staff_url("confirm_publish", record=record))
    except IncompleteDraftError:
        return see_other(draft_url(record))
    mail_published([view.draft])
    log_action(
        AuditAction.RECORD_PUBLISHED, record, detail=WRITERS_SEPARATOR.join(writers)
    )
    _index_published(started)
    settle_published(record)
    return see_other(staff_url("title_search_check", record=record))


@route("/records/<record:record>/found", Access.EDITOR)
def title_search_check(record: RecordId) -> ViewResponse:
    """Show the rank of a record in the results of searches for its titles."""
    published = services().corpus.get(record)
    if published is None:
        raise NotFoundError(record)
    try:
        searches = title_searches(published, services().engine)
    except IndexUnavailableError:
        # A message of the publication is shown there.
        return see_other(staff_url("record_overview", record=record))
    return render_template(
        "staff/title_search_check.html",
        record=record,
        title=published.title_for(page_locale()),
        searches=searches,
    )


def _index_published(started: float) -> None:
    """Update the index, and flash how long publication took."""
    try:
        services().content.update_index()
    except NOT_INDEXED_ERRORS:
        flash_outdated_index(_("The record is published."))
        return
    took = number_text(round(time.monotonic() - started, 1), page_locale())
    flash(_("The record is published: %(seconds)s s after the click.", seconds=took))


def _confirm_page(
    record: RecordId,
    since: PublishConflictError | None = None,
    *,
    is_box_unticked: bool = False,
    lost: Sequence[QueryResult] = (),
) -> str:
    return render_template(
        "staff/publish.html",
        view=load_draft_page(draft_editor().load(record)),
        is_box_unticked=is_box_unticked,
        lost=lost,
        over=since.version if since is not None else "",
        differences=()
        if since is None
        else difference_views(since.differences, record.kind, services().corpus),
    )


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


@route("/drafts/publish", Access.PUBLISHER)
def confirm_publish_chosen() -> ViewResponse:
    """Show which of the chosen drafts can be published together, and why not others.

    With `found=1`, the drafts that were found in the chosen deliverables come too.
    """
    rows = DRAFT_LIST.chosen_rows()
    records = _publication_records(rows.records)
    publication = DraftPublication(repository())
    ready = publication.plan(records, {}).ready
    lost = lost_searches(publication.preview(ready)) if ready else ()
    return _confirm_chosen_page(records, lost, chosen=rows)


@route("/drafts/publish", Access.PUBLISHER, methods=("POST",))
def publish_chosen() -> ViewResponse:
    """Publish the ticked drafts that are ready, in one transaction."""
    chosen = chosen_records(request.form.getlist("d"))
    if not chosen:
        flash(_("Tick at least one draft first."), "bad")
        listed = chosen_records(request.form.getlist("shown"))
        return _confirm_chosen_page(listed), HTTPStatus.UNPROCESSABLE_ENTITY
    versions = seen_versions(chosen, request.form)
    publication = DraftPublication(repository())
    ready = publication.plan(chosen, versions).ready
    if "searches" not in request.form:
        lost = lost_searches(publication.preview(ready)) if ready else ()
        if lost:
            return _confirm_chosen_page(chosen, lost), HTTPStatus.CONFLICT
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
        page = _confirm_chosen_page(tuple(plan.refused), left_out=plan.refused)
        return page, HTTPStatus.CONFLICT
    return see_other(staff_url("all_records", state=DRAFT))


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


def _confirm_chosen_page(
    records: Sequence[RecordId],
    lost: Sequence[QueryResult] = (),
    left_out: Mapping[RecordId, RefusedDraft] | None = None,
    chosen: ChosenRows | None = None,
) -> str:
    """Return the page that asks; `left_out` says why drafts were left out just now."""
    plan = DraftPublication(repository()).plan(records, {})
    drafts: dict[RecordId, Draft] = {}
    for record in (*plan.ready, *plan.refused):
        with suppress(NotFoundError):
            drafts[record] = draft_editor().load(record)
    titles = {
        record: title_in_texts(record, draft.texts) for record, draft in drafts.items()
    }
    view = BulkView(
        title=_("Publish these drafts?"),
        verb=_("Publish"),
        verb_ticked=ngettext(
            "Publish the ticked draft", "Publish the ticked drafts", len(plan.ready)
        ),
        verb_all_the_same=_("Publish all the same"),
        action=staff_url("publish_chosen"),
        back_url=(chosen and chosen.list_url) or staff_url("all_records", state=DRAFT),
        back_label=_("Drafts"),
        effects=(
            _(
                "Everybody will see them at once. They are published together or, if "
                "something fails, not at all."
            ),
        ),
        ready=tuple(
            _ready_row(drafts[record], titles[record], (left_out or {}).get(record))
            for record in plan.ready
            if record in drafts
        ),
        refused=tuple(
            _refused_row(record, refused, titles)
            for record, refused in plan.refused.items()
        ),
        lost=lost,
        chosen=chosen.text if chosen is not None else "",
    )
    return render_template("staff/bulk_change.html", view=view)


def _ready_row(draft: Draft, title: Title, left_out: RefusedDraft | None) -> ReadyRow:
    record = draft.record
    is_change = services().corpus.get(record) is not None
    note = _("Change of a published record") if is_change else ""
    return ReadyRow(
        record,
        title,
        draft.version,
        draft_url(record),
        _left_out_text(left_out) or note,
        staff_url("preview_draft", record=record),
    )


def _refused_row(
    record: RecordId, refused: RefusedDraft, titles: Mapping[RecordId, Title]
) -> RefusedRow:
    awaited = {str(other): title.text for other, title in titles.items()}
    reason = _left_out_text(refused)
    return RefusedRow(
        record,
        titles.get(record) or Title(record.slug),
        (reason,) if reason else problem_lines(refused.problems, awaited),
        draft_url(record) if record in titles else "",
    )


def _left_out_text(refused: RefusedDraft | None) -> str:
    if refused is None or refused.reason is None:
        return ""
    return as_sentence(refused.reason.text(_))
