"""A long text says the same as the string that it was made from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.model.long_text import Text


@given(written=st.text(st.characters(codec="utf-8")))
def test_a_text_gives_back_what_it_was_made_from(written: str) -> None:
    """Whatever letters it holds."""
    text = Text(written)

    assert str(text) == written
    assert len(text) == len(written.encode("utf-8"))


@given(one=st.text(st.characters(codec="utf-8")), other=st.text())
def test_texts_are_equal_when_they_say_the_same(one: str, other: str) -> None:
    """So are the keys that they are kept under, and how they are told apart."""
    other = other.encode("utf-8", "ignore").decode("utf-8")

    assert Text(one) == Text(one)
    assert hash(Text(one)) == hash(Text(one))
    assert repr(Text(one)) == repr(Text(one))
    assert (Text(one) == Text(other)) is (one == other)
    assert (repr(Text(one)) == repr(Text(other))) is (one == other)
    assert Text(one) != one
