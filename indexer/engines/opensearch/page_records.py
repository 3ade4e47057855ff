"""The records of a page: their stored texts, their passages, and why they match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from indexer.analysis.analyzer import analyze, word_forms
from indexer.engines.opensearch.cluster_client import ClusterClient
from indexer.engines.opensearch.index_fields import Json
from indexer.engines.opensearch.node_queries import NodeQueries, named
from indexer.engines.opensearch.server_words import MatchedRecords
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import EditionEntry, IndexedEdition, RecordEntry
from indexer.model.query import CloseRecord, Node, Phrase, Prefix, Query, Word
from indexer.model.results import Hit, MatchField
from indexer.search.hits import FoundRecord, HitBuilder, Location, StoredPassage
from indexer.search.query_parts import (
    MATCH_FIELDS,
    Typed,
    contains_exactly,
    is_read,
    locales_of,
    typed_leaves,
)
from indexer.search.ranking import HEAD_WEIGHTS
from indexer.search.relaxation import RelaxedMatch

EXACT_NAME = "exact"
"""The name of the query that the records match exactly."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the index stores it, and the names of the queries that it matches.

    `scores` has the score of each of these queries.
    """

    id: RecordId
    editions: Mapping[Locale, IndexedEdition]
    version: str
    scores: Mapping[str, float]

    @classmethod
    def of(cls, hit: Json) -> StoredRecord:
        """Read a hit of the server.

        Raises:
            ValueError: the document is not that of a record.
        """
        stored = hit["_source"]["stored"]
        record = RecordId.parse(stored["id"])
        if record is None:
            raise ValueError(f"{stored['id']!r} is not the id of a record")
        editions = {
            Locale(code): IndexedEdition(
                Locale(code), **{**texts, "names": tuple(texts["names"])}
            )
            for code, texts in stored["editions"].items()
        }
        scores = hit.get("matched_queries", {})
        return cls(record, editions, stored["version"], scores)

    @property
    def entry(self) -> RecordEntry:
        """The part that results and suggestions show."""
        editions = {
            locale: EditionEntry(edition.title, edition.summary, edition.names)
            for locale, edition in self.editions.items()
        }
        return RecordEntry(self.id, editions, {})


@dataclass(frozen=True)
class PageRecords:
    """Reads the records of one page, and makes their hits."""

    cluster: ClusterClient
    index: str
    queries: NodeQueries
    query: Query
    match: RelaxedMatch[MatchedRecords]
    passage_filters: Sequence[Json]

    def hits(self, shown: Sequence[tuple[str, float]]) -> tuple[Hit, ...]:
        """Return the hits of some records, each an id with a score, in their order."""
        if not shown:
            return ()
        ids = [record for record, _ in shown]
        found = self.cluster.search(self.index, self._records_body(ids))
        stored = {hit["_id"]: StoredRecord.of(hit) for hit in found["hits"]["hits"]}
        by_record = self._best_passages(ids)
        without = [i for i in ids if i in self._close and not by_record.get(i)]
        by_record = {**by_record, **self._close_passages(without)}
        records = [
            FoundRecord(
                stored[record],
                stored[record].entry,
                score,
                by_record.get(record, ()),
                is_exact=EXACT_NAME in stored[record].scores,
                is_close=record in self._close,
                version=stored[record].version,
            )
            for record, score in shown
            if record in stored
        ]
        evidence = _PageEvidence(self._builder.parts, self._leaves, self.query.locale)
        return self._builder.hits(records, evidence)

    @cached_property
    def _builder(self) -> HitBuilder:
        return HitBuilder(self.query, self.match.root, self.match.expansions)

    @cached_property
    def _close(self) -> Mapping[str, CloseRecord]:
        return {str(record.id): record for record in self.match.close}

    @cached_property
    def _leaves(self) -> list[Typed]:
        """The words, phrases and prefixes of all names, each once."""
        names = (name for part in self._builder.parts for name, _ in part)
        return list(dict.fromkeys(chain.from_iterable(map(typed_leaves, names))))

    def _records_body(self, ids: Sequence[str]) -> Json:
        """Return the request of the records shown, with the names that they match."""
        matched = [named(self.match.exact.query, EXACT_NAME)]
        for number, part in enumerate(self._builder.parts):
            for rank, (name, _) in enumerate(part):
                query = self.queries.of_record(name)
                matched.append(named(query, _part_name(number, rank)))
        for number, leaf in enumerate(self._leaves):
            for locale in locales_of(leaf):
                query = self.queries.in_locale(leaf, locale)
                matched.append(named(query, _leaf_name(number, locale)))
        return {
            "size": len(ids),
            "query": {
                "bool": {
                    "filter": [{"ids": {"values": list(ids)}}],
                    "should": matched,
                }
            },
            "_source": ["stored"],
        }

    def _passages_body(self, root: Node, ids: Sequence[str]) -> Json:
        """Return the request of the best passages of each record in each language."""
        best = {
            "top_hits": {
                "size": self.query.max_passages,
                "sort": [{"_score": "desc"}, {"number": "asc"}],
                "_source": ["stored"],
            }
        }
        by_locale = {
            locale.value: {
                "filter": {"term": {"locale": locale.value}},
                "aggs": {"best": best},
            }
            for locale in Locale
        }
        records = {"field": "record", "size": len(ids)}
        return {
            "size": 0,
            "query": self.queries.passages_of(root, ids, *self.passage_filters),
            "aggs": {"records": {"terms": records, "aggs": by_locale}},
        }

    def _best_passages(
        self, ids: Sequence[str]
    ) -> Mapping[str, Sequence[StoredPassage]]:
        """Return the passages to show of each record: the reader's language first."""
        if self._builder.explained is None:
            return {}
        body = self._passages_body(self._builder.explained, ids)
        answer = self.cluster.search(self.index, body)
        reader = self.query.locale
        by_record: defaultdict[str, list[StoredPassage]] = defaultdict(list)
        for bucket in answer["aggregations"]["records"]["buckets"]:
            for locale in (reader, reader.other):
                hits = bucket[locale.value]["best"]["hits"]["hits"]
                by_record[bucket["key"]] += [
                    (locale, hit["_source"]["stored"]) for hit in hits
                ]
        return {
            record: passages[: self.query.max_passages]
            for record, passages in by_record.items()
        }

    def _close_passages(
        self, ids: Sequence[str]
    ) -> Mapping[str, Sequence[StoredPassage]]:
        """Return the passages that are close in meaning, where none has the words."""
        numbers = ((record, self._close[record].passage) for record in ids)
        names = [f"{each}#{number}" for each, number in numbers if number is not None]
        if not names or self._builder.explained is None:
            return {}
        body = {
            "size": len(names),
            "query": {"ids": {"values": names}},
            "_source": ["record", "locale", "stored"],
        }
        found = self.cluster.search(self.index, body)["hits"]["hits"]
        sources = [hit["_source"] for hit in found]
        return {
            source["record"]: [(Locale(source["locale"]), source["stored"])]
            for source in sources
        }


