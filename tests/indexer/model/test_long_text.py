"""Tests of `LongText`."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.model.long_text import LongText


@given(written=st.text(st.characters(codec="utf-8")))
def test_str_returns_the_original_text(written: str) -> None:
    """The size is in bytes of UTF-8."""
    text = LongText(written)

    assert str(text) == written
    assert len(text) == len(written.encode("utf-8"))


@given(one=st.text(st.characters(codec="utf-8")), other=st.text())
def test_texts_are_compared_by_content(one: str, other: str) -> None:
    """Equality, hash and `repr` agree."""
    other = other.encode("utf-8", "ignore").decode("utf-8")

    assert LongText(one) == LongText(one)
    assert hash(LongText(one)) == hash(LongText(one))
    assert repr(LongText(one)) == repr(LongText(one))
    assert (LongText(one) == LongText(other)) is (one == other)
    assert (repr(LongText(one)) == repr(LongText(other))) is (one == other)
    assert LongText(one) != one
