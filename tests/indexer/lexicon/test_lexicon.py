"""Tests of the lexicon: equivalents and the priority of their sources."""

import pytest

from indexer.lexicon.lexicon import Lexicon, Table, shipped_table
from indexer.model.ids import Locale
from indexer.model.word_links import Corrections, WordLinks, WordPair

FR, EN = Locale.FR, Locale.EN

TABLE = Table.of({(FR, "vol"): "theft flight", (EN, "theft"): "vol larcin"})
LEARNED = {FR: {"vols": ("burglaries",)}, EN: {"burglaries": ("vols",)}}


@pytest.mark.parametrize(
    ("word", "locale", "equivalent"),
    [
        ("harcèlement", FR, "harassment"),
        ("harcelement", FR, "harassment"),
        ("cambriolages", FR, "burglary"),
        ("maire", FR, "mayor"),
        ("vélos", FR, "bicycle"),
        ("témoins", FR, "witness"),
        ("theft", EN, "vol"),
        ("stolen", EN, "voler"),
        ("children", EN, "enfant"),
        ("trust", EN, "confiance"),
        ("teenagers", EN, "adolescent"),
    ],
)
def test_shipped_table_has_everyday_words(
    word: str, locale: Locale, equivalent: str
) -> None:
    """Inflected forms and words without accents match too."""
    assert equivalent in shipped_table().equivalents(word, locale)


def test_unknown_word_has_no_equivalent() -> None:
    """The table never guesses."""
    assert shipped_table().equivalents("zzyzx", FR) == ()


def test_learned_pairs_come_before_the_table() -> None:
    """The records use words in the senses of their subject."""
    lexicon = Lexicon(WordLinks(learned=LEARNED), TABLE)

    assert lexicon.equivalents("vol", FR) == ("burglaries", "theft", "flight")


def test_corrections_come_first() -> None:
    """`always` goes first; `never` removes a pair in both directions."""
    corrections = Corrections(
        always=(WordPair("vol", "robbery"),), never=(WordPair("Vol", "thefts"),)
    )
    lexicon = Lexicon(WordLinks(corrections, LEARNED), TABLE)

    assert lexicon.equivalents("vols", FR) == ("robbery", "burglaries", "flight")
    assert lexicon.equivalents("theft", EN) == ("larcin",)
    assert lexicon.equivalents("robberies", EN) == ("vol",)
