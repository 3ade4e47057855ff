"""The hits of a page: texts with marked words, snippets, and match reasons.

Each engine finds records and passages in its own way (`FoundRecord`, `MatchEvidence`);
this module decides what a page shows of them, for all engines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from indexer.analysis.highlighting import SearchedWords, excerpt, mark
from indexer.errors import PageOutOfRangeError
from indexer.model.facets import FacetCount, FacetName
from indexer.model.ids import Locale
from indexer.model.indexed_record import RecordEntry
from indexer.model.query import (
    And,
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
from indexer.model.results import (
    Hit,
    MarkedText,
    MatchField,
    MatchReason,
    ResultPage,
    Snippet,
)
from indexer.search.query_parts import PartTexts, Typed, query_parts, weighted_names
from indexer.search.query_rewriting import searched_words
from indexer.search.relaxation import RelaxedMatch

Location = tuple[Locale, MatchField]

StoredPassage = tuple[Locale, Mapping[str, Any]]
"""The language of an edition, and the stored fields of one of its passages."""

RecordT = TypeVar("RecordT")
RecordT_contra = TypeVar("RecordT_contra", contravariant=True)


class MatchEvidence(Protocol[RecordT_contra]):
    """What an engine knows of the records of one page that match a query."""

    def scores(self, part: int, record: RecordT_contra) -> Sequence[float]:
        """Return the weighted scores of a record by the names of a part of the query.

        A score is 0 if the record does not match the name.
        """
        ...

    def location(self, leaf: Typed, record: RecordT_contra) -> Location | None:
        """Return the language and the field of highest weight that match a leaf."""
        ...


class FoundRecord(NamedTuple, Generic[RecordT]):
    """A record of the page, as an engine found it: a named tuple, which is made faster.

    Attributes:
        key: the record in the terms of the engine, for its `MatchEvidence`.
        entry: its titles and summaries.
        score: its score.
        passages: the passages to show, the best first.
        is_exact: whether it matches all words of the query.
        is_close: whether it is close to the query in meaning.
        version: the version of the indexed record; see `Hit`.
    """

    key: RecordT
    entry: RecordEntry
    score: float
    passages: Sequence[StoredPassage]
    is_exact: bool
    is_close: bool
    version: str = ""


class HitBuilder:
    """Makes the hits of one query, for its reader."""

    def __init__(
        self, query: Query, root: Node | None, expansions: tuple[Expansion, ...]
    ) -> None:
        """Prepare for hits.

        Args:
            query: the query.
            root: the tree that was matched in the end; None when no word was typed.
            expansions: the synonyms and translations in the tree.
        """
        self._reader = query.locale
        self.explained = root if query.max_passages else None
        parts = [*query_parts(self.explained)] if self.explained is not None else []
        self._texts = PartTexts(expansions, parts)
        self.parts = [tuple(weighted_names(part)) for part in parts]
        """The names of each part of the query, the typed one first, with weights."""

    def hits(
        self, records: Sequence[FoundRecord[RecordT]], evidence: MatchEvidence[RecordT]
    ) -> tuple[Hit, ...]:
        """Return the hits of the records of a page, in their order."""
        words = searched_words(self.explained) if self.explained is not None else None
        return tuple(self._hit(record, words, evidence) for record in records)

    def _hit(
        self,
        record: FoundRecord[RecordT],
        words: SearchedWords | None,
        evidence: MatchEvidence[RecordT],
    ) -> Hit:
        locale, edition = record.entry.edition(self._reader)
        reasons: tuple[MatchReason, ...] = ()
        if self.parts:
            reasons = tuple(dict.fromkeys(self._reasons(record.key, evidence)))
        return Hit(
            id=record.entry.id,
            locale=locale,
            title=_marked(edition.title, words, locale),
            summary=_marked(edition.summary, words, locale),
            score=round(record.score, 4),
            snippets=tuple(_snippet(passage, words) for passage in record.passages),
            reasons=reasons,
            is_partial=not record.is_exact,
            is_close=record.is_close and not (record.is_exact or reasons),
            version=record.version,
        )

    def _reasons(
        self, record: RecordT, evidence: MatchEvidence[RecordT]
    ) -> Iterator[MatchReason]:
        """Yield why a record matches, for each part of the query that it matches."""
        for number, names in enumerate(self.parts):
            scores = evidence.scores(number, record)
            best = max(scores)
            if not best:
                continue
            # The typed name comes first, and wins when scores are equal.
            name, _ = names[scores.index(best)]
            location = _location(name, record, evidence)
            if location is not None:
                text = self._texts.text
                yield MatchReason(text(names[0][0]), text(name), *location)


def _marked(text: str, words: SearchedWords | None, locale: Locale) -> MarkedText:
    """Return a text with the words of a query marked; without words, as it is."""
    return MarkedText(text) if words is None else mark(text, words.locate(text, locale))


def _snippet(passage: StoredPassage, words: SearchedWords | None) -> Snippet:
    locale, stored = passage
    text = stored["text"]
    return Snippet(
        excerpt=excerpt(text, words.locate(text, locale) if words is not None else []),
        locale=Locale(stored.get("locale", locale)),
        heading=stored["heading"],
        anchor=stored["anchor"],
        page=stored["page"],
        file=stored.get("file", ""),
        language=stored.get("language", ""),
    )


def _location(
    node: Node, record: RecordT, evidence: MatchEvidence[RecordT]
) -> Location | None:
    """Return where a record matches the first leaf of a node that it matches."""
    match node:
        case Word() | Phrase() | Prefix():
            return evidence.location(node, record)
        case And() | Or() | MinimumMatch():
            nodes: Iterable[Node] = node.nodes
        case Synonyms():
            nodes = (name for name, _ in weighted_names(node))
        case _:
            return None
    locations = (_location(child, record, evidence) for child in nodes)
    return next((found for found in locations if found is not None), None)


def page_count(total: int, query: Query) -> int:
    """Return the number of pages of all results, at least 1.

    Raises:
        PageOutOfRangeError: the page of the query is after the last one.
    """
    pages = max(1, -(-total // query.page_size))
    if query.page > pages:
        raise PageOutOfRangeError(query.page, pages)
    return pages


def page_of_hits(
    query: Query,
    match: RelaxedMatch[Any],
    hits: tuple[Hit, ...],
    facets: Mapping[FacetName, tuple[FacetCount, ...]],
    *,
    total: int,
    exact_total: int,
) -> ResultPage:
    """Return the page of a query that was matched.

    Args:
        query: the query.
        match: how the query was matched.
        hits: the records of the page.
        facets: the counts of facet values.
        total: the number of all records that match, filters applied.
        exact_total: the number of those that match all words.
    """
    return ResultPage(
        total=total,
        page=query.page,
        pages=page_count(total, query),
        hits=hits,
        facets=facets,
        relaxed=match.relaxed,
        asked_total=match.asked_total,
        exact_total=exact_total,
        expansions=match.expansions,
        part_counts=match.part_counts,
        closest=match.closest,
    )
