"""Tests of import tasks: queue, worker, retries, OCR."""

import dataclasses
import datetime as dt
import os
import secrets
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from reportlab.pdfgen.canvas import Canvas

from indexer.model.ids import Kind, Locale, RecordId
from indexer.pipeline import (
    ChangeType,
    open_stored_engine,
    open_texts,
    pending_changes,
    rebuild,
    update,
)
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft import listed_files
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import ExtractionStore, extraction_key
from kb.publishing.imports import file_extraction, importer
from kb.publishing.imports.inbox import (
    ARRIVING,
    MAX_FILE_BYTES,
    RETENTION_DAYS,
    FileState,
    Inbox,
    Task,
    UploadedFile,
    upload_display_name,
)
from kb.publishing.imports.worker_launcher import WORKER_MODULE, WorkerLauncher
from kb.publishing.imports.worker_process import (
    BUSY,
    MAX_ATTEMPTS,
    audit_logger,
    run_pending_tasks,
)
from tests.support.builders import Workspace
from tests.support.matrix import matrix
from tests.support.pdfs import Draw, lines, picture_of, save_pdf, wrapped
from tests.support.reports import COVER, FINDINGS, a_pdf, a_report
from tests.support.staff import a_state

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="needs tesseract"
)
D91 = RecordId(Kind.DELIVERABLE, "d9.1")
WORDS = (
    "The lamplighters walk every evening through the district, and they write down "
    "which of the lanterns have gone out. Residents are told of it by letter."
)
NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)


def send(
    workspace: Workspace,
    *files: tuple[str, bytes],
    at: dt.datetime = NOW,
    draft: RecordId | None = None,
) -> Task:
    """Queue an upload, as the form does."""
    inbox = Inbox(workspace.locations.instance)
    uploads = []
    for name, content in files:
        path = workspace.root / f"arrived-{secrets.token_hex(8)}"
        path.write_bytes(content)
        uploads.append(UploadedFile(path, name, len(content)))
    return inbox.add(
        uploads, by="lea@example.org", at=at, locale=Locale.FR, draft=draft
    )


def run_tasks(workspace: Workspace) -> int:
    """Run the waiting tasks."""
    return run_pending_tasks(workspace.locations, clock=lambda: NOW)


def states(workspace: Workspace, task: Task) -> list[FileState]:
    """Return the state of each file."""
    loaded = Inbox(workspace.locations.instance).load(task.id)
    return [each.state for each in loaded.files]


def reports() -> list[tuple[str, bytes]]:
    """Return three reports and an unreadable file."""
    other = a_pdf(("Deliverable D9.8", "# Another report"), FINDINGS)
    third = a_pdf(("Deliverable D9.7", "# A third report"), COVER, FINDINGS)
    return [
        ("one.pdf", a_report()),
        ("two.pdf", other),
        ("empty.pdf", b""),
        ("three.pdf", third),
    ]


def test_uploads_are_stored_privately_under_numbers(workspace: Workspace) -> None:
    """The name of an upload is never used as a path."""
    name = "../../etc/<b>passwd</b>\u202egnp.pdf"

    task = send(workspace, (name, a_report()))

    folder = workspace.locations.instance / "uploads"
    names = {each.name for each in (folder / task.id).iterdir()}
    assert names == {"1", "task.json"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / task.id / "task.json").stat().st_mode) == 0o600
    assert task.files[0].name == "b>\u202egnp.pdf"


def test_each_file_has_a_final_state(workspace: Workspace) -> None:
    """Uploads of drafted files are deleted."""
    task = send(workspace, *reports())

    assert run_tasks(workspace) == 1

    inbox = Inbox(workspace.locations.instance)
    loaded = inbox.load(task.id)
    assert [each.state for each in loaded.files] == [
        FileState.DRAFTED,
        FileState.DRAFTED,
        FileState.REFUSED,
        FileState.DRAFTED,
    ]
    assert loaded.files[0].owner == "d9.9"
    assert str(loaded.files[2].message).startswith("it is empty")
    assert not any(inbox.path(loaded, each).exists() for each in loaded.files)


