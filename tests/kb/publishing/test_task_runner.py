"""What was sent is read once, whatever happens meanwhile."""

from __future__ import annotations

import dataclasses
import datetime as dt
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
from kb.publishing.drafts.draft_editor import DraftEditor, listed_files
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions import file_extraction as readings
from kb.publishing.extractions.extraction_store import ExtractionStore, extraction_key
from kb.publishing.imports import importer as adding
from kb.publishing.imports.inbox import (
    ARRIVING,
    KEPT_DAYS,
    MAX_FILE_BYTES,
    Inbox,
    UploadedFile,
    upload_display_name,
)
from kb.publishing.imports.task_runner import (
    BUSY,
    MAX_ATTEMPTS,
    run_pending_tasks,
)
from kb.publishing.imports.tasks import FileState, Task
from kb.publishing.imports.worker_launcher import WORKER_MODULE, WorkerLauncher
from kb.publishing.imports.worker_process import audit_logger
from tests.support.builders import Workspace
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
    """Send files, as the form does."""
    inbox = Inbox(workspace.locations.instance)
    arrivals = []
    for name, content in files:
        path = workspace.root / f"arrived-{secrets.token_hex(8)}"
        path.write_bytes(content)
        arrivals.append(UploadedFile(path, name, len(content)))
    return inbox.add(
        arrivals, by="lea@example.org", at=at, locale=Locale.FR, draft=draft
    )


def read(workspace: Workspace) -> int:
    """Read what waits."""
    return run_pending_tasks(workspace.locations, clock=lambda: NOW)


def states(workspace: Workspace, task: Task) -> list[FileState]:
    """Give what became of each file."""
    found = Inbox(workspace.locations.instance).load(task.id)
    return [each.state for each in found.files]


def reports() -> list[tuple[str, bytes]]:
    """Make three reports and something that is none."""
    other = a_pdf(("Deliverable D9.8", "# Another report"), FINDINGS)
    third = a_pdf(("Deliverable D9.7", "# A third report"), COVER, FINDINGS)
    return [
        ("one.pdf", a_report()),
        ("two.pdf", other),
        ("empty.pdf", b""),
        ("three.pdf", third),
    ]


def test_files_are_kept_under_numbers_that_nobody_else_may_open(
    workspace: Workspace,
) -> None:
    """What a file was called is data, and leads nowhere."""
    name = "../../etc/<b>passwd</b>\u202egnp.pdf"

    task = send(workspace, (name, a_report()))

    folder = workspace.locations.instance / "uploads"
    names = {each.name for each in (folder / task.id).iterdir()}
    assert names == {"1", "task.json"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / task.id / "task.json").stat().st_mode) == 0o600
    assert task.files[0].name == "b>\u202egnp.pdf"


def test_each_file_says_what_became_of_it(workspace: Workspace) -> None:
    """Those that can be read are drafts, and their uploads are gone."""
    task = send(workspace, *reports())

    assert read(workspace) == 1

    inbox = Inbox(workspace.locations.instance)
    done = inbox.load(task.id)
    assert [each.state for each in done.files] == [
        FileState.DRAFTED,
        FileState.DRAFTED,
        FileState.REFUSED,
        FileState.DRAFTED,
    ]
    assert done.files[0].owner == "d9.9"
    assert str(done.files[2].message).startswith("it is empty")
    assert not any(inbox.path(done, each).exists() for each in done.files)


def test_proposals_are_found_and_none_is_a_draft_yet(workspace: Workspace) -> None:
    """Nothing is kept without a gesture."""
    task = send(workspace, ("D9.9 report.pdf", a_report()))

    read(workspace)

    sha256 = Inbox(workspace.locations.instance).load(task.id).files[0].sha256
    found = ExtractionStore(workspace.locations.instance).load(extraction_key(sha256))
    records = [
        draft.record
        for draft in DraftEditor(open_repository(workspace.locations)).all()
    ]
    assert len(found.proposals) == 2
    assert found.proposals[0].page == 3
    assert found.card.pages == 3
    assert found.name == "D9.9 report.pdf"
    assert records == [RecordId(Kind.DELIVERABLE, "d9.9")]


