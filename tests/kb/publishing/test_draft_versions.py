"""Tests of the versions of a draft: editing sessions, writers, earlier texts."""

import datetime as dt
from dataclasses import replace

import pytest

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import SESSION_PAUSE, DraftEditor
from kb.publishing.history.history_entries import (
    HistoryAction,
    HistoryEntry,
)
from kb.publishing.published.publisher import Publisher
from kb.publishing.storage.folders import NOTES_FILE
from tests.support.builders import Workspace
from tests.support.staff import HandClock

EVENT = RecordId(Kind.EVENT, "w9")
NEW = RecordId(Kind.NEED, "n99")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")
ADA, BOB, CLEO = "ada@example.org", "bob@example.org", "cleo@example.org"


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that the test advances."""
    return HandClock()


@pytest.fixture
def repository(workspace: Workspace, clock: HandClock) -> Repository:
    """Return a repository with that clock."""
    return open_repository(workspace.locations, clock=clock)


def add(drafts: DraftEditor, actor: str, text: str, record: RecordId = EVENT) -> None:
    """Add a line to the French text of a draft, as an automatic save does."""
    draft = drafts.load(record)
    texts = {**draft.texts, "fr.md": f"{draft.texts['fr.md']}\n{text}\n"}
    drafts.save(record, texts, version=draft.version, actor=actor)


def sessions(repository: Repository, record: RecordId = EVENT) -> list[HistoryEntry]:
    """Return the entries of editing sessions, the oldest first."""
    changes = repository.history.changes(record)
    entries = [each.entry for each in reversed(changes)]
    return [each for each in entries if each.action is HistoryAction.EDITED]


def last_number(repository: Repository, record: RecordId = EVENT) -> int:
    """Return the number of the newest change."""
    return repository.history.changes(record)[0].number


def test_saves_of_one_person_are_one_entry(
    drafts: DraftEditor, repository: Repository, clock: HandClock
) -> None:
    """Automatic saves do not flood the history; both states are complete."""
    before = drafts.begin(EVENT, ADA)
    for number in range(20):
        add(drafts, ADA, f"Ligne {number}.")
        clock.advance(seconds=200)

    drafts.end_session(EVENT)

    (entry,) = sessions(repository)
    assert (entry.actor, entry.is_draft) == (ADA, True)
    assert entry.at == clock.now - dt.timedelta(seconds=200)
    assert repository.history.texts(entry.before) == before.texts
    assert repository.history.texts(entry.after) == drafts.load(EVENT).texts


def test_another_person_or_a_pause_begins_another_entry(
    drafts: DraftEditor, repository: Repository, clock: HandClock
) -> None:
    """Each entry has its writer; the states follow each other."""
    drafts.begin(EVENT, ADA)
    add(drafts, ADA, "De Ada.")
    add(drafts, BOB, "De Bob.")
    clock.advance(seconds=SESSION_PAUSE.total_seconds() + 1)
    add(drafts, BOB, "Encore de Bob.")
    drafts.end_session(EVENT)

    one, two, three = sessions(repository)
    assert [one.actor, two.actor, three.actor] == [ADA, BOB, BOB]
    assert (one.after, two.after) == (two.before, three.before)
    assert "Encore" not in repository.history.texts(two.after)["fr.md"]


def test_a_session_without_a_change_has_no_entry(
    drafts: DraftEditor, repository: Repository
) -> None:
    """What was typed was deleted again. Ending twice logs once."""
    before = drafts.begin(EVENT, ADA)
    add(drafts, ADA, "Non.")
    typed = drafts.load(EVENT)
    drafts.save(EVENT, before.texts, version=typed.version, actor=ADA)

    drafts.end_session(EVENT)
    assert sessions(repository) == []

    add(drafts, ADA, "Oui.")
    drafts.end_session(EVENT)
    drafts.end_session(EVENT)
    assert len(sessions(repository)) == 1


def test_ending_a_session_is_no_conflict(drafts: DraftEditor) -> None:
    """Somebody looks at the history while another person types."""
    drafts.begin(EVENT, ADA)
    add(drafts, ADA, "Un.")
    version = drafts.load(EVENT).version

    drafts.end_session(EVENT)

    assert drafts.load(EVENT).version == version


def test_idle_sessions_are_ended(
    drafts: DraftEditor, repository: Repository, clock: HandClock
) -> None:
    """The list of all changes contains them, although nobody opened the draft again."""
    drafts.begin(EVENT, ADA)
    drafts.begin(NEW, BOB)
    add(drafts, ADA, "Il y a longtemps.")
    clock.advance(seconds=SESSION_PAUSE.total_seconds() + 1)
    texts = {"fr.md": "À l’instant.\n"}
    drafts.save(NEW, texts, version=drafts.load(NEW).version, actor=BOB)

    drafts.end_idle_sessions()

    assert len(sessions(repository)) == 1
    assert sessions(repository, NEW) == []


def test_publication_credits_the_writers(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """The entry names who wrote the draft since the last publication, in order."""
    drafts.begin(EVENT, CLEO)
    add(drafts, BOB, "De Bob.")
    add(drafts, ADA, "De Ada.")
    add(drafts, BOB, "De Bob encore.")

    writers = publisher.publish(EVENT, actor=CLEO)

    assert writers == (BOB, ADA)
    published = repository.history.changes(EVENT)[0].entry
    assert published.action is HistoryAction.PUBLISHED
    assert (published.actor, published.writers) == (CLEO, (BOB, ADA))
    assert [each.actor for each in sessions(repository)] == [BOB, ADA, BOB]

    drafts.begin(EVENT, CLEO)
    add(drafts, CLEO, "De Cléo.")
    assert publisher.publish(EVENT, actor=CLEO) == (CLEO,)


def test_a_draft_of_an_earlier_version_credits_its_last_writer(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """Its notes have no list of writers; nor has an old entry of the history."""
    drafts.begin(EVENT, ADA)
    add(drafts, ADA, "De Ada.")
    folder = repository.draft_folders.folder_for(EVENT)
    notes = drafts.load(EVENT).notes
    old = replace(notes, writers=(), session_start=None)
    (folder / NOTES_FILE).write_bytes(old.contents())

    assert publisher.publish(EVENT, actor=BOB) == (ADA,)
    entry = repository.history.changes(EVENT)[0].entry
    assert replace(entry, detail="").writers == ()


def test_a_withdrawn_draft_keeps_its_writers(
    drafts: DraftEditor, publisher: Publisher, repository: Repository
) -> None:
    """Whoever withdraws a record wrote nothing."""
    drafts.begin(EVENT, ADA)
    add(drafts, ADA, "De Ada.")

    publisher.withdraw(EVENT, actor=BOB)
    assert [each.actor for each in sessions(repository)] == [ADA]
    assert publisher.publish(EVENT, actor=BOB) == (ADA,)

    publisher.withdraw(EVENT, actor=BOB)
    assert publisher.publish(EVENT, actor=BOB) == ()


def test_a_renamed_draft_keeps_its_writers_and_names_its_old_id(
    drafts: DraftEditor, repository: Repository
) -> None:
    """The history of the new id begins with the change of the id."""
    draft = drafts.begin(NEW, ADA)
    texts = {**draft.texts, "fr.md": "---\ntitle: Un\n---\n"}
    drafts.save(NEW, texts, version=draft.version, actor=ADA)

    renamed = drafts.rename(NEW, "n98", BOB)

    assert len(sessions(repository, NEW)) == 1
    (entry,) = (each.entry for each in repository.history.changes(renamed.record))
    assert (entry.action, entry.detail) == (HistoryAction.RENAMED, str(NEW))
    assert repository.history.texts(entry.after) == renamed.texts
    assert renamed.notes.writers == (ADA,)
    assert RECORD_FILE in renamed.texts
