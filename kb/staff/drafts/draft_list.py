"""To check: all drafts with what each lacks, and their originals, for staff only."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, render_template, request

from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from indexer.model.readings import FileReading
from indexer.readers.sandbox.reading_cache import ReadingCache
from kb.services import services
from kb.staff.base.publishing_services import repository
from kb.staff.base.routing import Access, ViewResponse, route
from kb.staff.drafts.draft_list_view import drafts_view
from kb.staff.imports.read_text_view import draft_text_view
from kb.web.downloads import send_stored
from kb.web.file_links import media_type
from kb.web.request_query import page_number


@route("/drafts", Access.EDITOR)
def draft_list() -> ViewResponse:
    """List all drafts, and what each still lacks."""
    page = page_number(request.args.get("page", "")) or 1
    return render_template("staff/drafts.html", view=drafts_view(page))


@route("/drafts/deliverables/<slug>/files/<name>", Access.EDITOR)
def draft_file(slug: str, name: str) -> Response | ViewResponse:
    """Send an original of a draft, to be saved unless a page of it is asked for."""
    path = _original(slug, name)
    return send_stored(
        path,
        name=path.name,
        media_type=media_type(path.name),
        size_bytes=path.stat().st_size,
        is_inline="page" in request.args,
    )


@route("/drafts/deliverables/<slug>/text/<name>", Access.EDITOR)
def draft_text(slug: str, name: str) -> ViewResponse:
    """Show the text of an original of a draft, as visitors will read it."""
    path = _original(slug, name)
    reading = _kept(path)
    if reading is None:
        abort(404)
    view = draft_text_view(RecordId(Kind.DELIVERABLE, slug), path.name, reading)
    return render_template("staff/found_text.html", view=view)


def _kept(path: Path) -> FileReading | None:
    store, sha256 = (
        ReadingCache(services().settings.locations.readings),
        sha256_of(path),
    )
    answers = (store.get(path.name, sha256, ocr=ocr) for ocr in (True, False))
    return next((each for each in answers if isinstance(each, FileReading)), None)


def _original(slug: str, name: str) -> Path:
    """Find an original among those that are there: what is asked for is no path."""
    if not SLUG_PATTERN.fullmatch(slug):
        abort(404)
    place = repository().draft_folders.find(RecordId(Kind.DELIVERABLE, slug))
    entries = place / FILES_FOLDER if place is not None else None
    paths = entries.iterdir() if entries is not None and entries.is_dir() else ()
    found = next((path for path in paths if path.name == name), None)
    if found is None or not found.is_file() or found.is_symlink():
        abort(404)
    return found
