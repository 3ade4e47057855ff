"""Titles of whole covers, by the weights that are shipped."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

from benchmarks.title_weights import PENALTY, feature_names, read_covers
from indexer.extraction.report.title_features import title_key
from indexer.extraction.report.titles import WEIGHTS_FILE, find_title
from indexer.model.readings import FileProperties
from tests.support.builders import PROJECT

COVERS = read_covers(PROJECT / "tests/indexer/extraction/report/covers.jsonl.xz")

MAX_WRONG = 5
"""Four when it was measured."""


def test_nearly_all_titles_are_right() -> None:
    """They are those from which the weights were learnt; for others, see the module."""
    wrong = []
    for each in COVERS:
        title = find_title(each.cover)
        if title is None or title_key(title.value) not in each.titles:
            wrong.append((each.name, title and title.value))

    assert len(wrong) <= MAX_WRONG, wrong


def test_the_covers_are_of_several_people() -> None:
    """Each set is measured with what was learnt from the others."""
    sizes = Counter(each.set for each in COVERS)

    assert len(sizes) >= 7
    assert sum(sizes.values()) >= 200
    assert PENALTY > 0


def test_each_weight_is_of_a_feature() -> None:
    """The weights must be learnt again when a feature is renamed."""
    stored = json.loads(WEIGHTS_FILE.read_text("utf-8"))

    assert set(stored) == set(feature_names(COVERS))


def test_a_very_long_property_is_truncated() -> None:
    """A file may declare a title of megabytes."""
    cover = dataclasses.replace(
        COVERS[0].cover, properties=FileProperties(title="word " * 400_000)
    )

    title = find_title(cover)

    assert title is not None
    assert title_key(title.value) in COVERS[0].titles
