"""Files and tables that earlier versions wrote are still read, and written alike."""

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from indexer.model.ids import Kind, Locale, RecordId
from kb.core.catalogs import catalog
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftState, MachineText, read_notes
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.inbox import FileState, Inbox, task_contents
from kb.publishing.published.trash import Trash
from kb.publishing.storage.folders import NOTES_FILE, FolderState
from kb.publishing.storage.json_fields import reworded
from tests.kb.publishing.kills import recover

EVENT = RecordId(Kind.EVENT, "w9")
LEA = "lea@example.org"
AT = "2026-11-20T10:00:00+00:00"
SHA256 = "ab" * 32
WITHOUT_WORK = {"state": "in-progress", "assigned_to": "", "comments": []}
"""What the metadata of a draft says that nobody has reviewed yet."""

TASK = {
    "by": LEA,
    "at": AT,
    "locale": "fr",
    "note": {"template": "it waits: {reason}", "values": {"reason": "disk"}},
    "replaces": None,
    "draft": "",
    "files": [
        {
            "number": 1,
            "name": "scan.pdf",
            "size_bytes": 7,
            "state": "pictures",
            "told": {"template": "draft %(id)s", "values": {"id": "d1"}},
            "sha256": SHA256,
            "holder": "d1",
            "attempts": 2,
            "recognises": True,
        }
    ],
}

EXTRACTION = {
    "format": 1,
    "sha256": SHA256,
    "name": "report.pdf",
    "facts": [
        {
            "field": "title",
            "values": ["A report"],
            "whence": {"quotation": "A report", "page": 1, "property": ""},
            "sureness": "high",
        }
    ],
    "proposals": [
        {
            "kind": "recommendation",
            "title": "Count lanterns",
            "quotation": "Cities should count lanterns.",
            "locale": "en",
            "sureness": "medium",
            "reason": {"template": "a list", "values": {}},
            "page": 2,
            "page_label": "ii",
            "label": "R1",
            "audiences": ["local"],
            "places": [],
        }
    ],
    "card": {
        "name": "report.pdf",
        "verdict": "good",
        "reasons": [],
        "type": "pdf",
        "pages": 3,
        "words": 300,
        "empty_pages": [],
        "scanned_pages": [3],
        "unreadable_pages": [],
        "recognised_pages": [],
        "locales": [["en", 1, 3]],
        "mended": {"spaces": 1, "ligatures": 0, "accents": 0, "hyphens": 0},
        "duplicate_of": "",
        "near_duplicates": [{"name": "d2", "share": 0.9}],
        "sibling_of": "",
        "lacks": ["date"],
        "is_tagged": False,
        "has_macros": False,
        "proposals": 1,
    },
    "decisions": {"0" * 16: {"by": LEA, "at": AT, "record": None, "version": ""}},
}


def test_import_tasks(repository: Repository) -> None:
    """The keys `told`, `holder` and `recognises` have other names in the code."""
    inbox = Inbox(repository.locations.instance)
    path = inbox.open() / ("0" * 16) / "task.json"
    path.parent.mkdir()
    path.write_text(json.dumps(TASK), "utf-8")

    task = inbox.load("0" * 16)

    (file,) = task.files
    assert file.state is FileState.NEEDS_OCR
    assert (str(file.message), file.owner, file.ocr) == ("draft d1", "d1", True)
    assert str(task.note) == "it waits: disk"
    assert json.loads(task_contents(task))["files"] == TASK["files"]


def test_extractions(repository: Repository) -> None:
    """The fields of the models may be renamed, but not the keys of the file."""
    store = ExtractionStore(repository.locations.instance)
    path = repository.locations.instance / "findings" / f"{SHA256[:16]}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(EXTRACTION), "utf-8")

    store.save(store.load(SHA256[:16]))

    new: dict[str, object] = {"matches": [], "answered": None}
    stored = json.loads(path.read_text("utf-8"))
    assert [fact["whence"].pop("correction") for fact in stored["facts"]] == [None]
    assert stored == EXTRACTION | new


def test_the_catalog_has_the_present_words_of_stored_messages() -> None:
    """Whoever rewords such a message adds its old words to the file."""
    french, present = catalog(Locale.FR.value), set(reworded().values())

    assert [words for words in present if french.gettext(words) == words] == []
    assert not reworded().keys() & present


def test_a_reworded_message(repository: Repository) -> None:
    """A French page would show the English words of the earlier release."""
    inbox = Inbox(repository.locations.instance)
    path = inbox.open() / ("0" * 16) / "task.json"
    path.parent.mkdir()
    note = {
        "template": "it can't be written here ({reason})",
        "values": {"reason": "-"},
    }
    path.write_text(json.dumps({**TASK, "note": note}), "utf-8")

    task = inbox.load("0" * 16)

    assert str(task.note) == "it cannot be written here (-)"


