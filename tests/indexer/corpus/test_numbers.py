"""Numbers in digits and in words have one value in both languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.corpus.numbers import compound_value, numbers
from indexer.model.ids import Locale

SPACES = (" ", "\u00a0", "\u202f", "\u2009")


def values(text: str, locale: Locale) -> set[str]:
    """Return the values of all numbers of a text."""
    return {value for mention in numbers(text, locale) for value in mention.values}


@pytest.mark.parametrize(
    ("french", "english", "value"),
    [
        ("1 030 tweets", "1,030 tweets", "1030"),
        ("1\u202f234\u202f567 faits", "1,234,567 facts", "1234567"),
        ("51,2 %", "51.2%", "51.2"),
        ("12,50 €", "€12.50", "12.5"),
        ("à 20 h 30", "at 8.30pm", "20:30"),
        ("à 20h30", "at 8:30 p.m.", "20:30"),
        ("de 19 heures", "from 19:00", "19:00"),
        ("à 1 heure", "at 01:00", "1:00"),
        ("à 9 h", "at 9am", "9:00"),
        ("à 12 h 15", "at 12.15pm", "12:15"),
        ("24 heures sur 24", "24/7", "24"),
        ("le 1er juillet", "on 1 July", "1"),
        ("la 3e édition", "the 3rd edition", "3"),
        ("la troisième édition", "the 3rd edition", "3"),
        ("trois villes", "3 cities", "3"),
        ("douze villes", "twelve cities", "12"),
        ("vingt-cinq agents", "25 officers", "25"),
        ("quatre-vingt-dix-sept agents", "ninety-seven officers", "97"),
        ("deux cents agents", "two hundred officers", "200"),
        ("cent vingt agents", "one hundred and twenty officers", "120"),
        ("une dizaine", "about ten", "10"),
        ("six mois", "half a year", "6"),
        ("1,5 million d’euros", "€1.5m", "1500000"),
        ("2 milliards", "2bn", "2000000000"),
        ("les années 1990", "the 1990s", "1990"),
        ("les années 90", "the 1990s", "90"),
        ("en 2014-2018", "in 2014–18", "2018"),
        ("6-7 juin", "6–7 June", "7"),
        ("5km", "5 km", "5"),
        ("D2.6", "d2.6", "d2.6"),
        ("#24hPolizei", "#24hpolizei", "#24hpolizei"),
        ("le XXIe siècle", "the 21st century", "21"),
        ("règlement 2016/679", "Regulation 2016/679", "679"),
    ],
)
def test_both_languages_write_one_number(french: str, english: str, value: str) -> None:
    """Separators, times, ordinals and words differ, the value does not."""
    assert value in values(french, Locale.FR)
    assert value in values(english, Locale.EN)


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("1 030 tweets", Locale.FR, "30"),
        ("en 2014 100 personnes", Locale.FR, "2014100"),
        ("1,030", Locale.EN, "1.03"),
        ("D2.6", Locale.FR, "2.6"),
        ("D2.6", Locale.FR, "6"),
        ("at 8.30pm", Locale.EN, "8.3"),
        ("de 20 h 30", Locale.FR, "30"),
        ("[l’atelier 4](events/w9)", Locale.FR, "9"),
        ("https://example.org/2019/12", Locale.FR, "2019"),
        ("ada12@example.org", Locale.EN, "12"),
        ("the version 1.2.3", Locale.EN, "1.2"),
        ("quatre, vingt", Locale.FR, "80"),
        ("les sixtains", Locale.FR, "6"),
    ],
)
def test_what_is_no_such_number(text: str, locale: Locale, value: str) -> None:
    """Part of a number, a code, a link's target or an address has no value."""
    assert value not in values(text, locale)


@pytest.mark.parametrize(
    ("text", "locale", "is_loose"),
    [
        ("trois", Locale.FR, False),
        ("twelve", Locale.EN, False),
        ("3", Locale.EN, False),
        ("neuf", Locale.FR, True),
        ("une", Locale.FR, True),
        ("second", Locale.EN, True),
        ("vingt-cinq", Locale.FR, True),
    ],
)
def test_words_that_the_other_language_may_do_without(
    text: str, locale: Locale, *, is_loose: bool
) -> None:
    """« neuf » also means new, and `second` is a time."""
    (mention,) = numbers(text, locale)

    assert mention.is_loose is is_loose


@given(
    number=st.integers(0, 10**12),
    decimals=st.text("0123456789", max_size=3),
    space=st.sampled_from(SPACES),
    comma=st.sampled_from((",", *SPACES[1:])),
)
def test_every_notation_of_a_number_has_one_value(
    number: int, decimals: str, space: str, comma: str
) -> None:
    """Whatever separates its thousands, in the middle of a sentence or at its end."""
    english = f"{number:,}".replace(",", comma) + (f".{decimals}" if decimals else "")
    french = f"{number:,}".replace(",", space) + (f",{decimals}" if decimals else "")
    plain = f"{number}.{decimals}".rstrip("0").rstrip(".") if decimals else f"{number}"

    for sign in (" ", ".", " %", ", "):
        assert values(f"de {french}{sign}", Locale.FR) == {plain}
        assert values(f"of {english}{sign}", Locale.EN) == {plain}


@given(st.text(max_size=60), st.sampled_from(Locale))
def test_any_text_can_be_read(text: str, locale: Locale) -> None:
    """Each number stands where it says, and has a value."""
    for mention in numbers(text, locale):
        assert text[mention.start :].startswith(mention.text)
        assert mention.values
        assert all(re.search(r"\w", value) for value in mention.values)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ((4, 20), 80),
        ((60, 10, 8), 78),
        ((100, 20), 120),
        ((1000, 9, 100, 20), 1920),
        ((2, 100, 4, 20, 3), 283),
        ((3, 1_000_000), 3_000_000),
    ],
)
def test_words_in_a_row_are_one_number(words: tuple[int, ...], value: int) -> None:
    """A word multiplies what stands before it, or is added to it."""
    assert compound_value(words) == value


@pytest.mark.parametrize("sign", ["<", "](", "@", "a@", "1", "1 ", "a", "deux ", "#"])
def test_a_repeated_sign_does_not_stop_the_comparison(sign: str) -> None:
    """A pattern that looks for an end from each sign would take minutes."""
    assert sum(1 for _ in numbers(sign * 50_000, Locale.FR)) <= 50_000
