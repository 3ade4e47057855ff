"""The data of the search of a copy: an index, and what its results show."""

import json
from collections.abc import Mapping
from typing import Any

from indexer.corpus.corpus import Corpus
from indexer.lexicon.lexicon import Lexicon, shipped_table, shipped_words
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import KEPT_PLACES
from indexer.model.record import Record
from indexer.pipeline import indexed_records
from indexer.search.rank_fusion import LEAST_WORDS, MOST_DEVIATIONS, NEIGHBOUR_SHARE
from indexer.search.ranking import (
    BEST_PASSAGE_WEIGHT,
    NAMED_FACTOR,
    OTHER_LOCALE_WEIGHT,
    RERANKED,
)
from indexer.search.relaxation import FEW, SENTENCE_WORDS
from indexer.search.static_index import SCALE, StaticIndex
from kb.services import Services
from kb.site_copy.copied_links import file_of
from kb.web.labels import FACETS, KINDS
from kb.web.search.answer import (
    LEAST_COVERED,
    LEAST_COVERED_BY_NEED,
    LEAST_SHARE,
    MAX_PRACTICES,
    MAX_PRACTICES_OF_NARROW_NEED,
    MAX_RECOMMENDATIONS,
    PRACTICES_AMONG,
    RECOMMENDATIONS_AMONG,
    VOTING_HITS,
    WEIGHT_OF_NEED,
    WEIGHT_OF_PARTIAL,
)
from kb.web.search.answer import LEAST_WORDS as ANSWERED_WORDS
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.off_topic import RARE

ANSWER_RULES = {
    "among": VOTING_HITS,
    "share": LEAST_SHARE,
    "need": WEIGHT_OF_NEED,
    "partial": WEIGHT_OF_PARTIAL,
    "practices": [PRACTICES_AMONG, MAX_PRACTICES],
    "recommendations": [RECOMMENDATIONS_AMONG, MAX_RECOMMENDATIONS],
    "narrow": MAX_PRACTICES_OF_NARROW_NEED,
    "words": ANSWERED_WORDS,
    "covered": LEAST_COVERED,
    "coveredByNeed": LEAST_COVERED_BY_NEED,
    "rare": RARE,
}
"""The rules of the answer to a question, as `kb.web.search.answer` has them."""


def search_data(services: Services) -> str:
    """Return the script that defines the data."""
    indexed = list(indexed_records(services.corpus, services.texts))
    lexicon = Lexicon(services.engine.status().links, shipped_table())
    spellings = ((word, locale) for locale, word, _ in shipped_words())
    vocabulary = vocabulary_of(services.corpus)
    numbers = {str(each.id): number for number, each in enumerate(indexed)}
    body = StaticIndex(indexed, lexicon, spellings).body() | {
        "scale": SCALE,
        "few": FEW,
        "sentence": SENTENCE_WORDS,
        "otherLocale": OTHER_LOCALE_WEIGHT,
        "bestPassage": BEST_PASSAGE_WEIGHT,
        "namedFactor": NAMED_FACTOR,
        "leastWords": LEAST_WORDS,
        "reranked": RERANKED,
        "neighbourShare": NEIGHBOUR_SHARE,
        "mostDeviations": MOST_DEVIATIONS,
        "keptPlaces": KEPT_PLACES,
        "answer": ANSWER_RULES,
        "records": [
            _record(services.corpus.records[each.id], each.facets)
            | _linked(each.id, numbers, services.corpus)
            for each in indexed
        ],
        "facets": {
            facet.value: {
                "name": {locale.value: FACETS[facet].text(locale) for locale in Locale},
                "labels": {
                    locale.value: {
                        value: vocabulary.label(facet, value, locale)
                        for value in vocabulary.values(facet)
                    }
                    for locale in Locale
                },
            }
            for facet in FacetName
        },
        "kinds": {
            kind.value: {locale.value: KINDS[kind].text(locale) for locale in Locale}
            for kind in Kind
        },
    }
    return script_of(body)


_START, _END = "window.KB_SEARCH = ", ";\n"


def script_of(body: Mapping[str, Any]) -> str:
    """Return the script that defines an object of data."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # A line separator of Unicode would end a string of older scripts.
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"{_START}{safe}{_END}"


def data_of_script(script: str) -> dict[str, Any]:
    """Return the object of data that a script defines."""
    body: dict[str, Any] = json.loads(script.removeprefix(_START).removesuffix(_END))
    return body


def _linked(
    record: RecordId, numbers: Mapping[str, int], corpus: Corpus
) -> dict[str, list[int]]:
    """Return the numbers of the records linked with a record, and of its needs."""
    linked = corpus.neighbours.of(str(record))
    needs = map(str, corpus.answered_needs(record))
    return {
        "linked": [numbers[other] for other in linked if other in numbers],
        "needs": [numbers[need] for need in needs if need in numbers],
    }


def _record(record: Record, facets: Any) -> dict[str, Any]:
    return {
        "kind": record.id.kind.value,
        "id": str(record.id),
        "date": record.sort_date,
        "last": record.is_only_mentioned,
        "lost": getattr(record, "availability", "") == "not-found",
        "facets": {name.value: list(values) for name, values in facets.items()},
        **{
            locale.value: {
                "title": edition.title,
                "summary": edition.summary,
                "lang": edition.locale.value,
                "file": file_of(f"/{locale}/{record.id}"),
            }
            for locale in Locale
            for edition in (record.edition(locale),)
        },
    }
