"""French spaces and apostrophes, set when a text is read."""

from __future__ import annotations

import pytest

from indexer.corpus.typography import typeset_french

NO_BREAK = "\u00a0"
NARROW = "\u202f"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Pourquoi ?", f"Pourquoi{NARROW}?"),
        ("fin ; suite !", f"fin{NARROW}; suite{NARROW}!"),
        ("Milan : des vélos", f"Milan{NO_BREAK}: des vélos"),
        ("« mot »", f"«{NO_BREAK}mot{NO_BREAK}»"),
        ("«mot»", f"«{NO_BREAK}mot{NO_BREAK}»"),
        ("51,2 %", f"51,2{NARROW}%"),
        ("1 851 faits", f"1{NARROW}851 faits"),
        ("l'été", "l’été"),
        ("n° 3", f"n°{NO_BREAK}3"),
    ],
    ids=str,
)
def test_spaces_are_set(typed: str, set_: str) -> None:
    """Staff type ordinary spaces; readers see French typography."""
    assert typeset_french(typed) == set_


@pytest.mark.parametrize(
    "text",
    [
        "`a : b ?`",
        "[lien](https://example.org/a?b=1;c)",
        "https://example.org/?q=a;b",
        "| --- | :---: |",
        "<a title='x : y'>",
        "10:30",
    ],
)
def test_code_and_addresses_are_left_alone(text: str) -> None:
    """An address with a no-break space in it leads nowhere."""
    assert typeset_french(text) == text


def test_setting_twice_changes_nothing() -> None:
    """A text that was set by hand stays as it is."""
    once = typeset_french("Quoi ? « 1 000 » : l'essai !")

    assert typeset_french(once) == once
