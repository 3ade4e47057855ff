"""French no-break spaces and apostrophes."""

import pytest

from indexer.corpus.typography import french_faults, typeset_french

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
        ("[x](events/w4) : oui", f"[x](events/w4){NO_BREAK}: oui"),
        ("[x](events/w4) ?", f"[x](events/w4){NARROW}?"),
        ("« [x](events/w4) »", f"«{NO_BREAK}[x](events/w4){NO_BREAK}»"),
        ("« `code` » ;", f"«{NO_BREAK}`code`{NO_BREAK}»{NARROW};"),
        ("`code` !", f"`code`{NARROW}!"),
        ("**gras** : *mot* ;", f"**gras**{NO_BREAK}: *mot*{NARROW};"),
        ("https://example.org/x : là", f"https://example.org/x{NO_BREAK}: là"),
        ("<b>mot</b> ?", f"<b>mot</b>{NARROW}?"),
        ("«  deux espaces  »", f"«{NO_BREAK}deux espaces{NO_BREAK}»"),
        ("l'[Efus](pages/about)", "l’[Efus](pages/about)"),
        ("qu'**on** d'« or »", f"qu’**on** d’«{NO_BREAK}or{NO_BREAK}»"),
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
        "un signe \ufffc, `x`, puis \ufffc",
        "```\na : b ?\n```",
    ],
)
def test_code_and_addresses_are_unchanged(text: str) -> None:
    """An address with a no-break space would be broken."""
    assert typeset_french(text) == text


def test_typesetting_is_idempotent() -> None:
    """A text that already has its no-break spaces is unchanged."""
    once = typeset_french("Quoi ? « 1 000 » : l'essai !")

    assert typeset_french(once) == once


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Voici trois outils: un site", "outils:"),
        ("Pourquoi? Parce que", "Pourquoi?"),
        ("un site; une page", "site;"),
        ("voir [l’atelier](events/w4): le bilan", "[l’atelier](events/w4):"),
        ("un mot **gras**!", "**gras**!"),
        ('un "mot" droit', '"mot"'),
        ("le mot 'troll'", "'troll'"),
    ],
)
def test_faults_that_typesetting_cannot_correct(text: str, word: str) -> None:
    """A missing space, and straight quotes: only a person knows what was meant."""
    assert {fault.text for fault in french_faults(text)} == {word}


@pytest.mark.parametrize(
    "text",
    [
        "Voici trois outils : un site ; l'essai « mot » !",
        "«mot», l'[atelier](events/w4) d'« or » qu'`ici`",
        "`a: b; c?` et [x](https://example.org/?q=a;b:c)",
        "https://example.org/?a=b;c=d",
        'de 10:30 à 12:00, un écran de 14"',
        "le rapport « Workshop 5 Report: Trolling »",
        "(?) et [sic] ; &amp; &nbsp;",
        "[^1]: https://example.org",
    ],
)
def test_texts_without_fault(text: str) -> None:
    """Code, addresses and titles in another language follow other rules."""
    assert list(french_faults(text)) == []


def test_a_fault_has_its_position() -> None:
    """The line of the warning is counted up to it."""
    (fault,) = french_faults("Un « mot ».\n\nVoir `x` et [y](events/w4): fin")

    assert fault.start == 39
    assert not fault.is_straight


@pytest.mark.parametrize("sign", ["<", "](", " ", " »", "« ", "'", "`", "&a", "a:"])
def test_a_repeated_sign_does_not_stop_the_reading(sign: str) -> None:
    """A pattern that looks for an end from each sign would take minutes."""
    text = sign * 50_000

    assert typeset_french(text)
    assert sum(1 for _ in french_faults(text)) <= len(text)
