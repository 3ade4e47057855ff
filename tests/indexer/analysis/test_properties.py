"""What holds for the words of any text, and not of the examples alone."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze, word_forms
from indexer.analysis.irregular import english_base, french_base
from indexer.analysis.normalization import APOSTROPHES, fold, normalize
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale

FRENCH_LETTERS = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ"
SIGNS = " '’-.,;:!?«»()\u00a0\u202f@"
EXOTIC = (
    "😀👩\u200d👧\u0301\u0327\u05e9\u05dc\u05d5\u05dd\u0639\u0631\u0628\u064a"
    "नमस्ते漢字カ\0\t\x1e\ud800\udfffßﬁﬀŉĳ½²Ⅷ№™\u00b4\u02bc\u2032\uff07"
)

any_text = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),
    st.text(EXOTIC + "aZ09 .-'’", max_size=60),
)
french_text = st.text(
    FRENCH_LETTERS + FRENCH_LETTERS.upper() + "0123456789" + SIGNS, max_size=80
)
french_word = st.text(FRENCH_LETTERS, min_size=2, max_size=14)
locales = st.sampled_from(Locale)
PRONOUNS = frozenset("il ils elle elles je tu nous vous ce on".split())


def is_no_pronoun(word: str) -> bool:
    """Tell whether a word after a hyphen makes a compound: « dit-il » is none."""
    return word.lower() not in PRONOUNS


ACRONYM_WITHOUT_LAST_DOT = re.compile(r"[^\W\d_]\.[^\W\d_]\.[^\W\d_]")

often = settings(max_examples=150, deadline=None)


def terms(text: str, locale: Locale = Locale.FR) -> list[tuple[tuple[str, ...], str]]:
    """Give what a text is indexed by."""
    return [(term.forms, term.exact) for term in analyze(text, locale)]


def bare(text: str) -> str:
    """Give the letters and digits of a text as they are compared."""
    return "".join(char for char in fold(normalize(text)) if char.isalnum())


def meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether words of these forms find one another."""
    return not set(one).isdisjoint(other)


def has_rule(word: str) -> bool:
    """Tell whether a word has a form that no stemmer would give it."""
    return english_base(word) != word or french_base(word) != word


@often
@given(any_text, locales)
def test_any_text_can_be_analysed(text: str, locale: Locale) -> None:
    """Those who write content paste from anywhere: emoji, Arabic, broken characters."""
    for term in analyze(text, locale):
        assert term.forms
        assert term.exact or term.token.text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000,
        "é" * 20_000,
        "e\u0301" * 20_000,
        "a" + "\u0301" * 20_000,
        "a-" * 10_000,
        "l'" * 10_000,
        "A." * 10_000,
        "1,234" * 5_000,
        "D2." * 5_000,
    ],
    ids=lambda text: text[:4].encode("unicode-escape").decode(),
)
def test_a_text_without_end_can_be_analysed(text: str) -> None:
    """A table pasted as one word must not stop the index from being made."""
    kept = [term.exact for term in analyze(text, Locale.FR)]

    assert len(kept) <= 2 * len(text)


@often
@given(any_text)
def test_words_stand_in_the_text_in_order(text: str) -> None:
    """Marks are put from left to right: no word may end before the one it follows."""
    tokens = list(tokenize(text))

    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    ends = [token.end for token in tokens]
    assert ends == sorted(ends)


@often
@given(french_text)
@example("e\u0301tat-major")
@example("L’O.N.U. et l’accès au D2.6, 1\u202f851 fois")
def test_a_word_is_made_of_the_letters_that_it_stands_for(text: str) -> None:
    """The reader sees these characters marked, and must recognize the word."""
    for token in tokenize(text):
        assert bare(token.text) in bare(text[token.start : token.end])


def test_parts_of_a_compound_that_cannot_be_placed_are_marked_with_the_whole() -> None:
    """Texts taken from PDF hold ligatures and accents apart, sometimes in one word."""
    text = "e\u0301tat-ﬁxe"

    places = {token.text: text[token.start : token.end] for token in tokenize(text)}

    assert set(places) == {"état", "fixe", "étatfixe"}
    assert set(places.values()) == {text}


@often
@given(french_text, locales)
def test_a_folded_word_read_again_is_itself(text: str, locale: Locale) -> None:
    """A word of the index that is searched again, once mended, must be found."""
    for term in analyze(text, locale):
        again = list(analyze(term.exact, locale))

        assert [each.exact for each in again] == [term.exact]
        assert again[0].is_stop_word == term.is_stop_word
        assert has_rule(term.exact) or meet(term.forms, again[0].forms)


