"""French no-break spaces and apostrophes."""

from __future__ import annotations

import pytest

from indexer.corpus.typography import typeset_french

NO_BREAK = "\u00a0"
NARROW = "\u202f"


@pytest.mark.parametrize(
    ("typed", "expected"),
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
def test_no_break_spaces_and_apostrophes_are_inserted(
    typed: str, expected: str
) -> None:
    """Staff type ordinary spaces and apostrophes."""
    assert typeset_french(typed) == expected


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
def test_code_and_addresses_are_unchanged(text: str) -> None:
    """An address with a no-break space would be broken."""
    assert typeset_french(text) == text


def test_typesetting_is_idempotent() -> None:
    """A text that already has its no-break spaces is unchanged."""
    once = typeset_french("Quoi ? « 1 000 » : l'essai !")

    assert typeset_french(once) == once
