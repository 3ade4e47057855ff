"""Which words are marked, and which sentences are shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import word_forms
from indexer.analysis.highlighting import (
    MAX_EXCERPT_WORDS,
    SearchedWords,
    excerpt,
    mark,
)
from indexer.model.ids import Locale
from indexer.model.results import MarkedText


def searching(*words: str) -> SearchedWords:
    """Make the searched words of a query of plain words."""
    return SearchedWords(
        {
            locale: frozenset(
                form for word in words for form in word_forms(word, locale)
            )
            for locale in Locale
        }
    )


def marked(text: MarkedText) -> list[str]:
    """Give the marked words."""
    return [piece for piece, is_mark in text.pieces if is_mark]


def test_whole_words_of_our_own_text_are_marked() -> None:
    """A visitor who typed « velos » sees « vélos » marked, accents and all."""
    found = mark("Des vélos volés, un vélodrome.", Locale.FR, searching("velos"))

    assert marked(found) == ["vélos"]
    assert "".join(piece for piece, _ in found.pieces) == found.text


def test_a_prefix_marks_the_words_that_begin_so() -> None:
    """« cyber* » marks the whole word."""
    words = SearchedWords({}, prefixes=("cyber",))

    assert marked(mark("Le cyberharcèlement.", Locale.FR, words)) == [
        "cyberharcèlement"
    ]


def test_spaces_that_follow_one_another_hold_no_word() -> None:
    """A beginning is sought in every word, and between two spaces there is none."""
    words = SearchedWords({}, prefixes=("dr",))

    assert marked(mark("Des  drones\n\t dressés ", Locale.FR, words)) == [
        "drones",
        "dressés",
    ]


def test_the_words_of_a_phrase_are_marked_together_only() -> None:
    """« en » of « en direct » is not marked wherever it stands."""
    words = SearchedWords({}, phrases=(("en", "direct"),))

    assert marked(mark("En 2018, en direct.", Locale.FR, words)) == ["en", "direct"]


def test_phrases_that_overlap_are_marked_whole() -> None:
    """The other names of a word may begin alike; one of them may hold no word."""
    words = SearchedWords(
        {}, phrases=(("vol", "de"), ("vol", "de", "velo"), ("velo", "volant"), ())
    )

    found = mark("Le vol\nde vélo volant, un vol.", Locale.FR, words)

    assert marked(found) == ["vol", "de", "vélo", "volant"]


def test_the_sentence_that_holds_the_words_is_shown() -> None:
    """The reader must see why the record was found."""
    text = " ".join(["Une phrase qui ne dit rien du sujet."] * 12)
    text += " Les rumeurs circulent vite. " + " ".join(["Encore du texte ici."] * 12)

    found = excerpt(text, Locale.FR, searching("rumeur"))

    assert marked(found) == ["rumeurs"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")


def test_a_sentence_without_end_is_cut_at_words() -> None:
    """Text from a table has no full stops."""
    text = "mot " * 300 + "rumeur " + "mot " * 300

    found = excerpt(text, Locale.FR, searching("rumeur"))

    assert marked(found) == ["rumeur"]
    assert len(found.text.split()) <= MAX_EXCERPT_WORDS + 2


@given(st.text(max_size=400), st.text(min_size=1, max_size=12))
def test_marks_never_change_the_text(text: str, word: str) -> None:
    """Whatever stands in a text, its pieces put together are the text."""
    found = mark(text, Locale.FR, searching(word))

    assert "".join(piece for piece, _ in found.pieces) == text
