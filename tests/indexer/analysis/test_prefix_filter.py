"""What is told of a word by its beginning is true of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.analyzer import STRETCH_TERMS, word_forms
from indexer.analysis.irregular import IRREGULAR_WORDS
from indexer.analysis.prefix_filter import PrefixFilter
from indexer.analysis.tokens import spaced
from indexer.lexicon.shipped_table import shipped_table
from indexer.model.ids import Locale
from kb.core.settings import PROJECT

FR, EN = Locale.FR, Locale.EN


def overlooked(stretches: Iterable[str], locale: Locale) -> list[str]:
    """Give the stretches that hold a word of a form, and are not found by it."""
    holding: defaultdict[str, list[str]] = defaultdict(list)
    for stretch in stretches:
        for term in STRETCH_TERMS[locale][stretch]:
            for form in {*term.forms, term.exact}:
                holding[form].append(stretch)
    return [
        stretch
        for form, held in holding.items()
        for stretch, found in zip(
            held, PrefixFilter([form], locale).find(held), strict=True
        )
        if found != [(0, stretch)]
    ]


@pytest.mark.parametrize("locale", list(Locale))
def test_no_word_of_the_documents_is_overlooked(locale: Locale) -> None:
    """Nor any irregular one, nor any of the table."""
    stretches = set(IRREGULAR_WORDS[locale])
    for path in (PROJECT / "documents").glob(f"*/*/{locale}.md"):
        stretches.update(filter(None, spaced(path.read_text("utf-8"))))
    for line in shipped_table().content.decode("utf-8").splitlines():
        stretches.update(line.split("\t")[2].split())

    assert not overlooked(stretches, locale)


@given(stretch=st.text("aéeè̀œﬁßIİyk-’'.,«»12d\u00a0", max_size=8).filter(str.strip))
@pytest.mark.parametrize("locale", list(Locale))
def test_no_stretch_is_overlooked(stretch: str, locale: Locale) -> None:
    """Whatever signs it is made of."""
    assert not overlooked([stretch], locale)


@pytest.mark.parametrize(
    ("sought", "stretch", "locale"),
    [
        ("go", "went,", EN),
        ("buy", "Bought", EN),
        ("die", "dying.", EN),
        ("œil", "«Œil»", FR),
        ("état", "l’État", FR),
        ("harcèlement", "cyber-harcèlement", FR),
    ],
)
def test_words_that_begin_otherwise_are_looked_for(
    sought: str, stretch: str, locale: Locale
) -> None:
    """An irregular form, an article before, the second part of a compound."""
    found = PrefixFilter(word_forms(sought, locale), locale).find(["", stretch])

    assert found == [[], [(0, stretch)]]


@pytest.mark.parametrize("stretch", ["banque", "(l’urgence)", "porte-voix", "…", ""])
def test_most_words_are_told_at_once(stretch: str) -> None:
    """They begin as nothing that is sought does."""
    assert PrefixFilter(["drone", "maire"], FR).find([stretch]) == [[]]
