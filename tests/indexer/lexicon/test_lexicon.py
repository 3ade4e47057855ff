"""The equivalents of a word, and who has the last word on them."""

from __future__ import annotations

import pytest

from indexer.lexicon.lexicon import Lexicon
from indexer.lexicon.shipped_table import Table, shipped_table
from indexer.model.ids import Locale
from indexer.model.word_links import Corrections, WordLinks, WordPair

FR, EN = Locale.FR, Locale.EN

TABLE = Table.of({FR: {"vol": "theft flight"}, EN: {"theft": "vol larcin"}})
LEARNED = {FR: {"vols": ("burglaries",)}, EN: {"burglaries": ("vols",)}}


@pytest.mark.parametrize(
    ("word", "locale", "one_of_them"),
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
def test_the_shipped_table_knows_everyday_words(
    word: str, locale: Locale, one_of_them: str
) -> None:
    """Whatever their form, and their accents."""
    assert one_of_them in shipped_table().equivalents(word, locale)


def test_a_word_of_no_language_has_no_equivalent() -> None:
    """Nothing is guessed."""
    assert shipped_table().equivalents("zzyzx", FR) == ()


def test_what_was_learned_comes_before_the_table() -> None:
    """Our own texts know best what our words mean."""
    lexicon = Lexicon(WordLinks(learned=LEARNED), TABLE)

    assert lexicon.equivalents("vol", FR) == ("burglaries", "theft", "flight")


def test_what_staff_decided_comes_before_all() -> None:
    """`always` goes first; `never` removes a pair, in both directions."""
    corrections = Corrections(
        always=(WordPair("vol", "robbery"),), never=(WordPair("Vol", "thefts"),)
    )
    lexicon = Lexicon(WordLinks(corrections, LEARNED), TABLE)

    assert lexicon.equivalents("vols", FR) == ("robbery", "burglaries", "flight")
    assert lexicon.equivalents("theft", EN) == ("larcin",)
    assert lexicon.equivalents("robberies", EN) == ("vol",)
