"""Whether results are about a query as a whole, and how much of it each contains."""

import math
import operator
from collections.abc import Mapping

from indexer.analysis.tokens import fold
from indexer.model.query import Sort
from indexer.model.results import Hit, MatchField, ResultPage
from indexer.search.ranking import idf

WEIGHTS_BY_WORDS = (-1.04, -8.87, 1.23, -2.73)
INTERCEPT_BY_WORDS = 8.22

WEIGHTS_WITH_MEANING = (-1.91, -7.19, 1.89, -1.55, -63.29)
INTERCEPT_WITH_MEANING = 59.44
"""Logistic regressions on the `features` of questions that the content answers and of
others; the intercept is such that 1.3 % of the former are above zero.
`tests/relevance/off_topic_weights.py` learns and measures them."""

ALL_FIELDS = frozenset(MatchField)
NAMING_FIELDS = ALL_FIELDS - {MatchField.TEXT}
"""A record is about what these fields contain: title, keywords, summary, questions."""

ACTIONS = frozenset(
    """
    accompagner agir ameliorer anticiper augmenter bien combattre comprendre construire
    creer developper diminuer elaborer empecher encourager essayer eviter faciliter
    favoriser gerer lancer lutte lutter maitriser mettre mieux organiser place
    preparer prevenir promouvoir reagir reduire renforcer reussir savoir traiter
    travailler utiliser
    act acting avoid avoiding better boost boosting build building combat combating
    combatting cope coping create creating deal dealing decrease develop developing
    encourage encouraging fight fighting get getting handle handling help helping
    improve improving increase increasing launch launching make making manage managing
    prepare preparing prevent preventing prevention promote promoting reduce reducing
    respond responding set setting start starting stop stopping strengthen
    strengthening tackle tackling try trying understand understanding use using work
    working
    """.split()
)
"""Words of what one wants to do with the subject, without accents: beside others, they
say nothing of what a record is about."""

DAYS = frozenset(
    """
    lundi mardi mercredi jeudi vendredi samedi dimanche matin midi soir nuit hier demain
    monday tuesday wednesday thursday friday saturday sunday morning noon evening night
    yesterday tomorrow
    """.split()
)
"""Words of when something happens: no record is about a weekday."""

RARE = 2
"""A word in fewer records, or in none, weighs no more: it may be misspelt."""

BEST_HITS = 5

MOST_MISSING = 2
"""The number of words named as missing, where records contain each of them."""

LEAST_RECORDS = 50
"""In fewer records, a word may be rare or absent by chance."""


def is_weak(
    page: ResultPage, record_count: int, sort: Sort, *, is_filtered: bool = False
) -> bool:
    """Return whether no record is about the query as a whole.

    That is so when half of its words are in no record, or when the titles, keywords and
    summaries of the best records have too few of its words and, where closeness in
    meaning counts, none is close.
    `tests/relevance/test_off_topic.py` counts the queries for which this is right.

    Args:
        page: the page of results; on a next page, partial matches were asked for.
        record_count: the number of all records.
        sort: the order of the results; the best records are known by relevance only.
        is_filtered: whether filters leave out records, perhaps the best ones: then the
            words of the others decide nothing.
    """
    counts = page.part_counts
    if page.page > 1 or not counts or not page.hits or record_count < LEAST_RECORDS:
        return False
    if is_mostly_absent(page):
        return True
    if sort is not Sort.RELEVANCE or is_filtered:
        return False
    has_meaning = page.closest is not None
    weights = WEIGHTS_WITH_MEANING if has_meaning else WEIGHTS_BY_WORDS
    intercept = INTERCEPT_WITH_MEANING if has_meaning else INTERCEPT_BY_WORDS
    return sum(map(operator.mul, weights, features(page, record_count))) + intercept > 0


def is_mostly_absent(page: ResultPage) -> bool:
    """Return whether no record contains half of the words."""
    counts = subject_counts(page)
    return sum(not value for value in counts.values()) * 2 >= len(counts) > 0


def subject_counts(page: ResultPage) -> dict[str, int]:
    """Return the words of the query, each with its number of records.

    Words of an action or of a day are left out beside others.
    """
    counts = dict(page.part_counts)
    beside = ACTIONS | DAYS
    about = {text: n for text, n in counts.items() if fold(text) not in beside}
    return about or counts


def features(page: ResultPage, record_count: int) -> tuple[float, ...]:
    """Return what tells whether a page with matches in part is about its query.

    These are the share of the words that one of the best records contains, the share
    that its title, keywords, summary or questions contain, the share that no record
    contains, and the number of words; where closeness in meaning counts, the cosine of
    the closest record.
    """
    counts = subject_counts(page)
    weights = _weights(counts, record_count)
    best = page.hits[:BEST_HITS]
    by_words = (
        max(_share(hit, weights, ALL_FIELDS) for hit in best),
        max(_share(hit, weights, NAMING_FIELDS) for hit in best),
        sum(weights[text] for text, count in counts.items() if not count),
        math.log(len(counts)),
    )
    return by_words if page.closest is None else (*by_words, page.closest)


def missing_words(page: ResultPage) -> tuple[str, ...]:
    """Return what keeps the results from being about the query as a whole.

    These are the words that no record contains; where there is none, the rarest ones
    that none of the best records is about.
    """
    counts = subject_counts(page)
    absent = tuple(text for text, count in counts.items() if not count)
    named = {
        reason.typed
        for hit in page.hits[:BEST_HITS]
        for reason in hit.reasons
        if reason.field in NAMING_FIELDS
    }
    rarest = sorted(counts.keys() - named, key=counts.__getitem__)[:MOST_MISSING]
    return absent or tuple(text for text in counts if text in rarest)


def covered_share(hit: Hit, counts: Mapping[str, int], record_count: int) -> float:
    """Return the share of the words of a query that a hit contains, from 0 to 1.

    Words are weighted by rarity. `counts` are the words, each with its number of
    records.
    """
    return _share(hit, _weights(counts, record_count), ALL_FIELDS)


def _weights(counts: Mapping[str, int], record_count: int) -> dict[str, float]:
    """Return the weight of each word by its rarity; the sum is 1.

    A term of several words is one part of the query, and counts for its words.
    """
    weights = {
        text: len(text.split()) * idf(record_count, max(count, RARE))
        for text, count in counts.items()
    }
    total = sum(weights.values())
    return {text: weight / total for text, weight in weights.items()}


def _share(
    hit: Hit, weights: Mapping[str, float], fields: frozenset[MatchField]
) -> float:
    matched = {reason.typed for reason in hit.reasons if reason.field in fields}
    return sum(weights.get(text, 0.0) for text in matched)
