"""Files of a later version are refused with a clear message, and not changed."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from indexer.model.ids import Kind, RecordId
from kb.core.storage_errors import LATER_VERSION
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import HistoryUnreadableError, NewerFormatError
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.imports.inbox import Inbox
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.publishing.storage.folders import NOTES_FILE, folder_state
from tests.kb.publishing.test_stored_formats import EXTRACTION, LEA, SHA256, TASK

EVENT = RecordId(Kind.EVENT, "w9")
KEY = SHA256[:16]
TASK_ID = "0" * 16


def a_newer_file(path: Path, body: Mapping[str, object]) -> bytes:
    """Write a file as a later version would, and return its content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**body, "format": 2, "new": ["words"]}), "utf-8")
    return path.read_bytes()


def set_format(history: Path, number: int) -> None:
    """Set the format of the tables of a history."""
    with closing(sqlite3.connect(history)) as database, database:
        database.execute(f"PRAGMA user_version = {number}")


def test_an_extraction(repository: Repository) -> None:
    """Importing the file again would replace the decisions."""
    store = ExtractionStore(repository.locations.instance)
    path = repository.locations.instance / "findings" / f"{KEY}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(EXTRACTION), "utf-8")
    extraction = store.load(KEY)
    content = a_newer_file(path, EXTRACTION)

    with pytest.raises(NewerFormatError):
        store.load(KEY)
    with pytest.raises(NewerFormatError):
        store.save(extraction)

    assert path.read_bytes() == content


def test_an_import_task(repository: Repository) -> None:
    """The worker leaves the task alone, and its page says why."""
    inbox = Inbox(repository.locations.instance)
    path = inbox.open() / TASK_ID / "task.json"
    content = a_newer_file(path, TASK)

    assert inbox.waiting() == ()
    with pytest.raises(NewerFormatError):
        inbox.retry(TASK_ID)

    assert path.read_bytes() == content


def test_a_draft(repository: Repository, drafts: DraftEditor) -> None:
    """A save would forget what the later version noted."""
    draft = drafts.begin(EVENT, LEA)
    folder = repository.draft_folders.find(EVENT)
    assert folder is not None
    content = a_newer_file(folder / NOTES_FILE, {"by": LEA})

    with pytest.raises(NewerFormatError):
        drafts.load(EVENT)
    with pytest.raises(NewerFormatError):
        drafts.save(EVENT, draft.texts, version=draft.version, actor=LEA)

    assert (folder / NOTES_FILE).read_bytes() == content


def test_the_trash(repository: Repository, trash: Trash) -> None:
    """It is not listed as empty, and nothing is purged."""
    path = repository.locations.instance / "trash" / "0f" / "deleted.json"
    content = a_newer_file(path, {"record": str(EVENT), "at": "2000-01-01T00:00:00Z"})

    with pytest.raises(NewerFormatError):
        trash.purge()

    assert path.read_bytes() == content


def test_a_journal_entry(repository: Repository, drafts: DraftEditor) -> None:
    """Its steps are not applied, and nobody changes anything until it is."""
    path = repository.locations.instance / "journal" / "0f.json"
    content = a_newer_file(path, {"steps": [], "entries": []})

    with pytest.raises(NewerFormatError) as caught:
        drafts.begin(EVENT, LEA)

    assert "a later version" in str(caught.value.message)
    assert path.read_bytes() == content
    assert repository.draft_folders.find(EVENT) is None


def test_the_history(
    repository: Repository, drafts: DraftEditor, publisher: Publisher
) -> None:
    """It is neither read nor written, and the content stays as it is."""
    drafts.begin(EVENT, LEA)
    publisher.publish(EVENT, actor=LEA)
    draft = drafts.begin(EVENT, LEA)
    texts = {**draft.texts, "fr.md": f"{draft.texts['fr.md']}\nEncore.\n"}
    drafts.save(EVENT, texts, version=draft.version, actor=LEA)
    folder = repository.record_folder(EVENT)
    before = folder_state(folder)
    set_format(repository.history.path, 2)
    content = repository.history.path.read_bytes()

    with pytest.raises(HistoryUnreadableError, match=LATER_VERSION):
        repository.history.changes()
    with pytest.raises(NewerFormatError, match=LATER_VERSION):
        repository.history.store_texts({"fr.md": "Bonjour"})
    with pytest.raises((HistoryUnreadableError, NewerFormatError)):
        publisher.publish(EVENT, actor=LEA)

    assert repository.history.path.read_bytes() == content
    assert folder_state(folder) == before
    assert "Encore." in drafts.load(EVENT).texts["fr.md"]
