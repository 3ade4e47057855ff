"""Tests of IBM model 1 and of the alignment of texts."""

from indexer.lexicon.ibm_model import align, learn_word_pairs
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord

PAIRS = (
    ("Le maire inaugure le tramway", "The mayor opens the tramway"),
    ("Le maire refuse la caserne", "The mayor refuses the barracks"),
    ("La caserne ferme dimanche", "The barracks close on Sunday"),
    ("Un tramway passe dimanche", "A tramway runs on Sunday"),
    ("La piscine ferme", "The pool closes"),
    ("La piscine du maire", "The pool of the mayor"),
)


def bilingual_record(number: int, french: str, english: str) -> IndexedRecord:
    """Return a record with two editions."""
    return IndexedRecord(
        RecordId(Kind.PRACTICE, f"bilingual-{number}"),
        (
            IndexedEdition(Locale.FR, french, ""),
            IndexedEdition(Locale.EN, english, ""),
        ),
    )


def test_words_of_the_same_records_are_learned_as_a_pair() -> None:
    """A word translates the word that occurs in all the same texts."""
    learned = learn_word_pairs(
        bilingual_record(n, *pair) for n, pair in enumerate(PAIRS)
    )

    assert learned[Locale.FR]["maire"][0] == "mayor"
    assert learned[Locale.FR]["piscine"][0] == "pool"
    assert learned[Locale.EN]["barracks"][0] == "caserne"
    assert learned[Locale.EN]["sunday"][0] == "dimanche"


def test_record_of_one_language_is_not_learned_from() -> None:
    """Without a translation there is nothing to align."""
    french = IndexedEdition(Locale.FR, "Le maire", "")
    record = IndexedRecord(RecordId(Kind.PRACTICE, "alone"), (french,))

    assert learn_word_pairs([record]) == {}


def test_lists_of_one_length_are_aligned_one_by_one() -> None:
    """Most records have as many paragraphs in both languages."""
    assert list(align(["un", "deux"], ["one", "two"])) == [
        ("un", "one"),
        ("deux", "two"),
    ]


def test_text_split_in_two_is_aligned_with_both_parts() -> None:
    """Lengths show where a translator joined two paragraphs."""
    french = ["a" * 100, "b" * 300, "c" * 120]
    english = ["A" * 100, "B" * 150, "D" * 150, "C" * 120]

    assert list(align(french, english)) == [
        ("a" * 100, "A" * 100),
        ("b" * 300, "B" * 150 + "\n" + "D" * 150),
        ("c" * 120, "C" * 120),
    ]


def test_text_without_a_translation_is_not_aligned() -> None:
    """Its words must not be learned as pairs."""
    french = ["a" * 100, "n" * 900, "c" * 100]
    english = ["A" * 100, "C" * 100]

    aligned = dict(align(french, english))

    assert "n" * 900 not in aligned
