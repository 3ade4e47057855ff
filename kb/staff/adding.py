"""Add: files, a web page saved as HTML, or a blank form."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

from bs4 import BeautifulSoup
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from indexer.model.ids import Kind, RecordId
from kb.locale import page_locale
from kb.presenters.labels import KINDS
from kb.publishing.drafts import Drafts
from kb.publishing.holdings import Holdings
from kb.publishing.naming import free, safe_name, slug_of
from kb.publishing.uploads import (
    ARRIVING,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_PASTED_BYTES,
    MAX_REQUEST_BYTES,
    MEGABYTE,
    Arrival,
    Inbox,
)
from kb.publishing.values import Values, write_values
from kb.services import services
from kb.staff.holdings import holdings
from kb.staff.identity import current_session
from kb.staff.noting import note
from kb.staff.receiving import starter
from kb.staff.routing import Access, Answer, route, staff_url
from kb.staff.showing import draft_url
from kb.staff.task_views import recent_tasks
from kb.state.model import Action

INVALID = 422
NO_ROOM = 507
MAX_TITLE = 300
MAX_TITLE_LOOKED_FOR = 200_000


@route("/add", Access.EDITOR)
def add() -> Answer:
    """Show the three ways to add something, and what is being read."""
    return _page()


@route("/add", Access.EDITOR, methods=("POST",))
def add_files() -> Answer:
    """Keep the files that were sent, and have them read."""
    settings = services().settings
    inbox = Inbox(settings.locations.instance)
    with ExitStack() as stack:
        try:
            arrivals = [*_files(inbox.open(), stack), *_pasted(inbox.open(), stack)]
            if not arrivals:
                return _page(_("Choose at least one file, or paste a page.")), INVALID
            who = current_session().account.email
            task = inbox.take(
                arrivals, by=who, at=services().clock(), locale=page_locale()
            )
        except OSError as error:
            reason = error.strerror or str(error)
            return render_template("staff/no_room.html", reason=reason), NO_ROOM
    names = ", ".join(each.name for each in task.files)
    note(Action.FILES_SENT, task.id, names)
    starter().start()
    return redirect(staff_url("task", task_id=task.id), 303)


@route("/add/blank", Access.EDITOR, methods=("POST",))
def begin_record() -> Answer:
    """Begin a draft of a kind, and lead to its form."""
    kind = _kind(request.form.get("kind", ""))
    title = " ".join(request.form.get("title", "").split())
    if kind is None or not title or len(title) > MAX_TITLE:
        told = _(
            "Choose a kind, and write a title of %(count)s characters at most.",
            count=MAX_TITLE,
        )
        return _page(blank_error=told), INVALID
    record = _begin(holdings(), kind, title)
    note(Action.DRAFT_BEGUN, record)
    flash(_("The draft is begun. Nobody but staff can see it."))
    return redirect(draft_url(record) or staff_url("drafts"), 303)


def _begin(content: Holdings, kind: Kind, title: str) -> RecordId:
    corpus = services().corpus

    def is_taken(slug: str) -> bool:
        record = RecordId(kind, slug)
        is_draft = content.shelf.find(record) is not None
        return record in corpus.records or content.place(record).exists() or is_draft

    record = RecordId(kind, free(slug_of(title), is_taken))
    drafts, who = Drafts(content), current_session().account.email
    draft = drafts.begin(record, who)
    values = Values(
        facts={"updated": str(content.clock().date())},
        words={page_locale(): {"title": title}},
    )
    texts = write_values(kind, values, draft.texts)
    drafts.save(record, texts, version=draft.version, who=who)
    return record


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in set(Kind) else None


def _files(folder: Path, stack: ExitStack) -> Iterator[Arrival]:
    """Give the files of the form; a field that was left empty is none."""
    for each in request.files.getlist("files"):
        if each.filename:
            yield _arrival(each, folder, stack)


def _arrival(sent: FileStorage, folder: Path, stack: ExitStack) -> Arrival:
    name = getattr(sent.stream, "name", None)
    if isinstance(name, str) and Path(name).parent == folder:
        path = Path(name)
        sent.stream.flush()
    else:
        kept = _temporary(folder, stack)
        sent.save(kept)
        kept.flush()
        path = Path(kept.name)
    return Arrival(path, sent.filename or "", path.stat().st_size)


def _pasted(folder: Path, stack: ExitStack) -> Iterator[Arrival]:
    """Give the web page that was pasted, as a file."""
    text = request.form.get("html", "")
    if not text.strip():
        return
    content = text.encode("utf-8", "replace")
    kept = _temporary(folder, stack)
    kept.write(content)
    kept.flush()
    name = safe_name(f"{_title_of(text) or _('web page')}.html")
    yield Arrival(Path(kept.name), name, len(content))


def _title_of(html: str) -> str:
    found = BeautifulSoup(html[:MAX_TITLE_LOOKED_FOR], "html.parser").find("title")
    return " ".join(found.get_text().split())[:100] if found is not None else ""


def _temporary(folder: Path, stack: ExitStack) -> IO[bytes]:
    kept = tempfile.NamedTemporaryFile(dir=folder, prefix=ARRIVING)  # noqa: SIM115  # closed by the stack
    return cast("IO[bytes]", stack.enter_context(kept))


def _page(error: str = "", *, blank_error: str = "") -> str:
    instance = services().settings.locations.instance
    starter().see_to()
    return render_template(
        "staff/add.html",
        error=error,
        blank_error=blank_error,
        html=request.form.get("html", ""),
        title=request.form.get("title", ""),
        kind=request.form.get("kind", ""),
        kinds=[(kind.value, str(label)) for kind, label in KINDS.items()],
        tasks=recent_tasks(Inbox(instance)),
        most_each=MAX_FILE_BYTES // MEGABYTE,
        most_together=MAX_REQUEST_BYTES // MEGABYTE,
        most_files=MAX_FILES,
        most_each_bytes=MAX_FILE_BYTES,
        most_together_bytes=MAX_REQUEST_BYTES,
        most_pasted=MAX_PASTED_BYTES // MEGABYTE,
    )
