"""Names of projects that no label precedes."""

import pytest

from indexer.extraction.report.metadata import find_metadata
from indexer.model.document import FileProperties
from indexer.model.proposals import MetadataField
from tests.support.documents import a_document

FUNDED = "Co-funded by the European Union, grant agreement 101087452"


def project_of(text: str) -> str:
    """Return the project of a document that begins with a text; "" without one."""
    found = find_metadata(a_document(text), FileProperties(), "report.pdf")
    values = (each.value for each in found if each.field is MetadataField.PROJECT)
    return next(values, "")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("PROJET PASSERELLE", "PASSERELLE"),
        ("NIGHTSHARE Action Planning Network", "NIGHTSHARE"),
        ("PLAYFUL STREETS Action Planning Network", "PLAYFUL STREETS"),
        ("Réseau de planification d’action RUES JOUEUSES", "RUES JOUEUSES"),
        ("Réseau URBACT IV KIDSTREETS", "KIDSTREETS"),
        ("LIVELYSTREETS – CE1287", "LIVELYSTREETS"),
        ("LIFE WETSTEPS", "LIFE WETSTEPS"),
        (
            "Intellectual Output 3 of the project “Libraries for All Ages”",
            "Libraries for All Ages",
        ),
        ("Résultat du projet « Écoles en chemin »", "Écoles en chemin"),
        ("This is the result of the PACTUM (Protect allied cities) project", "PACTUM"),
        (
            "PACTUM – Partnerships for Cities – is a coordination and support action",
            "PACTUM",
        ),
    ],
)
def test_a_name_is_known_by_what_is_beside_it(lines: str, name: str) -> None:
    """Each was missed on the covers of somebody who had not read the rules."""
    text = f"# How streets become places to stay\n\n{lines}\n\n{FUNDED}"

    assert project_of(text) == name


def test_a_short_line_above_the_title_is_the_name() -> None:
    """It is one or two words in capitals."""
    for name in ("OPEN DOORS", "PASSERELLES"):
        text = f"# {name}\n\n## How streets become places to stay\n\n{FUNDED}"

        assert project_of(text) == name


@pytest.mark.parametrize(
    "line",
    [
        "City of Corvanes",
        "Ministère des Ponts",
        "DRAFT WORKING PAPER",
        "Final report",
        "LAYMAN’S REPORT",
        "PROJET URBAIN DES TANNERIES",
    ],
)
def test_other_lines_above_the_title_are_no_names(line: str) -> None:
    """Publishers and kinds of documents are there too."""
    text = f"# {line}\n\n## How streets become places to stay\n\n{FUNDED}"

    assert project_of(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("676541 OpenLampKit\n\nREPORT ON D1.2", "OpenLampKit"),
        (
            "OpenLamps.eu: light for all\n\nGrant agreement 645833\n\n# Lamps of towns",
            "OpenLamps.eu",
        ),
        ("OpenLamps es un proyecto financiado por la UE, OpenLamps.eu", "OpenLamps.eu"),
        ("Title | WP2 – D2.5 – Lamps\n\nSee www.example.org/LUMO-project", "LUMO"),
        ("Grant agreement n° 731529\n\nResearch & Innovation Action", ""),
        ("The lamps of the earlier project NOCTUA were reused.", ""),
    ],
)
def test_a_name_is_beside_a_grant_a_slogan_or_the_word_project(
    text: str, name: str
) -> None:
    """A name with the ending of its site is taken so; a mention in passing is not."""
    assert project_of(text) == name
