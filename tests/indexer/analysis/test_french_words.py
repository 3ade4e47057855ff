"""French as it is: its accents, its families of words, and its false friends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold, normalize
from indexer.model.ids import Locale

FOLDER = Path(__file__).parent

LEANS_ON_ACCENTS = re.compile(r"(?:ee|iere|ite|ie)s?$")
"""Endings that the stemmer knows by their accents alone: see the exceptions below."""

STILL_APART = {
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

STILL_TOGETHER = {
    "« -ication » and « -iste » are dropped from a short stem": [
        "commune communication",
        "commune communiste",
    ],
    "« -ation » is dropped from a short stem": ["formation format"],
    "a final vowel is dropped": ["ville villa", "port porte", "arme armée"],
}


def lines(name: str) -> Iterator[list[str]]:
    """Give the words of each line of a list, comments left out."""
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split()


def forms(word: str) -> set[str]:
    """Give what a word is found by."""
    return set(word_forms(normalize(word), Locale.FR))


def known(exceptions: dict[str, list[str]]) -> list[object]:
    """Make a case of each exception, that fails for the reason given."""
    return [
        pytest.param(
            words.split(), marks=pytest.mark.xfail(strict=True, reason=reason), id=words
        )
        for reason, cases in exceptions.items()
        for words in cases
    ]


WORDS = [word for line in lines("french_words.txt") for word in line]
FAMILIES = list(lines("french_families.txt"))


def test_the_lists_are_long_enough_to_tell() -> None:
    """Maintainers shorten no list to make a change of the stemmer pass."""
    accented = [word for word in WORDS if fold(word) != word]

    assert len(set(accented)) >= 300
    assert len(FAMILIES) >= 40


def test_each_word_is_found_when_typed_without_accents() -> None:
    """Half of what visitors type on a phone has no accents, nor have capitals."""
    missed = [
        word
        for word in WORDS
        for typed in (fold(normalize(word)), fold(normalize(word)).upper())
        if forms(word).isdisjoint(forms(typed))
    ]

    assert missed == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family[0]))
def test_the_words_of_a_family_find_one_another(family: list[str]) -> None:
    """Gender, number and tense are not what visitors look for."""
    apart = [pair for pair in combinations(family, 2) if not meet(*pair)]

    assert apart == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family[0]))
def test_a_family_typed_without_accents_finds_it_too(family: list[str]) -> None:
    """« departementaux » finds « départemental »: accents are not the whole of it."""
    apart = [
        (typed, word)
        for typed in map(fold, family)
        if not LEANS_ON_ACCENTS.search(typed)
        for word in family
        if not meet(typed, word)
    ]

    assert apart == []


@pytest.mark.parametrize("family", known(STILL_APART))
def test_families_that_the_stemmer_still_parts(family: list[str]) -> None:
    """Who mends one of these is told to move it to the list of families."""
    assert all(meet(*pair) for pair in combinations(family, 2))


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
def test_words_that_only_look_alike_do_not_meet(pair: str) -> None:
    """A search that mixes « police » and « politique » is no search."""
    assert not meet(*pair.split())


@pytest.mark.parametrize("pair", known(STILL_TOGETHER))
def test_false_friends_that_the_stemmer_still_joins(pair: list[str]) -> None:
    """Who parts one of these is told to move it to the list above."""
    assert not meet(*pair)


def meet(one: str, other: str) -> bool:
    """Tell whether a word finds the other."""
    return not forms(one).isdisjoint(forms(other))
