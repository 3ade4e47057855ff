"""Publish a draft, and withdraw a record: each asks first, and says what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.errors import IndexBusyError, IndexWriteError
from indexer.model.ids import RecordId
from kb.core.request_queue import fast_thread_switching
from kb.database.model import AuditAction
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import IncompleteError, NotThereError
from kb.publishing.published.publisher import PublishedSinceError
from kb.publishing.published.search_check import TitleSearch, confirm, title_searches
from kb.services import services
from kb.staff.base.audit import log_action
from kb.staff.base.differences_view import difference_views
from kb.staff.base.publishing_services import draft_editor, publisher, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.drafts.edit_page import (
    CONFLICT,
    INVALID,
    RECORD,
    actor,
    record_id,
    required_draft_url,
)
from kb.staff.drafts.edit_view import DraftPage, checked, draft_page
from kb.staff.records.staff_record_view import StaffRecordPage, record_page
from kb.web.date_text import number_text
from kb.web.locale import page_locale
from kb.web.urls import record_url


@dataclass(frozen=True, slots=True)
class FoundBy:
    """A title that was searched, and at which place the record came."""

    title: str
    lang: str
    rank: int | None


@route(f"/drafts/{RECORD}/publish", Access.PUBLISHER)
def confirm_publish(folder: str, slug: str) -> ViewResponse:
    """Say what will happen, and what is missing."""
    return _ask_page(record_id(folder, slug))


@route(f"/drafts/{RECORD}/publish", Access.PUBLISHER, methods=("POST",))
def publish_draft(folder: str, slug: str) -> ViewResponse:
    """Publish a draft, and look whether it is found."""
    started = time.monotonic()
    record = record_id(folder, slug)
    if "open" not in request.form and _view(record).closed:
        flash(
            _("Tick the box to say that this may be public, or remove the file first."),
            "bad",
        )
        return _ask_page(record, is_unsure=True), INVALID
    try:
        publisher().publish(
            record,
            who=actor(),
            version=request.form.get("version", ""),
            over=request.form.get("over", ""),
        )
    except PublishedSinceError as error:
        return _ask_page(record, since=error), CONFLICT
    except DraftConflictError:
        flash(_("Somebody saved the draft meanwhile: look at it again first."), "bad")
        return redirect(staff_url("confirm_publish", folder=folder, slug=slug), 303)
    except IncompleteError:
        return redirect(required_draft_url(record), 303)
    log_action(AuditAction.RECORD_PUBLISHED, record)
    _tell_found(record, started)
    return redirect(staff_url("title_search_check", folder=folder, slug=slug), 303)


@route(f"/records/{RECORD}/found", Access.EDITOR)
def title_search_check(folder: str, slug: str) -> ViewResponse:
    """Show that a record is found by a search for its own titles."""
    record = record_id(folder, slug)
    services().engine.refresh()
    there = services().content.read().get(record)
    if there is None:
        raise NotThereError(record)
    searches = [_found_by(each) for each in title_searches(there, services().engine)]
    return render_template(
        "staff/found.html",
        record=record,
        title=there.edition(page_locale()).title,
        url=record_url(record, page_locale()),
        searches=searches,
    )


@route(f"/records/{RECORD}/unpublish", Access.PUBLISHER)
def confirm_unpublish(folder: str, slug: str) -> ViewResponse:
    """Say what will happen when a record is withdrawn."""
    return render_template("staff/unpublish.html", view=published_page(folder, slug))


@route(f"/records/{RECORD}/unpublish", Access.PUBLISHER, methods=("POST",))
def unpublish_record(folder: str, slug: str) -> ViewResponse:
    """Withdraw a record, back to the drafts."""
    record = record_id(folder, slug)
    publisher().unpublish(record, who=actor())
    log_action(AuditAction.RECORD_UNPUBLISHED, record)
    follow(_("The record is withdrawn. It is now among the drafts."))
    return redirect(required_draft_url(record), 303)


def published_page(folder: str, slug: str) -> StaffRecordPage:
    """Present a record that visitors see.

    Raises:
        NotThereError: they do not see it.
    """
    record = record_id(folder, slug)
    view = record_page(record, services().corpus, repository())
    if view is None or not view.row.is_published:
        raise NotThereError(record)
    return view


def follow(done: str) -> None:
    """Bring the index up to date, and say what was done."""
    try:
        services().content.update_index()
    except (IndexBusyError, IndexWriteError):
        services().content.read()
        flash(done)
        flash(_not_seen(), "bad")
    else:
        flash(done)


def _not_seen() -> str:
    """Say what visitors see for now: pages follow the content, the search its index."""
    return _(
        "Pages follow within seconds. The search still finds what was there before: "
        "its index can’t be written just now, and follows as soon as it can be. Tell "
        "the person who runs the service."
    )


def _tell_found(record: RecordId, started: float) -> None:
    here = services()
    try:
        with fast_thread_switching():
            confirm(record, here.engine, here.content.read, texts=here.texts)
    except (IndexBusyError, IndexWriteError):
        here.content.read()
        flash(_("The record is published."))
        flash(_not_seen(), "bad")
        return
    took = number_text(round(time.monotonic() - started, 1), page_locale())
    flash(_("The record is published: %(seconds)s s from the click.", seconds=took))


def _found_by(search: TitleSearch) -> FoundBy:
    lang = search.locale.value if search.locale is not page_locale() else ""
    return FoundBy(search.title, lang, search.rank)


def _view(record: RecordId) -> DraftPage:
    corpus = services().corpus
    draft = draft_editor().load(record)
    problems = checked(
        draft_editor().problems(record, services().texts),
        corpus,
        record,
        draft_editor().awaited(draft),
    )
    return draft_page(draft, problems, corpus)


def _ask_page(
    record: RecordId,
    since: PublishedSinceError | None = None,
    *,
    is_unsure: bool = False,
) -> str:
    return render_template(
        "staff/publish.html",
        view=_view(record),
        is_unsure=is_unsure,
        over=since.version if since is not None else "",
        differences=()
        if since is None
        else difference_views(since.differences, record.kind, services().corpus),
    )
