"""The list of drafts with what each lacks, and the original files of drafts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.document import FileReading
from indexer.model.records import RECOMMENDATION_FIRMNESS
from indexer.readers.sandbox.reading_cache import ReadingCache
from kb.publishing.drafts.draft import DraftState
from kb.publishing.drafts.machine_texts import machine_text_problems
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import Extraction, extraction_key
from kb.services import services
from kb.staff.base.chosen_rows import too_many_text, whole_list_label
from kb.staff.base.publishing_services import (
    draft_editor,
    extraction_store,
    proposal_review,
    record_links,
    repository,
)
from kb.staff.base.requests import deliverable_id
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.staff_list import (
    ORDER_LABELS,
    ListChoices,
    ListOrder,
    filter_from,
)
from kb.staff.drafts.draft_list_view import (
    draft_row,
    matching_drafts,
    people_of,
    state_tabs,
    theme_titles,
)
from kb.staff.drafts.draft_originals import read_text_page
from kb.staff.drafts.workflow_page import staff_people
from kb.staff.imports.review_view import quoting_records
from kb.web.labels import FIRMNESS, KINDS_PLURAL
from kb.web.locale import lazy_gettext as _l
from kb.web.locale import page_locale
from kb.web.pagination import page_slice
from kb.web.records.file_links import file_url, media_type
from kb.web.responses.downloads import send_stored
from kb.web.search.request_query import page_number

PER_PAGE = 40
_SHA256 = re.compile(r"^\s+(?:- )?sha256: ([0-9a-f]{64})\s*$", re.MULTILINE)


@route("/drafts", Access.EDITOR)
def draft_list() -> ViewResponse:
    """List the drafts, and what each still lacks."""
    folders = {
        record: folder
        for bundle in repository().draft_folders.bundles()
        for record, folder in bundle.records().items()
    }
    reader, editor = repository().reader, draft_editor()
    chosen = filter_from(request.args, DraftState)
    drafts = [editor.load(record) for record in folders]
    in_all_states = matching_drafts(drafts, chosen.with_state(None))
    shown = [e for e in in_all_states if chosen.state in {None, e.notes.state}]
    page = page_number(request.args.get("page", "")) or 1
    pages = page_slice(len(shown), page=page, per_page=PER_PAGE)
    # Checked together, because drafts may link to each other.
    problems = reader.check_overlay(folders, reader.read())
    quoting = quoting_records(services().corpus, proposal_review().quoting_drafts())
    rows = [
        draft_row(
            draft,
            (
                *problems[draft.record],
                *machine_text_problems(draft.record.kind, folders[draft.record]),
            ),
            editor.unpublished_links(draft),
            _extraction(draft.texts),
            quoting,
            services().corpus,
        )
        for draft in shown[pages.rows]
    ]
    people = {person for draft in drafts for person in people_of(draft)}
    return render_template(
        "staff/drafts.html",
        rows=rows,
        total=len(drafts),
        shown=len(shown),
        pages=pages,
        whole_label=whole_list_label(len(shown), len(rows)),
        too_many=too_many_text(len(shown)),
        links=record_links(),
        filter=chosen,
        tabs=state_tabs(in_all_states, chosen),
        choices=ListChoices(
            kinds=KINDS_PLURAL,
            themes=theme_titles(services().corpus),
            firmness={each: FIRMNESS[each].label for each in RECOMMENDATION_FIRMNESS},
            people={each: each for each in sorted(people)},
            staff={each: each for each in staff_people()},
            orders={
                ListOrder.USUAL: _l("Ready for review first"),
                **ORDER_LABELS,
            },
        ),
    )


@route("/drafts/deliverables/<slug>/files/<name>", Access.EDITOR)
def draft_file(slug: str, name: str) -> Response | ViewResponse:
    """Send an original of a draft, as a download unless a page of it is requested."""
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
    """Show the extracted text of an original of a draft."""
    path = _original(slug, name)
    reading = _cached_reading(path)
    if reading is None:
        abort(HTTPStatus.NOT_FOUND)
    record = deliverable_id(slug)
    return read_text_page(
        path.name,
        reading,
        lambda page: file_url(
            record, path.name, page_locale(), page=page or 1, draft=record
        ),
        back_url=staff_url("preview_draft", record=record),
        back_label=_("Back to the preview"),
        marks_url=staff_url("file_marks", slug=slug, name=path.name),
    )


def _extraction(texts: Mapping[str, str]) -> Extraction | None:
    """Return the extraction of the last file of a draft that has one."""
    for sha256 in reversed(_SHA256.findall(texts.get(RECORD_FILE, ""))):
        with suppress(NotFoundError):
            return extraction_store().load(extraction_key(sha256))
    return None


def _cached_reading(path: Path) -> FileReading | None:
    cache = ReadingCache(services().settings.locations.readings)
    sha256 = sha256_of(path)
    readings = (cache.get(path.name, sha256, ocr=ocr) for ocr in (True, False))
    return next((each for each in readings if isinstance(each, FileReading)), None)


def _original(slug: str, name: str) -> Path:
    """Return the path of an original, found by listing its folder.

    The name in the address is compared only, never joined to a path.
    """
    folder = repository().draft_folders.find(deliverable_id(slug))
    files = folder / FILES_FOLDER if folder is not None else None
    paths = files.iterdir() if files is not None and files.is_dir() else ()
    path = next((each for each in paths if each.name == name), None)
    if path is None or not path.is_file() or path.is_symlink():
        abort(HTTPStatus.NOT_FOUND)
    return path
