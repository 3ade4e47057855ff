"""Publication of a draft, withdrawal of a record, and their confirmation pages."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, render_template, request
from flask_babel import gettext as _

from indexer.errors import IndexBusyError, IndexWriteError
from indexer.model.ids import Kind, RecordId
from kb.database.model import AuditAction
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import IncompleteDraftError, NotFoundError
from kb.publishing.published.publisher import PublishConflictError
from kb.publishing.published.search_check import TitleSearch, title_searches
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.differences_view import difference_views
from kb.staff.base.index_updates import flash_outdated_index, update_index
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import draft_editor, publisher
from kb.staff.base.requests import RECORD, actor, record_id
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.drafts.draft_loader import load_draft_page
from kb.staff.records.record_loader import load_published_record
from kb.web.date_text import number_text
from kb.web.locale import page_locale
from kb.web.urls import record_url


@dataclass(frozen=True, slots=True)
class TitleSearchRow:
    """A search for a title of a record, and the rank of the record in its results.

    `rank` is None when the record is not on the first page. The search counts pages
    about the site half, which `is_ranked_low` marks.
    """

    title: str
    lang: str
    rank: int | None
    is_ranked_low: bool


@route(f"/drafts/{RECORD}/publish", Access.PUBLISHER)
def confirm_publish(folder: str, slug: str) -> ViewResponse:
    """Show what publication will do, and what is missing for it."""
    return _confirm_page(record_id(folder, slug))


@route(f"/drafts/{RECORD}/publish", Access.PUBLISHER, methods=("POST",))
def publish_draft(folder: str, slug: str) -> ViewResponse:
    """Publish a draft, and check that the search finds it."""
    started = time.monotonic()
    record = record_id(folder, slug)
    if "open" not in request.form and _has_closed_files(record):
        flash(
            _(
                "Tick the box to confirm that this may be published, or remove the "
                "file first."
            ),
            "bad",
        )
        page = _confirm_page(record, is_box_unticked=True)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        publisher().publish(
            record,
            actor=actor(),
            version=request.form.get("version", ""),
            over=request.form.get("over", ""),
        )
    except PublishConflictError as error:
        return _confirm_page(record, since=error), HTTPStatus.CONFLICT
    except DraftConflictError:
        flash(_("Somebody saved the draft meanwhile: look at it again first."), "bad")
        return see_other(staff_url("confirm_publish", folder=folder, slug=slug))
    except IncompleteDraftError:
        return see_other(draft_url(record))
    log_action(AuditAction.RECORD_PUBLISHED, record)
    _index_published(started)
    return see_other(staff_url("title_search_check", folder=folder, slug=slug))


@route(f"/records/{RECORD}/found", Access.EDITOR)
def title_search_check(folder: str, slug: str) -> ViewResponse:
    """Show the rank of a record in the results of searches for its titles."""
    record = record_id(folder, slug)
    services().engine.refresh()
    published = services().content.read().get(record)
    if published is None:
        raise NotFoundError(record)
    searches = title_searches(published, services().engine)
    return render_template(
        "staff/title_search_check.html",
        record=record,
        title=published.title_for(page_locale()),
        url=record_url(record, page_locale()),
        searches=[_search_row(each, record) for each in searches],
    )


@route(f"/records/{RECORD}/unpublish", Access.PUBLISHER)
def confirm_unpublish(folder: str, slug: str) -> ViewResponse:
    """Ask for confirmation before a record is withdrawn."""
    view = load_published_record(record_id(folder, slug))
    return render_template("staff/unpublish.html", view=view)


@route(f"/records/{RECORD}/unpublish", Access.PUBLISHER, methods=("POST",))
def unpublish_record(folder: str, slug: str) -> ViewResponse:
    """Withdraw a record, which becomes a draft again."""
    record = record_id(folder, slug)
    publisher().unpublish(record, actor=actor())
    log_action(AuditAction.RECORD_UNPUBLISHED, record)
    update_index(_("The record has been withdrawn. It is now among the drafts."))
    return see_other(draft_url(record))


def _index_published(started: float) -> None:
    """Update the index, and flash how long publication took."""
    try:
        services().content.update_index()
    except (IndexBusyError, IndexWriteError):
        flash_outdated_index(_("The record is published."))
        return
    took = number_text(round(time.monotonic() - started, 1), page_locale())
    flash(_("The record is published: %(seconds)s s after the click.", seconds=took))


def _search_row(search: TitleSearch, record: RecordId) -> TitleSearchRow:
    lang = search.locale.value if search.locale is not page_locale() else ""
    is_low = record.kind is Kind.PAGE and search.rank != 1
    return TitleSearchRow(search.title, lang, search.rank, is_low)


def _has_closed_files(record: RecordId) -> bool:
    return bool(load_draft_page(draft_editor().load(record)).closed_files)


def _confirm_page(
    record: RecordId,
    since: PublishConflictError | None = None,
    *,
    is_box_unticked: bool = False,
) -> str:
    return render_template(
        "staff/publish.html",
        view=load_draft_page(draft_editor().load(record)),
        is_box_unticked=is_box_unticked,
        over=since.version if since is not None else "",
        differences=()
        if since is None
        else difference_views(since.differences, record.kind, services().corpus),
    )
