"""Interrupts a change at each of its steps (kill, failed write), and checks the result.

Run as a module: each scenario needs processes without an audit hook.
"""

import errno
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from indexer import files
from indexer.corpus.corpus_reader import CorpusReader
from indexer.corpus.originals import sha256_of
from indexer.model.ids import Kind, RecordId
from kb.publishing.changes import journal
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import PublishingError
from kb.publishing.history import history
from kb.publishing.history.history_entries import ChangeSide, HistoryAction
from kb.publishing.published.bulk_changes import (
    BulkAct,
    BulkChange,
    BulkChanges,
    BulkPlan,
)
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.publishing.storage import folders
from kb.publishing.storage import folders as steps
from kb.publishing.storage.folders import STAGING_FOLDER
from tests.support.builders import Workspace, a_workspace

ACTOR = "ada@example.org"
EVENT = RecordId(Kind.EVENT, "w9")
PRACTICE = RecordId(Kind.PRACTICE, "newtown-lamps")
OTHER = RecordId(Kind.PRACTICE, "half-written")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")

TYPED = "Encore un mot."
"""What is typed into a draft: no act loses it."""

WATCHED = {
    "open",
    "os.rename",
    "os.mkdir",
    "os.link",
    "os.remove",
    "os.rmdir",
    "sqlite3.connect",
    "os.chmod",
    "kb.fsync",
    "kb.exchange",
}
NEED_ROOM = {"open", "os.mkdir", "os.link", "sqlite3.connect", "kb.fsync"}
NEED_RIGHTS = {*NEED_ROOM, "os.rename", "kb.exchange"}

DONE = 0
REFUSED = 1
WITHOUT_MESSAGE = 3
DONE_ALL_THE_SAME = 2

Act = Callable[[Repository], object]
Tree = dict[str, bytes]


def edited(repository: Repository) -> None:
    """Create an edited draft of a published event."""
    drafts = DraftEditor(repository)
    draft = drafts.begin(EVENT, ACTOR)
    texts = {**draft.texts, "fr.md": draft.texts["fr.md"] + f"\n{TYPED}\n"}
    drafts.save(EVENT, texts, version=draft.version, actor=ACTOR)


def discarded(repository: Repository) -> None:
    """Discard an edited draft."""
    edited(repository)
    DraftEditor(repository).discard(EVENT, ACTOR)


def with_file(repository: Repository) -> None:
    """Add an original to the deliverable."""
    workspace = Workspace(repository.locations.documents.parent)
    workspace.add_file(b"# Report", "report.md")
    (workspace.root / "new.md").write_bytes(b"# Another report")


def with_draft(repository: Repository) -> None:
    """Create a draft of the deliverable, which has an original."""
    with_file(repository)
    DraftEditor(repository).begin(DELIVERABLE, ACTOR)


def deleted(repository: Repository) -> None:
    """Delete the event that other records link to."""
    Trash(repository).delete(EVENT, actor=ACTOR)


def _delete_both(repository: Repository) -> BulkPlan:
    change = BulkChange(BulkAct.DELETE)
    return BulkChanges(repository).apply(change, [EVENT, PRACTICE], {}, actor=ACTOR)


def both_deleted(repository: Repository) -> None:
    """Delete the event and a practice that links to it in one transaction."""
    _delete_both(repository)


def recorded(repository: Repository) -> None:
    """Record all records in the history."""
    ExternalEditDetector(repository).record_edits()


def _last(repository: Repository) -> int:
    return repository.history.changes(EVENT)[0].number


def _replace(repository: Repository) -> None:
    path = repository.locations.documents.parent / "new.md"
    Publisher(repository).replace_file(DELIVERABLE, "report.md", path, actor=ACTOR)


def _attach(repository: Repository) -> None:
    path = repository.locations.documents.parent / "new.md"
    facts = {"sha256": sha256_of(path)}
    DraftEditor(repository).attach(
        DELIVERABLE, path, name="new.md", facts=facts, actor=ACTOR
    )


