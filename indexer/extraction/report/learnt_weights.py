"""Scores of answers by learnt weights: a conditional logit.

The probability of an answer is proportional to the exponential of its score, the sum of
its features, each with its weight (McFadden, 1974, "Conditional logit analysis of
qualitative choice behavior"). `benchmarks/cover_weights.py` learns the weights.
"""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

Features = Mapping[str, float]
"""What is known of an answer, by name; each is a number, mostly 0 or 1."""


@cache
def read_weights(path: Path) -> Features:
    """Return the weights of features, by name."""
    stored: dict[str, float] = json.loads(path.read_text("utf-8"))
    return stored


def score(features: Features, weights: Features) -> float:
    """Return the sum of the features of an answer, each with its weight."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def shares(answers: Sequence[str], scores: Sequence[float]) -> dict[str, float]:
    """Return the probability of each answer; one may be found in several places.

    `scores` has the score of each place, in the order of `answers`.
    """
    top = max(scores, default=0.0)
    sums: defaultdict[str, float] = defaultdict(float)
    for answer, each in zip(answers, scores, strict=True):
        sums[answer] += math.exp(each - top)
    total = sum(sums.values())
    return {answer: value / total for answer, value in sums.items()}
