"""Warnings for an edition that did not follow the other language, by the history."""

from __future__ import annotations

import datetime as dt

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import ProblemCode
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.outdated_editions import (
    BOTH_CHANGED,
    EditionDates,
    TextChange,
    outdated_editions,
    text_changes,
)
from kb.publishing.published.publisher import Publisher
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
ADA = "ada@example.org"
SENTENCE = "\nUn paragraphe de plus, que la traduction n’a pas encore suivi.\n"


class Days:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.day = 1

    def __call__(self) -> dt.datetime:
        """Return noon of the day."""
        return dt.datetime(2026, 11, self.day, 12, tzinfo=dt.UTC)


@pytest.fixture
def days() -> Days:
    """Return the clock of the repository."""
    return Days()


@pytest.fixture
def repository(workspace: Workspace, days: Days) -> Repository:
    """Return the repository of a small corpus, with a clock that moves."""
    return open_repository(workspace.locations, clock=days)


def save(repository: Repository, added: dict[str, str]) -> DraftEditor:
    """Save a draft with more text at the end of some files."""
    drafts = DraftEditor(repository)
    draft = drafts.begin(EVENT, ADA)
    texts = {name: text + added.get(name, "") for name, text in draft.texts.items()}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)
    return drafts


def publish(repository: Repository, **added: str) -> None:
    """Publish a change: more text in some languages."""
    save(repository, {f"{name}.md": text for name, text in added.items()})
    Publisher(repository).publish(EVENT, actor=ADA)


def warnings_of(workspace: Workspace) -> list[str]:
    """Return the warnings for the content as it is now."""
    found = outdated_editions(workspace.locations, workspace.corpus())
    return [str(each) for each in found]


def test_without_history_nothing_is_behind(workspace: Workspace) -> None:
    """The content may be checked on another machine."""
    assert warnings_of(workspace) == []


def test_a_rework_of_one_language_puts_the_other_behind(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """Both dates are named; the translation of the change ends it."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    assert warnings_of(workspace) == []
    days.day = 3
    publish(repository, fr=SENTENCE)

    (line,) = warnings_of(workspace)
    assert line == (
        "documents/events/w9/en.md:1: warning: this text was last reworked on "
        "2026-11-01, the other language on 2026-11-03: translate what changed; if "
        "nothing is to translate, add 2026-11-03 to 'checked'"
    )
    days.day = 4
    publish(repository, en="\nOne more.\n")
    assert warnings_of(workspace) == []


def test_a_checked_date_ends_the_warning(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """Until the next rework."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    days.day = 3
    publish(repository, en=SENTENCE)
    assert [line.split(":")[0] for line in warnings_of(workspace)] == [
        "documents/events/w9/fr.md"
    ]
    workspace.replace(
        "events/w9/record.yaml", "id: w9", "id: w9\nchecked: [2026-11-03]"
    )

    assert warnings_of(workspace) == []


def test_a_correction_of_one_language_is_no_warning(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """Most changes of one language only correct its wording."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    days.day = 3
    publish(repository, fr="\nUn mot de plus.\n")

    assert warnings_of(workspace) == []


def test_a_draft_warns_before_it_is_published(
    repository: Repository, days: Days
) -> None:
    """The draft page shows the warning as a note."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    days.day = 3
    drafts = save(repository, {"fr.md": SENTENCE})

    (problem,) = (
        each
        for each in drafts.problems(EVENT)
        if each.code is ProblemCode.EDITION_BEHIND
    )

    assert problem.path.endswith("/en.md")
    assert problem.what.values == {"older": "2026-11-01", "newer": "2026-11-03"}


def test_a_record_in_one_language_is_not_behind(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """It has a warning of its own."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    days.day = 3
    publish(repository, fr=SENTENCE)
    workspace.path("events/w9/en.md").unlink()

    assert warnings_of(workspace) == []


def test_an_unreadable_history_is_no_warning(
    workspace: Workspace, repository: Repository
) -> None:
    """The content is checked all the same."""
    publish(repository, fr=SENTENCE)
    repository.history.database.write_bytes(b"no database")

    assert warnings_of(workspace) == []


def test_only_words_count() -> None:
    """Neither signs nor spaces; a fifth of a text, or a sentence, is a rework."""
    words = " ".join(f"mot{number}" for number in range(100))
    before = {"fr.md": words, "en.md": words}

    def change(text: str) -> tuple[TextChange, ...]:
        return text_changes(before, before | {"fr.md": text})

    assert change(words.replace(" ", " , ")) == ()
    assert change(words + " un deux") == (TextChange(Locale.FR, is_rework=False),)
    assert change(words + " un deux trois quatre cinq six sept huit") == (
        TextChange(Locale.FR),
    )
    assert change(words.replace("mot1", "nom1")) == (
        TextChange(Locale.FR, is_rework=False),
    )
    assert change(words.replace("mot1", "x").replace("mot2", "y")) == (
        TextChange(Locale.FR),
    )


def test_the_last_of_several_reworks_counts() -> None:
    """A later rework of both languages ends it too."""
    dates = EditionDates()
    first, second, third, fourth = (dt.date(2026, 11, day) for day in range(1, 5))
    dates.add(first, BOTH_CHANGED)
    dates.add(second, [TextChange(Locale.EN)])
    dates.add(third, [TextChange(Locale.EN)])

    assert dates.behind is Locale.FR
    assert dates.changed == {Locale.FR: first, Locale.EN: third}
    dates.add(fourth, BOTH_CHANGED)
    assert dates.behind is None
