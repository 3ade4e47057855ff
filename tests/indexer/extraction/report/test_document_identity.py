"""The code, the project and the grant of documents, and how two documents compare."""

import pytest

from indexer.analysis.record_codes import base_code, find_codes
from indexer.extraction.fingerprints import (
    Agreement,
    DocumentIdentity,
    compare,
    resembles,
)
from indexer.extraction.report.metadata import find_metadata
from indexer.model.document import Block, BlockType, FileProperties
from tests.support.documents import a_document

BODY = "=== 2\nThe night buses of Newtown run every hour, and their drivers count."


def values_of(
    text: str, name: str = "report.pdf", margins: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return the facts of a document by the name of their field."""
    blocks = tuple(Block(BlockType.NOTE, each, page=1) for each in margins)
    found = find_metadata(a_document(f"{text}\n{BODY}"), FileProperties(), name, blocks)
    return {fact.field.value: fact.value for fact in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D2.4", "D2.4"),
        ("D2.4.1", "D2.4.1"),
        ("D2_4_1", "D2.4.1"),
        ("D2-4", "D2.4"),
        ("D 2.4", "D2.4"),
        ("D-2.4", "D2.4"),
        ("D2.4-v2", "D2.4-v2"),
        ("D2.4_v2.1", "D2.4-v2.1"),
        ("D2.4v3", "D2.4-v3"),
        ("D2.4a", "D2.4a"),
        ("D2.4-2", "D2.4.2"),
        ("D2.4.1_2020", "D2.4.1"),
        ("NIGHTBUS_D2.4_final", "D2.4"),
        ("NIGHTBUS-D2.4.1-final", "D2.4.1"),
        ("Deliverable 2.4.1", "D2.4.1"),
        ("Deliverable no. 2.4", "D2.4"),
        ("Deliverable number | 2.4", "D2.4"),
        ("Livrable n° 2.4.1", "D2.4.1"),
        ("Entregable 2.4", "D2.4"),
        ("D12.10", "D12.10"),
        ("Deliverable D.T2.3.1", "D.T2.3.1"),
        ("D.T2.3.1_Strategy", "D.T2.3.1"),
        ("D.C.2.1", "D.C.2.1"),
        ("D.1.2.1", "D.1.2.1"),
        ("Output O.T1.2: a toolkit", "O.T1.2"),
        ("IO3 Competence Framework", "IO3"),
        ("Intellectual Output 3", "IO3"),
        ("Résultat intellectuel n° 2", "IO2"),
        ("D. Martin", ""),
        ("RADIO3", ""),
        ("IO3.5", ""),
        ("an output of 3 cities", ""),
        ("D2.4 1 March", "D2.4"),
        ("D2.4.", "D2.4"),
        ("D2.45678", ""),
        ("D2.4%", ""),
        ("ID2.4", ""),
        ("version 2.4", ""),
    ],
)
def test_codes_are_read_whole(text: str, expected: str) -> None:
    """Half of a code is the code of another deliverable."""
    assert next(iter(find_codes(text)), "") == expected


def test_a_version_is_not_part_of_the_code_that_is_compared() -> None:
    """A second version of D2.4 resembles D2.4; D2.4.1 does not."""
    assert base_code("D2.4-v2") == "D2.4"
    assert base_code("D2.4.1") == "D2.4.1"


@pytest.mark.parametrize(
    ("name", "cover", "expected"),
    [
        ("D2.4.1_Night_buses.pdf", "# Night buses", "D2.4.1"),
        ("D2_4_1 Night buses.pdf", "# Night buses", "D2.4.1"),
        ("D2.4.1_Night_buses.pdf", "# D2.4.1 Night buses\nSee D2.4.", "D2.4.1"),
        ("report.pdf", "Deliverable 2.4.1\n# Night buses\nIt follows D2.4.", "D2.4.1"),
        ("D2.4-v2.pdf", "# Night buses", "D2.4-v2"),
        ("D2.4-v2.pdf", "Deliverable D2.4\n# Night buses", "D2.4"),
    ],
)
def test_the_code_of_a_file(name: str, cover: str, expected: str) -> None:
    """Name and cover are read in the same way."""
    assert values_of(cover, name)["code"] == expected


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        ("| Project acronym | NIGHTBUS |", "NIGHTBUS"),
        ("| Grant agreement no | 654321 |\n| Project acronym | NIGHTBUS |", "NIGHTBUS"),
        ("Acronym: LAMP@TOWN", "LAMP@TOWN"),
        ("Nom du projet : NIGHTBUS", "NIGHTBUS"),
        ("NIGHTBUS – Grant Agreement 654321", "NIGHTBUS"),
        ("Grant Agreement No. 654321 – NIGHTBUS – H2020-SEC", "NIGHTBUS"),
        ("The NIGHTBUS project has received funding from the Union.", "NIGHTBUS"),
        ("NIGHTBUS has received funding from the Union.", "NIGHTBUS"),
        ("© 2021 NIGHTBUS Consortium", "NIGHTBUS"),
        ("Le projet NIGHTBUS est financé par l’Union.", "NIGHTBUS"),
        ("This project has received funding from the European Union’s H2020.", ""),
        ("The European Union has received funding requests.", ""),
    ],
)
def test_the_project_of_a_cover(cover: str, expected: str) -> None:
    """A label, the funding sentence or the copyright notice names the project."""
    assert values_of(f"# Night buses in five towns\n{cover}").get("project", "") == (
        expected
    )


def test_the_project_of_a_header_and_of_a_file_name() -> None:
    """The header is read after the cover, the file name last."""
    assert values_of("# Night buses", margins=("NIGHTBUS – GA 654321",)) == (
        values_of("# Night buses") | {"project": "NIGHTBUS", "grant": "654321"}
    )
    assert values_of("# Night buses", "NIGHTBUS_D2.4.pdf")["project"] == "NIGHTBUS"
    assert "project" not in values_of("# Night buses", "FINAL_D2.4.pdf")


@pytest.mark.parametrize(
    "cover",
    [
        "| Grant agreement no | 654321 |",
        "under grant agreement No 654321.",
        "Convention de subvention n° 654321",
        "GA: 654321",
        "Project number: 654321",
    ],
)
def test_the_grant_of_a_cover(cover: str) -> None:
    """A grant number is no project name."""
    facts = values_of(f"# Night buses\n{cover}")

    assert facts["grant"] == "654321"
    assert "project" not in facts


OWN = DocumentIdentity(
    code="D2.4",
    titles=("Night buses and safety in five towns",),
    project="NIGHTBUS",
    languages=("en",),
    date="2021-03",
)


@pytest.mark.parametrize(
    ("changes", "share", "expected"),
    [
        ({"titles": ("Riots and crowds",)}, 0.0, True),
        ({"titles": ("Riots and crowds",), "project": ""}, 0.0, True),
        ({"titles": ("Riots and crowds",), "project": "LAMPTOWN"}, 0.0, False),
        ({"titles": ("Riots",), "code": "D2.4.1"}, 0.0, False),
        ({"titles": ("Riots",), "code": "D2.4-v2"}, 0.0, True),
        ({"titles": ("Riots",), "code": ""}, 0.0, False),
        ({"code": "D3.1", "project": "LAMPTOWN"}, 0.0, True),
        ({"code": "", "titles": ("Night Buses & safety in five towns",)}, 0.0, True),
        (
            {"code": "", "titles": ("Night buses and safety in 5 towns",)},
            0.0,
            False,
        ),
        ({"code": "D3.1", "titles": ("Riots",)}, 0.6, True),
        ({"code": "D3.1", "titles": ("Riots",)}, 0.2, False),
    ],
)
def test_resemblance(
    changes: dict[str, object], share: float, *, expected: bool
) -> None:
    """Same code and project, nearly the same title, or the same text."""
    values = {name: getattr(OWN, name) for name in ("code", "titles", "project")}
    other = DocumentIdentity(**{**values, **changes})

    assert resembles(compare(OWN, other, share)) is expected


def test_projects_are_compared_by_name_and_by_grant() -> None:
    """A cover may state only one of them."""

    def project_of(own: DocumentIdentity, other: DocumentIdentity) -> Agreement:
        return compare(own, other, 0.0).project

    name, grant = DocumentIdentity(project="MEDI@4SEC"), DocumentIdentity(grants=("1",))
    both = DocumentIdentity(project="Medi4Sec: social media", grants=("1",))

    assert project_of(name, both) is Agreement.SAME
    assert project_of(grant, both) is Agreement.SAME
    assert project_of(name, grant) is Agreement.UNKNOWN
    assert project_of(name, DocumentIdentity(project="NIGHTBUS")) is Agreement.DIFFERENT
    assert project_of(grant, DocumentIdentity(grants=("2",))) is Agreement.DIFFERENT
    long, other = (
        DocumentIdentity(grants=(f"2019-1-{each}01-KA205-060234",))
        for each in ("NL", "FR")
    )
    earlier = DocumentIdentity(grants=("060234",))
    assert project_of(long, earlier) is project_of(earlier, long) is Agreement.SAME
    assert project_of(long, other) is Agreement.DIFFERENT


def test_the_closest_language_and_date() -> None:
    """A month and a day of it agree."""
    same = compare(OWN, DocumentIdentity(languages=("en",), date="2021-03-04"), 0.0)
    other = compare(OWN, DocumentIdentity(languages=("fr",), date="2020"), 0.0)

    assert (same.language, same.date) == (Agreement.SAME, Agreement.SAME)
    assert (other.language, other.date) == (Agreement.DIFFERENT, Agreement.DIFFERENT)
