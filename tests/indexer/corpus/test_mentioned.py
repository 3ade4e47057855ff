"""Records with little more than a title are found by their text."""

import pytest

from indexer.corpus.mentioned import MIN_WORDS
from indexer.model.ids import Kind, Locale, RecordId
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
REPORT = RecordId(Kind.DELIVERABLE, "d9.1")
LIMITS = {Locale.FR: "## Précautions\n\nRien.\n", Locale.EN: "## Caveats\n\nNothing.\n"}


def write(workspace: Workspace, record: RecordId, words: int, *, limits: bool) -> None:
    """Write texts of a number of words, with or without their limits."""
    for locale in Locale:
        path = workspace.path(f"{record}/{locale}.md")
        head = path.read_text("utf-8").rsplit("---\n", 1)[0]
        text = "[word](events/w9) " + "word " * (words - 1)
        caveat = LIMITS[locale] if limits else ""
        path.write_text(f"{head}---\n## Part\n\n{text}\n\n{caveat}", "utf-8")


@pytest.mark.parametrize(
    ("words", "limits", "expected"),
    [
        (MIN_WORDS - 1, True, True),
        (MIN_WORDS, True, False),
        (MIN_WORDS - 1, False, False),
    ],
)
def test_a_short_text_that_says_what_is_not_known_is_a_mention(
    workspace: Workspace, words: int, *, limits: bool, expected: bool
) -> None:
    """A short text alone may be a record that somebody has just begun."""
    write(workspace, EVENT, words, limits=limits)

    assert workspace.corpus().records[EVENT].is_only_mentioned == expected


def test_figures_or_a_long_text_in_one_language_are_more_than_a_mention(
    workspace: Workspace,
) -> None:
    """One language that tells something is enough."""
    write(workspace, EVENT, 5, limits=True)
    workspace.replace(
        f"{EVENT}/fr.md", "\nsummary:", '\nfigures: [{value: "9", label: l}]\nsummary:'
    )

    assert not workspace.corpus().records[EVENT].is_only_mentioned


def test_a_report_that_was_not_found_is_a_mention_until_it_has_a_file(
    workspace: Workspace,
) -> None:
    """Its text may say what is known of it, at any length."""
    record = workspace.path(f"{REPORT}/record.yaml")
    lines = record.read_text("utf-8").splitlines()
    facts = [line for line in lines if not line.startswith("availability")]
    record.write_text("\n".join([*facts, "availability: not-found", ""]), "utf-8")
    assert workspace.corpus().records[REPORT].is_only_mentioned

    workspace.add_file(b"# A text")

    assert not workspace.corpus().records[REPORT].is_only_mentioned
