"""Trees of queries as queries of the server, and facets as its filter aggregations.

Each facet is counted without its own filter, exactly.

The words of a visitor are only ever values of `term`, `prefix` and `match_phrase`: no
text of theirs is parsed by the server.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from indexer.analysis.analyzer import searched_forms
from indexer.analysis.tokens import phrase_words
from indexer.engines.opensearch.index_fields import (
    EXACT,
    EXACT_TITLE,
    PASSAGE,
    PASSAGE_EXACT,
    PASSAGE_WORDS,
    RECORD,
    TEXT_EXACT,
    TEXT_WORDS,
    TITLE_WORDS,
    WORDS,
    Json,
    facet_field,
)
from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    FilterNode,
    MinimumMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    RecordsNode,
    Synonyms,
    Word,
)
from indexer.search.facet_order import ordered_counts, selected_values, with_selected
from indexer.search.query_parts import (
    Typed,
    locales_of,
    searched_locales,
    typed_leaves,
    weighted_names,
)
from indexer.search.ranking import EXACT_FACTOR

NOTHING: Json = {"match_none": {}}
SCORED_PREFIXES = 100
"""A prefix is scored by this many of its words, and matches all."""

PREFIX_MATCH = 0.01
"""The score of a prefix whose word is not among those scored."""


def of_type(kind: str, *filters: Json) -> Json:
    """Return a query for all documents of a type that pass filters, without scores."""
    return {"bool": {"filter": [{"term": {"type": kind}}, *filters]}}


def matching_records(query: Json, *filters: Json) -> Json:
    """Return a query for the records that match a query, without scores."""
    return of_type(RECORD, query, *filters)


def scored_records(query: Json, boosts: Mapping[str, float]) -> Json:
    """Return a query for records.

    `boosts` are added to the scores of the records with these ids.
    """
    return {
        "bool": {
            "filter": [{"term": {"type": RECORD}}],
            "must": [query],
            "should": [
                {"constant_score": {"filter": {"ids": {"values": [i]}}, "boost": boost}}
                for i, boost in boosts.items()
            ],
        }
    }


def facet_filter(facet: FacetName, values: Iterable[str]) -> Json:
    """Return a filter for the records with one of the values of a facet."""
    return {"terms": {facet_field(facet): sorted(values)}}


def named(query: Json, name: str) -> Json:
    """Return a query that hits list as matched, with its score."""
    return {"bool": {"must": [query], "_name": name}}


Forms = Collection[tuple[str, Locale]]
"""Forms of words, each with its language."""


class FormWeights(Protocol):
    """Weighs forms of words in passages as the formula weighs them in records."""

    def passage_factor(self, form: str, locale: Locale) -> float:
        """Return the factor on the score of a form in passages."""
        ...

    def prepare_forms(self, forms: Forms) -> None:
        """Count forms at once, so that `passage_factor` has their counts."""
        ...


class NodeQueries:
    """Makes the queries of one reader."""

    def __init__(self, reader: Locale, weights: FormWeights) -> None:
        self._reader = reader
        self._weights = weights

    def of_record(self, node: Node) -> Json:
        """Return the query for the records that match a tree."""
        match node:
            case Word() | Phrase() | Prefix():
                locales = searched_locales(node, self._reader)
                return _best(
                    [self.in_locale(node, locale) for locale, _ in locales],
                    [weight for _, weight in locales],
                )
            case FilterNode() | RecordsNode():
                return {"constant_score": {"filter": _selected(node), "boost": 0}}
            case Not():
                return {"bool": {"must_not": [self.of_record(node.node)]}}
            case And():
                return {"bool": {"must": self._each(node.nodes)}}
            case Or():
                return _best(self._each(node.nodes), [1.0] * len(node.nodes))
            case MinimumMatch():
                return _at_least(node.count, self._each(node.nodes))
            case Synonyms():
                names = list(weighted_names(node))
                return _best(
                    self._each([name for name, _ in names]),
                    [weight for _, weight in names],
                )

    def of_passage(self, node: Node) -> Json | None:
        """Return the query for the passages that match words of a tree, if any."""
        match node:
            case FilterNode() | RecordsNode() | Not():
                return None
            case Word() | Phrase() | Prefix():
                locales = searched_locales(node, self._reader)
                return _best(
                    [self._in_passage(node, locale) for locale, _ in locales],
                    [weight for _, weight in locales],
                )
            case And() | Or() | MinimumMatch():
                parts = [self.of_passage(child) for child in node.nodes]
                found = [part for part in parts if part is not None]
                if isinstance(node, Or):
                    return _best(found, [1.0] * len(found))
                return _at_least(1, found) if found else None
            case Synonyms():
                names = list(weighted_names(node))
                of_names = [(self.of_passage(name), weight) for name, weight in names]
                return _best(
                    [query for query, _ in of_names if query is not None],
                    [weight for query, weight in of_names if query is not None],
                )

    def passages_of(self, node: Node, records: Sequence[str], *filters: Json) -> Json:
        """Return the query for the passages of some records, scored."""
        self._weights.prepare_forms(forms_of(node))
        query = self.of_passage(node)
        among = {"terms": {"record": list(records)}}
        return {
            "bool": {
                "filter": [{"term": {"type": PASSAGE}}, among, *filters],
                "must": [NOTHING if query is None else query],
            }
        }

    def in_locale(self, node: Typed, locale: Locale) -> Json:
        """Return the query for the records that match a node in one language."""
        if isinstance(node, Word):
            words = TEXT_WORDS if node.is_text_only else WORDS
            words = TITLE_WORDS if node.is_title_only else words
            return _forms(f"{words}_{locale}", node, locale)
        exact = TEXT_EXACT if node.is_text_only else EXACT
        exact = EXACT_TITLE if node.is_title_only else exact
        return _exactly(f"{exact}_{locale}", node)

    def _in_passage(self, node: Typed, locale: Locale) -> Json:
        if node.is_title_only:
            return NOTHING
        if not isinstance(node, Word):
            return _exactly(f"{PASSAGE_EXACT}_{locale}", node)
        forms = list(searched_forms(node.text, locale))
        field = f"{PASSAGE_WORDS}_{locale}"
        return _best(
            [{"term": {field: form}} for form in forms],
            [self._weights.passage_factor(form, locale) for form in forms],
        )

    def _each(self, nodes: Iterable[Node]) -> list[Json]:
        return [self.of_record(node) for node in nodes]


def forms_of(node: Node) -> set[tuple[str, Locale]]:
    """Return the forms of all words that passages are searched for."""
    return {
        (form, locale)
        for leaf in typed_leaves(node)
        if isinstance(leaf, Word) and not leaf.is_title_only
        for locale in locales_of(leaf)
        for form in searched_forms(leaf.text, locale)
    }


def _forms(field: str, word: Word, locale: Locale) -> Json:
    """Return the query for a form of a word: the forms are of one occurrence."""
    forms = [{"term": {field: form}} for form in searched_forms(word.text, locale)]
    return _best(forms, [1.0] * len(forms))


def _exactly(field: str, node: Phrase | Prefix) -> Json:
    if isinstance(node, Prefix):
        matching = {"prefix": {field: node.text}}
        rewrite = f"top_terms_blended_freqs_{SCORED_PREFIXES}"
        scored = {"value": node.text, "rewrite": rewrite, "boost": EXACT_FACTOR}
        constant = {"filter": matching, "boost": PREFIX_MATCH}
        return {
            "bool": {
                "must": [{"constant_score": constant}],
                "should": [{"prefix": {field: scored}}],
            }
        }
    words = phrase_words(node.text)
    if not words:
        return NOTHING
    phrase = {"query": " ".join(words), "boost": EXACT_FACTOR}
    return {"match_phrase": {field: phrase}}


def _selected(node: FilterNode | RecordsNode) -> Json:
    """Return the filter of a node without words."""
    if isinstance(node, RecordsNode):
        return {"ids": {"values": sorted(map(str, node.ids))}}
    return facet_filter(node.filter.facet, [node.filter.value])


def _best(queries: list[Json], weights: list[float]) -> Json:
    """Return a query that scores as the best of some, each by its weight."""
    if not queries:
        return NOTHING
    if len(queries) == 1 and weights[0] == 1:
        return queries[0]
    weighted = [
        query if weight == 1 else {"bool": {"must": [query], "boost": weight}}
        for query, weight in zip(queries, weights, strict=True)
    ]
    return {"dis_max": {"queries": weighted}}


def _at_least(count: int, queries: list[Json]) -> Json:
    return {"bool": {"should": queries, "minimum_should_match": count}}


MAX_VALUES = 10_000
"""More than any facet has: with all its values, the counts of a facet are exact."""

PASSING = "passing"
EXACT_MATCHES = "exact"


def all_filters(filters: Collection[Filter]) -> list[Json]:
    """Return the filters of the server for the values chosen beside a query."""
    return [
        facet_filter(facet, values)
        for facet, values in selected_values(filters).items()
    ]


def facet_aggregations(filters: Collection[Filter], exact: Json) -> Json:
    """Return aggregations that count all facets, and the records that match exactly.

    The records that pass all filters are in `PASSING`, and those of them that match
    the query `exact` in its `EXACT_MATCHES`.
    """
    selected = selected_values(filters)
    counted = {
        facet.value: _values(facet) for facet in FacetName if facet not in selected
    }
    counted[EXACT_MATCHES] = {"filter": exact}
    aggregations = {PASSING: _filtered(all_filters(filters), counted)}
    for facet, values in selected.items():
        others = [chosen for chosen in filters if chosen.facet is not facet]
        parts = {
            "counted": _values(facet),
            # Their order is that of known values, even of those that count 0.
            "known": {
                "terms": {
                    "field": facet_field(facet),
                    "include": sorted(values),
                    "min_doc_count": 0,
                    "size": len(values),
                }
            },
        }
        aggregations[facet.value] = _filtered(all_filters(others), parts)
    return aggregations


def facet_counts(
    answer: Json, filters: Collection[Filter]
) -> dict[FacetName, tuple[FacetCount, ...]]:
    """Return the counts of an answer to `facet_aggregations`, in display order."""
    selected = selected_values(filters)
    return {
        facet: (
            with_selected(
                _ordered(facet, answer[facet.value], "known", "counted"),
                selected[facet],
            )
            if facet in selected
            else _ordered(facet, answer[PASSING], facet.value)
        )
        for facet in FacetName
    }


def _values(facet: FacetName) -> Json:
    return {"terms": {"field": facet_field(facet), "size": MAX_VALUES}}


def _filtered(filters: list[Json], parts: Json) -> Json:
    return {"filter": {"bool": {"filter": filters}}, "aggs": parts}


def _ordered(facet: FacetName, answer: Json, *parts: str) -> tuple[FacetCount, ...]:
    counts = {
        str(bucket["key"]): int(bucket["doc_count"])
        for part in parts
        for bucket in answer[part]["buckets"]
    }
    return ordered_counts(facet, counts)
