"""Property tests of the tokenizer and of the analyzer."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze, word_forms
from indexer.analysis.tokens import APOSTROPHES, fold, normalize, tokenize
from indexer.analysis.word_lists import english_base, french_base
from indexer.model.ids import Locale
from tests.support.examples import examples

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
    """Return whether a word after a hyphen makes a compound, unlike « dit-il »."""
    return word.lower() not in PRONOUNS


ACRONYM_WITHOUT_LAST_DOT = re.compile(r"[^\W\d_]\.[^\W\d_]\.[^\W\d_]")

often = examples(150)


def terms(text: str, locale: Locale = Locale.FR) -> list[tuple[tuple[str, ...], str]]:
    """Return the index terms of a text."""
    return [(term.forms, term.exact) for term in analyze(text, locale)]


def bare(text: str) -> str:
    """Return the letters and digits of a text, normalized and folded."""
    return "".join(char for char in fold(normalize(text)) if char.isalnum())


def share_a_form(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether two words have an index form in common."""
    return not set(one).isdisjoint(other)


def is_irregular(word: str) -> bool:
    """Return whether `irregular.py` changes a word before it is stemmed."""
    return english_base(word) != word or french_base(word) != word


@often
@given(any_text, locales)
def test_any_text_can_be_analysed(text: str, locale: Locale) -> None:
    """Content may contain emoji, Arabic or broken characters."""
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
def test_very_long_words_are_analysed(text: str) -> None:
    """A table pasted as one word must not stop indexing."""
    words = [term.exact for term in analyze(text, Locale.FR)]

    assert len(words) <= 2 * len(text)


@often
@given(any_text)
def test_token_ends_are_in_order(text: str) -> None:
    """Highlighting adds marks from left to right."""
    tokens = list(tokenize(text))

    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(token.text for token in tokens)
    ends = [token.end for token in tokens]
    assert ends == sorted(ends)


@often
@given(french_text)
@example("e\u0301tat-major")
@example("L’O.N.U. et l’accès au D2.6, 1\u202f851 fois")
def test_token_span_contains_the_letters_of_the_token(text: str) -> None:
    """The marked characters are those of the word."""
    for token in tokenize(text):
        assert bare(token.text) in bare(text[token.start : token.end])


def test_parts_of_an_unaligned_compound_have_the_span_of_the_whole() -> None:
    """Text from PDF files has ligatures and combining accents, even in one word."""
    text = "e\u0301tat-ﬁxe"

    spans = {token.text: text[token.start : token.end] for token in tokenize(text)}

    assert set(spans) == {"état", "fixe", "étatfixe"}
    assert set(spans.values()) == {text}


@often
@given(french_text, locales)
def test_analysis_of_an_exact_term_is_itself(text: str, locale: Locale) -> None:
    """A spelling correction searches an exact term of the index."""
    for term in analyze(text, locale):
        again = list(analyze(term.exact, locale))

        assert [each.exact for each in again] == [term.exact]
        assert again[0].is_stop_word == term.is_stop_word
        assert is_irregular(term.exact) or share_a_form(term.forms, again[0].forms)


@often
@given(french_word, locales)
def test_any_word_without_accents_shares_a_form(word: str, locale: Locale) -> None:
    """This includes names that no dictionary has."""
    typed = fold(normalize(word))

    assert share_a_form(word_forms(word, locale), word_forms(typed, locale))


def test_word_without_accents_may_be_an_irregular_form() -> None:
    """« rosé » of an English text is typed « rose », an irregular form of « rise »."""
    assert share_a_form(word_forms("rosé", Locale.EN), word_forms("rose", Locale.EN))


@often
@given(french_text, locales)
def test_combining_accents_give_the_same_terms(text: str, locale: Locale) -> None:
    """Files made on a Mac contain combining accents (NFD)."""
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)

    assume(not ACRONYM_WITHOUT_LAST_DOT.search(composed))

    assert terms(composed, locale) == terms(decomposed, locale)


def test_acronym_token_includes_a_final_combining_accent() -> None:
    """« Z.E.P.À » in NFD is marked as a whole."""
    decomposed = unicodedata.normalize("NFD", "Z.E.P.À")

    assert [token.end for token in tokenize(decomposed)] == [len(decomposed)]


@often
@given(st.text(FRENCH_LETTERS + "ﬁﬂﬀﬃßſºª ", max_size=40), locales)
def test_ligatures_give_the_terms_of_their_letters(text: str, locale: Locale) -> None:
    """Text from PDF files has « ﬁ » as one character."""
    plain = [unicodedata.normalize(form, text) for form in ("NFKC", "NFKD")]

    assert [terms(each, locale) for each in plain] == [terms(text, locale)] * 2


@often
@given(french_text, locales)
def test_curly_and_straight_apostrophes_give_the_same_terms(
    text: str, locale: Locale
) -> None:
    """Keyboards type the straight one; texts have the curly one."""
    straight = text.replace("’", "'")

    assert terms(straight, locale) == terms(straight.replace("'", "’"), locale)


@pytest.mark.parametrize(
    "apostrophe",
    [pytest.param(each, id=unicodedata.name(each)) for each in APOSTROPHES],
)
def test_every_variant_of_the_apostrophe_gives_the_same_terms(apostrophe: str) -> None:
    """Phones and old files use several characters that look alike."""
    text = "L'eau qu'on boit aujourd'hui, police's report"

    assert terms(text.replace("'", apostrophe)) == terms(text)


@often
@given(french_text, locales)
def test_capitals_give_the_same_terms(text: str, locale: Locale) -> None:
    """Headings may be in capitals; queries are not."""
    assert terms(text.upper(), locale) == terms(text.lower(), locale)


@often
@given(french_word, french_word.filter(is_no_pronoun), st.sampled_from("-\u2010\u2011"))
def test_compound_gives_the_terms_of_its_parts_and_of_the_whole(
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
def test_acronym_gives_the_same_terms_with_and_without_dots(
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
def test_code_gives_the_same_term_with_dots_and_hyphens(
    letters: str, numbers: list[int], locale: Locale
) -> None:
    """Visitors type D2.6, d2.6 or D2-6."""
    code = letters + ".".join(map(str, numbers))

    assert [exact for _, exact in terms(code, locale)] == [code]
    assert terms(code.upper().replace(".", "-"), locale) == terms(code, locale)
    assert terms(f"voir {code.upper()}.", locale)[1:] == terms(code, locale)


@often
@given(st.integers(1_000, 10**12), locales)
def test_number_gives_the_same_term_with_any_thousands_separator(
    number: int, locale: Locale
) -> None:
    """Texts have 1 851, 1,851 or 1851."""
    written = f"{number:,}"

    for separator in (",", "\u00a0", "\u202f"):
        separated = terms(written.replace(",", separator), locale)
        assert [exact for _, exact in separated] == [str(number)]
