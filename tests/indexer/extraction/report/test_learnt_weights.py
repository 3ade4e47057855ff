"""Titles, dates and projects of whole covers, by the weights that are shipped."""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from benchmarks.cover_weights import (
    SUBJECTS,
    Example,
    ReadCover,
    Subject,
    examples,
    feature_names,
    learn,
    read_covers,
    right_count,
)
from indexer.extraction.report.cover import Cover
from indexer.extraction.report.cover_date import find_date
from indexer.extraction.report.cover_words import stands_for
from indexer.extraction.report.date_candidates import (
    MAX_CANDIDATE_DATES,
    date_candidates,
)
from indexer.extraction.report.learnt_weights import read_weights, score, shares
from indexer.extraction.report.project_candidates import (
    MAX_CANDIDATES,
    project_candidates,
)
from indexer.extraction.report.project_name import find_project
from indexer.extraction.report.title_words import title_key
from indexer.extraction.report.titles import find_title
from indexer.model.document import Block, BlockType, FileProperties
from tests.support.builders import PROJECT

COVERS = read_covers(PROJECT / "tests/indexer/extraction/report/covers.jsonl.xz")

MAX_WRONG_SHARE = 0.04
"""1.4 % of titles, 1.6 % of dates and 2.4 % of projects when it was measured."""


def by_stored_weights(
    subject: Subject, covers: Iterable[ReadCover]
) -> tuple[list[Example], float]:
    """Return the answers on covers, and the share that is wrong by stored weights."""
    stored = read_weights(subject.weights_file)
    names = {name: number for number, name in enumerate(stored)}
    own = examples(subject, filter(subject.right_answers, covers), names)
    return own, 1 - right_count(np.array(list(stored.values())), own) / len(own)


@pytest.mark.load
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_nearly_all_answers_of_two_sets_are_right_by_the_stored_weights(
    subject: Subject,
) -> None:
    """The weights were learnt from them; for others, see the module."""
    covers = [cover for cover in COVERS if cover.set in {"set 02", "set 05"}]

    _own, wrong_share = by_stored_weights(subject, covers)

    assert wrong_share <= MAX_WRONG_SHARE


@pytest.mark.long
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_nearly_all_answers_are_right_by_the_stored_weights(subject: Subject) -> None:
    """The weights must be learnt again when a feature is renamed or deleted."""
    own, wrong_share = by_stored_weights(subject, COVERS)

    assert wrong_share <= MAX_WRONG_SHARE
    used = np.any([example.features.any(axis=0) for example in own], axis=0)
    names = list(read_weights(subject.weights_file))
    unused = {name for name, is_used in zip(names, used, strict=True) if not is_used}
    assert unused <= set(subject.priors)


@pytest.mark.load
def test_the_facts_of_a_cover_are_the_likeliest_answers() -> None:
    """The finders choose as the measure does."""
    wrong: Counter[str] = Counter()
    covers = [each for each in COVERS if each.set == "set 01"]
    for each in covers:
        title = find_title(each.cover)
        date = find_date(each.cover, title, each.margins)
        project = find_project(each.cover, title, each.margins)
        if date is not None and not date.is_read:
            date = None
        name = title_key(project.value) if project is not None else ""
        wrong["title"] += title is None or title_key(title.value) not in each.titles
        wrong["date"] += (date.value if date is not None else "") not in each.dates
        wrong["project"] += not any(
            right == name or (right and right in name) for right in each.projects
        )

    assert max(wrong.values()) <= 1, wrong


def test_the_covers_are_of_several_people() -> None:
    """Each set is measured with what was learnt from the others."""
    sizes = Counter(each.set for each in COVERS)

    assert len(sizes) >= 20
    assert sum(sizes.values()) >= 600


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.name)
def test_weights_keep_the_sign_of_their_prior(subject: Subject) -> None:
    """Few covers have a rare feature, and its weight could have either sign."""
    stored = read_weights(subject.weights_file)

    for name, prior in subject.priors.items():
        assert stored[name] * prior >= 0, name


@pytest.mark.load
def test_weights_are_learnt_from_covers() -> None:
    """From one set alone, most of another are read, and not without any weight."""
    subject = SUBJECTS[0]
    known, other = (
        [each for each in COVERS if each.set == name] for name in ("set 01", "set 03")
    )
    names = feature_names(subject, [*known, *other])
    own, others = examples(subject, known, names), examples(subject, other, names)

    weights = learn(subject, own, names)

    assert right_count(weights, own) == len(own)
    assert right_count(weights, others) > right_count(np.zeros(len(names)), others)


def test_the_share_of_an_answer_is_that_of_all_its_places() -> None:
    """Two places of a score add up."""
    found = shares(["2020", "2021", "2021"], [math.log(2), 0.0, 0.0])

    assert found == pytest.approx({"2020": 0.5, "2021": 0.5})
    assert score({"alone": 1, "unknown": 3}, {"alone": 2.5}) == 2.5


@pytest.mark.parametrize(
    ("name", "words", "is_so"),
    [
        ("lumen", "light and use of municipal evenings", True),
        ("ssd", "security of squares by day", True),
        ("lumen", "report of the second meeting", False),
        ("safe", "safe", False),
        ("two words", "two words of a project", False),
    ],
)
def test_an_acronym_stands_for_words(name: str, words: str, is_so: bool) -> None:  # noqa: FBT001
    """Half of its letters begin a word, and all are in the words in their order."""
    assert stands_for(name, words) is is_so


def test_a_very_long_property_is_truncated() -> None:
    """A file may declare a title of megabytes."""
    known = next(each for each in COVERS if each.titles)
    cover = dataclasses.replace(
        known.cover, properties=FileProperties(title="word " * 400_000)
    )

    title = find_title(cover)

    assert title is not None
    assert title_key(title.value) in known.titles
    assert find_project(cover, title, known.margins) is not None


def test_a_page_of_thousands_of_names_and_dates_has_few_candidates() -> None:
    """Each is compared with the whole text, so that all would take hours."""
    names = " ".join(f"NAME{number:x}ING" for number in range(6000))
    dates = " ".join(
        f"{day} May {year}" for day in range(1, 29) for year in (2001, 2002)
    )
    blocks = [
        Block(BlockType.PARAGRAPH, text, page=1)
        for text in (names[start : start + 2900] for start in range(0, 60_000, 2900))
    ]
    lists = [Block(BlockType.PARAGRAPH, f"{dates} {n}", page=1) for n in range(20)]
    cover = Cover((), [*blocks, *lists], FileProperties(), "a.pdf")

    assert len(project_candidates(cover, [])) == MAX_CANDIDATES
    assert len(list(date_candidates(cover, "", []))) == MAX_CANDIDATE_DATES