def test_proposals_of_uploads_are_not_drafted(workspace: Workspace) -> None:
    """A person decides on each proposal."""
    task = send(workspace, ("D9.9 report.pdf", a_report()))

    run_tasks(workspace)

    sha256 = Inbox(workspace.locations.instance).load(task.id).files[0].sha256
    loaded = ExtractionStore(workspace.locations.instance).load(extraction_key(sha256))
    records = [
        draft.record
        for draft in DraftEditor(open_repository(workspace.locations)).all()
    ]
    assert len(loaded.proposals) == 2
    assert loaded.proposals[0].page == 3
    assert loaded.card.pages == 3
    assert loaded.name == "D9.9 report.pdf"
    assert records == [RecordId(Kind.DELIVERABLE, "d9.9")]


def test_the_file_type_is_detected_from_content(workspace: Workspace) -> None:
    """The name of the upload is kept."""
    task = send(workspace, ("C:\\Users\\Léa\\rapport fin.pdf", a_report()))

    run_tasks(workspace)

    folder = workspace.locations.drafts / "d9.9/deliverables/d9.9/files"
    assert [each.name for each in folder.iterdir()] == ["rapport fin.pdf"]
    assert task.files[0].name == "rapport fin.pdf"


@pytest.mark.kill
@pytest.mark.parametrize("step", matrix(1, 5, rest=range(9)))
def test_a_killed_worker_is_resumed_at_any_step(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Each file becomes exactly one complete draft."""
    task = send(workspace, *reports())
    save, count = Inbox.save, [0]

    def save_or_die(self: Inbox, task: Task) -> None:
        count[0] += 1
        if count[0] == step + 1:
            raise KeyboardInterrupt
        save(self, task)

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "save", save_or_die)
        if step < 8:
            with pytest.raises(KeyboardInterrupt):
                run_tasks(workspace)
    run_tasks(workspace)

    drafts = DraftEditor(open_repository(workspace.locations)).all()
    assert states(workspace, task) == [
        FileState.DRAFTED,
        FileState.DRAFTED,
        FileState.REFUSED,
        FileState.DRAFTED,
    ]
    assert sorted(each.record.slug for each in drafts) == ["d9.7", "d9.8", "d9.9"]


@pytest.mark.load
def test_a_file_that_crashes_the_worker_repeatedly_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other files of the task are read."""
    task = send(workspace, *reports()[:2])

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(file_extraction, "find_proposals", die)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                run_tasks(workspace)
    run_tasks(workspace)

    assert states(workspace, task) == [FileState.REFUSED, FileState.DRAFTED]


def test_one_worker_runs_and_one_waits(workspace: Workspace) -> None:
    """A third worker returns at once."""
    inbox = Inbox(workspace.locations.instance)
    task = send(workspace, ("one.pdf", a_report()))
    waiting = FileLock(inbox.folder / ".next.lock")

    with waiting:
        assert run_tasks(workspace) == 0
        assert states(workspace, task) == [FileState.WAITING]

    with inbox.worker_lock() as is_ours:
        assert is_ours
        assert inbox.is_worker_running()
    assert not inbox.is_worker_running()


def test_tasks_added_during_a_run_are_run_too(workspace: Workspace) -> None:
    """The worker lists the tasks again before it ends."""
    first = send(workspace, ("one.pdf", a_report()))
    second = send(workspace, *reports()[1:2], at=NOW + dt.timedelta(seconds=1))

    assert run_tasks(workspace) == 2

    assert states(workspace, first) == states(workspace, second) == [FileState.DRAFTED]


def test_a_locked_import_postpones_the_task(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task has a note, and is run on request."""
    monkeypatch.setattr(importer, "LOCK_WAIT_S", 0.0)
    task = send(workspace, ("one.pdf", a_report()))
    inbox = Inbox(workspace.locations.instance)
    workspace.locations.drafts.mkdir(parents=True)

    with FileLock(workspace.locations.drafts / ".lock"):
        run_tasks(workspace)

    postponed = inbox.load(task.id)
    assert str(postponed.note).startswith("somebody else is adding")
    assert postponed.files[0].attempts == 0

    inbox.retry(task.id)
    run_tasks(workspace)

    assert states(workspace, task) == [FileState.DRAFTED]
    assert inbox.load(task.id).note is None


def test_a_too_large_file_is_refused(workspace: Workspace) -> None:
    """The other files of the upload are read."""
    path = workspace.root / "large"
    path.write_bytes(b"%PDF")
    inbox = Inbox(workspace.locations.instance)
    uploads = [UploadedFile(path, "large.pdf", MAX_FILE_BYTES + 1)]

    task = inbox.add(uploads, by="lea", at=NOW, locale=Locale.EN)

    assert task.files[0].state is FileState.REFUSED
    assert not inbox.path(task, task.files[0]).exists()


def test_old_tasks_and_partial_uploads_are_deleted(workspace: Workspace) -> None:
    """The disk must not fill up."""
    old = send(workspace, ("one.pdf", a_report()))
    run_tasks(workspace)
    inbox = Inbox(workspace.locations.instance)
    left = inbox.folder / f"{ARRIVING}left"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))

    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=RETENTION_DAYS + 400)
    send(workspace, ("two.pdf", b"x"), at=later)

    assert not left.exists()
    with pytest.raises(NotFoundError):
        inbox.load(old.id)


def test_tasks_and_partial_uploads_of_the_future_are_deleted(
    workspace: Workspace,
) -> None:
    """The clock was ahead when they arrived."""
    now = dt.datetime.now(dt.UTC)
    task = send(workspace, ("one.pdf", a_report()), at=now + dt.timedelta(days=4000))
    run_tasks(workspace)
    inbox = Inbox(workspace.locations.instance)
    left = inbox.folder / f"{ARRIVING}left"
    left.write_bytes(b"half")
    os.utime(left, (now.timestamp() + 90_000,) * 2)
    arriving = inbox.folder / f"{ARRIVING}now"
    arriving.write_bytes(b"half")

    for day in range(RETENTION_DAYS):
        inbox.prune(now + dt.timedelta(days=day))
        assert [each.id for each in inbox.all()] == [task.id]
        if not day:
            assert not left.exists()
            assert arriving.exists()
    inbox.prune(now + dt.timedelta(days=RETENTION_DAYS + 1))

    assert inbox.all() == ()


@pytest.mark.parametrize("task_id", ["", "..", "../drafts", "0" * 15, "é" * 16])
def test_invalid_task_ids_are_not_found(workspace: Workspace, task_id: str) -> None:
    """Task ids come from URLs."""
    with pytest.raises(NotFoundError):
        Inbox(workspace.locations.instance).load(task_id)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\tmp\\report.pdf", "report.pdf"),
        ("/", "?"),
        ("", "?"),
        ("a\udce9.pdf", "a?.pdf"),
        ("x" * 500, "x" * 300),
        ("é" * 4000 + ".html", "é" * 295 + ".html"),
        ("x." + "y" * 500, "x." + "y" * 298),
    ],
)
def test_display_names_have_no_folders(given: str, shown: str) -> None:
    """Some browsers send the path of a file."""
    assert upload_display_name(given) == shown


def test_a_damaged_task_is_not_found(workspace: Workspace) -> None:
    """The other tasks are listed."""
    task = send(workspace, ("one.pdf", a_report()))
    inbox = Inbox(workspace.locations.instance)
    path: Path = inbox.folder / task.id / "task.json"
    path.write_text("{", "utf-8")

    assert inbox.all() == ()
    assert run_tasks(workspace) == 0


@pytest.mark.load
def test_the_worker_module_runs_the_waiting_tasks(workspace: Workspace) -> None:
    """The service starts the module in a subprocess."""
    task = send(workspace, *reports())
    places = workspace.locations
    folders = (places.documents, places.index, places.instance)

    ran = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", WORKER_MODULE, *map(str, folders)],
        check=False,
        capture_output=True,
    )

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert states(workspace, task).count(FileState.DRAFTED) == 3


class CountingLauncher(WorkerLauncher):
    """Counts how often a process would be started."""

    started = 0

    def start(self) -> None:
        """Count it."""
        self.started += 1


def test_restart_if_needed_starts_a_worker_for_waiting_tasks(
    workspace: Workspace,
) -> None:
    """Not while a worker runs, nor for postponed or finished tasks."""
    launcher = CountingLauncher(workspace.locations)
    inbox = Inbox(workspace.locations.instance)
    launcher.restart_if_needed()
    assert launcher.started == 0

    task = send(workspace, ("one.pdf", a_report()))
    with inbox.worker_lock():
        launcher.restart_if_needed()
    assert launcher.started == 0
    launcher.restart_if_needed()
    assert launcher.started == 1

    inbox.save(dataclasses.replace(task, note=BUSY))
    launcher.restart_if_needed()
    assert launcher.started == 1


def a_scan(folder: Path, *, has_text_too: bool = False) -> bytes:
    """Return a PDF with a picture as a page, and a page of text if asked."""

    def page(canvas: Canvas) -> None:
        lines(canvas, wrapped(WORDS, size=14), size=14)

    drawn = save_pdf(folder / "drawn.pdf", [page])
    pages: list[Draw] = (
        [page, picture_of(drawn)] if has_text_too else [picture_of(drawn)]
    )
    return save_pdf(folder / "scan.pdf", pages).read_bytes()


@pytest.mark.load
@needs_tesseract
def test_a_scanned_file_waits_for_a_request_of_ocr(workspace: Workspace) -> None:
    """The upload is kept, and becomes a draft after OCR."""
    task = send(workspace, ("scan.pdf", a_scan(workspace.root)))
    inbox = Inbox(workspace.locations.instance)
    run_tasks(workspace)
    assert states(workspace, task) == [FileState.NEEDS_OCR]
    assert inbox.path(task, task.files[0]).exists()

    inbox.retry_with_ocr(task.id, 1)
    run_tasks(workspace)

    assert states(workspace, task) == [FileState.DRAFTED]
    assert not inbox.path(task, task.files[0]).exists()
    with pytest.raises(NotFoundError):
        inbox.retry_with_ocr(task.id, 1)


@pytest.mark.load
@needs_tesseract
def test_ocr_of_a_known_file_updates_its_extraction(workspace: Workspace) -> None:
    """Its draft is unchanged."""
    content = a_scan(workspace.root, has_text_too=True)
    first = send(workspace, ("report.pdf", content))
    run_tasks(workspace)
    drafts = DraftEditor(open_repository(workspace.locations))
    (draft,) = drafts.all()
    path = workspace.root / "again"
    path.write_bytes(content)
    uploads = [UploadedFile(path, "report.pdf", len(content))]
    inbox = Inbox(workspace.locations.instance)

    second = inbox.add(uploads, by="lea", at=NOW, locale=Locale.FR, ocr=True)
    run_tasks(workspace)

    assert states(workspace, first) == [FileState.DRAFTED]
    (file,) = inbox.load(second.id).files
    assert file.state is FileState.RECOGNISED
    card = (
        ExtractionStore(workspace.locations.instance)
        .load(extraction_key(file.sha256))
        .card
    )
    assert card.recognised_pages == (2,)
    assert drafts.all() == (draft,)


@pytest.mark.load
@needs_tesseract
def test_ocr_of_a_published_file_updates_the_index(workspace: Workspace) -> None:
    """No rebuild is needed."""
    content = a_scan(workspace.root, has_text_too=True)
    workspace.add_file(content, "scan.pdf")
    texts = open_texts(workspace.locations)
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus(), texts=texts)
    (file,) = workspace.corpus().records[D91].files  # type: ignore[attr-defined]  # a deliverable
    path = workspace.root / "again"
    path.write_bytes(content)
    uploads = [UploadedFile(path, "scan.pdf", len(content))]
    inbox = Inbox(workspace.locations.instance)

    inbox.add(uploads, by="lea", at=NOW, locale=Locale.EN, ocr=True)
    run_tasks(workspace)

    reading = texts.known(file)
    assert reading is not None
    assert {block.page for block in reading.document.blocks} == {1, 2}
    change = update(engine, workspace.corpus, texts=texts)
    assert change.type is ChangeType.NOTHING
    assert pending_changes(engine.status(), workspace.corpus()) == 1


@pytest.mark.kill
def test_a_file_is_attached_once_despite_a_kill(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is killed right after the file was attached."""
    drafts = DraftEditor(open_repository(workspace.locations))
    drafts.begin(D91, "lea@example.org")
    task = send(workspace, ("more.md", b"# More\n\nWords about lamps.\n"), draft=D91)
    save = Inbox.save

    def killed(inbox: Inbox, task: Task) -> None:
        if task.files[0].state is FileState.ATTACHED:
            raise KeyboardInterrupt
        save(inbox, task)

    monkeypatch.setattr(Inbox, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        run_tasks(workspace)
    assert "more.md" in drafts.load(D91).files

    monkeypatch.setattr(Inbox, "save", save)
    run_tasks(workspace)

    assert states(workspace, task) == [FileState.ATTACHED]
    names = [each.get("name") for each in listed_files(drafts.load(D91))]
    assert names.count("more.md") == 1


def test_a_file_for_a_discarded_draft_is_refused(workspace: Workspace) -> None:
    """The draft was discarded while the file waited."""
    drafts = DraftEditor(open_repository(workspace.locations))
    drafts.begin(D91, "lea@example.org")
    task = send(workspace, ("more.md", b"# More\n\nWords about lamps.\n"), draft=D91)
    drafts.discard(D91, "paul@example.org")

    run_tasks(workspace)

    assert states(workspace, task) == [FileState.REFUSED]


def test_attached_files_are_in_the_audit_log(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a database, the file is attached all the same."""
    drafts = DraftEditor(open_repository(workspace.locations))
    drafts.begin(D91, "lea@example.org")
    instance = workspace.locations.instance
    listener = audit_logger(instance / "staff.db")
    send(workspace, ("one.md", b"# One\n\nWords about lamps.\n"), draft=D91)
    run_pending_tasks(workspace.locations, listener=listener)
    assert "not in the audit log: file-attached deliverables/d9.1" in caplog.text
    state = a_state(instance)

    both = [("empty.md", b""), ("two.md", b"# Two\n\nMore words about lamps.\n")]
    send(workspace, *both, draft=D91)
    run_pending_tasks(workspace.locations, listener=audit_logger(instance / "staff.db"))

    assert {"one.md", "two.md"} <= set(drafts.load(D91).files)
    lines = [
        (each.actor, each.action, each.detail) for each in state.audit.newest(limit=9)
    ]
    assert lines == [("lea@example.org", "file-attached", "two.md")]


def test_a_grant_number_is_not_a_project_name(workspace: Workspace) -> None:
    """The project of the cover becomes the field `project`."""
    named = a_pdf(("Deliverable D9.6", "# One", "Project: Lanterns for all"), FINDINGS)
    numbered = a_pdf(
        ("Deliverable D9.7", "# Two", "Grant Agreement No 700281"), FINDINGS, COVER[1:]
    )
    send(workspace, ("one.pdf", named), ("two.pdf", numbered))

    run_tasks(workspace)

    drafts = DraftEditor(open_repository(workspace.locations))
    first, second = (
        drafts.load(RecordId(Kind.DELIVERABLE, slug)).texts["record.yaml"]
        for slug in ("d9.6", "d9.7")
    )
    assert '\nproject: "Lanterns for all"\n' in first
    assert "\nproject:" not in second
    assert "700281" in second
