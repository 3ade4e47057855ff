"""Tests of the tokenizer and of normalization."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.tokens import ChunkCache, Token, normalize, tokenize


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
def test_tokens_of_elisions_compounds_codes_and_numbers(
    text: str, words: list[str]
) -> None:
    """Words have one token form however they are joined, elided or accented."""
    assert [token.text for token in tokenize(text)] == words


@given(st.text(max_size=100))
def test_normalize_is_idempotent(text: str) -> None:
    """A normalized word of the index matches itself at query time."""
    once = normalize(text)

    assert normalize(once) in {once, normalize(normalize(once))}


@given(
    st.lists(st.text("aeL12.,'’-é\u0301\u00a0\u202f@O", max_size=50), max_size=6),
    st.sampled_from([" ", "\n", "\t ", "\r\n"]),
)
def test_no_token_depends_on_text_beyond_a_space(parts: list[str], space: str) -> None:
    """Each chunk between two spaces is tokenized by itself and cached."""
    text = space.join(parts)
    starts = [len(space.join([*parts[:n], ""])) for n in range(len(parts))]

    together = list(tokenize(text))

    apart = [
        Token(token.text, start + token.start, start + token.end)
        for start, part in zip(starts, parts, strict=True)
        for token in tokenize(part)
    ]
    assert together == apart


def test_chunk_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full cache is cleared, and long chunks are never cached."""
    monkeypatch.setattr("indexer.analysis.tokens.MAX_CACHED_CHUNKS", 3)
    calls: list[str] = []

    def measure(chunk: str) -> int:
        calls.append(chunk)
        return len(chunk)

    lengths = ChunkCache(measure)

    assert [lengths[chunk] for chunk in ("a", "bb", "a", "x" * 999)] == [
        1,
        2,
        1,
        999,
    ]
    assert calls == ["a", "bb", "x" * 999]
    assert [lengths[chunk] for chunk in ("ccc", "dddd", "a")] == [3, 4, 1]
    assert set(lengths) == {"dddd", "a"}
