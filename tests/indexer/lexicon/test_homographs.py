"""Names of terms that the search takes for words of the other language."""

import pytest

from indexer.lexicon.expansion import TermName
from indexer.lexicon.homographs import Homographs
from indexer.model.ids import Locale


def other_word(name: str, locale: Locale, own: str, other: str) -> str:
    """Return what a variant also finds; the term has a title in each language."""
    variant = TermName(name, locale)
    names = (TermName(own, locale), variant, TermName(other, locale.other))
    return Homographs([variant]).other_word(variant, names)


@pytest.mark.parametrize(
    ("name", "locale", "own", "other", "found"),
    [
        ("direct", Locale.FR, "diffusion en direct", "live streaming", "direct"),
        ("chat", Locale.EN, "instant messaging", "messagerie instantanée", "chat"),
        ("march", Locale.EN, "demonstration", "manifestation", "marché"),
        ("lead", Locale.EN, "tip", "renseignement du public", "leader"),
        ("CaaS", Locale.EN, "crime as a service", "criminalité à la demande", "ça"),
        ("coin", Locale.EN, "cryptocurrency", "cryptomonnaie", "coin"),
    ],
)
def test_a_word_with_another_meaning_is_found(
    name: str, locale: Locale, own: str, other: str, found: str
) -> None:
    """It has the same spelling, or the same stem."""
    assert other_word(name, locale, own, other) == found


@pytest.mark.parametrize(
    ("name", "locale", "own", "other"),
    [
        ("drone", Locale.FR, "aéronef sans équipage", "drone"),
        ("verification", Locale.EN, "fact-checking", "vérification des faits"),
        ("alerte", Locale.FR, "signalement", "reporting"),
        ("commune", Locale.FR, "municipalité", "municipality"),
        ("motif", Locale.FR, "modèle de pratique", "practice pattern"),
        ("opsec", Locale.EN, "operational security", "secret opérationnel"),
        ("en direct", Locale.FR, "diffusion en direct", "live streaming"),
    ],
)
def test_a_word_of_the_same_meaning_is_not(
    name: str, locale: Locale, own: str, other: str
) -> None:
    """Nor a rare word, nor a name of several words, which match side by side."""
    assert other_word(name, locale, own, other) == ""