@often
@given(french_word, locales)
def test_any_word_is_met_without_its_accents(word: str, locale: Locale) -> None:
    """Half of what visitors type has none, in names that no dictionary holds too."""
    typed = fold(normalize(word))

    assert meet(word_forms(word, locale), word_forms(typed, locale))


def test_an_accent_does_not_make_an_irregular_form_of_another_word() -> None:
    """« rosé » of an English text is typed « rose », which is read as « rise »."""
    assert meet(word_forms("rosé", Locale.EN), word_forms("rose", Locale.EN))


@often
@given(french_text, locales)
def test_accents_composed_or_apart_are_the_same(text: str, locale: Locale) -> None:
    """Files made on a Mac hold accents as characters of their own."""
    composed = unicodedata.normalize("NFC", text)
    apart = unicodedata.normalize("NFD", text)

    assume(not ACRONYM_WITHOUT_LAST_DOT.search(composed))

    assert terms(composed, locale) == terms(apart, locale)


def test_the_last_letter_of_an_acronym_keeps_an_accent_that_stands_apart() -> None:
    """« Z.E.P.À » of a file made on a Mac is marked whole."""
    apart = unicodedata.normalize("NFD", "Z.E.P.À")

    assert [token.end for token in tokenize(apart)] == [len(apart)]


@often
@given(st.text(FRENCH_LETTERS + "ﬁﬂﬀﬃßſºª ", max_size=40), locales)
def test_ligatures_and_their_letters_are_the_same(text: str, locale: Locale) -> None:
    """Text taken from PDF holds « ﬁ » as one character."""
    plain = [unicodedata.normalize(form, text) for form in ("NFKC", "NFKD")]

    assert [terms(each, locale) for each in plain] == [terms(text, locale)] * 2


@often
@given(french_text, locales)
def test_curly_and_straight_apostrophes_are_the_same(text: str, locale: Locale) -> None:
    """Keyboards give one, our texts hold the other."""
    straight = text.replace("’", "'")

    assert terms(straight, locale) == terms(straight.replace("'", "’"), locale)


@pytest.mark.parametrize(
    "apostrophe",
    [pytest.param(each, id=unicodedata.name(each)) for each in APOSTROPHES],
)
def test_whatever_stands_for_an_apostrophe_is_one(apostrophe: str) -> None:
    """Phones and old files have five signs for it, that look the same."""
    text = "L'eau qu'on boit aujourd'hui, police's report"

    assert terms(text.replace("'", apostrophe)) == terms(text)


@often
@given(french_text, locales)
def test_capitals_are_the_same(text: str, locale: Locale) -> None:
    """Headings are in capitals, what is typed is not."""
    assert terms(text.upper(), locale) == terms(text.lower(), locale)


@often
@given(french_word, french_word.filter(is_no_pronoun), st.sampled_from("-\u2010\u2011"))
def test_a_compound_meets_its_parts_and_the_whole(
    first: str, second: str, hyphen: str
) -> None:
    """« cyber-harcèlement », « cyber harcèlement » and « cyberharcèlement »."""
    compound = terms(f"{first}{hyphen}{second}")

    assert compound == [*terms(f"{first} {second}"), *terms(first + second)]


@often
@given(
    st.lists(st.sampled_from(FRENCH_LETTERS[:26] + "é"), min_size=3, max_size=7),
    locales,
)
def test_an_acronym_is_the_same_with_and_without_dots(
    letters: list[str], locale: Locale
) -> None:
    """« O.N.U. », « O.N.U » and « ONU »."""
    joined = terms("".join(letters), locale)

    assert terms(".".join(letters).upper() + ".", locale) == joined
    assert terms(".".join(letters), locale) == joined


@often
@given(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=3),
    st.lists(st.integers(0, 99), min_size=2, max_size=4),
    locales,
)
def test_a_code_is_the_same_however_its_numbers_are_joined(
    letters: str, numbers: list[int], locale: Locale
) -> None:
    """Deliverables are asked for as D2.6, d2.6 or D2-6."""
    code = letters + ".".join(map(str, numbers))

    assert [exact for _, exact in terms(code, locale)] == [code]
    assert terms(code.upper().replace(".", "-"), locale) == terms(code, locale)
    assert terms(f"voir {code.upper()}.", locale)[1:] == terms(code, locale)


@often
@given(st.integers(1_000, 10**12), locales)
def test_a_number_is_the_same_however_its_thousands_are_parted(
    number: int, locale: Locale
) -> None:
    """A figure is written 1 851, 1,851 or 1851 as the author had learned to."""
    written = f"{number:,}"

    for separator in (",", "\u00a0", "\u202f"):
        parted = terms(written.replace(",", separator), locale)
        assert [exact for _, exact in parted] == [str(number)]
