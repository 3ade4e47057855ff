"""Covers made to slow the patterns down."""

import pytest

from indexer.extraction.report.metadata import find_metadata
from indexer.model.document import FileProperties
from tests.support.documents import a_document
from tests.support.matrix import matrix

pytestmark = pytest.mark.load


@pytest.mark.parametrize(
    "piece",
    matrix(
        "confidential in-in-",
        "D1_1_1-",
        "AAAA@",
        "x | ",
        rest=(
            "not ____",
            "in-confidential-",
            "this document is not ",
            "this document (",
            "dissemination level (",
            "PU [ ] CO ",
            "D1.1.",
            "no no no no ",
            "GA AAAA - ",
            "restricted to the ",
            "darf nicht ",
            " - ",
        ),
    ),
)
def test_a_repeated_piece_is_searched_to_its_end(piece: str) -> None:
    """No pattern tries the same text in many ways: the search ends."""
    line = (piece * 3000)[:3000] + " !"
    text = "\n".join(f"{line}{number}" for number in range(20))

    found = find_metadata(a_document(text), FileProperties(labels=(line,)), "a.pdf")

    assert len({fact.field for fact in found}) == len(found)