def test_a_name_tells_nothing_but_how_the_draft_is_called(workspace: Workspace) -> None:
    """The type is told by what is in the file; the name stays as it was sent."""
    task = send(workspace, ("C:\\Users\\Léa\\rapport fin.pdf", a_report()))

    read(workspace)

    folder = workspace.locations.drafts / "d9.9/deliverables/d9.9/files"
    assert [each.name for each in folder.iterdir()] == ["rapport fin.pdf"]
    assert task.files[0].name == "rapport fin.pdf"


@pytest.mark.parametrize("step", range(9))
def test_a_reading_cut_short_at_any_step_is_finished_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Each file is read, each is one draft, and none is half of one."""
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
                read(workspace)
    read(workspace)

    drafts = DraftEditor(open_repository(workspace.locations)).all()
    assert states(workspace, task) == [
        FileState.DRAFTED,
        FileState.DRAFTED,
        FileState.REFUSED,
        FileState.DRAFTED,
    ]
    assert sorted(each.record.slug for each in drafts) == ["d9.7", "d9.8", "d9.9"]


def test_a_file_at_which_reading_breaks_off_again_and_again_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps no other from being read."""
    task = send(workspace, *reports()[:2])

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(readings, "find_proposals", die)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                read(workspace)
    read(workspace)

    assert states(workspace, task) == [FileState.REFUSED, FileState.DRAFTED]


def test_one_reads_another_waits_and_a_third_leaves_it_to_them(
    workspace: Workspace,
) -> None:
    """However many files are sent at once, one process is at work."""
    inbox = Inbox(workspace.locations.instance)
    task = send(workspace, ("one.pdf", a_report()))
    waits = FileLock(inbox.folder / ".next.lock")

    with waits:
        assert read(workspace) == 0
        assert states(workspace, task) == [FileState.WAITING]

    with inbox.worker_lock() as is_ours:
        assert is_ours
        assert inbox.is_worker_running()
    assert not inbox.is_worker_running()


def test_what_comes_while_one_reads_is_read_too(workspace: Workspace) -> None:
    """Whoever reads looks again before it ends."""
    first = send(workspace, ("one.pdf", a_report()))
    second = send(workspace, *reports()[1:2], at=NOW + dt.timedelta(seconds=1))

    assert read(workspace) == 2

    assert states(workspace, first) == states(workspace, second) == [FileState.DRAFTED]


