"""The ratios of our engine to another, beside the stored ones."""

import json

from benchmarks.ratios import INDEXING, MODES, STORED, comparison


def test_worse_and_better_ratios_are_named() -> None:
    """A tenth is the difference between two runs of the same code."""
    stored = {"slower": 1.0, "equal": 1.0, "faster": 1.0}
    now = {"slower": 1.3, "equal": 1.05, "faster": 0.8, "unknown": 2.0}

    verdicts = [
        line.split("|")[-2].strip() for line in comparison(stored, now).split("\n")
    ]

    assert verdicts[2:] == ["WORSE", "same", "better", "new"]


def test_the_repository_stores_each_ratio() -> None:
    """A ratio that is not stored is compared with nothing."""
    assert json.loads(STORED.read_text("utf-8")).keys() == {INDEXING, *MODES}
