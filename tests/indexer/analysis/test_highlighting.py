"""Which words are marked, and which sentences are shown."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import STRETCH_TERMS, word_forms
from indexer.analysis.highlighting import (
    MAX_EXCERPT_WORDS,
    SearchedWords,
    excerpt,
    mark,
)
from indexer.analysis.tokens import stretches
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


def mark_in(text: str, words: SearchedWords) -> MarkedText:
    """Mark what was searched in a French text."""
    (found,) = words.found_in([text], Locale.FR)
    return mark(text, found)


def excerpted(text: str, words: SearchedWords) -> MarkedText:
    """Choose what to show of a French text."""
    (found,) = words.found_in([text], Locale.FR)
    return excerpt(text, found)


def marked(text: MarkedText) -> list[str]:
    """Give the marked words."""
    return [piece for piece, is_mark in text.pieces if is_mark]


def test_whole_words_of_our_own_text_are_marked() -> None:
    """A visitor who typed « velos » sees « vélos » marked, accents and all."""
    found = mark_in("Des vélos volés, un vélodrome.", searching("velos"))

    assert marked(found) == ["vélos"]
    assert "".join(piece for piece, _ in found.pieces) == found.text


def test_a_prefix_marks_the_words_that_begin_so() -> None:
    """« cyber* » marks the whole word."""
    words = SearchedWords({}, prefixes=("cyber",))

    assert marked(mark_in("Le cyberharcèlement.", words)) == ["cyberharcèlement"]


def test_spaces_that_follow_one_another_hold_no_word() -> None:
    """A beginning is sought in every word, and between two spaces there is none."""
    words = SearchedWords({}, prefixes=("dr",))

    assert marked(mark_in("Des  drones\n\t dressés ", words)) == [
        "drones",
        "dressés",
    ]


def test_the_words_of_a_phrase_are_marked_together_only() -> None:
    """« en » of « en direct » is not marked wherever it stands."""
    words = SearchedWords({}, phrases=(("en", "direct"),))

    assert marked(mark_in("En 2018, en direct.", words)) == ["en", "direct"]


def test_phrases_that_overlap_are_marked_whole() -> None:
    """The other names of a word may begin alike; one of them may hold no word."""
    words = SearchedWords(
        {}, phrases=(("vol", "de"), ("vol", "de", "velo"), ("velo", "volant"), ())
    )

    found = mark_in("Le vol\nde vélo volant, un vol.", words)

    assert marked(found) == ["vol", "de", "vélo", "volant"]


def test_the_sentence_that_holds_the_words_is_shown() -> None:
    """The reader must see why the record was found."""
    text = " ".join(["Une phrase qui ne dit rien du sujet."] * 12)
    text += " Les rumeurs circulent vite. " + " ".join(["Encore du texte ici."] * 12)

    found = excerpted(text, searching("rumeur"))

    assert marked(found) == ["rumeurs"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")


def test_a_sentence_without_end_is_cut_at_words() -> None:
    """Text from a table has no full stops."""
    text = "mot " * 300 + "rumeur " + "mot " * 300

    found = excerpted(text, searching("rumeur"))

    assert marked(found) == ["rumeur"]
    assert len(found.text.split()) <= MAX_EXCERPT_WORDS + 2


@given(st.text(max_size=400), st.text(min_size=1, max_size=12))
def test_marks_never_change_the_text(text: str, word: str) -> None:
    """Whatever stands in a text, its pieces put together are the text."""
    found = mark_in(text, searching(word))

    assert "".join(piece for piece, _ in found.pieces) == text


SIGNS = (
    "abeimnoprsty éèÉœßøñ\u017f\u03b112.,;:!?…()«»“”\"'’-\u2010@_/&#"
    "\u00a0\u202f\u0301\t\n"
)


@given(
    texts=st.lists(st.text(SIGNS, max_size=60), max_size=4),
    words=st.lists(st.text("abeimnoprsty éèœ12", min_size=1, max_size=7), max_size=3),
    locale=st.sampled_from(Locale),
)
@example(texts=["", "le mot", ""], words=["mot"], locale=Locale.FR)
@example(texts=["l’après-midi", "fly,flies"], words=["midi", "flies"], locale=Locale.EN)
def test_what_is_found_in_many_texts_is_what_their_words_say(
    texts: list[str], words: list[str], locale: Locale
) -> None:
    """No word is overlooked for its signs, its accents, or the text it stands in."""
    searched = searching(*words)
    forms = searched.forms[locale]

    expected = [
        [
            (start, term)
            for start, stretch in stretches(text)
            for term in STRETCH_TERMS[locale][stretch]
            if forms.intersection(term.forms) and not term.is_stop_word
        ]
        for text in texts
    ]

    assert searched.found_in(texts, locale) == expected
