"""Tests of the pre-filter: it never excludes a matching word."""

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import CHUNK_TERMS, word_forms
from indexer.analysis.highlighting import PrefixFilter
from indexer.analysis.tokens import split_at_spaces
from indexer.analysis.word_lists import IRREGULAR_WORDS
from indexer.lexicon.lexicon import shipped_table
from indexer.model.ids import Locale
from kb.core.settings import PROJECT
from tests.support.matrix import matrix

FR, EN = Locale.FR, Locale.EN


def wrongly_excluded(chunks: Iterable[str], locale: Locale) -> list[str]:
    """Return the chunks that the filter of one of their forms excludes."""
    chunks_of: defaultdict[str, list[str]] = defaultdict(list)
    for chunk in chunks:
        for term in CHUNK_TERMS[locale][chunk]:
            for form in {*term.forms, term.exact}:
                chunks_of[form].append(chunk)
    return [
        chunk
        for form, chunks in chunks_of.items()
        for chunk, candidates in zip(
            chunks, PrefixFilter([form], locale).find(chunks), strict=True
        )
        if candidates != [(0, chunk)]
    ]


@pytest.mark.load
@pytest.mark.parametrize("step", matrix(10, rest=[1]))
@pytest.mark.parametrize("locale", list(Locale))
def test_filter_excludes_no_word_of_the_documents(locale: Locale, step: int) -> None:
    """Nor any irregular word, nor any word of the shipped table."""
    chunks = set(IRREGULAR_WORDS[locale])
    for path in (PROJECT / "documents").glob(f"*/*/{locale}.md"):
        chunks.update(filter(None, split_at_spaces(path.read_text("utf-8"))))
    for line in shipped_table().content.decode("utf-8").splitlines():
        chunks.update(line.split("\t")[2].split())

    assert not wrongly_excluded(sorted(chunks)[::step], locale)


@given(chunk=st.text("aéeè̀œﬁßIİyk-’'.,«»12d\u00a0", max_size=8).filter(str.strip))
@pytest.mark.parametrize("locale", list(Locale))
def test_filter_excludes_no_matching_chunk(chunk: str, locale: Locale) -> None:
    """Punctuation, accents and non-Latin letters change nothing."""
    assert not wrongly_excluded([chunk], locale)


@pytest.mark.parametrize(
    ("searched", "chunk", "locale"),
    [
        ("go", "went,", EN),
        ("buy", "Bought", EN),
        ("die", "dying.", EN),
        ("œil", "«Œil»", FR),
        ("état", "l’État", FR),
        ("harcèlement", "cyber-harcèlement", FR),
    ],
)
def test_filter_includes_words_with_another_prefix(
    searched: str, chunk: str, locale: Locale
) -> None:
    """Irregular forms, words after an article and second parts of compounds match."""
    candidates = PrefixFilter(word_forms(searched, locale), locale).find(["", chunk])

    assert candidates == [[], [(0, chunk)]]


@pytest.mark.parametrize("chunk", ["banque", "(l’urgence)", "porte-voix", "…", ""])
def test_filter_excludes_words_with_another_prefix(chunk: str) -> None:
    """Most words are excluded without stemming."""
    assert PrefixFilter(["drone", "maire"], FR).find([chunk]) == [[]]
