"""The originals of a deliverable: replaced, put into a draft, taken out of it.

Each is received, read and checked before it is put in place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, abort, flash, redirect, render_template, request
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
from kb.publishing.draft_notes import Draft
from kb.publishing.findings import Findings
from kb.publishing.naming import safe_name
from kb.publishing.readings import PICTURES, file_facts, found_in
from kb.publishing.tasks import Replaced
from kb.publishing.values import Item, Values, read_values, write_values
from kb.services import services
from kb.staff.arrivals import have_read
from kb.staff.drafts import INVALID, actor, draft_url, record_id
from kb.staff.holdings import drafts
from kb.staff.identity import member
from kb.staff.noting import note
from kb.staff.routing import ACCESS, Access, Answer, route
from kb.state.model import Action

MAX_FILE_BYTES = 100 * 1024 * 1024
RECEIVE = {"staff.replace_file", "staff.attach_file"}
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
    """Have a file read, and then put in the stead of another, under its name."""
    record = _deliverable(slug, name)
    return have_read(replaces=Replaced(record.id, name)) or (
        _page(record, name, _("Choose a file first.")),
        INVALID,
    )


@route("/drafts/deliverables/<slug>/files", Access.EDITOR, methods=("POST",))
def attach_file(slug: str) -> Answer:
    """Put a file into the draft of a deliverable, with what was read in it."""
    draft = drafts().load(record_id(Kind.DELIVERABLE.folder, slug))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        flash(_("Choose a file first."), "bad")
        return redirect(draft_url(draft.record), 303)
    instance = services().settings.locations.instance
    with tempfile.TemporaryDirectory(dir=instance, prefix="attaching-") as folder:
        path = Path(folder) / safe_name(sent.filename)
        try:
            reading = _read(sent, path)
        except FileUnreadableError as error:
            flash(_refusal(error), "bad")
            return redirect(draft_url(draft.record), 303)
        draft, name = drafts().attach(
            draft.record, path, name=path.name, who=actor(), version=draft.version
        )
        listed = {"name": name, "sha256": reading.sha256, **file_facts(reading)}
        found = found_in(reading, name, services().corpus.gazetteer)
        Findings(instance).save(found)
    _list_files(draft, (*_listed(draft), listed))
    note(Action.FILE_ATTACHED, draft.record, detail=name)
    flash(_("The file is in the draft."))
    return redirect(draft_url(draft.record), 303)


@route(
    "/drafts/deliverables/<slug>/files/<name>/remove", Access.EDITOR, methods=("POST",)
)
def detach_file(slug: str, name: str) -> Answer:
    """Take a file out of the draft of a deliverable."""
    draft = drafts().load(record_id(Kind.DELIVERABLE.folder, slug))
    if name in draft.files:
        draft = drafts().detach(
            draft.record, name=name, who=actor(), version=draft.version
        )
    _list_files(draft, [each for each in _listed(draft) if each.get("name") != name])
    note(Action.FILE_DETACHED, draft.record, detail=name)
    flash(_("The file is out of the draft."))
    return redirect(draft_url(draft.record), 303)


def _refusal(error: FileUnreadableError) -> str:
    if error.reason in PICTURES:
        return _(
            "Its pages are pictures, or its letters can’t be read. Send it by the page "
            "“Add”, which can have its text recognised."
        )
    told = refusal_of(error).text(_)
    return f"{told[:1].upper()}{told[1:]}."


def _listed(draft: Draft) -> tuple[Item, ...]:
    files = read_values(draft.record.kind, draft.texts).facts.get("files", ())
    return tuple(each for each in files if not isinstance(each, str))


def _list_files(draft: Draft, listed: Sequence[Item]) -> None:
    values = Values(facts={"files": tuple(listed)})
    texts = write_values(draft.record.kind, values, draft.texts)
    drafts().save(draft.record, texts, version=draft.version, who=actor())


def _allow_file() -> None:
    required = ACCESS.get(request.endpoint or "")
    if request.endpoint in RECEIVE and request.method == "POST" and required:
        who = member()
        if who is not None and required.admits(who.session.account.role):
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


def _page(record: Deliverable, name: str, refusal: str = "") -> str:
    return render_template(
        "staff/replace.html",
        record=RecordId(record.id.kind, record.id.slug),
        title=record.edition(page_locale()).title,
        name=name,
        refusal=refusal,
    )
