"""The language of a text, told by its commonest words."""

from __future__ import annotations

import pytest

from indexer.model.ids import Locale
from indexer.readers.language_detection import language_of
from indexer.readers.word_segmentation import Segmenter


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("La ville répond aux habitants dans la journée, avec la police.", Locale.FR),
        ("The city answers people within the day, with the police.", Locale.EN),
        ("La ciudad responde a los vecinos en el día, con la policía local.", None),
        ("La città risponde ai cittadini nella giornata, con la polizia.", None),
        ("Die Stadt antwortet den Bürgern am selben Tag, mit der Polizei.", None),
        ("D2.6 WP2 700281 2016-2018", None),
        ("", None),
    ],
    ids=["fr", "en", "es", "it", "de", "codes", "nothing"],
)
def test_the_language_of_a_text(text: str, locale: Locale | None) -> None:
    """Its neighbours are told from ours."""
    assert language_of(text) is locale


@pytest.mark.parametrize(
    "text",
    [
        "anticonstitutionnellement",
        "internationalisation des réseaux",
        "https://www.averylongnameofawebsitewithoutspaces.org/andthepath",
        "Bundesausbildungsförderungsgesetz",
        "get_the_name_of_the_user_for_that_session()",
    ],
)
def test_long_words_are_left_whole(text: str) -> None:
    """A word that is long is no words that are glued."""
    assert Segmenter([text]).mend(text) == (text, 0)