class _PageEvidence:
    """Implements `hits.MatchEvidence` by the queries that records match."""

    def __init__(
        self,
        parts: Sequence[Sequence[tuple[Node, float]]],
        leaves: Sequence[Typed],
        reader: Locale,
    ) -> None:
        self._parts = parts
        self._number_of = {leaf: number for number, leaf in enumerate(leaves)}
        self._locales = (reader, reader.other)

    def scores(self, part: int, record: StoredRecord) -> Sequence[float]:
        """Return the weighted score of a record by each name of a part."""
        return [
            record.scores.get(_part_name(part, rank), 0.0) * weight
            for rank, (_, weight) in enumerate(self._parts[part])
        ]

    def location(self, leaf: Typed, record: StoredRecord) -> Location | None:
        """Return the language and the field of highest weight that match a leaf."""
        number = self._number_of[leaf]
        locales = [
            locale
            for locale in self._locales
            if _leaf_name(number, locale) in record.scores
        ]
        if isinstance(leaf, Word):
            return _word_location(leaf, record, locales)
        return _exact_location(leaf, record, locales[0]) if locales else None


def _word_location(
    word: Word, record: StoredRecord, locales: Sequence[Locale]
) -> Location | None:
    for field in HEAD_WEIGHTS:
        if not is_read(field, word):
            continue
        for locale in locales:
            edition = record.editions.get(locale)
            if edition is not None and _has_form(word, getattr(edition, field), locale):
                return locale, MATCH_FIELDS[field]
    return (locales[0], MatchField.TEXT) if locales else None


def _exact_location(
    leaf: Phrase | Prefix, record: StoredRecord, locale: Locale
) -> Location:
    found = set[str]()
    if (edition := record.editions.get(locale)) is not None:
        found = {
            field
            for field in HEAD_WEIGHTS
            if is_read(field, leaf) and contains_exactly(leaf, getattr(edition, field))
        }
    if "title" in found:
        return locale, MatchField.TITLE
    if "summary" in found:
        return locale, MatchField.SUMMARY
    # Keywords are named last: a text tells the reader more.
    return locale, MatchField.KEYWORDS if found else MatchField.TEXT


def _part_name(part: int, rank: int) -> str:
    return f"{part}.{rank}"


def _leaf_name(leaf: int, locale: Locale) -> str:
    return f"{leaf}:{locale}"


def _has_form(word: Word, text: str, locale: Locale) -> bool:
    forms = set(word_forms(word.text, locale))
    return any(
        not term.is_stop_word and not forms.isdisjoint(term.forms)
        for term in analyze(text, locale)
    )
