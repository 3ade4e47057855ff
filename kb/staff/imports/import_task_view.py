"""Tasks as pages show them: which file is read, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.readers.sandbox.sandbox import can_recognise
from kb.publishing.extractions.extraction_store import ExtractionStore, extraction_key
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.tasks import FileState, SentFile, Task
from kb.services import services
from kb.staff.accounts.account_view import moment_text
from kb.staff.base.links import draft_title, holder_link
from kb.staff.base.routing import staff_url
from kb.web.file_links import size_text
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l

RECENT = 8

STATES: dict[FileState, tuple[LazyString, str]] = {
    FileState.WAITING: (_l("Waits"), "calendar"),
    FileState.READING: (_l("Being read"), "search"),
    FileState.DRAFTED: (_l("Read"), "check"),
    FileState.ALREADY_THERE: (_l("Already there"), "info"),
    FileState.RECOGNISED: (_l("Pictures recognised"), "check"),
    FileState.REPLACED: (_l("Replaced"), "check"),
    FileState.ATTACHED: (_l("Put into the draft"), "check"),
    FileState.PICTURES: (_l("Pictures only"), "warn"),
    FileState.REFUSED: (_l("Refused"), "warn"),
    FileState.FAILED: (_l("Not kept"), "warn"),
}


GOOD = {
    FileState.DRAFTED,
    FileState.ALREADY_THERE,
    FileState.RECOGNISED,
    FileState.REPLACED,
    FileState.ATTACHED,
}
"""What became of files that are where they were to go."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a task."""

    name: str
    size: str
    state: FileState
    state_label: str
    icon: str
    message: str
    found_url: str
    holder_title: str
    holder_url: str
    wants_recognition: bool
    recognise_url: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task: its files, and how far it is."""

    id: str
    url: str
    by: str
    at: str
    title: str
    progress: str
    rows: tuple[FileRow, ...]
    is_done: bool
    note: str
    turn: str
    can_retry: bool
    done: int
    total: int
    record_url: str
    record_title: str
    is_for_draft: bool


def task_view(inbox: Inbox, task: Task) -> TaskView:
    """Present a task."""
    total = len(task.files)
    done = total - len(task.unfinished)
    return TaskView(
        id=task.id,
        url=staff_url("task_progress", task_id=task.id),
        by=task.by,
        at=moment_text(task.at),
        title=_title(task),
        progress=_progress(task, done),
        rows=tuple(_row(inbox, task, each) for each in task.files),
        is_done=task.is_done,
        note=as_sentence(task.note.text(_)) if task.note is not None else "",
        turn=_turn(inbox, task),
        can_retry=_can_retry(inbox, task),
        done=done,
        total=total,
        record_url=_record_url(task),
        record_title=_record_title(task),
        is_for_draft=task.draft is not None,
    )


def _title(task: Task) -> str:
    total = len(task.files)
    if task.replaces is not None:
        return _("Replace the file %(name)s", name=task.replaces.name)
    if task.draft is not None:
        return _("File for the draft “%(title)s”", title=_record_title(task))
    if any(each.recognises for each in task.files):
        return ngettext("Reading %(num)s file", "Reading %(num)s files", total)
    return ngettext("%(num)s file received", "%(num)s files received", total)


def _record_url(task: Task) -> str:
    if task.record is None:
        return ""
    # Of a draft that is published meanwhile, the page of the draft leads to its record.
    page = "edit_draft" if task.draft is not None else "record_overview"
    return staff_url(page, folder=task.record.kind.folder, slug=task.record.slug)


def _record_title(task: Task) -> str:
    if task.record is None:
        return ""
    title = draft_title(task.record) if task.draft is not None else ""
    return title or holder_link(str(task.record))[0]


def recent_tasks(inbox: Inbox) -> list[TaskView]:
    """Present the newest tasks."""
    return [task_view(inbox, each) for each in inbox.all()[:RECENT]]


def _progress(task: Task, done: int) -> str:
    total = len(task.files)
    if not task.is_done:
        return _("%(done)s of %(total)s done", done=done, total=total)
    good = sum(each.state in GOOD for each in task.files)
    pictures = sum(each.state is FileState.PICTURES for each in task.files)
    bad = total - good - pictures
    parts = []
    if good:
        parts.append(ngettext("%(num)s read", "%(num)s read", good))
    if pictures:
        parts.append(
            ngettext(
                "%(num)s with pictures only", "%(num)s with pictures only", pictures
            )
        )
    if bad:
        parts.append(ngettext("%(num)s refused", "%(num)s refused", bad))
    return ", ".join(parts)


def _turn(inbox: Inbox, task: Task) -> str:
    """Say how many tasks are before this one."""
    if task.is_done or any(each.state is FileState.READING for each in task.files):
        return ""
    before = sum((each.at, each.id) < (task.at, task.id) for each in inbox.waiting())
    if not before:
        return ""
    return ngettext(
        "It is waiting its turn: %(num)s other upload is ahead of it.",
        "It is waiting its turn: %(num)s other uploads are ahead of it.",
        before,
    )


def _can_retry(inbox: Inbox, task: Task) -> bool:
    if task.note is not None and not task.is_done:
        return True
    return any(
        each.state is FileState.FAILED and inbox.path(task, each).exists()
        for each in task.files
    )


def _row(inbox: Inbox, task: Task, file: SentFile) -> FileRow:
    label, icon = STATES[file.state]
    # The page of a task that is for a draft leads there already.
    title, url = holder_link(file.holder if task.draft is None else "")
    key = extraction_key(file.sha256)
    findings = ExtractionStore(services().settings.locations.instance)
    is_found = file.state in GOOD
    is_picture = file.state is FileState.PICTURES
    is_kept = is_picture and inbox.path(task, file).exists()
    has_findings = is_found and findings.has(key)
    is_told = file.message is not None and file.state is not FileState.DRAFTED
    return FileRow(
        name=file.name,
        size=size_text(file.size_bytes, page_locale()),
        state=file.state,
        state_label=str(label),
        icon=icon,
        message=_told(file) if is_told or is_picture else "",
        found_url=staff_url("extraction_review", key=key) if has_findings else "",
        holder_title=title if is_found else "",
        holder_url=url if is_found else "",
        wants_recognition=is_kept and not can_recognise(),
        recognise_url=staff_url(
            "recognise_uploaded_file", task_id=task.id, number=file.number
        )
        if is_kept and can_recognise()
        else "",
    )


def _told(file: SentFile) -> str:
    if file.state is FileState.PICTURES:
        return _(
            "Its pages are pictures, or its letters can’t be read: it has no text."
        )
    return as_sentence(file.message.text(_)) if file.message is not None else ""