def _save(repository: Repository) -> None:
    drafts = DraftEditor(repository)
    draft = drafts.load(EVENT)
    replaced = draft.texts["fr.md"].replace(TYPED, "Fin.")
    texts = {**draft.texts, "fr.md": replaced, "en.md": ""}
    drafts.save(EVENT, texts, version=draft.version, actor=ACTOR)


SCENARIOS: dict[str, tuple[Act, Act]] = {
    "save": (edited, _save),
    "publish": (edited, lambda h: Publisher(h).publish(EVENT, actor=ACTOR)),
    "withdraw": (recorded, lambda h: Publisher(h).withdraw(EVENT, actor=ACTOR)),
    "replace": (with_file, _replace),
    "delete": (recorded, lambda h: Trash(h).delete(EVENT, actor=ACTOR)),
    "restore": (
        deleted,
        lambda h: Trash(h).restore(Trash(h).all()[0].transaction, actor=ACTOR),
    ),
    "bulk-delete": (recorded, _delete_both),
    "restore-batch": (
        both_deleted,
        lambda h: Trash(h).restore_batch(Trash(h).all()[0].batch, actor=ACTOR),
    ),
    "merge": (recorded, lambda h: Trash(h).merge(OTHER, PRACTICE, actor=ACTOR)),
    "bring-back": (
        deleted,
        lambda h: Publisher(h).revert(_last(h), ChangeSide.BEFORE, actor=ACTOR),
    ),
    "attach": (with_draft, _attach),
    "discard": (edited, lambda h: DraftEditor(h).discard(EVENT, ACTOR)),
    "restore-draft": (
        discarded,
        lambda h: Trash(h).restore_draft(Trash(h).all()[0].transaction, actor=ACTOR),
    ),
}


def tree(root: Path) -> Tree:
    """Return the visible files of a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not _is_hidden(path.relative_to(root))
    }


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def visible_state(repository: Repository) -> tuple[Tree, Tree, list[tuple[str, str]]]:
    """Return the visible files of content and drafts, and the history entries."""
    entries = [
        (each.entry.action.value, str(each.entry.record))
        for each in repository.history.changes(limit=1000)
        if each.entry.action is not HistoryAction.FIRST_SEEN
    ]
    return (
        tree(repository.locations.documents),
        tree(repository.locations.drafts),
        entries,
    )


class Tripwire:
    """Counts the steps of a change, and interrupts one of them, or all from it on."""

    def __init__(self, at: int, how: str) -> None:
        self.at = at
        self.how = how
        self.count = 0
        self.is_armed = False

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """Count an audit event, and interrupt it when its number is reached."""
        if not self.is_armed or event not in WATCHED:
            return
        if event == "open" and not _is_for_writing(args):
            return
        if event not in _COUNTED[self.how]:
            return
        self.count += 1
        if self.how == "kill" and self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "refuse-once" and self.count == self.at:
            raise OSError(errno.EACCES, "Permission denied", str(args[0]))
        if self.how == "full" and self.count >= self.at:
            raise OSError(errno.ENOSPC, "No space left on device", str(args[0]))


_COUNTED = {"kill": WATCHED, "refuse-once": NEED_RIGHTS, "full": NEED_ROOM}


def _is_for_writing(args: tuple[Any, ...]) -> bool:
    flags = args[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def audit_steps() -> None:
    """Raise audit events for calls that Python has no audit event for."""
    for module, name in (
        (files, "fsync"),
        (folders, "fsync"),
        (journal, "fsync"),
        (history, "fsync"),
        (steps, "exchange"),
    ):
        setattr(module, name, _audited(name, getattr(module, name)))


def _audited(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def audited(*args: Any) -> Any:
        sys.audit(f"kb.{name}", *args)
        return call(*args)

    return audited


def no_exchange(*_: object) -> bool:
    """Simulate a system without `renameat2`."""
    return False


def in_child(act: Callable[[], int]) -> int:
    """Run a function in a child process, and return its exit code."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = act()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def act_interrupted(tripwire: Tripwire, act: Act, repository: Repository) -> int:
    """Run a change with a tripwire, and return an exit code."""
    sys.addaudithook(tripwire.hook)
    tripwire.is_armed = True
    try:
        act(repository)
    except PublishingError as error:
        tripwire.is_armed = False
        return REFUSED if str(error.message) else WITHOUT_MESSAGE
    tripwire.is_armed = False
    return DONE if tripwire.count < tripwire.at else DONE_ALL_THE_SAME


