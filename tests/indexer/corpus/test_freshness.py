"""A practice says that there is no news once its last news is three years old."""

import datetime as dt
from pathlib import Path

import pytest

from indexer.corpus.corpus_reader import CorpusReader
from indexer.corpus.freshness import months_between, news_warnings, old_news
from indexer.model.facets import FacetFacts, FacetName
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Practice
from indexer.model.vocabulary import Stage
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
NEWS = "stage: in-use\nlast_news: 2023-05\nlast_news_source: https://example.org/news\n"


def with_facts(workspace: Workspace, facts: str) -> Path:
    """Write facts of a practice, and return the folder of the content."""
    record = workspace.path(f"{LAMPS}/record.yaml")
    kept = [
        line
        for line in record.read_text("utf-8").splitlines()
        if "stage" not in line and "news" not in line
    ]
    record.write_text("\n".join([*kept, facts]), "utf-8")
    return workspace.documents


@pytest.fixture
def documents(workspace: Workspace) -> Path:
    """Return content with a practice in use, whose last news is of May 2023."""
    return with_facts(workspace, NEWS)


class Reading:
    """Reads the content on a day that a test changes."""

    def __init__(self, documents: Path, day: dt.date) -> None:
        self.day = day
        self.reader = CorpusReader(documents, today=lambda: self.day)

    @property
    def practice(self) -> Practice:
        """The practice as of the day."""
        practice = self.reader.read().records[LAMPS]
        assert isinstance(practice, Practice)
        return practice


def test_the_stage_changes_with_the_day_and_without_an_edit(documents: Path) -> None:
    """Page, facet and stamp of the content follow; the stored stage stays."""
    reading = Reading(documents, dt.date(2026, 5, 30))
    assert reading.practice.current_stage == "in-use"
    before = reading.reader.read().stamp

    reading.day = dt.date(2026, 5, 31)

    assert reading.practice.current_stage == "no-news"
    assert str(reading.practice.no_news_since) == "2023-05"
    assert reading.practice.stage is Stage.IN_USE
    assert FacetName.STAGE.indexed(FacetFacts(reading.practice)) == ("no-news",)
    assert reading.reader.read().stamp != before


@pytest.mark.parametrize("stage", ["ended", "idea"])
def test_what_has_ended_needs_no_news(workspace: Workspace, stage: str) -> None:
    """Nor does an idea."""
    documents = with_facts(workspace, NEWS.replace("in-use", stage))

    reading = Reading(documents, dt.date(2040, 1, 1))

    assert reading.practice.current_stage == stage


def test_the_date_of_the_stage_counts_without_other_news(workspace: Workspace) -> None:
    """Older content states the last news as the date of the stage."""
    documents = with_facts(workspace, "stage: in-use\nstage_date: 2019\n")

    reading = Reading(documents, dt.date(2023, 1, 1))

    assert reading.practice.current_stage is Stage.NO_NEWS


def test_the_check_warns_half_a_year_before(documents: Path) -> None:
    """The warning names the file; afterwards the page itself says it."""
    corpus = Reading(documents, dt.date(2026, 1, 15)).reader.read()
    records = corpus.records.values()

    def warned(day: dt.date) -> list[str]:
        found = news_warnings(records, day, shown_root="documents")
        return [problem.path for problem in found]

    assert warned(dt.date(2025, 11, 29)) == []
    assert warned(dt.date(2026, 1, 15)) == [f"documents/{LAMPS}/record.yaml"]
    assert warned(dt.date(2026, 6, 1)) == []
    assert [age for age, _ in old_news(records, dt.date(2026, 6, 1))] == [36]


def test_a_month_counts_when_it_is_whole() -> None:
    """The last day of a long month is not the last of a short one."""
    assert months_between(dt.date(2023, 5, 31), dt.date(2023, 6, 30)) == 0
    assert months_between(dt.date(2023, 5, 31), dt.date(2024, 5, 31)) == 12
