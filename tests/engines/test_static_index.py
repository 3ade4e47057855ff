"""The index for a script: its scores are nearly those of the engines."""

from itertools import accumulate
from typing import Any

import pytest
from flask import Flask

from indexer.lexicon.lexicon import Lexicon, shipped_table
from indexer.model.ids import Locale
from indexer.model.query import Query, Word
from indexer.pipeline import indexed_records
from indexer.search.ranking import BEST_PASSAGE_WEIGHT
from indexer.search.static_index import SCALE, StaticIndex


@pytest.fixture(scope="module")
def services(real_app: Flask) -> Any:
    """Return the services of the real content."""
    return real_app.extensions["kb-services"]


@pytest.fixture(scope="module")
def body(services: Any) -> dict[str, Any]:
    """Return the index of the real content."""
    records = indexed_records(services.corpus, services.texts)
    lexicon = Lexicon(services.engine.status().links, shipped_table())
    spellings = [("municipaux", Locale.FR), ("plage", Locale.FR)]
    return StaticIndex(records, lexicon, spellings).body()


def decoded(gaps: list[int], scores: list[int]) -> dict[int, float]:
    """Return scores by id."""
    values = (each / SCALE for each in scores)
    return dict(zip(accumulate(gaps), values, strict=True))


@pytest.mark.parametrize(
    ("word", "locale"),
    [
        ("parents", Locale.FR),
        ("vélos", Locale.FR),
        ("marseille", Locale.FR),
        ("emeutes", Locale.FR),
        ("london", Locale.EN),
        ("hansa", Locale.EN),
        ("police", Locale.EN),
    ],
)
def test_a_word_has_the_scores_of_the_engine(
    services: Any, body: dict[str, Any], word: str, locale: Locale
) -> None:
    """In its language alone, with the best passage of each record."""
    ids = [each.id for each in indexed_records(services.corpus, services.texts)]
    number = body["words"][word][list(Locale).index(locale)]
    of_locale, *lists = body["terms"][number]
    in_records, in_passages = decoded(*lists[:2]), decoded(*lists[2:])
    best: dict[int, float] = {}
    for passage, score in in_passages.items():
        record = body["passages"][passage]
        best[record] = max(score, best.get(record, 0.0))

    query = Query(
        text=word,
        root=Word(word, locale=locale),
        locale=locale,
        page_size=1000,
        max_passages=0,
        is_exact=True,
    )
    hits = services.engine.search(query).hits

    assert of_locale == locale.value
    assert {each.id for each in hits} == {ids[each] for each in in_records}
    for hit in hits[:20]:
        record = ids.index(hit.id)
        score = in_records[record] + BEST_PASSAGE_WEIGHT * best.get(record, 0.0)
        assert hit.score == pytest.approx(score, rel=0.03)


def test_other_forms_of_a_word_lead_to_it(body: dict[str, Any]) -> None:
    """A word of the lexicon is found by its stem, or is at least no misspelling."""
    words = body["words"]

    assert words["municipaux"][0] == words["municipal"][0]
    assert "plage" in {*words, *body["correct"].split()}


def test_names_of_the_glossary_lead_to_each_other(body: dict[str, Any]) -> None:
    """Each alternative is a term of the index, with a weight below that of a word."""
    names = dict(body["names"])

    assert len(names) > 100
    for others in names.values():
        assert others
        for number, weight in others:
            assert 0 <= number < len(body["terms"])
            assert 0 < weight < 1
