"""Tests of highlighting: marked words and chosen excerpts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import CHUNK_TERMS, word_forms
from indexer.analysis.highlighting import (
    MAX_EXCERPT_WORDS,
    SearchedWords,
    excerpt,
    mark,
)
from indexer.analysis.tokens import chunks
from indexer.model.ids import Locale
from indexer.model.results import MarkedText


def searching(*words: str) -> SearchedWords:
    """Return the searched words of a query of plain words."""
    return SearchedWords(
        {
            locale: frozenset(
                form for word in words for form in word_forms(word, locale)
            )
            for locale in Locale
        }
    )


def mark_in(text: str, words: SearchedWords) -> MarkedText:
    """Return a French text with the searched words marked."""
    return mark(text, words.locate(text, Locale.FR))


def excerpted(text: str, words: SearchedWords) -> MarkedText:
    """Return the excerpt of a French text."""
    return excerpt(text, words.locate(text, Locale.FR))


def marked(text: MarkedText) -> list[str]:
    """Return the marked words."""
    return [piece for piece, is_mark in text.pieces if is_mark]


def test_mark_ignores_accents_and_keeps_the_text() -> None:
    """« vélos » is marked for « velos », and « vélodrome » is not."""
    result = mark_in("Des vélos volés, un vélodrome.", searching("velos"))

    assert marked(result) == ["vélos"]
    assert "".join(piece for piece, _ in result.pieces) == result.text


def test_prefix_marks_whole_words() -> None:
    """« cyber* » marks « cyberharcèlement »."""
    words = SearchedWords({}, prefixes=("cyber",))

    assert marked(mark_in("Le cyberharcèlement.", words)) == ["cyberharcèlement"]


def test_prefix_ignores_repeated_spaces() -> None:
    """Between two spaces there is no word to compare with a prefix."""
    words = SearchedWords({}, prefixes=("dr",))

    assert marked(mark_in("Des  drones\n\t dressés ", words)) == [
        "drones",
        "dressés",
    ]


def test_phrase_marks_its_words_side_by_side_only() -> None:
    """« en » of « en direct » is not marked elsewhere."""
    words = SearchedWords({}, phrases=(("en", "direct"),))

    assert marked(mark_in("En 2018, en direct.", words)) == ["en", "direct"]


def test_overlapping_phrases_are_all_marked() -> None:
    """Synonyms may start with the same words, or have no word."""
    words = SearchedWords(
        {}, phrases=(("vol", "de"), ("vol", "de", "velo"), ("velo", "volant"), ())
    )

    result = mark_in("Le vol\nde vélo volant, un vol.", words)

    assert marked(result) == ["vol", "de", "vélo", "volant"]


def test_excerpt_has_the_sentence_with_the_searched_word() -> None:
    """An ellipsis replaces the sentences before and after."""
    text = " ".join(["Une phrase qui ne dit rien du sujet."] * 12)
    text += " Les rumeurs circulent vite. " + " ".join(["Encore du texte ici."] * 12)

    result = excerpted(text, searching("rumeur"))

    assert marked(result) == ["rumeurs"]
    assert result.text.startswith("… ")
    assert result.text.endswith(" …")


def test_excerpt_cuts_a_long_sentence_between_words() -> None:
    """Text from a table has no full stops."""
    text = "mot " * 300 + "rumeur " + "mot " * 300

    result = excerpted(text, searching("rumeur"))

    assert marked(result) == ["rumeur"]
    assert len(result.text.split()) <= MAX_EXCERPT_WORDS + 2


@given(st.text(max_size=400), st.text(min_size=1, max_size=12))
def test_marked_pieces_joined_are_the_text(text: str, word: str) -> None:
    """Highlighting never changes the text."""
    result = mark_in(text, searching(word))

    assert "".join(piece for piece, _ in result.pieces) == text


SIGNS = (
    "abeimnoprsty éèÉœßøñ\u017f\u03b112.,;:!?…()«»“”\"'’-\u2010@_/&#"
    "\u00a0\u202f\u0301\t\n"
)


@given(
    text=st.text(SIGNS, max_size=60),
    words=st.lists(st.text("abeimnoprsty éèœ12", min_size=1, max_size=7), max_size=3),
    locale=st.sampled_from(Locale),
)
@example(text="l’après-midi", words=["midi"], locale=Locale.FR)
@example(text="fly,flies", words=["midi", "flies"], locale=Locale.EN)
def test_locate_equals_a_search_through_all_terms(
    text: str, words: list[str], locale: Locale
) -> None:
    """Chunks without a searched form are left out, and no others."""
    searched = searching(*words)
    forms = searched.forms[locale]

    expected = [
        (start, term)
        for start, chunk in chunks(text)
        for term in CHUNK_TERMS[locale][chunk]
        if forms.intersection(term.forms) and not term.is_stop_word
    ]

    assert searched.locate(text, locale) == expected


@pytest.mark.parametrize(
    ("searched", "chunk", "locale"),
    [
        ("go", "went,", Locale.EN),
        ("buy", "Bought", Locale.EN),
        ("die", "dying.", Locale.EN),
        ("œil", "«Œil»", Locale.FR),
        ("état", "l’État", Locale.FR),
        ("harcèlement", "cyber-harcèlement", Locale.FR),
    ],
)
def test_words_with_other_first_letters_are_located(
    searched: str, chunk: str, locale: Locale
) -> None:
    """Irregular forms, words after an article and second parts of compounds match."""
    assert searching(searched).locate(chunk, locale)
