"""The answer to a question: what the records that answer one need say.

Every sentence of an answer is a field of a record. Nothing is written for a question,
and no answer is made where the first results do not agree on a need. The numbers were
chosen on the judged questions; `tests/relevance/test_answers.py` measures them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import cast

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.query import Node, Query, Sort, Word
from indexer.model.records import Need, Practice, Recommendation
from indexer.model.results import Hit, ResultPage
from indexer.search.query_parts import is_common, query_parts
from kb.web.search.off_topic import covered_share, is_weak

VOTING_HITS = 10
LEAST_SHARE = 0.35
"""The least share of all votes for the need of an answer."""

WEIGHT_OF_NEED = 1.5
WEIGHT_OF_PARTIAL = 0.6
"""The votes of a need among the results, and of a match in part; others have 1."""

PRACTICES_AMONG = 6
RECOMMENDATIONS_AMONG = 3
"""The numbers of first results from which an answer takes its records."""

MAX_PRACTICES = 3
MAX_RECOMMENDATIONS = 2
MAX_FAILURES = 2
MAX_GAPS = 3

MAX_PRACTICES_OF_NARROW_NEED = 8
"""The summary of a need with more practices is too wide to answer a question."""

LEAST_WORDS = 2
"""A query of one word has too many meanings for an answer."""

LEAST_COVERED = 0.7
LEAST_COVERED_BY_NEED = 0.3
"""The shares of the words of a question that one record of the answer, and its need,
contain at least; words are weighted by rarity."""


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """What the records that answer a need say to a question, in its language.

    Attributes:
        need: the need that the question is about.
        closest: the record whose summary says most of it: the need, or the first
            practice if that matched better or the need is a wide one.
        practices: at most three, the best match first; there is one at least.
        practice_total: the number of published practices that answer the need.
        recommendations: at most two, the best match first.
        failures: sentences on what did not work, each with its practice.
        gaps: what no record answers.
        absent: the words of the question that none of these records has.
    """

    need: Need
    closest: Need | Practice
    practices: tuple[Practice, ...]
    practice_total: int
    recommendations: tuple[Recommendation, ...]
    failures: tuple[tuple[str, Practice], ...]
    gaps: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def ids(self) -> tuple[RecordId, ...]:
        """The ids of all records that the answer is made of, the need first."""
        records = (self.need, *self.practices, *self.recommendations)
        return tuple(record.id for record in records)


def find_answer(
    query: Query, results: ResultPage, corpus: Corpus
) -> QuestionAnswer | None:
    """Return the answer to a query, from its first page of results; None without one.

    A query with filters, of one word, in another order or on another subject has none.
    """
    is_first = query.page == 1 and query.sort is Sort.RELEVANCE and not query.filters
    if not is_first or query.root is None or _word_count(query.root) < LEAST_WORDS:
        return None
    if is_weak(results, len(corpus.records), query.sort):
        return None
    need = _need(results.hits[:VOTING_HITS], corpus)
    if need is None:
        return None
    practices = cast(
        "tuple[Practice, ...]",
        _linked(need.practices, results.hits[:PRACTICES_AMONG], corpus),
    )[:MAX_PRACTICES]
    recommendations = cast(
        "tuple[Recommendation, ...]",
        _linked(need.recommendations, results.hits[:RECOMMENDATIONS_AMONG], corpus),
    )[:MAX_RECOMMENDATIONS]
    answer_ids = {record.id for record in (need, *practices, *recommendations)}
    hits = [hit for hit in results.hits if hit.id in answer_ids]
    counts = results.part_counts
    if not practices or not _is_covered(need, hits, counts, len(corpus.records)):
        return None
    edition = need.edition(query.locale)
    failures = tuple(
        (sentence, practice)
        for practice in practices
        for sentence in practice.edition(query.locale).did_not_work[:1]
    )
    practice_total = sum(practice in corpus.records for practice in need.practices)
    is_narrow = practice_total <= MAX_PRACTICES_OF_NARROW_NEED
    return QuestionAnswer(
        need=need,
        closest=need if is_narrow and hits[0].id == need.id else practices[0],
        practices=practices,
        practice_total=practice_total,
        recommendations=recommendations,
        failures=failures[:MAX_FAILURES],
        gaps=edition.gaps[:MAX_GAPS],
        absent=_absent(counts, hits),
    )


def _word_count(root: Node) -> int:
    parts = query_parts(root)
    return sum(not (isinstance(part, Word) and is_common(part.text)) for part in parts)


def _need(hits: Iterable[Hit], corpus: Corpus) -> Need | None:
    """Return the need that the first results agree on; it is one of them itself.

    Each result votes for itself or for the needs that it answers, and the first ones
    have the heavier votes.
    """
    votes: defaultdict[RecordId, float] = defaultdict(float)
    found = set[RecordId]()
    for rank, hit in enumerate(hits, 1):
        weight = (WEIGHT_OF_PARTIAL if hit.is_partial else 1) / rank
        if hit.id.kind is Kind.NEED:
            found.add(hit.id)
            votes[hit.id] += WEIGHT_OF_NEED * weight
        needs = corpus.answered_needs(hit.id)
        for need in needs:
            votes[need] += weight / len(needs) ** 0.5
    if not votes:
        return None
    winner, score = max(votes.items(), key=itemgetter(1))
    record = corpus.get(winner) if winner in found else None
    is_clear = score >= LEAST_SHARE * sum(votes.values())
    return record if is_clear and isinstance(record, Need) else None


def _linked(
    ids: Iterable[RecordId], hits: Iterable[Hit], corpus: Corpus
) -> tuple[object, ...]:
    """Return the records of some hits that are among ids, in the order of the hits."""
    wanted = set(ids)
    records = (corpus.get(hit.id) for hit in hits if hit.id in wanted)
    return tuple(record for record in records if record is not None)


def _is_covered(
    need: Need, hits: Iterable[Hit], counts: Mapping[str, int], record_count: int
) -> bool:
    """Return whether the records of an answer contain enough of its question.

    Without counts, records contain all the words.
    """
    if not counts:
        return True
    shares = {hit.id: covered_share(hit, counts, record_count) for hit in hits}
    return (
        max(shares.values()) >= LEAST_COVERED
        and shares[need.id] >= LEAST_COVERED_BY_NEED
    )


def _absent(counts: Mapping[str, int], hits: Iterable[Hit]) -> tuple[str, ...]:
    """Return the words of a query, as counted, that matched in none of some hits."""
    found = {reason.typed for hit in hits for reason in hit.reasons}
    return tuple(word for word in counts if word not in found)
