"""What the relaxation asks of the server: the records and the words that match.

`ServerMatcher` counts the records that match trees of queries; `ServerWords` knows the
words of an index, for the correction and the expansion of queries.

The counts of many words are asked in one request, and cached: a generation of the
index never changes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from cachetools import LRUCache
from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.analysis.analyzer import searched_forms
from indexer.engines.opensearch.cluster_client import ClusterClient, Unscored
from indexer.engines.opensearch.documents import bigrams
from indexer.engines.opensearch.index_fields import (
    EXACT_HEAD,
    PASSAGE,
    PASSAGE_EXACT,
    PASSAGE_WORDS,
    RECORD,
    SPELLING,
    WORDS,
    Json,
)
from indexer.engines.opensearch.node_queries import (
    NOTHING,
    NodeQueries,
    matching_records,
    of_type,
)
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Locale
from indexer.model.query import Node
from indexer.search.query_rewriting import without_translations
from indexer.search.ranking import idf
from indexer.search.spelling import accented_in

MAX_COUNTS_CACHED = 50_000
MAX_CANDIDATES = 300
MAX_SERVER_EDITS = 2
"""The edit distance that the server can search."""

NEAREST = 1000.0
"""More than the score of all pairs of letters of a word."""


class CountedIn(Enum):
    """Which documents of one language are counted."""

    RECORDS = "records"
    PASSAGES = "passages"
    SPELLINGS = "spellings"
    """Passages and heads of records, by words as spelled."""


@dataclass(frozen=True, slots=True)
class WordCount:
    """What is counted: the documents with one of some terms, or all without terms."""

    terms: tuple[str, ...]
    locale: Locale
    counted_in: CountedIn = CountedIn.RECORDS

    @classmethod
    def of_word(cls, word: str, locale: Locale) -> WordCount:
        """Return the count of the records with a form of a word."""
        return cls(tuple(searched_forms(word, locale)), locale)

    @classmethod
    def of_spelling(cls, spelling: str, locale: Locale) -> WordCount:
        """Return the count of the passages and heads with a spelling."""
        return cls((spelling,), locale, CountedIn.SPELLINGS)

    @property
    def query(self) -> Json:
        """The query for the documents that count."""
        match self.counted_in:
            case CountedIn.SPELLINGS:
                # Heads are in the documents of records, as passages are in their own.
                fields = [PASSAGE_EXACT, EXACT_HEAD]
                return {"bool": {"should": [self._in(field) for field in fields]}}
            case CountedIn.PASSAGES:
                return of_type(PASSAGE, self._in(PASSAGE_WORDS))
            case CountedIn.RECORDS:
                return of_type(RECORD, self._in(WORDS))

    def _in(self, field: str) -> Json:
        name = f"{field}_{self.locale}"
        if not self.terms:
            return {"exists": {"field": name}}
        return {"terms": {name: list(self.terms)}}


@dataclass(frozen=True, slots=True)
class CountRequest:
    """A search that counts words; `keep` stores its answer in a cache."""

    counts: Sequence[WordCount]
    cache: MutableMapping[WordCount, int]

    @property
    def body(self) -> Json:
        """The search to send; it returns nothing when there is nothing to count."""
        if not self.counts:
            return {"size": 0, "track_total_hits": False, "query": NOTHING}
        filters = {str(number): each.query for number, each in enumerate(self.counts)}
        return {
            "size": 0,
            "track_total_hits": False,
            "aggs": {"words": {"filters": {"filters": filters}}},
        }

    def keep(self, answer: Json) -> None:
        """Store the counts of an answer."""
        for number, each in enumerate(self.counts):
            buckets = answer["aggregations"]["words"]["buckets"]
            self.cache[each] = buckets[str(number)]["doc_count"]


def form_counts(forms: Iterable[tuple[str, Locale]]) -> set[WordCount]:
    """Return the counts that `ServerWords.passage_factor` needs for some forms."""
    return {
        WordCount(terms, locale, counted_in)
        for form, locale in forms
        for counted_in in (CountedIn.RECORDS, CountedIn.PASSAGES)
        for terms in ((), (form,))
    }


class ServerWords:
    """Implements `indexer.search.spelling.Vocabulary` for one generation."""

    def __init__(self, cluster: ClusterClient, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._counts: LRUCache[WordCount, int] = LRUCache(MAX_COUNTS_CACHED)

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a record contains a form of a word in a language."""
        return self.record_count(word, locale) > 0

    def record_count(self, word: str, locale: Locale) -> int:
        """Return how many records contain a form of a word in a language."""
        return self._count(WordCount.of_word(word, locale))

    def spelling_count(self, spelling: str, locale: Locale) -> int:
        """Return how many passages and heads contain a spelling in a language."""
        return self._count(WordCount.of_spelling(spelling, locale))

    def similar(self, spelling: str, distance: int, *, limit: int) -> Sequence[str]:
        """Return the spellings within an edit distance, the nearest first.

        Spellings of removed records may be among them.
        """
        found = self._cluster.search(
            self._index,
            {
                "size": MAX_CANDIDATES,
                "query": _near(spelling, distance),
                "_source": ["spelling"],
            },
        )
        candidates = [hit["_source"]["spelling"] for hit in found["hits"]["hits"]]
        measured = process.extract(
            spelling,
            sorted(candidates),
            scorer=OSA.distance,
            score_cutoff=distance,
            limit=limit,
        )
        nearest = [each for each, _, _ in measured]
        self.count_all(
            WordCount.of_spelling(each, locale) for each in nearest for locale in Locale
        )
        return nearest

    def accented(self, spelling: str, locale: Locale) -> str | None:
        """Return a spelling with its accents, as a text in the language has it."""
        query = WordCount.of_spelling(spelling, locale).query
        found = self._cluster.search(
            self._index, {"size": 1, "query": query, "_source": ["stored"]}
        )
        stored = [hit["_source"]["stored"] for hit in found["hits"]["hits"]]
        texts = (text for fields in stored for text in _texts(fields, locale))
        return accented_in(texts, spelling)

    def passage_factor(self, form: str, locale: Locale) -> float:
        """Return the factor on the score of a form in passages.

        The server weighs a form by the passages that have it. Our formula weighs it
        by the records that have it, in passages too.
        """
        return self._idf(form, locale, CountedIn.RECORDS) / self._idf(
            form, locale, CountedIn.PASSAGES
        )

    def _idf(self, form: str, locale: Locale, counted_in: CountedIn) -> float:
        total, matching = (
            self._count(WordCount(terms, locale, counted_in)) for terms in ((), (form,))
        )
        return idf(total, matching)

    def prepare_forms(self, forms: Collection[tuple[str, Locale]]) -> None:
        """Count forms in one request, so that `passage_factor` sends none for each."""
        self.count_all(form_counts(forms))

    def prepare(self, words: Collection[str], lexicon: Lexicon) -> None:
        """Count words and their equivalents in one request.

        The expansion of a query then sends no request for each of them.
        """
        counts = {
            WordCount.of_word(word, locale) for word in words for locale in Locale
        }
        for word in words:
            for locale in Locale:
                for other in lexicon.equivalents(word, locale):
                    counts.add(WordCount.of_word(other, locale.other))
        self.count_all(counts)

    def count_all(self, counts: Iterable[WordCount]) -> None:
        """Count words that are not counted yet, in one request."""
        request = self.request(counts)
        if request.counts:
            (found,) = self._cluster.searches(self._index, [Unscored(request.body)])
            request.keep(found)

    def request(self, counts: Iterable[WordCount]) -> CountRequest:
        """Return the request that counts words that are not counted yet."""
        unknown = [count for count in set(counts) if count not in self._counts]
        return CountRequest(unknown, self._counts)

    def _count(self, count: WordCount) -> int:
        known = self._counts.get(count)
        if known is None:
            self.count_all([count])
            known = self._counts[count]
        return known


