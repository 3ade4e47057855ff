"""Replace an original of a deliverable: received, read, checked, then put in place."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask, abort, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from indexer.errors import FileUnreadableError
from indexer.extraction.refusals import refusal_of
from indexer.model.ids import Kind, RecordId
from indexer.model.readings import FileReading
from indexer.model.records import Deliverable
from indexer.readers.isolated import read_file
from indexer.readers.store import ReadingStore
from kb.locale import page_locale
from kb.services import services
from kb.staff.drafts import INVALID, actor, note, record_id
from kb.staff.holdings import publisher
from kb.staff.identity import member
from kb.staff.publishing import follow
from kb.staff.routing import Access, Answer, route, staff_url
from kb.state.model import Action, Role

MAX_FILE_BYTES = 100 * 1024 * 1024
FILE = "/records/deliverables/<slug>/files/<name>/replace"


def init_files(app: Flask) -> None:
    """Let publishers send a large file, where one is asked for; nobody else.

    It must stand before the protection of forms, which reads all that was sent.
    """
    app.before_request(_allow_file)


@route(FILE, Access.PUBLISHER)
def ask_replace(slug: str, name: str) -> Answer:
    """Ask for the file that takes the place of another."""
    return _page(_deliverable(slug, name), name)


@route(FILE, Access.PUBLISHER, methods=("POST",))
def replace_file(slug: str, name: str) -> Answer:
    """Put a file in the stead of another, under its name."""
    record = _deliverable(slug, name)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(record, name, _("Choose a file first.")), INVALID
    instance = services().settings.locations.instance
    with tempfile.TemporaryDirectory(dir=instance, prefix="replacing-") as folder:
        # Under the name that is listed: none from outside reaches the disk.
        path = Path(folder) / name
        try:
            reading = _read(sent, path)
        except FileUnreadableError as error:
            told = refusal_of(error).text(_)
            return _page(record, name, f"{told[:1].upper()}{told[1:]}."), INVALID
        publisher().replace_file(
            record.id, name, path, who=actor(), facts=_facts(reading)
        )
    note(Action.FILE_REPLACED, record.id, detail=name)
    follow(_("The file is replaced. The history keeps the one before."))
    return redirect(staff_url("record", folder=record.id.kind.folder, slug=slug), 303)


def _allow_file() -> None:
    if request.endpoint == "staff.replace_file" and request.method == "POST":
        who = member()
        if who is not None and who.session.account.role.includes(Role.PUBLISHER):
            request.max_content_length = MAX_FILE_BYTES


def _deliverable(slug: str, name: str) -> Deliverable:
    found = services().corpus.get(record_id(Kind.DELIVERABLE.folder, slug))
    if not isinstance(found, Deliverable) or found.file(name) is None:
        abort(404)
    return found


def _read(sent: FileStorage, path: Path) -> FileReading:
    sent.save(path)
    store = ReadingStore(services().settings.locations.readings)
    return read_file(path, store=store)


def _facts(reading: FileReading) -> dict[str, str]:
    facts = {}
    if reading.pages:
        facts["pages"] = str(len(reading.pages))
    if reading.is_tagged is not None:
        facts["tagged"] = "yes" if reading.is_tagged else "no"
    return facts


def _page(record: Deliverable, name: str, refusal: str = "") -> str:
    return render_template(
        "staff/replace.html",
        record=RecordId(record.id.kind, record.id.slug),
        title=record.edition(page_locale()).title,
        name=name,
        refusal=refusal,
    )
