"""Warnings for an edition that did not follow the other language, by the history."""

import datetime as dt

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import ProblemCode
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.edition_lags import (
    LagAnswer,
    LagConfirmation,
    confirm_edition,
    find_lag_problems,
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
    found = find_lag_problems(workspace.locations, workspace.corpus())
    return [str(each) for each in found]


def test_without_history_nothing_is_behind(workspace: Workspace) -> None:
    """The content may be checked on another machine."""
    assert warnings_of(workspace) == []


def test_a_change_of_one_language_puts_the_other_behind(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """Both dates are named; the translation of the change ends it."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    assert warnings_of(workspace) == []
    days.day = 3
    publish(repository, fr=SENTENCE)

    (line,) = warnings_of(workspace)
    assert line == (
        "documents/events/w9/en.md:1: warning: this text was last changed on "
        "2026-11-01, the other language on 2026-11-03: translate what changed; if "
        "nothing is to translate, say so on the page of the record, or add 2026-11-03 "
        "to 'checked'"
    )
    days.day = 4
    publish(repository, en="\nOne more.\n")
    assert warnings_of(workspace) == []


def test_a_checked_date_ends_the_warning(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """Until the next change."""
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


def test_typography_of_one_language_is_no_warning(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """Nothing is to translate."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    days.day = 3
    workspace.replace("events/w9/fr.md", SENTENCE, SENTENCE.replace(" ", "  "))
    workspace.replace("events/w9/fr.md", "n’a", "n'a")
    workspace.replace("events/w9/record.yaml", "id: w9", "id: w9 # a comment")
    ExternalEditDetector(repository).record_edits()

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
    repository.history.path.write_bytes(b"no database")

    assert warnings_of(workspace) == []


def test_a_confirmation_ends_the_warning_until_the_next_change(
    workspace: Workspace, repository: Repository, days: Days
) -> None:
    """The confirmation is an entry of the history: a copied instance has it too."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    days.day = 3
    publish(repository, fr=SENTENCE)
    (lag,) = DraftEditor(repository).lags(EVENT)
    keys = tuple(each.key for each in lag.paragraphs)

    confirmation = LagConfirmation(Locale.EN, LagAnswer.STILL_RIGHT, keys)
    now = repository.clock()
    confirm_edition(repository.history, EVENT, confirmation, at=now, actor=ADA)

    assert warnings_of(workspace) == []
    publish(repository, fr="\nEncore un paragraphe.\n")
    (lag,) = DraftEditor(repository).lags(EVENT)
    assert [each.difference.new_text for each in lag.paragraphs] == [
        "Encore un paragraphe."
    ]


def test_a_confirmation_of_a_discarded_draft_says_nothing_of_the_record(
    workspace: Workspace, repository: Repository
) -> None:
    """The confirmed words were never published."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    drafts = save(repository, {"fr.md": SENTENCE})
    (lag,) = drafts.lags(EVENT)
    keys = tuple(each.key for each in lag.paragraphs)
    confirmation = LagConfirmation(Locale.EN, LagAnswer.UP_TO_DATE, keys)

    now = repository.clock()
    confirm_edition(repository.history, EVENT, confirmation, at=now, actor=ADA)

    assert drafts.lags(EVENT) == ()
    drafts.discard(EVENT, ADA)
    assert drafts.lags(EVENT) == ()
    publish(repository, fr=SENTENCE)
    assert warnings_of(workspace) == []


def test_a_record_that_was_withdrawn_stays_behind(repository: Repository) -> None:
    """Withdrawal translates nothing."""
    publish(repository, fr=SENTENCE, en=SENTENCE)
    publish(repository, fr=SENTENCE)
    Publisher(repository).withdraw(EVENT, actor=ADA)
    Publisher(repository).publish(EVENT, actor=ADA)

    (lag,) = DraftEditor(repository).lags(EVENT)

    assert lag.locale is Locale.EN