def run(name: str, how: str) -> int:
    """Interrupt a scenario at every step, and return the number of steps."""
    prepare, act = SCENARIOS[name]
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "start"
        workspace = a_workspace(start)
        prepare(open_repository(workspace.locations))
        old = visible_state(open_repository(workspace.locations))
        new = _expected(start, Path(folder) / "complete", act)
        assert old != new
        step = 0
        while True:
            step += 1
            interrupted = Path(folder) / "interrupted"
            shutil.copytree(start, interrupted)
            code = in_child(
                lambda at=step, root=interrupted: act_interrupted(  # type: ignore[misc]
                    Tripwire(at, how), act, open_repository(Workspace(root).locations)
                )
            )
            _check(Workspace(interrupted), old, new, code, f"{name}: {how} at {step}")
            shutil.rmtree(interrupted)
            if code == DONE:
                return step


def _expected(start: Path, interrupted: Path, act: Act) -> tuple[Tree, Tree, Any]:
    shutil.copytree(start, interrupted)
    repository = open_repository(Workspace(interrupted).locations)
    act(repository)
    return visible_state(open_repository(Workspace(interrupted).locations))


def _check(workspace: Workspace, old: Any, new: Any, code: int, where: str) -> None:
    assert code in {DONE, REFUSED, DONE_ALL_THE_SAME, -signal.SIGKILL}, (
        where,
        code,
    )
    if code == REFUSED:
        # After an error, nothing has changed, even before a recovery.
        assert _same(visible_state(open_repository(workspace.locations)), old), where
    repository = open_repository(workspace.locations)
    recover(repository)
    repository.draft_folders.delete_empty()
    final = visible_state(repository)
    assert _same(final, old) or _same(final, new), where
    assert not _has_typed(*old[:2]) or _is_kept(repository), where
    assert code not in {DONE, DONE_ALL_THE_SAME} or _same(final, new), where
    assert not list(repository.journal.folder.glob("*.json")), where
    for root in (workspace.documents, workspace.locations.instance):
        assert not (root / STAGING_FOLDER).exists(), where
    CorpusReader(workspace.documents).read()
    for change in repository.history.changes(limit=1000):
        for state in (change.entry.before, change.entry.after):
            if state is not None:
                repository.history.contents(state)


def _has_typed(*trees: Tree) -> bool:
    return any(TYPED.encode() in text for tree in trees for text in tree.values())


def _is_kept(repository: Repository) -> bool:
    """Return whether what was typed is in a record, or can be brought back."""
    locations = repository.locations
    folders = (locations.documents, locations.drafts, Trash(repository).folder)
    saves = repository.revisions.of(EVENT)
    return _has_typed(*map(tree, folders)) or any(
        TYPED in str(value) for save in saves for value in save.values.values()
    )


def recover(repository: Repository) -> None:
    """Finish interrupted transactions."""
    with repository.journal.lock():
        pass


def _same(one: Any, other: Any) -> bool:
    return _unordered(one) == _unordered(other)


def _unordered(state: tuple[Tree, Tree, Any]) -> tuple[Tree, list[str], Any]:
    content, drafts, entries = state
    return content, sorted(drafts), entries


if __name__ == "__main__":
    audit_steps()
    if "no-exchange" in sys.argv:
        setattr(steps, "exchange", _audited("exchange", no_exchange))  # noqa: B010  # imported there
    sys.stdout.write(f"{run(sys.argv[1], sys.argv[2])}\n")
