"""To check: all drafts with what each lacks, and their originals, for staff only."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, render_template, request

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.http import send_stored
from kb.presenters.files import media_type
from kb.staff.draft_views import drafts_view
from kb.staff.holdings import holdings
from kb.staff.routing import Access, Answer, route


@route("/drafts", Access.EDITOR)
def drafts() -> Answer:
    """List all drafts, and what each still lacks."""
    text = request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return render_template("staff/drafts.html", view=drafts_view(page))


@route("/drafts/<folder>/<slug>/files/<path:name>", Access.EDITOR)
def draft_file(folder: str, slug: str, name: str) -> Response | Answer:
    """Send an original of a draft."""
    path = _original(folder, slug, name)
    return send_stored(
        path,
        name=path.name,
        media_type=media_type(path.name),
        size_bytes=path.stat().st_size,
    )


def _original(folder: str, slug: str, name: str) -> Path:
    """Find an original among those that are there: what is asked for is no path."""
    kind = Kind.from_folder(folder)
    if kind is None or not SLUG_PATTERN.fullmatch(slug):
        abort(404)
    place = holdings().shelf.find(RecordId(kind, slug))
    entries = place / FILES_FOLDER if place is not None else None
    paths = entries.iterdir() if entries is not None and entries.is_dir() else ()
    found = next((path for path in paths if path.name == name), None)
    if found is None or not found.is_file() or found.is_symlink():
        abort(404)
    return found
