"""The codes of records, as people write them."""

import pytest

from indexer.analysis.record_codes import record_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, "d2.6")
            for text in ("D2.6", "d 2-6", "D_2_6", "Livrable D2.6", "D2,6")
        ),
        *(
            (text, "n5")
            for text in ("n05", "N 5", "besoin n° 5", "Need no. 5", "NEED 5")
        ),
        *((text, "rec15") for text in ("rec-15", "REC 15", "recommandation numéro 15")),
        *((text, "w3") for text in ("W3", "ws3", "atelier 3", "Workshop #3")),
        *((text, "") for text in ("", "2018", "3 ateliers", "x5", "besoin D5", "d")),
        *((text, "") for text in ("D2.6 police", "atelier", "G20", "besoin 2018")),
    ],
)
def test_all_spellings_of_a_code_are_one(text: str, code: str) -> None:
    """With spaces, dashes, zeros, or a word for the kind."""
    assert record_code(text) == code
