"""`lexicon.yaml` is read, and its problems have lines and remedies."""

import pytest

from indexer.model.word_links import Corrections, WordPair
from tests.support.builders import Workspace


def problems_of(workspace: Workspace, text: str) -> list[str]:
    """Write the file and return its problems."""
    workspace.path("lexicon.yaml").write_text(text, "utf-8")
    lines = [str(problem) for problem in workspace.corpus().problems]
    return [line for line in lines if "lexicon.yaml" in line]


def test_pairs_of_words_are_read(workspace: Workspace) -> None:
    """`always` and `never` list one word of each language."""
    text = "always:\n- {fr: plainte, en: complaint}\nnever:\n- {fr: vol, en: flight}\n"

    assert problems_of(workspace, text) == []
    assert workspace.corpus().corrections == Corrections(
        always=(WordPair("plainte", "complaint"),), never=(WordPair("vol", "flight"),)
    )


def test_a_missing_lexicon_is_not_a_problem(workspace: Workspace) -> None:
    """The file is optional."""
    assert workspace.corpus().corrections == Corrections()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "always:\n- {fr: plainte, en: to complain}\n",
            "lexicon.yaml:2: 'to complain' is not one word: add an expression to the",
            id="expression",
        ),
        pytest.param(
            "always:\n- {fr: plainte}\n",
            "lexicon.yaml:2: the field 'en' is missing or empty: add a line",
            id="half a pair",
        ),
        pytest.param(
            "allways:\n- {fr: plainte, en: complaint}\n",
            "lexicon.yaml:1: the field 'allways' is unknown: did you mean 'always'?",
            id="unknown list",
        ),
        pytest.param(
            "- {fr: plainte, en: complaint}\n",
            "lexicon.yaml:1: the pairs of words cannot be read: write two lists",
            id="one list",
        ),
        pytest.param("always: [\n", "lexicon.yaml:", id="not YAML"),
    ],
)
def test_a_lexicon_problem_has_a_line_and_a_remedy(
    workspace: Workspace, text: str, expected: str
) -> None:
    """Staff edit this file by hand."""
    (line, *_) = problems_of(workspace, text)

    assert expected in line
