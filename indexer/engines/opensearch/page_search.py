"""The requests of a page of results: records in order, then their passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from indexer.engines.opensearch.cluster_client import ClusterClient, Unscored
from indexer.engines.opensearch.index_fields import Json
from indexer.engines.opensearch.node_queries import (
    EXACT_MATCHES,
    PASSING,
    NodeQueries,
    all_filters,
    facet_aggregations,
    facet_counts,
    forms_of,
    matching_records,
    scored_records,
)
from indexer.engines.opensearch.page_records import EXACT_NAME, PageRecords
from indexer.engines.opensearch.server_words import (
    MatchedRecords,
    ServerWords,
    WordCount,
    form_counts,
)
from indexer.model.facets import FacetName
from indexer.model.ids import RecordId
from indexer.model.query import Query, Sort
from indexer.model.results import ResultPage
from indexer.search.facet_order import SORT_SCALES, selected_values
from indexer.search.hits import page_count, page_of_hits
from indexer.search.rank_fusion import fused
from indexer.search.ranking import BEST_PASSAGE_WEIGHT, RERANKED, named_bonus
from indexer.search.relaxation import RelaxedMatch

NAMED_BOOST = 1000.0
"""More than any score: the server puts the records that the query names first."""

CLOSE_BOOST = 300.0
"""Brings the records that are close in meaning into the rows that are ranked here."""

MAX_ROWS = 10_000
"""The server returns rows up to this one at once; later ones follow a cursor."""


@dataclass(frozen=True, slots=True)
class RankedRecord:
    """A record of the results: the id of its document, and its score."""

    id: str
    score: float


@dataclass(frozen=True)
class PageSearch:
    """Searches one page for a query that was matched."""

    cluster: ClusterClient
    index: str
    queries: NodeQueries
    words: ServerWords
    query: Query
    match: RelaxedMatch[MatchedRecords]
    named: Sequence[RecordId]
    """The records that the query names, the best first."""

    def page(self) -> ResultPage:
        """Return the page.

        Raises:
            PageOutOfRangeError: it is after the last one.
        """
        query, match = self.query, self.match
        start = query.first_place
        stop = start + query.page_size
        words = self.words.request(self._forms)
        ranked_body = self._ranked_body(stop)
        counted, ranked, words_counted = self.cluster.searches(
            self.index, [Unscored(self._counts), ranked_body, Unscored(words.body)]
        )
        words.keep(words_counted)
        answer = counted["aggregations"]
        total = int(answer[PASSING]["doc_count"])
        exact_total = int(answer[PASSING][EXACT_MATCHES]["doc_count"])
        page_count(total, query)
        hits = self._hits_to(stop + len(query.last), ranked["hits"]["hits"])
        shown = self._rows(hits, start, stop)
        records = PageRecords(
            self.cluster, self.index, self.queries, query, match, self._passage_filters
        )
        rows = [(row.id, row.score) for row in shown]
        page = page_of_hits(
            query,
            match,
            () if query.only_ids else records.hits(rows),
            facet_counts(answer, query.filters),
            total=total,
            exact_total=exact_total,
        )
        if not query.only_ids:
            return page
        exact = {hit["_id"] for hit in hits if hit.get("matched_queries")}
        ids = [(RecordId.parse(row.id), row.id in exact) for row in shown]
        return replace(
            page,
            ids=tuple(record for record, _ in ids if record is not None),
            partial_ids=frozenset(
                record for record, is_exact in ids if record and not is_exact
            ),
        )

    @cached_property
    def _exact_ids(self) -> frozenset[str]:
        """The ids of the records that match all words: few, where meaning counts."""
        body = {
            "size": RERANKED,
            "query": matching_records(self.match.exact.query),
            "_source": False,
        }
        found = self.cluster.search(self.index, body)["hits"]["hits"]
        return frozenset(hit["_id"] for hit in found)

    @cached_property
    def _forms(self) -> set[WordCount]:
        """The counts of words that the scores of passages need."""
        is_needed = self.query.is_by_score or self.query.max_passages
        root = self.match.root if is_needed else None
        return form_counts(forms_of(root)) if root is not None else set()

    @property
    def _records(self) -> Json:
        return self.match.records.query

    @cached_property
    def _filters(self) -> list[Json]:
        return all_filters(self.query.filters)

    @cached_property
    def _passage_filters(self) -> list[Json]:
        """Passages are shown in the languages that filters select."""
        selected = selected_values(self.query.filters).get(FacetName.LOCALE)
        return [{"terms": {"locale": sorted(selected)}}] if selected else []

    @property
    def _counts(self) -> Json:
        return {
            "size": 0,
            "track_total_hits": False,
            "query": matching_records(self._records),
            "aggs": facet_aggregations(self.query.filters, self.match.exact.query),
        }

    def _rows(self, hits: list[Json], start: int, stop: int) -> list[RankedRecord]:
        """Return some rows of the records, in order."""
        rows = self._ranked(hits)
        is_reranked = start < RERANKED or self.query.last
        if self.query.is_by_score and self.match.root is not None and is_reranked:
            rows = [*self._reranked(rows[:RERANKED], hits), *rows[RERANKED:]]
            rows = self._fused(rows)
        last, kept = set(map(str, self.query.last)), self.query.kept_places
        others = [row for row in rows[kept:] if row.id not in last]
        late = [row for row in rows[kept:] if row.id in last]
        return [*rows[:kept], *others, *late][start:stop]

    def _fused(self, rows: Sequence[RankedRecord]) -> list[RankedRecord]:
        """Put the best records in the order of words, meaning and links.

        The record that is first then gets the highest score, and so on.
        """
        if not self.match.is_fused:
            return list(rows)
        present = {row.id for row in rows}
        by_id = {str(record.id): record for record in self.match.close}
        close = {name: each for name, each in by_id.items() if name in present}
        scored = [(row.id, row.score) for row in rows[:RERANKED]]
        fixed = {*self._exact_ids, *map(str, self.named)}
        is_last = self.query.preferences.is_last
        fixed |= {name for name, _ in scored if is_last(name)}
        order = fused(scored, close, fixed, self.match.neighbours.of)
        rest = [row.id for row in rows[RERANKED:] if row.id not in {*order}]
        scores = sorted((row.score for row in rows), reverse=True)
        return list(map(RankedRecord, (*order, *rest), scores))

    def _ranked_body(self, stop: int) -> Json:
        query, close = self._records, len(self.match.close)
        if self.query.only_ids:
            # Without a score: a hit lists whether it matches all the words.
            exact = {"filter": self.match.exact.query, "boost": 0, "_name": EXACT_NAME}
            query = {"bool": {"must": [query], "should": [{"constant_score": exact}]}}
        rows = max(stop, RERANKED) + close if self.query.is_by_score else stop
        rows += len(self.query.last)
        return {
            "size": min(rows, MAX_ROWS),
            "query": scored_records(query, self._boosts),
            "post_filter": {"bool": {"filter": self._filters}},
            "sort": self._sort,
            "track_scores": True,
            "track_total_hits": False,
            "_source": False,
        }

    @cached_property
    def _sort(self) -> list[Any]:
        """The sort keys; those of equal keys come by title."""
        title: Json = {f"title_{self.query.locale}": "asc"}
        newest: Json = {"date": {"order": "desc", "missing": "_last"}}
        sort = self.query.sort
        if self.query.is_by_score:
            return [{"_score": "desc"}, title]
        if sort in SORT_SCALES:
            return [{f"rank_{sort.value}": "asc"}, newest, title]
        return [title] if sort is Sort.TITLE else [newest, title]

    def _hits_to(self, stop: int, hits: list[Json]) -> list[Json]:
        """Return all rows up to `stop`, given the first that the server returned."""
        body = self._ranked_body(stop)
        last = hits
        while len(hits) < stop and len(last) == MAX_ROWS:
            body["search_after"] = last[-1]["sort"]
            last = self.cluster.search(self.index, body)["hits"]["hits"]
            hits = [*hits, *last]
        return hits

    @cached_property
    def _boosts(self) -> Mapping[str, float]:
        """What the server adds to the scores of records that are to be ranked here.

        Those are the records that the query names, and those close in meaning.
        """
        if not self.query.is_by_score:
            return {}
        boosts = {str(record.id): CLOSE_BOOST for record in self.match.close}
        for rank, record in enumerate(reversed(self.named), 1):
            key = str(record)
            boosts[key] = boosts.get(key, 0.0) + NAMED_BOOST * rank
        return boosts

    def _ranked(self, hits: Sequence[Json]) -> list[RankedRecord]:
        """Return hits with the scores of the formula, instead of those boosted."""
        boosts = self._boosts
        scores = {
            hit["_id"]: float(hit["_score"] or 0.0) - boosts.get(hit["_id"], 0.0)
            for hit in hits
        }
        best = max(scores.values(), default=0.0)
        rows = [
            RankedRecord(each, score + named_bonus(best, self._naming_rank(each)))
            for each, score in scores.items()
        ]
        if not self.match.is_fused:
            return rows
        return sorted(rows, key=lambda each: -each.score)

    def _naming_rank(self, record: str) -> int:
        return round(self._boosts.get(record, 0.0) / NAMED_BOOST)

    def _reranked(
        self, rows: Sequence[RankedRecord], hits: Sequence[Json]
    ) -> list[RankedRecord]:
        """Add to each score that of the best passage of the record, and sort again."""
        best = self._best_passages([row.id for row in rows])
        titles = {hit["_id"]: hit["sort"][-1] for hit in hits}
        least, named = min((row.score for row in rows), default=0.0), {*self.named}
        scored = []
        for each in rows:
            score = each.score + BEST_PASSAGE_WEIGHT * best.get(each.id, 0.0)
            if RecordId.parse(each.id) not in named:
                score = self.query.preferences.score(each.id, score, least)
            scored.append(RankedRecord(each.id, score))
        return sorted(scored, key=lambda each: (-each.score, titles[each.id]))

    def _best_passages(self, records: Sequence[str]) -> Mapping[str, float]:
        root = self.match.root
        if root is None or not records:
            return {}
        found = self.cluster.search(
            self.index,
            {
                "size": len(records),
                "query": self.queries.passages_of(
                    root, records, *self._passage_filters
                ),
                "collapse": {"field": "record"},
                "_source": False,
            },
        )
        return {
            hit["fields"]["record"][0]: float(hit["_score"])
            for hit in found["hits"]["hits"]
        }
