"""`curations.yaml` is read, and its problems have lines and remedies."""

import datetime as dt

import pytest

from indexer.analysis.tokens import query_key
from indexer.model.ids import Kind, RecordId
from indexer.model.judged_queries import Curation, Curations
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
ENTRY = (
    'query: "Lampe de  poche", record: practices/newtown-lamps, reason: "Le cas", '
    "by: chargée de mission, date: 2026-11-27"
)


def problems_of(workspace: Workspace, text: str) -> list[str]:
    """Write the file and return its problems."""
    workspace.path("curations.yaml").write_text(text, "utf-8")
    lines = [str(problem) for problem in workspace.corpus().problems]
    return [line for line in lines if "curations.yaml" in line]


def test_curations_are_read(workspace: Workspace) -> None:
    """Both lists; queries are compared without case, accents and blanks."""
    assert (
        problems_of(workspace, f"first:\n- {{{ENTRY}}}\nhidden:\n- {{{ENTRY}}}") == []
    )

    curations = workspace.corpus().curations
    curation = Curation(
        "Lampe de poche",
        "lampe de poche",
        LAMPS,
        "Le cas",
        "chargée de mission",
        dt.date(2026, 11, 27),
    )
    assert (curations.first, curations.hidden) == ((curation,), (curation,))
    assert curations.promoted_for(query_key(" lampe DE poché")) == (LAMPS,)
    assert curations.hidden_for("lampe de poche") == (LAMPS,)
    assert curations.promoted_for("lampe") == ()


def test_a_missing_file_is_not_a_problem(workspace: Workspace) -> None:
    """The file is optional."""
    assert workspace.corpus().curations == Curations()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"first:\n- {{{ENTRY.replace('newtown-lamps', 'no-such')}}}\n",
            "curations.yaml:2: 'record' links to practices/no-such, which does",
            id="unknown record",
        ),
        pytest.param(
            f"first:\n- {{{ENTRY.replace('practices/', '')}}}\n",
            "curations.yaml:2: 'record' links to newtown-lamps, which does not",
            id="id without kind",
        ),
        pytest.param(
            f"hidden:\n- {{{ENTRY.replace('reason', 'raison')}}}\n",
            "curations.yaml:2: the field 'reason' is missing or empty",
            id="no reason",
        ),
        pytest.param(
            f"last:\n- {{{ENTRY}}}\n",
            "curations.yaml:1: the field 'last' is unknown",
            id="unknown list",
        ),
        pytest.param(
            f"- {{{ENTRY}}}\n",
            "curations.yaml:1: the records put first or left out cannot be read",
            id="one list",
        ),
        pytest.param("first: [\n", "curations.yaml:", id="not YAML"),
    ],
)
def test_a_problem_has_a_line_and_a_remedy(
    workspace: Workspace, text: str, expected: str
) -> None:
    """Other entries stay in use."""
    problems = problems_of(workspace, text)

    assert any(expected in line for line in problems), problems
    assert workspace.corpus().curations == Curations()
