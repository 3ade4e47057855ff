"""Title, date, project, authors and licence of whole covers, as PDF and DOCX."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.extraction.report.metadata import find_metadata
from indexer.model.proposals import ExtractedFact, MetadataField
from indexer.model.readings import FileProperties
from indexer.readers.dispatch import read
from tests.support.covers import CoverFile
from tests.support.documents import a_document
from tests.support.report_covers import COVERS


@pytest.mark.parametrize("cover", COVERS, ids=lambda cover: cover.name)
def test_a_cover_is_read(cover: CoverFile, tmp_path: Path) -> None:
    """What a person reads on it is found, and the date is one of a page."""
    reading = read(cover.save(tmp_path))

    found = find_metadata(
        reading.document, reading.properties, reading.name, reading.margins
    )

    facts = {fact.field: fact for fact in found}
    expected = {
        MetadataField.TITLE: cover.title,
        MetadataField.DATE: cover.date,
        MetadataField.PROJECT: cover.project,
        MetadataField.AUTHORS: cover.authors,
        MetadataField.LICENCE: cover.licence,
    }
    assert {
        field: facts[field].value for field, value in expected.items() if value
    } == {field: value for field, value in expected.items() if value}
    assert facts[MetadataField.DATE].is_read


def type_of(title: str) -> ExtractedFact | None:
    """Return the type that a title states."""
    found = find_metadata(a_document(f"# {title}"), FileProperties(), "a.pdf")
    return next((each for each in found if each.field is MetadataField.TYPE), None)


@pytest.mark.parametrize(
    "title",
    [
        "Why cybercrime victims don’t report to the police",
        "How to report hate crime",
        "Report a crime online",
        "Citizens report to their mayors",
        "How cities plan the night",
        "Study your own streets",
        "They guide visitors through the crowd",
    ],
)
def test_a_verb_is_no_type(title: str) -> None:
    """“Victims don’t report” is no report."""
    assert type_of(title) is None


@pytest.mark.parametrize(
    "title",
    [
        "Report to the Commission on night trains",
        "Night mediators: final report",
        "Police and rumours: a study in six cities",
        "A guide for mayors",
        "Activities report 2019",
        "Reporting crime online: report of the second year",
    ],
)
def test_a_noun_is_a_type(title: str) -> None:
    """Words such as “report” are mostly nouns in titles."""
    assert type_of(title) is not None
