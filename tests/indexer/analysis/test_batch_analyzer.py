"""Tests of `BatchAnalyzer`: its terms equal those of `analyze`."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import (
    FIELD_BREAK,
    AnalyzedTexts,
    BatchAnalyzer,
    WordTable,
    analyze,
)
from indexer.analysis.tokens import APOSTROPHES
from indexer.model.ids import Locale
from tests.indexer.analysis.test_properties import EXOTIC, FRENCH_LETTERS, SIGNS
from tests.support.builders import PROJECT
from tests.support.examples import examples

SPACES = " \t\n\r\x0b\x0c\x1c\x1e\x85\u00a0\u2009\u2028\u202f\u3000"

ACCENT = "\u0301"

# Parts that the tokenizer treats differently next to each other.
parts = st.one_of(
    st.sampled_from(
        (
            *"ldjmtsnc",
            *("qu", "jusqu", "s", "U.S.", "a.b", "D2.6", "d2-6", "1", "000", "1,000"),
            *("peut-on", "rendez-vous", "dites-le-moi", "MEDI@4SEC", "police's"),
            *("ﷺ", "ŉ", "ﬁn", "²", "İ", "ß", "e" + ACCENT, ACCENT, "_", "Œuvre"),
        )
    ),
    st.sampled_from([*SIGNS, *SPACES, *APOSTROPHES, *"-@.,"]),
    st.text(FRENCH_LETTERS + FRENCH_LETTERS.upper(), min_size=1, max_size=6),
    st.text(EXOTIC, min_size=1, max_size=3),
)
texts = st.one_of(
    st.lists(parts, max_size=25).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=60),
)


def words(given: WordTable, text: int) -> list[str]:
    """Return the words of one text, in order."""
    chosen = given.numbers[given.texts == text].tolist()
    return [given.vocabulary[number].decode() for number in chosen]


def assert_same_words(
    analyzed: AnalyzedTexts, texts: Sequence[str], locale: Locale
) -> None:
    """Compare with `analyze` for each text and each part between field breaks."""
    for number, text in enumerate(texts):
        terms = list(analyze(text, locale))
        parts = [list(analyze(part, locale)) for part in text.split(FIELD_BREAK)]
        positions: list[int] = []
        position = 0
        for part in parts:
            positions += range(position, position + len(part))
            position += len(part) + 1

        assert words(analyzed.stems, number) == [
            form for term in terms if not term.is_stop_word for form in term.forms
        ]
        assert words(analyzed.exact, number) == [
            term.exact for part in parts for term in part
        ]
        of_text = analyzed.exact.texts == number
        assert analyzed.positions[of_text].tolist() == positions
        assert analyzed.widths[number] == position - 1


@pytest.mark.load
@examples(1000)
@given(st.lists(texts, max_size=4), st.sampled_from(Locale))
@example(["1 000 1\u00a0000, 1,000; (l' accès l'accès)"], Locale.FR)
@example(["a.b. c.", "\x1e\x1e", " \x1e vélo\x1evolé \x1e", ""], Locale.FR)
def test_batch_terms_equal_analyze(texts: list[str], locale: Locale) -> None:
    """The fast path loses no term, whatever touches a word."""
    analyzer = BatchAnalyzer(locale)
    for text in texts:
        analyzer.add(text)

    analyzed = analyzer.flush()

    assert_same_words(analyzed, texts, locale)


@given(st.lists(texts, max_size=3), st.lists(texts, max_size=3))
def test_flush_starts_a_new_batch(before: list[str], after: list[str]) -> None:
    """The words of one segment do not appear in the next."""
    analyzer = BatchAnalyzer(Locale.FR)
    for text in before:
        analyzer.add(text)
    analyzer.flush()
    for text in after:
        analyzer.add(text)

    analyzed = analyzer.flush()

    assert analyzed.widths.shape == (len(after),)
    assert_same_words(analyzed, after, Locale.FR)


@pytest.mark.load
@pytest.mark.parametrize("locale", Locale)
def test_batch_terms_of_documents_equal_analyze(locale: Locale) -> None:
    """The equality also holds for the real documents."""
    paths = sorted((PROJECT / "documents").glob(f"*/*/{locale}.md"))
    texts = [path.read_text("utf-8") for path in paths]
    analyzer = BatchAnalyzer(locale)
    for text in texts:
        analyzer.add(text)

    analyzed = analyzer.flush()

    assert texts
    assert_same_words(analyzed, texts, locale)
