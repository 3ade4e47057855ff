"""Where a translation goes in a draft, and what of it nobody has read."""

import datetime as dt

import pytest

from indexer.model.ids import Kind, Locale
from kb.publishing.drafts.draft import DraftNotes, MachineText
from kb.publishing.drafts.machine_texts import (
    takes_translation,
    unread_texts,
    with_translation,
)
from kb.publishing.history.edition_lags import EditionReplay, LagParagraph

DAY = dt.date(2026, 11, 1)
FRONT = "---\ntitle: T\nsummary: S\n"


def an_edition(*paragraphs: str, front: str = FRONT) -> str:
    """Return an edition with paragraphs."""
    body = "\n\n".join(paragraphs)
    return f"{front}---\n{body}\n"


def the_change(before: str, after: str, english: str) -> LagParagraph:
    """Return the change of the French that the English does not have."""
    replay = EditionReplay(Kind.PRACTICE)
    for text in (before, after):
        replay.add({"fr.md": text, "en.md": english}, DAY, "")
    ((late,),) = (lag.paragraphs for lag in replay.lags())
    return late


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("Un.", "Deux."), ("Un.", "Deux autres."), ("One.", "NEW")),
        (("Un.", "Deux."), ("Un.", "Entre.", "Deux."), ("One.", "NEW", "Two.")),
        (("Un.", "Deux."), ("Zéro.", "Un.", "Deux."), ("NEW", "One.", "Two.")),
        (("Un.", "Deux."), ("Un.", "Deux.", "Trois."), ("One.", "Two.", "NEW")),
    ],
    ids=["changed", "between", "first", "last"],
)
def test_a_translation_goes_to_the_place_of_the_change(
    before: tuple[str, ...], after: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """A changed paragraph replaces its translation, a new one replaces nothing."""
    english = an_edition("One.", "Two.")
    late = the_change(an_edition(*before), an_edition(*after), english)
    texts = {"fr.md": an_edition(*after), "en.md": english}

    written = with_translation(Kind.PRACTICE, texts, Locale.EN, late, "NEW")

    assert written["en.md"] == an_edition(*expected)
    assert written["fr.md"] == texts["fr.md"]


def test_a_new_paragraph_stays_in_its_section() -> None:
    """Although another section follows."""
    english = an_edition("## One", "One.", "## Two", "Two.")
    late = the_change(
        an_edition("## Un", "Un.", "## Deux", "Deux."),
        an_edition("## Un", "Un.", "Encore.", "## Deux", "Deux."),
        english,
    )

    written = with_translation(
        Kind.PRACTICE, {"en.md": english}, Locale.EN, late, "NEW"
    )

    assert written["en.md"] == an_edition("## One", "One.", "NEW", "## Two", "Two.")


def test_a_text_and_an_item_are_replaced_in_the_front_matter() -> None:
    """A figure is not: its number and its label are two fields."""
    french = FRONT + 'did_not_work: ["Un."]\nwho: "Ville"\n'
    english = an_edition("Body.", front=FRONT + 'did_not_work: ["One."]\nwho: "City"\n')

    def changed(old: str, new: str) -> LagParagraph:
        before = an_edition("Corps.", front=french)
        return the_change(before, before.replace(old, new), english)

    def written(late: LagParagraph) -> str:
        texts = {"en.md": english}
        return with_translation(Kind.PRACTICE, texts, Locale.EN, late, "NEW")["en.md"]

    assert "who: NEW\n" in written(changed("Ville", "La ville"))
    assert "did_not_work: [NEW]" in written(changed("Un.", "Un autre."))
    figures = changed(
        'who: "Ville"\n', 'who: "Ville"\nfigures: [{value: "1", label: "x"}]\n'
    )
    assert not takes_translation(Kind.PRACTICE, figures)


def test_a_removed_paragraph_has_nothing_to_translate() -> None:
    """The other language may keep it or not: a person decides."""
    late = the_change(
        an_edition("Un.", "Deux."), an_edition("Un."), an_edition("One.", "Two.")
    )

    assert not takes_translation(Kind.PRACTICE, late)


@pytest.mark.parametrize(
    ("text", "is_unread"),
    [
        (an_edition("One.", "Made by a machine."), True),
        (an_edition("One.", "**Made** by a machine !"), True),
        (an_edition("One.", "Made by a person."), False),
        (an_edition("One."), False),
        (an_edition(front=FRONT.replace("S", "Made by a machine.")), True),
    ],
    ids=["as it was", "other signs", "corrected", "removed", "in another field"],
)
def test_a_paragraph_is_read_when_a_word_of_it_changed(
    text: str,
    is_unread: bool,  # noqa: FBT001  # a case
) -> None:
    """It is unread wherever it was moved to."""
    made = MachineText(Locale.EN, "body", "Made by a machine.")
    notes = DraftNotes(machine_made=(made,))

    unread = unread_texts(Kind.PRACTICE, {"en.md": text}, notes)

    assert unread == ((made,) if is_unread else ())
