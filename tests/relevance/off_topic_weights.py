"""The weights of `kb/web/search/off_topic.py`, learnt from questions of these tests.

    kb index update; python -m tests.relevance.off_topic_weights

prints the weights by words, then with the recorded closeness, and how many questions
of each set are told, each by weights that were learnt from other questions.
"""

from collections import Counter
from contextlib import nullcontext

import click
import numpy as np
from flask import Flask
from numpy.typing import NDArray

from indexer.model.results import ResultPage
from kb.app import create_app
from kb.core.settings import read_settings
from kb.services import services
from kb.web.search.off_topic import features, is_mostly_absent
from tests.relevance.judged_content import (
    ANSWERED,
    FRESH,
    OFF_TOPIC,
    QUERIES,
    UNANSWERED,
    close_records,
    first_page,
)
from tests.relevance.recorded_closeness import recorded_close_records

Values = NDArray[np.float64]

FOLDS = 5
REPEATS = 10
STEPS = 60
RIDGE = 1.0
"""Of standardised features: none is trusted more than so few questions allow."""

MOST_WRONG = 0.013
"""The share of answered questions above zero, among those that are learnt from."""

SETS = {
    "answered": [
        *((query.text, query.locale) for query in QUERIES),
        *((question.text, question.locale) for question in (*FRESH, *ANSWERED)),
    ],
    "of the field": list(UNANSWERED),
    "other subjects": list(OFF_TOPIC),
}


def learnt(features_of: Values, is_other: Values, allowed: int) -> Values:
    """Return weights and an intercept, by a logistic regression.

    The intercept is such that only as many answered questions as allowed are above
    zero.
    """
    mean, deviation = features_of.mean(0), features_of.std(0)
    inputs = np.c_[(features_of - mean) / deviation, np.ones(len(is_other))]
    ridge = RIDGE * np.diag([*[1.0] * len(mean), 1e-6])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - is_other) + ridge @ weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(curve, slope)
    scaled = weights[:-1] / deviation
    scores = np.sort((features_of @ scaled)[is_other == 0])[::-1]
    return np.array([*scaled, -(scores[allowed - 1] + scores[allowed]) / 2])


def told_of_others(names: list[str], inputs: Values, is_other: Values) -> Counter[str]:
    """Count the questions of each set that weights learnt from the others tell."""
    told: Counter[str] = Counter()
    allowed = round(MOST_WRONG * len(SETS["answered"]) * (FOLDS - 1) / FOLDS)
    for seed in range(REPEATS):
        fold = np.random.default_rng(seed).integers(0, FOLDS, len(names))
        for number in range(FOLDS):
            own = fold == number
            weights = learnt(inputs[~own], is_other[~own], allowed)
            scores = inputs[own] @ weights[:-1] + weights[-1]
            told.update(np.array(names)[own][scores > 0].tolist())
    return told


def report(app: Flask, *, with_meaning: bool) -> None:
    """Print the weights, and how many questions they tell."""
    close = close_records(app, recorded_close_records)
    with close if with_meaning else nullcontext():
        pages = [
            (name, first_page(app, text, locale))
            for name, questions in SETS.items()
            for text, locale in questions
        ]
    with app.app_context():
        record_count = len(services().corpus.records)

    def is_learnt_from(page: ResultPage) -> bool:
        if not page.part_counts or not page.hits or is_mostly_absent(page):
            return False
        return (page.closest is not None) == with_meaning

    rest = Counter(
        name for name, page in pages if not page.hits or is_mostly_absent(page)
    )
    used = [(name, page) for name, page in pages if is_learnt_from(page)]
    names = [name for name, _ in used]
    inputs = np.array([features(page, record_count) for _, page in used])
    is_other = np.array([name != "answered" for name in names], float)
    allowed = round(MOST_WRONG * len(SETS["answered"]))
    weights = learnt(inputs, is_other, allowed)
    told = told_of_others(names, inputs, is_other)
    name = "with meaning" if with_meaning else "by words"
    click.echo(f"{name}: {weights.round(2).tolist()}")
    for name, questions in SETS.items():
        share = f"{told[name] / REPEATS:.1f} of {names.count(name)}"
        click.echo(
            f"  {name}: {share}; {rest[name]} more of {len(questions)} by a rule"
        )


if __name__ == "__main__":
    application = create_app(read_settings())
    for is_meant in (False, True):
        report(application, with_meaning=is_meant)