def _near(spelling: str, distance: int) -> Json:
    """Return a query for spellings within an edit distance, and some others."""
    edits = min(distance, MAX_SERVER_EDITS)
    fuzzy = {"value": spelling, "fuzziness": edits, "rewrite": "constant_score"}
    # The nearest come first, so that none of them is cut off.
    nearest = {"filter": {"fuzzy": {"spelling": fuzzy}}, "boost": NEAREST}
    queries: list[Json] = [{"constant_score": nearest}]
    if distance > edits:
        # An edit changes two pairs of letters, and a swap of letters three.
        pairs = bigrams(spelling).split(" ")
        shared = max(1, len(pairs) - 3 * distance)
        text = {"query": " ".join(pairs), "minimum_should_match": shared}
        queries.append({"match": {"bigrams": text}})
    return {
        "bool": {
            "filter": [{"term": {"type": SPELLING}}],
            "should": queries,
            "minimum_should_match": 1,
        }
    }


def _texts(stored: Json, locale: Locale) -> Iterable[str]:
    if "editions" not in stored:
        return [stored["text"], stored["heading"]]
    edition = stored["editions"].get(locale.value, {})
    return [edition.get("title", ""), edition.get("summary", "")]


EVERYTHING: Json = {"match_all": {}}


@dataclass(frozen=True, slots=True)
class MatchedRecords:
    """The records that match a query of the server; they are counted when asked."""

    query: Json
    matcher: ServerMatcher = field(repr=False)

    def __len__(self) -> int:
        return self.matcher.count(self.query)


