"""What the words of a text are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.normalization import normalize
from indexer.analysis.tokens import ByStretch, Token, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’accessibilité", ["accessibilité"]),
        ("qu'il s'agit jusqu’ici", ["il", "agit", "ici"]),
        ("aujourd’hui", ["aujourd", "hui"]),
        ("police's officers'", ["police", "officers"]),
        ("cyber-harcèlement", ["cyber", "harcèlement", "cyberharcèlement"]),
        ("l’état-major", ["état", "major", "étatmajor"]),
        ("D2.6 d2-6", ["d2.6", "d2.6"]),
        ("U.E. et l’O.N.U.", ["ue", "et", "onu"]),
        ("2016-2018", ["2016", "2018"]),
        ("1\u202f851 et 1,851", ["1851", "et", "1851"]),
        ("e\u0301tat", ["état"]),
        ("ﬁn", ["fin"]),
        ("MEDI@4SEC", ["medi", "4sec", "medi4sec"]),
        ("« »…!?", []),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_words_of_a_text(text: str, words: list[str]) -> None:
    """A word is found however it was joined, elided or accented."""
    assert [token.text for token in tokenize(text)] == words


@given(st.text(max_size=200))
def test_each_word_stands_where_it_says(text: str) -> None:
    """Highlights cut our own text at these places: they must be inside it, in order."""
    for token in tokenize(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.text


@given(st.text(max_size=100))
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    """A word that was normalized at indexing meets itself at query time."""
    once = normalize(text)

    assert normalize(once) in {once, normalize(normalize(once))}


@given(
    st.lists(st.text("aeL12.,'’-é\u0301\u00a0\u202f@O", max_size=50), max_size=6),
    st.sampled_from([" ", "\n", "\t ", "\r\n"]),
)
def test_words_between_spaces_do_not_change_one_another(
    stretches: list[str], space: str
) -> None:
    """What stands between two spaces is read once, however often it comes."""
    text = space.join(stretches)
    starts = [len(space.join([*stretches[:n], ""])) for n in range(len(stretches))]

    together = list(tokenize(text))

    apart = [
        Token(token.text, start + token.start, start + token.end)
        for start, stretch in zip(starts, stretches, strict=True)
        for token in tokenize(stretch)
    ]
    assert together == apart


def test_what_is_kept_of_stretches_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that serves for months, or is sent long words, does not grow."""
    monkeypatch.setattr("indexer.analysis.tokens.MAX_STRETCHES_KEPT", 3)
    made: list[str] = []

    def measure(stretch: str) -> int:
        made.append(stretch)
        return len(stretch)

    lengths = ByStretch(measure)

    assert [lengths[stretch] for stretch in ("a", "bb", "a", "x" * 999)] == [
        1,
        2,
        1,
        999,
    ]
    assert made == ["a", "bb", "x" * 999]
    assert [lengths[stretch] for stretch in ("ccc", "dddd", "a")] == [3, 4, 1]
    assert set(lengths) == {"dddd", "a"}
