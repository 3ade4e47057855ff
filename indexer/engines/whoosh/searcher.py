"""All that is needed to search one snapshot, made once for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from indexer.analysis.analyzer import word_forms
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import Matcher
from indexer.engines.whoosh.search.relaxation import Relaxer
from indexer.engines.whoosh.search.result_page import Matched, result_page
from indexer.engines.whoosh.search.score_lists import NOTHING
from indexer.engines.whoosh.search.scoring import TermScores
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.engines.whoosh.search.spelling import Speller
from indexer.engines.whoosh.suggest.suggester import Suggester
from indexer.lexicon.expansion import Expander
from indexer.lexicon.lexicon import Lexicon
from indexer.lexicon.thesaurus import TermName, Thesaurus
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion


class Searcher:
    """Answers what is asked of one snapshot."""

    def __init__(self, snapshot: Snapshot, before: Searcher | None = None) -> None:
        """Search a snapshot; `before` is who searched the one before it.

        Suggestions are made as it did until `renew_suggestions`.
        """
        self.snapshot = snapshot
        self.suggester: Suggester | None = before.suggester if before else None
        self._impacts = TermScores(snapshot)
        self._tables = FacetTables(snapshot.columns, snapshot.record_count)
        self._lexicon = Lexicon(snapshot.links, snapshot.table)
        thesaurus = Thesaurus(_names(snapshot))
        is_held = partial(_is_held, self._impacts)
        self._expander = Expander(thesaurus, self._lexicon, is_held)

    def search(self, query: Query) -> ResultPage:
        """Answer a query.

        Raises:
            PageOutOfRangeError: the page asked for is after the last.
        """
        matcher = Matcher(self.snapshot, self._impacts, self._tables, query.locale)
        if query.root is None:
            # Signs without a word in them name nothing; an empty box names all.
            records = NOTHING if query.text else matcher.everything()
            found = Matched(None, records, len(records))
        else:
            answer = self._asker.ask(query, query.root, matcher)
            attempt = answer.attempt
            found = Matched(
                attempt.root,
                attempt.records,
                answer.asked_total,
                answer.relaxed,
                attempt.expansions,
            )
        return result_page(self.snapshot, self._tables, matcher, query, found)

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Give names that the visitor may be typing."""
        if self.suggester is None:
            self.suggester = Suggester(self.snapshot.entries)
        return self.suggester.suggest(text, locale, limit=limit)

    def warm_up(self) -> None:
        """Make now what a search would make first."""
        _ = self.snapshot.title_ranks, self.snapshot.date_ranks
        self._speller.warm_up()
        self._impacts.warm_up()

    def renew_suggestions(self) -> None:
        """Make the suggestions of this snapshot."""
        self.suggester = Suggester(self.snapshot.entries)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.snapshot, self._impacts, self._lexicon)

    @cached_property
    def _asker(self) -> Relaxer:
        return Relaxer(self.snapshot, self._expander, self._speller)


def _is_held(impacts: TermScores, word: str, locale: Locale) -> bool:
    return impacts.is_held(word_forms(word, locale), locale)


def _names(snapshot: Snapshot) -> Iterator[list[TermName]]:
    """Give the names of each term of the glossary, the preferred ones first."""
    for entry in snapshot.entries.of_kind(Kind.TERM):
        editions = entry.editions.items()
        yield [
            *(TermName(edition.title, locale) for locale, edition in editions),
            *(
                TermName(name, locale)
                for locale, edition in editions
                for name in edition.names
            ),
        ]
