"""Makes the hits of a page: texts with marks, snippets, and match reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from indexer.analysis.analyzer import analyze, word_forms
from indexer.analysis.highlighting import SearchedWords, excerpt, mark
from indexer.engines.opensearch.cluster_client import ClusterClient
from indexer.engines.opensearch.index_fields import Json
from indexer.engines.opensearch.node_queries import (
    NodeQueries,
    Typed,
    locales_of,
    named,
    typed_leaves,
)
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import EditionEntry, RecordEntry
from indexer.model.query import (
    And,
    CloseRecord,
    Expansion,
    MinimumMatch,
    Node,
    Or,
    Phrase,
    Prefix,
    Query,
    Synonyms,
    Word,
)
from indexer.model.results import Hit, MatchField, MatchReason, Snippet
from indexer.search.query_parts import (
    MATCH_FIELDS,
    PartTexts,
    contains_exactly,
    query_parts,
    weighted_names,
)
from indexer.search.query_rewriting import searched_words
from indexer.search.ranking import HEAD_WEIGHTS

Location = tuple[Locale, MatchField]

EXACT_NAME = "exact"
"""The name of the query that the records match exactly."""


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """The texts of an edition, as the index stores them."""

    entry: EditionEntry
    keywords: str
    questions: str

    def text(self, field: str) -> str:
        """Return the title, the summary, the keywords or the questions."""
        texts = {
            "title": self.entry.title,
            "summary": self.entry.summary,
            "keywords": self.keywords,
            "questions": self.questions,
        }
        return texts[field]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the index stores it, and the names of the queries that it matches.

    `scores` has the score of each of these queries.
    """

    id: RecordId
    editions: Mapping[Locale, StoredEdition]
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
            Locale(locale): StoredEdition(
                EditionEntry(each["title"], each["summary"], tuple(each["names"])),
                each["keywords"],
                each["questions"],
            )
            for locale, each in stored["editions"].items()
        }
        scores = hit.get("matched_queries", {})
        return cls(record, editions, stored["version"], scores)

    @property
    def entry(self) -> RecordEntry:
        """The part that results and suggestions show."""
        editions = {locale: each.entry for locale, each in self.editions.items()}
        return RecordEntry(self.id, editions, {})


StoredPassage = tuple[Locale, Mapping[str, Any]]
"""The language of the edition, and the stored fields of the passage."""