def test_draft_notes(tmp_path: Path) -> None:
    """The key `work` is the name of the transaction that withdrew the record."""
    state = json.dumps({"fr.md": SHA256})
    body = {"by": LEA, "saved_at": AT, "published": state, "work": "0f"}
    (tmp_path / NOTES_FILE).write_text(json.dumps(body), "utf-8")

    notes = read_notes(tmp_path)

    assert notes.published == FolderState((("fr.md", SHA256),))
    assert notes.withdrawn_by == "0f"
    assert json.loads(notes.contents()) == {
        **body,
        "writers": [],
        "session_start": None,
        "machine_made": [],
        **WITHOUT_WORK,
    }


def test_draft_notes_of_an_editing_session(tmp_path: Path) -> None:
    """The state before the session is stored as the published state is."""
    state = json.dumps({"fr.md": SHA256})
    body = {
        "by": LEA,
        "saved_at": AT,
        "published": None,
        "work": "",
        "writers": [LEA],
        "session_start": state,
        "machine_made": [{"locale": "en", "field": "body", "text": "A text."}],
    }
    (tmp_path / NOTES_FILE).write_text(json.dumps(body), "utf-8")

    notes = read_notes(tmp_path)

    assert notes.session_start == FolderState((("fr.md", SHA256),))
    assert notes.writers == (LEA,)
    assert notes.machine_made == (MachineText(Locale.EN, "body", "A text."),)
    assert json.loads(notes.contents()) == {**body, **WITHOUT_WORK}


def test_draft_notes_of_people_who_work_together(tmp_path: Path) -> None:
    """State, person and comments come back as they were stored."""
    comment = {"by": LEA, "at": AT, "text": "A figure?", "state": "changes-wanted"}
    body = {"state": "changes-wanted", "assigned_to": LEA, "comments": [comment]}
    (tmp_path / NOTES_FILE).write_text(json.dumps(body), "utf-8")

    notes = read_notes(tmp_path)

    assert notes.state is DraftState.CHANGES_WANTED
    assert notes.comments[0].state is DraftState.CHANGES_WANTED
    assert body.items() <= json.loads(notes.contents()).items()


def test_trash(repository: Repository, trash: Trash) -> None:
    """The key `who` is the actor."""
    body = {
        "record": "deliverables/d1",
        "title": "A report",
        "who": LEA,
        "at": AT,
        "merged_into": "deliverables/d2",
    }
    path = repository.locations.instance / "trash" / "0f" / "deleted.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(body), "utf-8")

    (trashed,) = trash.all()

    assert (trashed.actor, trashed.transaction) == (LEA, "0f")
    assert trashed.merged_into == RecordId(Kind.DELIVERABLE, "d2")
    assert json.loads(trashed.contents()) == body | {"is_draft": False}


def test_journal_entries(repository: Repository) -> None:
    """A transaction that an earlier version committed is replayed."""
    journal = repository.locations.instance / "journal"
    journal.mkdir(parents=True)
    entry = {
        "at": AT,
        "who": LEA,
        "action": "deleted",
        "record": str(EVENT),
        "before": json.dumps({"fr.md": SHA256}),
        "after": None,
        "detail": "",
        "is_draft": False,
    }
    step = {
        "place": ["documents", str(EVENT)],
        "made": ["documents", ".changing/0f/0"],
        "digest": "",
        "is_new": False,
    }
    body = {"steps": [step], "entries": [entry]}
    (journal / "0f.json").write_text(json.dumps(body), "utf-8")

    recover(repository)

    assert not repository.record_folder(EVENT).exists()
    change = repository.history.of_transaction("0f")[-1]
    assert (change.entry.actor, change.entry.action) == (LEA, HistoryAction.DELETED)


def test_history_tables(repository: Repository) -> None:
    """The columns `work` and `who`, and the stored actions, keep their names."""
    path = repository.locations.instance / "history" / "history.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE text (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL)"
            " WITHOUT ROWID"
        )
        database.execute(
            "CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " work TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL,"
            " who TEXT NOT NULL, action TEXT NOT NULL, record TEXT NOT NULL,"
            " is_draft INTEGER NOT NULL, before TEXT, after TEXT,"
            " detail TEXT NOT NULL, UNIQUE (work, position))"
        )
        database.execute(
            "INSERT INTO text VALUES (?, ?)", (SHA256, zlib.compress(b"Bonjour"))
        )
        state = json.dumps({"fr.md": SHA256})
        for position, action in enumerate(("found", "by-hand", "brought-back")):
            database.execute(
                "INSERT INTO change (work, position, at, who, action, record, is_draft,"
                " before, after, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ("0f", position, AT, LEA, action, str(EVENT), 0, None, state, ""),
            )
        database.execute("PRAGMA user_version = 1")

    changes = repository.history.of_transaction("0f")

    assert [change.entry.action for change in changes] == [
        HistoryAction.FIRST_SEEN,
        HistoryAction.EXTERNAL_EDIT,
        HistoryAction.REVERTED,
    ]
    assert {change.entry.actor for change in changes} == {LEA}
    assert repository.history.texts(changes[0].entry.after) == {"fr.md": "Bonjour"}
