"""Messages, alone or after the name of what they are about."""

from __future__ import annotations

import pytest

from kb.web.sentences import after_colon, as_sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it is empty", "It is empty."),
        ("est-ce un plan ?", "Est-ce un plan ?"),
        ("écrivez-le.", "Écrivez-le."),
    ],
)
def test_a_remark_becomes_a_sentence(text: str, expected: str) -> None:
    """With a capital and a point, unless they are there."""
    assert as_sentence(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fill this in.", "fill this in."),
        ("Écrivez un titre.", "écrivez un titre."),
        ("PDF is not a date.", "PDF is not a date."),
        ("“x” is not a date.", "“x” is not a date."),
        ("", ""),
    ],
)
def test_a_sentence_loses_its_capital_after_a_colon(text: str, expected: str) -> None:
    """But initials keep theirs."""
    assert after_colon(text) == expected
