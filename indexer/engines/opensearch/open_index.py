"""One generation of an index, open for searches."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.engines.opensearch.bulk_writer import CurrentIndex
from indexer.engines.opensearch.cluster_client import ClusterClient
from indexer.engines.opensearch.hit_builder import StoredRecord
from indexer.engines.opensearch.index_fields import LINKS, RECORD
from indexer.engines.opensearch.node_queries import NodeQueries, of_type
from indexer.engines.opensearch.page_search import PageSearch
from indexer.engines.opensearch.server_matcher import ServerMatcher
from indexer.engines.opensearch.server_names import ServerNames, named_body
from indexer.engines.opensearch.server_words import ServerWords
from indexer.engines.word_links_json import links_from_fields
from indexer.lexicon.lexicon import Lexicon
from indexer.lexicon.shipped_table import shipped_table
from indexer.model.ids import Kind, Locale
from indexer.model.query import Node, Query, Synonyms, Word
from indexer.model.results import ResultPage, Suggestion
from indexer.model.word_links import WordLinks
from indexer.search.curation import named_records
from indexer.search.query_parts import query_parts
from indexer.search.relaxation import Relaxer

MAX_TERMS = 10_000
"""More than a glossary has."""


class OpenIndex:
    """Answers queries from one generation; safe among threads.

    Only the glossary and the word links are in memory.
    """

    def __init__(self, cluster: ClusterClient, current: CurrentIndex) -> None:
        """Read the glossary and the word links.

        Raises:
            IndexUnavailableError, NoSuchIndexError: the index can't be read.
        """
        self.current = current
        self._cluster = cluster
        terms, links = cluster.searches(
            current.name,
            [
                {
                    "size": MAX_TERMS,
                    "query": of_type(RECORD, {"term": {"kind": Kind.TERM.value}}),
                    "sort": ["record"],
                    "_source": ["stored"],
                },
                {"size": 1, "query": of_type(LINKS), "_source": ["stored"]},
            ],
        )
        self.links: WordLinks = links_from_fields(
            links["hits"]["hits"][0]["_source"]["stored"]
        )
        self._names = ServerNames(cluster, current.name)
        self._words = ServerWords(cluster, current.name)
        self._lexicon = Lexicon(self.links, shipped_table())
        self._relaxer = Relaxer(
            (StoredRecord.of(hit).entry for hit in terms["hits"]["hits"]),
            self._lexicon,
            self._words,
        )

    @property
    def generation(self) -> str:
        """The name of the generation: of its index and its change."""
        return f"{self.current.name}.{self.current.stamp.change}"

    def search(self, query: Query) -> ResultPage:
        """Return a page of results.

        Raises:
            PageOutOfRangeError: the requested page is after the last one.
            IndexUnavailableError, NoSuchIndexError: the index can't be read.
        """
        name, count = self.current.name, self.current.stamp.records
        queries = NodeQueries(query.locale, self._words)
        # Most queries are not corrected: only the text as typed may name a record.
        typed = tuple(filter(None, [query.text]))
        matcher = ServerMatcher(
            self._cluster, name, count, queries, beside=named_body(typed)
        )
        if query.root is not None and not query.is_exact:
            self._words.prepare({*_words_of(query.root)}, self._lexicon)
        match = self._relaxer.search(query, matcher)
        texts = tuple(filter(None, match.texts(query.text)))
        hits = matcher.beside_hits if texts == typed else None
        named = named_records(query, self._names.named(texts, query.locale, hits))
        return PageSearch(
            self._cluster, name, queries, self._words, query, match, named
        ).page()

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text, the best first."""
        return self._names.suggest(text, locale, limit=limit)


def _words_of(root: Node) -> Iterator[str]:
    for part in query_parts(root):
        typed = part.node if isinstance(part, Synonyms) else part
        if isinstance(typed, Word):
            yield typed.text