@dataclass(frozen=True)
class HitBuilder:
    """Makes the hits of one page."""

    cluster: ClusterClient
    index: str
    queries: NodeQueries
    query: Query
    root: Node | None
    expansions: tuple[Expansion, ...]
    exact: Json
    passage_filters: Sequence[Json]
    close: Mapping[str, CloseRecord]

    def hits(self, shown: Sequence[tuple[str, float]]) -> tuple[Hit, ...]:
        """Return the hits of some records, each an id with a score, in their order."""
        if not shown:
            return ()
        ids = [each for each, _ in shown]
        found = self.cluster.search(self.index, self._records_body(ids))
        stored = {hit["_id"]: StoredRecord.of(hit) for hit in found["hits"]["hits"]}
        by_record = self._best_passages(ids)
        without = [i for i in ids if i in self.close and not by_record.get(i)]
        by_record = {**by_record, **self._close_passages(without)}
        return tuple(
            self._hit(stored[each], score, by_record.get(each, ()))
            for each, score in shown
            if each in stored
        )

    @property
    def _explained(self) -> Node | None:
        return self.root if self.query.max_passages else None

    @cached_property
    def _parts(self) -> list[list[tuple[Node, float]]]:
        """The names of each part of the query, the typed one first, with weights."""
        explained = self._explained
        parts = query_parts(explained) if explained is not None else ()
        return [list(weighted_names(part)) for part in parts]

    @cached_property
    def _leaves(self) -> list[Typed]:
        names = (name for part in self._parts for name, _ in part)
        return list(
            dict.fromkeys(leaf for name in names for leaf in typed_leaves(name))
        )

    @cached_property
    def _searched(self) -> SearchedWords:
        return searched_words(self._explained)

    def _records_body(self, ids: Sequence[str]) -> Json:
        """Return the request of the records shown, with the names that they match."""
        matched = [named(self.exact, EXACT_NAME)]
        for number, part in enumerate(self._parts):
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
        if self._explained is None:
            return {}
        body = self._passages_body(self._explained, ids)
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
        numbers = ((each, self.close[each].passage) for each in ids)
        names = [f"{each}#{number}" for each, number in numbers if number is not None]
        if not names or self._explained is None:
            return {}
        body = {
            "size": len(names),
            "query": {"ids": {"values": names}},
            "_source": ["record", "locale", "stored"],
        }
        found = self.cluster.search(self.index, body)["hits"]["hits"]
        sources = [hit["_source"] for hit in found]
        return {
            each["record"]: [(Locale(each["locale"]), each["stored"])]
            for each in sources
        }

    def _hit(
        self, record: StoredRecord, score: float, passages: Sequence[StoredPassage]
    ) -> Hit:
        locale, edition = record.entry.edition(self.query.locale)
        terms = self._searched.locate([edition.title, edition.summary], locale)
        is_exact = EXACT_NAME in record.scores
        reasons = tuple(dict.fromkeys(self._reasons(record)))
        return Hit(
            id=record.id,
            locale=locale,
            title=mark(edition.title, terms[0]),
            summary=mark(edition.summary, terms[1]),
            score=round(score, 4),
            snippets=tuple(self._snippet(*each) for each in passages),
            reasons=reasons,
            is_partial=not is_exact,
            is_close=not (is_exact or reasons) and str(record.id) in self.close,
            version=record.version,
        )

    def _snippet(self, locale: Locale, stored: Mapping[str, Any]) -> Snippet:
        terms = self._searched.locate([stored["text"]], locale)[0]
        return Snippet(
            excerpt(stored["text"], terms),
            Locale(stored.get("locale", locale)),
            stored["heading"],
            stored["anchor"],
            stored["page"],
            stored.get("file", ""),
        )

    def _reasons(self, record: StoredRecord) -> Iterator[MatchReason]:
        """Yield why a record matches, for each part of the query that it matches."""
        text = PartTexts(self.expansions).text
        for number, part in enumerate(self._parts):
            scores = [
                record.scores.get(_part_name(number, rank), 0.0) * weight
                for rank, (_, weight) in enumerate(part)
            ]
            if not max(scores, default=0):
                continue
            best, _ = part[scores.index(max(scores))]
            location = self._locate(best, record)
            if location is not None:
                yield MatchReason(text(part[0][0]), text(best), *location)

    def _locate(self, node: Node, record: StoredRecord) -> Location | None:
        """Return the language and the field of highest weight that match a node."""
        match node:
            case Word():
                return self._locate_word(node, record)
            case Phrase() | Prefix():
                return self._locate_exact(node, record)
            case And() | Or() | MinimumMatch():
                return self._locate_first(node.nodes, record)
            case Synonyms():
                names = (name for name, _ in weighted_names(node))
                return self._locate_first(names, record)
            case _:
                return None

    def _locate_first(
        self, nodes: Iterable[Node], record: StoredRecord
    ) -> Location | None:
        locations = (self._locate(each, record) for each in nodes)
        return next((each for each in locations if each is not None), None)

    def _locate_word(self, word: Word, record: StoredRecord) -> Location | None:
        locales = self._matching_locales(word, record)
        for field in HEAD_WEIGHTS:
            for locale in locales:
                edition = record.editions.get(locale)
                if edition is not None and _has_form(word, edition.text(field), locale):
                    return locale, MATCH_FIELDS[field]
        return (locales[0], MatchField.TEXT) if locales else None

    def _locate_exact(
        self, node: Phrase | Prefix, record: StoredRecord
    ) -> Location | None:
        for locale in self._matching_locales(node, record):
            edition = record.editions.get(locale)
            found = set[str]()
            if edition is not None:
                found = {
                    field
                    for field in HEAD_WEIGHTS
                    if contains_exactly(node, edition.text(field))
                }
            if "title" in found:
                return locale, MatchField.TITLE
            if "summary" in found:
                return locale, MatchField.SUMMARY
            # Keywords are named last: a text tells the reader more.
            return locale, MatchField.KEYWORDS if found else MatchField.TEXT
        return None

    def _matching_locales(self, leaf: Typed, record: StoredRecord) -> list[Locale]:
        """Return the languages in which a record matches, the reader's first."""
        number = self._leaves.index(leaf)
        reader = self.query.locale
        return [
            locale
            for locale in (reader, reader.other)
            if _leaf_name(number, locale) in record.scores
        ]


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
