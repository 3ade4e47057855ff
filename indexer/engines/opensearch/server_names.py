"""The names that complete what is typed: candidates of the server, ranked by our rules.

The server finds a hundred names, and `indexer.search.suggester` puts them in order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from indexer.engines.opensearch.cluster_client import ClusterClient, Unscored
from indexer.engines.opensearch.documents import MAX_NAME_PART, called, codes_of
from indexer.engines.opensearch.index_fields import PLACE, RECORD, Json
from indexer.engines.opensearch.node_queries import of_type
from indexer.engines.opensearch.page_records import StoredRecord
from indexer.model.ids import Locale, RecordId
from indexer.model.results import Suggestion
from indexer.search.fuzzy_words import MIN_LENGTH
from indexer.search.name_index import readings_of
from indexer.search.suggester import LONG_WORD, NamePart, NameSet, Suggester

CANDIDATES = 100
MAX_WORDS = 12
"""A text of more words is no beginning of a name."""

WHOLE, BEGINNING, OTHER_BEGINNING, PART = 64.0, 32.0, 16.0, 8.0
"""The scores of names equal to the text, beginning with it in the reader's language or
in the other, and of each word that begins a word of the name."""


class ServerNames:
    """Suggests names of one generation."""

    def __init__(self, cluster: ClusterClient, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text, the best first."""
        readings = [
            reading for reading in readings_of(text) if len(reading) <= MAX_WORDS
        ]
        if not readings:
            return ()
        records, places = self._cluster.searches(
            self._index, [_body(kind, readings, locale) for kind in (RECORD, PLACE)]
        )
        entries = [StoredRecord.of(hit).entry for hit in records["hits"]["hits"]]
        stored = [hit["_source"]["stored"] for hit in places["hits"]["hits"]]
        found = {place["slug"]: place["names"] for place in stored}
        suggester = Suggester(NamePart(NameSet(entries, self._with_records(found))))
        return suggester.suggest(text, locale, limit=limit)

    def named(
        self,
        texts: Collection[str],
        locale: Locale,
        hits: Sequence[Json] | None = None,
    ) -> tuple[RecordId, ...]:
        """Return the records whose code, title or other name is the whole of a text.

        See `Suggester.named`. `hits` are those of `named_body`, if it was sent already.
        """
        body = named_body(texts)
        if body is None:
            return ()
        if hits is None:
            (answer,) = self._cluster.searches(self._index, [Unscored(body)])
            hits = answer["hits"]["hits"]
        names = NameSet(StoredRecord.of(hit).entry for hit in hits)
        return Suggester(NamePart(names)).named(texts, locale)

    def _with_records(
        self, places: Mapping[str, Mapping[str, str]]
    ) -> dict[str, Mapping[str, str]]:
        """Return the places that a record has: those of removed records stay stored."""
        if not places:
            return {}
        filters = {slug: of_type(RECORD, {"term": {"places": slug}}) for slug in places}
        aggregation = {"places": {"filters": {"filters": filters}}}
        body = {"size": 0, "aggs": aggregation}
        found = self._cluster.search(self._index, body)
        buckets = found["aggregations"]["places"]["buckets"]
        return {
            slug: names for slug, names in places.items() if buckets[slug]["doc_count"]
        }


def named_body(texts: Iterable[str]) -> Json | None:
    """Return the search for the records that a text names; None when it can't be."""
    texts = tuple(filter(None, texts))
    keys = {"called": called(texts), "codes": codes_of(*texts)}
    matching = [{"terms": {field: each}} for field, each in keys.items() if each]
    if not matching:
        return None
    return {
        "size": CANDIDATES,
        "query": of_type(RECORD, {"bool": {"should": matching}}),
        "_source": ["stored"],
    }


def _body(kind: str, readings: Iterable[Sequence[str]], locale: Locale) -> Json:
    matching = [_matching(words, locale) for words in readings]
    return {
        "size": CANDIDATES,
        "query": {
            "bool": {
                "filter": [{"term": {"type": kind}}],
                "must": [{"dis_max": {"queries": matching}}],
            }
        },
        "sort": [{"_score": "desc"}, {"name_length": "asc"}],
        "_source": ["stored"],
    }


def _matching(words: Sequence[str], locale: Locale) -> Json:
    """Return the query for names with a word that begins with each of these words."""
    text = " ".join(words)
    own, other = f"names_{locale}", f"names_{locale.other}"
    whole = [
        _constant({"term": {own: text}}, WHOLE),
        _constant({"term": {other: text}}, WHOLE),
        _constant({"prefix": {own: text}}, BEGINNING),
        _constant({"prefix": {other: text}}, OTHER_BEGINNING),
    ]
    parts = [_beginning(word) for word in words]
    return {"bool": {"must": parts, "should": whole}}


def _beginning(word: str) -> Json:
    part = word[:MAX_NAME_PART]
    queries = [_constant({"term": {"name_parts": part}}, PART)]
    if len(word) >= MIN_LENGTH and word.isalpha():
        edits = 1 if len(word) < LONG_WORD else 2
        near = {"value": part, "fuzziness": edits, "rewrite": "constant_score"}
        queries.append(_constant({"fuzzy": {"name_parts": near}}, 1.0))
    return {"dis_max": {"queries": queries}}


def _constant(query: Json, score: float) -> Json:
    return {"constant_score": {"filter": query, "boost": score}}