class ServerMatcher:
    """Matches queries of one reader; implements `indexer.search.relaxation.Matcher`."""

    def __init__(
        self,
        cluster: ClusterClient,
        index: str,
        record_count: int,
        queries: NodeQueries,
        beside: Json | None = None,
    ) -> None:
        """Match in an index.

        Args:
            cluster: the nodes.
            index: the name of the index.
            record_count: how many records it has.
            queries: makes the queries of the server.
            beside: a search to send with the first count, which `beside_hits` answers.
        """
        self._cluster = cluster
        self._index = index
        self._record_count = record_count
        self._beside = beside
        self._counts: dict[str, int] = {}
        self._uncounted: dict[str, Json] = {}
        self.queries = queries
        self.beside_hits: Sequence[Json] | None = None
        """The hits of `beside`; None before the first count."""

    @property
    def record_count(self) -> int:
        """The number of records of the index."""
        return self._record_count

    def match(self, node: Node) -> MatchedRecords:
        """Return the records that match a tree."""
        # Their number is asked soon after that of the others.
        self._matched(self.queries.of_record(without_translations(node)))
        return self._matched(self.queries.of_record(node))

    def everything(self) -> MatchedRecords:
        """Return all records."""
        return self._matched(EVERYTHING)

    def nothing(self) -> MatchedRecords:
        """Return no record."""
        return self._matched(NOTHING)

    def count(self, query: Json) -> int:
        """Return how many records match a query of the server.

        The first call counts all queries that were matched so far, in one request.
        """
        key = json.dumps(query)
        if key not in self._counts:
            self._count_all({key: query} | self._uncounted)
        return self._counts[key]

    def _count_all(self, queries: dict[str, Json]) -> None:
        asked = [
            Unscored(
                {"size": 0, "track_total_hits": True, "query": matching_records(query)}
            )
            for query in queries.values()
        ]
        if self._beside is not None:
            asked.append(Unscored(self._beside))
        answers = self._cluster.searches(self._index, asked)
        for key, answer in zip(queries, answers, strict=False):
            self._counts[key] = int(answer["hits"]["total"]["value"])
        if self._beside is not None:
            self.beside_hits = answers[-1]["hits"]["hits"]
            self._beside = None
        self._uncounted.clear()

    def _matched(self, query: Json) -> MatchedRecords:
        key = json.dumps(query)
        if key not in self._counts:
            self._uncounted[key] = query
        return MatchedRecords(query, self)