def test_a_reading_that_can_not_be_is_put_off_and_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody adds by the command line: the file waits, and is read when asked."""
    monkeypatch.setattr(adding, "LOCK_WAIT_S", 0.0)
    task = send(workspace, ("one.pdf", a_report()))
    inbox = Inbox(workspace.locations.instance)
    workspace.locations.drafts.mkdir(parents=True)

    with FileLock(workspace.locations.drafts / ".lock"):
        read(workspace)

    put_off = inbox.load(task.id)
    assert str(put_off.note).startswith("somebody else is adding")
    assert put_off.files[0].attempts == 0

    inbox.retry(task.id)
    read(workspace)

    assert states(workspace, task) == [FileState.DRAFTED]
    assert inbox.load(task.id).note is None


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    workspace: Workspace,
) -> None:
    """The others go in."""
    path = workspace.root / "large"
    path.write_bytes(b"%PDF")
    inbox = Inbox(workspace.locations.instance)
    arrivals = [UploadedFile(path, "large.pdf", MAX_FILE_BYTES + 1)]

    task = inbox.add(arrivals, by="lea", at=NOW, locale=Locale.EN)

    assert task.files[0].state is FileState.REFUSED
    assert not inbox.path(task, task.files[0]).exists()


def test_old_tasks_and_what_was_never_received_are_forgotten(
    workspace: Workspace,
) -> None:
    """Nothing fills the disk."""
    old = send(workspace, ("one.pdf", a_report()))
    read(workspace)
    inbox = Inbox(workspace.locations.instance)
    left = inbox.folder / f"{ARRIVING}left"
    left.write_bytes(b"half")

    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=KEPT_DAYS + 400)
    send(workspace, ("two.pdf", b"x"), at=later)

    assert not left.exists()
    with pytest.raises(NotFoundError):
        inbox.load(old.id)


@pytest.mark.parametrize("task_id", ["", "..", "../drafts", "0" * 15, "é" * 16])
def test_no_id_of_a_task_leads_elsewhere(workspace: Workspace, task_id: str) -> None:
    """Addresses are typed by anybody."""
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
def test_names_are_shown_without_folders(given: str, shown: str) -> None:
    """Some browsers send where a file lay."""
    assert upload_display_name(given) == shown


def test_a_damaged_task_is_no_task(workspace: Workspace) -> None:
    """It takes no other down."""
    task = send(workspace, ("one.pdf", a_report()))
    inbox = Inbox(workspace.locations.instance)
    path: Path = inbox.folder / task.id / "task.json"
    path.write_text("{", "utf-8")

    assert inbox.all() == ()
    assert read(workspace) == 0


def test_a_process_of_its_own_reads_what_waits(workspace: Workspace) -> None:
    """As the service starts it."""
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


class CountingStarter(WorkerLauncher):
    """Counts how often a process would be started."""

    started = 0

    def start(self) -> None:
        """Count it."""
        self.started += 1


def test_what_was_left_is_gone_on_with_when_somebody_looks(
    workspace: Workspace,
) -> None:
    """But not while it is being read, nor when it was put off or is done."""
    starter = CountingStarter(workspace.locations)
    inbox = Inbox(workspace.locations.instance)
    starter.restart_if_needed()
    assert starter.started == 0

    task = send(workspace, ("one.pdf", a_report()))
    with inbox.worker_lock():
        starter.restart_if_needed()
    assert starter.started == 0
    starter.restart_if_needed()
    assert starter.started == 1

    inbox.save(dataclasses.replace(task, note=BUSY))
    starter.restart_if_needed()
    assert starter.started == 1


def a_scan(folder: Path, *, has_text_too: bool = False) -> bytes:
    """Make a PDF whose page is a picture, beside one of letters when asked."""

    def page(canvas: Canvas) -> None:
        lines(canvas, wrapped(WORDS, size=14), size=14)

    drawn = save_pdf(folder / "drawn.pdf", [page])
    pages: list[Draw] = (
        [page, picture_of(drawn)] if has_text_too else [picture_of(drawn)]
    )
    return save_pdf(folder / "scan.pdf", pages).read_bytes()


@needs_tesseract
def test_a_file_of_pictures_waits_to_be_recognised(workspace: Workspace) -> None:
    """It is kept, and becomes a draft when somebody asks."""
    task = send(workspace, ("scan.pdf", a_scan(workspace.root)))
    inbox = Inbox(workspace.locations.instance)
    read(workspace)
    assert states(workspace, task) == [FileState.NEEDS_OCR]
    assert inbox.path(task, task.files[0]).exists()

    inbox.retry_with_ocr(task.id, 1)
    read(workspace)

    assert states(workspace, task) == [FileState.DRAFTED]
    assert not inbox.path(task, task.files[0]).exists()
    with pytest.raises(NotFoundError):
        inbox.retry_with_ocr(task.id, 1)


@needs_tesseract
def test_pictures_in_a_file_that_is_there_are_recognised(workspace: Workspace) -> None:
    """What was found in it says so; its draft stays the one that it was."""
    content = a_scan(workspace.root, has_text_too=True)
    first = send(workspace, ("report.pdf", content))
    read(workspace)
    drafts = DraftEditor(open_repository(workspace.locations))
    (draft,) = drafts.all()
    path = workspace.root / "again"
    path.write_bytes(content)
    arrivals = [UploadedFile(path, "report.pdf", len(content))]
    inbox = Inbox(workspace.locations.instance)

    again = inbox.add(arrivals, by="lea", at=NOW, locale=Locale.FR, ocr=True)
    read(workspace)

    assert states(workspace, first) == [FileState.DRAFTED]
    (file,) = inbox.load(again.id).files
    assert file.state is FileState.RECOGNISED
    card = (
        ExtractionStore(workspace.locations.instance)
        .load(extraction_key(file.sha256))
        .card
    )
    assert card.recognised_pages == (2,)
    assert drafts.all() == (draft,)


@needs_tesseract
def test_what_is_recognised_of_a_published_file_is_searched(
    workspace: Workspace,
) -> None:
    """Nobody has to rebuild the index."""
    content = a_scan(workspace.root, has_text_too=True)
    workspace.add_file(content, "scan.pdf")
    texts = open_texts(workspace.locations)
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus(), texts=texts)
    (file,) = workspace.corpus().records[D91].files  # type: ignore[attr-defined]  # a deliverable
    path = workspace.root / "again"
    path.write_bytes(content)
    arrivals = [UploadedFile(path, "scan.pdf", len(content))]
    inbox = Inbox(workspace.locations.instance)

    inbox.add(arrivals, by="lea", at=NOW, locale=Locale.EN, ocr=True)
    read(workspace)

    reading = texts.known(file)
    assert reading is not None
    assert {block.page for block in reading.document.blocks} == {1, 2}
    change = update(engine, workspace.corpus, texts=texts)
    assert change.type is ChangeType.NOTHING
    assert pending_changes(engine.status(), workspace.corpus()) == 1


def test_a_file_for_a_draft_is_put_into_it_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut short right after it was put there, it is not put there again."""
    drafts = DraftEditor(open_repository(workspace.locations))
    drafts.begin(D91, "lea@example.org")
    task = send(workspace, ("more.md", b"# More\n\nWords about lamps.\n"), draft=D91)
    keep = Inbox.save

    def killed(inbox: Inbox, task: Task) -> None:
        if task.files[0].state is FileState.ATTACHED:
            raise KeyboardInterrupt
        keep(inbox, task)

    monkeypatch.setattr(Inbox, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        read(workspace)
    assert "more.md" in drafts.load(D91).files

    monkeypatch.setattr(Inbox, "save", keep)
    read(workspace)

    assert states(workspace, task) == [FileState.ATTACHED]
    names = [each.get("name") for each in listed_files(drafts.load(D91))]
    assert names.count("more.md") == 1


def test_a_file_for_a_draft_that_is_gone_is_refused(workspace: Workspace) -> None:
    """Somebody threw the draft away while the file waited."""
    drafts = DraftEditor(open_repository(workspace.locations))
    drafts.begin(D91, "lea@example.org")
    task = send(workspace, ("more.md", b"# More\n\nWords about lamps.\n"), draft=D91)
    drafts.discard(D91, "paul@example.org")

    read(workspace)

    assert states(workspace, task) == [FileState.REFUSED]


def test_the_log_says_that_a_file_was_put_in_its_place(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the name of who sent it, once; without a log, the file is there as well."""
    drafts = DraftEditor(open_repository(workspace.locations))
    drafts.begin(D91, "lea@example.org")
    instance = workspace.locations.instance
    tell = audit_logger(instance / "staff.db")
    send(workspace, ("one.md", b"# One\n\nWords about lamps.\n"), draft=D91)
    run_pending_tasks(workspace.locations, listener=tell)
    assert "not in the audit log: file-attached deliverables/d9.1" in caplog.text
    (instance / "staff.db").unlink()
    state = a_state(instance)

    both = [("empty.md", b""), ("two.md", b"# Two\n\nMore words about lamps.\n")]
    send(workspace, *both, draft=D91)
    run_pending_tasks(workspace.locations, listener=audit_logger(instance / "staff.db"))

    assert {"one.md", "two.md"} <= set(drafts.load(D91).files)
    lines = [
        (each.actor, each.action, each.detail) for each in state.audit.newest(limit=9)
    ]
    assert lines == [("lea@example.org", "file-attached", "two.md")]
    state.close()


def test_the_project_on_the_cover_is_proposed_and_a_number_is_none(
    workspace: Workspace,
) -> None:
    """A citation names the project; the number of a grant says nothing to a reader."""
    named = a_pdf(("Deliverable D9.6", "# One", "Project: Lanterns for all"), FINDINGS)
    numbered = a_pdf(
        ("Deliverable D9.7", "# Two", "Grant Agreement No 700281"), FINDINGS, COVER[1:]
    )
    send(workspace, ("one.pdf", named), ("two.pdf", numbered))

    read(workspace)

    drafts = DraftEditor(open_repository(workspace.locations))
    first, second = (
        drafts.load(RecordId(Kind.DELIVERABLE, slug)).texts["record.yaml"]
        for slug in ("d9.6", "d9.7")
    )
    assert '\nproject: "Lanterns for all"\n' in first
    assert "\nproject:" not in second
    assert "700281" in second
