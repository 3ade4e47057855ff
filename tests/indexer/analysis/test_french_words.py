"""Tests of French stemming: accents, word families and false friends."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import Locale

FOLDER = Path(__file__).parent

NEEDS_ACCENT = re.compile(r"(?:ee|iere|ite|ie)s?$")
"""Endings that the stemmer removes only with their accent."""

KNOWN_SEPARATE = {
    "a noun in -er loses its end, its plural does not": [
        "étranger étrangers étrangère étrangères",
    ],
    "a feminine changes its last consonant": [
        "bref brève",
    ],
    "the third person of the plural keeps its ending": [
        "harceler harcèlent",
        "appeler appellent",
    ],
    "names of actors keep their own ending": [
        "harceleur harceleuse",
        "médiateur médiatrice médiation",
        "protecteur protectrice protection",
    ],
    "an action in -age keeps its ending": [
        "éclairer éclairage",
        "cambrioler cambriolage",
        "témoigner témoignage",
    ],
    "an « é » that is typed « e » is no ending of a participle": [
        "associe association",
    ],
    "an action has a stem of its own": [
        "former formation",
        "créer création",
        "violent violence",
        "prévenir prévention",
    ],
}

KNOWN_CONFLATED = {
    "« -ication » and « -iste » are dropped from a short stem": [
        "commune communication",
        "commune communiste",
    ],
    "« -ation » is dropped from a short stem": ["formation format"],
    "a final vowel is dropped": ["ville villa", "arme armée"],
}


def lines(name: str) -> Iterator[list[str]]:
    """Yield the words of each line of a word list, without comments."""
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split()


def forms(word: str) -> set[str]:
    """Return the index forms of a word."""
    return set(word_forms(normalize(word), Locale.FR))


def known(exceptions: dict[str, list[str]]) -> list[object]:
    """Return a test case for each exception, marked as an expected failure."""
    return [
        pytest.param(
            words.split(), marks=pytest.mark.xfail(strict=True, reason=reason), id=words
        )
        for reason, cases in exceptions.items()
        for words in cases
    ]


WORDS = [word for line in lines("french_words.txt") for word in line]
FAMILIES = list(lines("french_families.txt"))


def test_word_lists_are_not_shortened() -> None:
    """A change of the stemmer must not pass because cases were deleted."""
    accented = [word for word in WORDS if fold(word) != word]

    assert len(set(accented)) >= 300
    assert len(FAMILIES) >= 40


def test_word_typed_without_accents_shares_a_form() -> None:
    """Visitors on a phone type few accents; capitals have none."""
    missing = [
        word
        for word in WORDS
        for typed in (fold(normalize(word)), fold(normalize(word)).upper())
        if forms(word).isdisjoint(forms(typed))
    ]

    assert missing == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family[0]))
def test_words_of_a_family_share_a_form(family: list[str]) -> None:
    """A search ignores gender, number and tense."""
    separate = [pair for pair in combinations(family, 2) if not share_a_form(*pair)]

    assert separate == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family[0]))
def test_family_typed_without_accents_shares_a_form(family: list[str]) -> None:
    """« departementaux » matches « départemental »."""
    separate = [
        (typed, word)
        for typed in map(fold, family)
        if not NEEDS_ACCENT.search(typed)
        for word in family
        if not share_a_form(typed, word)
    ]

    assert separate == []


@pytest.mark.parametrize("family", known(KNOWN_SEPARATE))
def test_known_families_without_a_shared_form(family: list[str]) -> None:
    """A strict expected failure: a family that passes moves to the list of families."""
    assert all(share_a_form(*pair) for pair in combinations(family, 2))


@pytest.mark.parametrize(
    "pair",
    [
        "police politique",
        "police policlinique",
        "police polir",
        "mairie marier",
        "mairie mariage",
        "maire mari",
        "vol volonté",
        "voler volontaire",
        "port portail",
        "place plage",
        "sûreté surface",
        "droit droiture",
        "fiche fichier",
        "ville village",
        "ville vil",
        "crime crise",
        "jeune jeudi",
        "agent argent",
        "agent agence",
        "agence agression",
        "menace ménage",
        "cité citoyen",
        "citoyen citation",
        "secret secrétaire",
        "réseau résidence",
        "résidence réserve",
        "rumeur ruminer",
        "foule fouille",
        "arme armoire",
        "témoin tempête",
        "feu feuille",
        "radicalisation radiation",
        "enquête conquête",
        "vie ville",
        "nuit nuisance",
        "bruit brutal",
        "terreur terrain",
        "terrorisme terrain",
        "fraude fraise",
        "conseil conserver",
        "adulte adultère",
        "quartier quart",
        "parc parcours",
        "école écologie",
        "école économie",
        "élu élève",
        "mineur minute",
        "presse présent",
        "prévention prévision",
        "information informatique",
        "habitant habitude",
        "contrôle contraire",
        "patrouille patrimoine",
        "gare garage",
        "caméra camarade",
        "urbain urgence",
        "plainte plante",
        "voie voix",
        "incendie incident",
        "participer partir",
        "été état",
    ],
    ids=str,
)
def test_false_friends_share_no_form(pair: str) -> None:
    """A search for « police » must not match « politique »."""
    assert not share_a_form(*pair.split())


@pytest.mark.parametrize("pair", known(KNOWN_CONFLATED))
def test_known_false_friends_with_a_shared_form(pair: list[str]) -> None:
    """A strict expected failure: a pair that passes moves to the false friends."""
    assert not share_a_form(*pair)


def share_a_form(one: str, other: str) -> bool:
    """Return whether two words have an index form in common."""
    return not forms(one).isdisjoint(forms(other))
