"""The scoring formula that the engines share, and its weights.

The score of a word, a phrase or a prefix in the edition of a record is BM25F:

    idf * factor * (K1 + 1) * tf / (tf + K1 * (1 - B + B * length / mean length))

`tf` is the sum over the fields of field weight times frequency, and `length` the same
sum over the lengths of the fields (Robertson, Zaragoza and Taylor, 2004, "Simple BM25
extension to multiple weighted fields"). The idf is Lucene's. `factor` is 1 for a word;
for others see `EXACT_FACTOR`. The passages of a record are scored by the same formula.

A record scores the highest of its editions, plus `BEST_PASSAGE_WEIGHT` times the score
of its best passage. AND adds the scores of its nodes; OR and synonyms take the
highest. A record whose title or other name is the whole query comes first
(`named_bonus`).
"""

import math

K1 = 1.5
B = 0.4
MIN_RELATIVE_LENGTH = 0.3
"""Of the mean length; shorter texts are scored as if they had this length."""

HEAD_WEIGHTS = {"title": 5.0, "keywords": 3.0, "summary": 2.0, "questions": 1.0}
TEXT_WEIGHTS = {"heading": 1.0, "text": 1.0}
FIELD_WEIGHTS = HEAD_WEIGHTS | TEXT_WEIGHTS
OPERATOR_FIELDS = tuple(field for field in FIELD_WEIGHTS if field != "questions")
"""The fields in which the words of operators are matched."""

EXACT_FACTOR = 1.5
"""The factor of a prefix; that of a phrase is this times the number of its words."""

OTHER_LOCALE_WEIGHT = 0.75
"""The factor on scores in the language that is not the reader's."""

BEST_PASSAGE_WEIGHT = 0.4
"""A record is more relevant when the words are in one passage, not pages apart."""

RERANKED = 100
"""The number of best records whose passages are scored too."""

NAMED_FACTOR = 4.0
"""No passage adds as much to the score of another record."""


def named_bonus(best: float, rank: int) -> float:
    """Return what is added to the score of a record that the query names.

    Args:
        best: the highest score of all records that match, without their passages.
        rank: the rank of the record among those that the query names, 1 for the last.
    """
    return max(best, 1.0) * NAMED_FACTOR * rank


def idf(total: int, matching: int) -> float:
    """Return Lucene's inverse document frequency of a term.

    Args:
        total: the number of records with an edition in the language.
        matching: the number of these that contain the term.
    """
    return math.log(1 + (total - matching + 0.5) / (matching + 0.5))
