"""Practices in boxes, under headings, and under the names of towns."""

import pytest

from indexer.extraction.proposals.finder import find_proposals
from indexer.model.ids import Kind
from indexer.model.places import Gazetteer, Place
from indexer.model.proposals import Likelihood, Proposal
from tests.support.documents import a_document

GAZETTEER = Gazetteer(
    {
        "italy": Place("italy", {"fr": "Italie", "en": "Italy"}, 42.8, 12.0),
        "milan": Place("milan", {"fr": "Milan", "en": "Milan"}, 45.4, 9.1, "italy"),
        "hague": Place(
            "hague", {"fr": "La Haye", "en": "The Hague"}, 52.0, 4.3, "italy"
        ),
        "tours": Place("tours", {"fr": "Tours", "en": "Tours"}, 47.3, 0.6, "italy"),
    }
)
STORY = (
    "The city set up a group of residents who walk through the district each month "
    "with the officers, and write down what they see. In two years the number of "
    "broken lamps was halved, and people say that they feel safer at night."
)
RECIT = (
    "La ville a créé un groupe d’habitants qui parcourt le quartier chaque mois avec "
    "les agents et note ce qu’il voit. En deux ans, le nombre de lampes cassées a été "
    "divisé par deux, et les habitants disent se sentir plus en sécurité la nuit."
)


def practices_of(text: str) -> list[Proposal]:
    """Return the practices of a document."""
    proposals = find_proposals(a_document(text), GAZETTEER)
    return [each for each in proposals if each.kind is Kind.PRACTICE]


Expected = list[tuple[str, tuple[str, ...], Likelihood | None]]

SHAPES: dict[str, tuple[str, Expected]] = {
    "a box with its name": (
        f"# Box 3: Night walks in Milan\n{STORY}",
        [("Night walks in Milan", ("milan",), Likelihood.MEDIUM)],
    ),
    "a box in a paragraph": (
        f"Box 3. Night walks in Milan\n{STORY}",
        [("Night walks in Milan", ("milan",), Likelihood.MEDIUM)],
    ),
    "a French box": (
        f"# Encadré n° 2 – Marches nocturnes à Milan\n{RECIT}",
        [("Marches nocturnes à Milan", ("milan",), Likelihood.MEDIUM)],
    ),
    "a case study": (
        f"# Case study: Night walks\n{STORY}",
        [("Night walks", (), Likelihood.HIGH)],
    ),
    "a French case study": (
        f"# Étude de cas : les marches nocturnes de Milan\n{RECIT}",
        [("Les marches nocturnes de Milan", ("milan",), Likelihood.HIGH)],
    ),
    "a good practice": (
        f"# Good practice\n{STORY}",
        [
            (
                (
                    "The city set up a group of residents who walk through the "
                    "district each "
                    "month with the officers, and write…"
                ),
                (),
                Likelihood.HIGH,
            )
        ],
    ),
    "a French good practice in one paragraph": (
        f"Bonne pratique : {RECIT}",
        [
            (
                (
                    "La ville a créé un groupe d’habitants qui parcourt le quartier "
                    "chaque "
                    "mois avec les agents et note ce qu’il…"
                ),
                (),
                Likelihood.HIGH,
            )
        ],
    ),
    "headings under a heading": (
        f"# Good practices\n## Night walks\n{STORY}\n## Lamps in the park\n{RECIT}",
        [
            ("Night walks", (), Likelihood.HIGH),
            ("Lamps in the park", (), Likelihood.HIGH),
        ],
    ),
    "items under a heading": (
        (
            "# Bonnes pratiques\n- Milan : un groupe d’habitants parcourt le quartier "
            "chaque mois avec les agents\n- Se réunir souvent avec tous les habitants "
            "du "
            "quartier pour parler de ce qui ne va pas"
        ),
        [("Milan : un groupe d’habitants parcourt le quartier", ("milan",), None)],
    ),
    "a town as a heading": (
        f"# Experience\n## The Hague: night walks\n{STORY}",
        [("The Hague: night walks", ("hague",), Likelihood.MEDIUM)],
    ),
    "a town that is not known": (
        f"# Experience\n## City of Newtown\n{STORY}",
        [("City of Newtown", (), Likelihood.MEDIUM)],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_practices_are_found_in_each_form(shape: str) -> None:
    """Each has its places and its likelihood."""
    text, expected = SHAPES[shape]

    proposals = practices_of(text)

    assert len(proposals) == len(expected)
    for each, (title, places, likelihood) in zip(proposals, expected, strict=True):
        assert each.title.startswith(title)
        assert each.places == places
        assert likelihood in {None, each.likelihood}


NO_PRACTICES = {
    "contents": "# Contents\nBox 3: Night walks in Milan ....... 12\nCase study ... 13",
    "words of a text": f"Box 3 shows that the lamps matter.\nExample of this. {STORY}",
    "a town with no story": "# Milan\nSee above.",
    "a meeting in a town": f"# Workshop in Milan\n{STORY}",
    "references": f"# References on Milan\n{STORY}",
    "a word that is a town": f"# Les tours du quartier\n{RECIT}",
    "a country": f"# Italy\n{STORY}",
    "a box without a text": "# Box 3: Milan",
    "recommendations to a town": f"# Recommendations\n## City of Newtown\n{STORY}",
}


@pytest.mark.parametrize("shape", NO_PRACTICES)
def test_no_practice_is_found_in_other_texts(shape: str) -> None:
    """The name of a town alone is no practice."""
    assert practices_of(NO_PRACTICES[shape]) == []


def test_a_practice_is_proposed_once() -> None:
    """A box about a town in a chapter of good practices is one practice."""
    proposals = practices_of(
        f"# Good practices\n## Box 1: Night walks in Milan\n{STORY}\n# Next\nText."
    )

    assert len(proposals) == 1
