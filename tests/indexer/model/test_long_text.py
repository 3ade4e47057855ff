"""A long text says the same as the string that it was made from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.model.long_text import LongText


@given(written=st.text(st.characters(codec="utf-8")))
def test_a_text_gives_back_what_it_was_made_from(written: str) -> None:
    """Whatever letters it holds."""
    text = LongText(written)

    assert str(text) == written
    assert len(text) == len(written.encode("utf-8"))


@given(one=st.text(st.characters(codec="utf-8")), other=st.text())
def test_texts_are_equal_when_they_say_the_same(one: str, other: str) -> None:
    """So are the keys that they are kept under, and how they are told apart."""
    other = other.encode("utf-8", "ignore").decode("utf-8")

    assert LongText(one) == LongText(one)
    assert hash(LongText(one)) == hash(LongText(one))
    assert repr(LongText(one)) == repr(LongText(one))
    assert (LongText(one) == LongText(other)) is (one == other)
    assert (repr(LongText(one)) == repr(LongText(other))) is (one == other)
    assert LongText(one) != one
