"""The parts of the text of a practice: cut, changed, joined."""

from pathlib import Path

import pytest

from indexer.model.ids import Kind, Locale
from indexer.model.schema.frame import BODY, FramePart
from kb.publishing.records.form_values import FormValues, read_values, write_values
from kb.publishing.records.practice_frame import (
    join_frame,
    part_of_heading,
    section_at,
    split_frame,
)
from tests.support.builders import PROJECT

PRACTICES = sorted((PROJECT / "documents" / "practices").iterdir())
BY_HAND = """Avant tout titre.

##  Le probleme

Un problème.


## Une remarque

Une remarque.

# Encore une

```
## Résultats
```

## Résultats
Tout de suite.

## Résultats

Une deuxième fois."""


def texts_of(body: str) -> dict[str, str]:
    """Return the texts of the sections by their keys."""
    return {each.key: each.text for each in split_frame(body)}


def joined(body: str, **changes: str) -> str:
    """Return a text after a form changed some of its sections."""
    texts = texts_of(body)
    return join_frame(body, Locale.FR, [*texts], texts | changes)


def test_each_section_of_a_text_by_hand_is_found_in_its_order() -> None:
    """Unknown headings stay where they are; code has no heading."""
    assert texts_of(BY_HAND) == {
        "other-0": "Avant tout titre.",
        "problem": "Un problème.",
        "other-1": "## Une remarque\n\nUne remarque.\n\n# Encore une\n\n"
        "```\n## Résultats\n```",
        "results": "Tout de suite.",
        "other-2": "## Résultats\n\nUne deuxième fois.",
    }


def test_the_sources_of_the_sections_are_the_text() -> None:
    """Nothing is lost between them."""
    assert "".join(each.source for each in split_frame(BY_HAND)) == BY_HAND


def test_a_form_that_changes_nothing_changes_no_byte() -> None:
    """A browser sends the line ends of Windows."""
    texts = {key: text.replace("\n", "\r\n") for key, text in texts_of(BY_HAND).items()}
    empty = {each.value: "" for each in FramePart if each.value not in texts}

    assert join_frame(BY_HAND, Locale.FR, [*texts], texts | empty) == BY_HAND


def test_a_changed_section_leaves_the_others_as_they_are() -> None:
    """With their headings, blank lines and typing errors."""
    assert joined(BY_HAND, problem="Un autre.") == BY_HAND.replace(
        "Un problème.\n\n\n", "Un autre.\n\n"
    )


def test_a_new_part_goes_to_its_place_in_the_frame() -> None:
    """With the heading of its language."""
    text = joined("## Le problème\n\nUn.\n\n## Limites\n\nDeux.", done="Fait.\n")

    assert text == (
        "## Le problème\n\nUn.\n\n## Ce qui a été fait\n\nFait.\n\n## Limites\n\nDeux."
    )


def test_a_heading_without_text_stays_until_somebody_removes_it() -> None:
    """Somebody wrote it by hand, as a reminder."""
    body = "## Le problème\n\n \n## Outils\n\n## Limites\n\nDeux."

    assert joined(body) == body
    assert joined(body, limits="Trois.") == body.replace("Deux", "Trois")
    assert "## Outils\n\nUn.\n\n## Limites" in joined(body, tools="Un.")


def test_an_emptied_part_goes_with_its_heading() -> None:
    """Whatever is after it stays."""
    text = joined("## Le problème\n\nUn.\n\n## Limites\n\nDeux.", problem=" \n".strip())

    assert text == "## Limites\n\nDeux."


def test_a_text_is_written_from_nothing() -> None:
    """The order of the frame, whatever the order of the fields."""
    texts = {"limits": "Late.", "problem": "Early.", "done": ""}

    assert join_frame("", Locale.EN, [], texts) == (
        "## The problem\n\nEarly.\n\n## Limits\n\nLate."
    )


def test_a_heading_typed_into_a_part_becomes_a_section() -> None:
    """Saved again, the text is the same."""
    text = joined("## Le problème\n\nUn.", problem="Un.\n\n## Note\n\nDeux.")

    assert texts_of(text) == {"problem": "Un.", "other-0": "## Note\n\nDeux."}
    assert joined(text) == text


def test_the_section_of_a_line_is_known() -> None:
    """The error of a line stands beside its field."""
    lines = BY_HAND.split("\n")

    assert section_at(BY_HAND, lines.index("Un problème.")) == "problem"
    assert section_at(BY_HAND, len(lines) - 1) == "other-2"
    assert section_at("", 3) == ""


@pytest.mark.parametrize("heading", ["The problem", "LE PROBLÈME :", "le probleme"])
def test_a_heading_is_known_however_it_is_written(heading: str) -> None:
    """People write it by hand."""
    assert part_of_heading(heading) is FramePart.PROBLEM
    assert part_of_heading("Contexte") is None


WITH_A_NOTE = {"belgium-plp", "osnabrueck-leaves-x"}
"""They state side by side what several records say, under a heading of its own."""


@pytest.mark.parametrize("folder", PRACTICES, ids=lambda each: each.name)
def test_the_form_of_each_practice_of_the_project_changes_no_byte(folder: Path) -> None:
    """Every text is in the frame, and is written as it was read."""
    texts = {
        name: (folder / name).read_bytes().decode()
        for name in ("record.yaml", "fr.md", "en.md")
    }
    words = {}
    for locale in Locale:
        body = read_values(Kind.PRACTICE, texts).words[locale][BODY]
        assert isinstance(body, str)
        sections = texts_of(body)
        others = [key for key in sections if key.startswith("other")]
        assert not others or folder.name in WITH_A_NOTE
        written = join_frame(body, locale, [*sections], sections)
        words[locale] = {BODY: written}

    assert write_values(Kind.PRACTICE, FormValues(words=words), texts) == texts
