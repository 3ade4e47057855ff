"""What a person corrects on a cover is applied to the next one of its template."""

import dataclasses

import pytest

from indexer.extraction.report.cover_corrections import (
    CoverCorrection,
    CoverLayout,
    CoverPlace,
    PlaceKind,
    corrected_facts,
    correction_of,
)
from indexer.model.document import Block, BlockType, Document
from indexer.model.proposals import (
    AppliedCorrection,
    ExtractedFact,
    FactOrigin,
    Likelihood,
    MetadataField,
)


def cover(title: str, town: str, day: str, *, funder: str = "Lamp Fund") -> CoverLayout:
    """Return a cover of the same template with other words."""
    row = BlockType.TABLE_ROW
    blocks = (
        Block(BlockType.HEADING, "Town of lamps", page=1, size=2.0),
        Block(BlockType.HEADING, title, page=1, size=1.5),
        Block(row, f"Where it shone | {town}", page=1, cells=("Where it shone", town)),
        Block(row, f"Handed over | {day}", page=1, cells=("Handed over", day)),
        Block(BlockType.PARAGRAPH, f"Paid by the {funder} of 2019", page=1, size=1.0),
    )
    return CoverLayout(Document(blocks))


def fact(field: MetadataField, value: str, page: int | None = 1) -> ExtractedFact:
    """Return a fact of the rules."""
    return ExtractedFact(field, (value,), FactOrigin(value, page), Likelihood.LOW)


FIRST = cover("Lamps that last", "Alba", "3 May 2021")
NEXT = cover("Nights without fear", "Bera", "7 June 2022")
TITLE, DATE = MetadataField.TITLE, MetadataField.DATE
PROJECT, AUTHORS = MetadataField.PROJECT, MetadataField.AUTHORS


def learnt(field: MetadataField, wrong: str, right: str) -> CoverCorrection | None:
    """Return what the first cover teaches."""
    return correction_of(FIRST, field, fact(field, wrong) if wrong else None, right)


@pytest.mark.parametrize(
    ("field", "wrong", "right", "wrong_again", "right_again"),
    [
        (
            TITLE,
            "Town of lamps",
            "Lamps that last",
            "Town of lamps",
            "Nights without fear",
        ),
        (DATE, "", "2021-05-03", "", "2022-06-07"),
        (PROJECT, "", "Alba", "", "Bera"),
        (PROJECT, "Lamp", "LUMIVERT", "Lamp", "LUMIVERT"),
        (PROJECT, "", "Lamp Fund", "", "Lamp Fund"),
        (AUTHORS, "List", "Ada Byrne", "List", "Ada Byrne"),
        (MetadataField.TYPE, "report", "guide", "report", "guide"),
    ],
)
def test_a_correction_is_applied_to_the_next_cover(
    field: MetadataField, wrong: str, right: str, wrong_again: str, right_again: str
) -> None:
    """By its label, by its place, or as a constant; the origin says so."""
    correction = learnt(field, wrong, right)
    assert correction is not None
    stored = dataclasses.replace(correction, day="2026-12-01", file="a.pdf", id=7)
    found = (fact(field, wrong_again),) if wrong_again else ()

    (corrected,) = corrected_facts(found, NEXT, [stored])

    assert corrected.value == right_again
    assert corrected.origin.correction == AppliedCorrection(7, "2026-12-01", "a.pdf")


@pytest.mark.parametrize(
    ("field", "wrong", "right", "found"),
    [
        (TITLE, "Town of lamps", "Lamps that last", "Nights without fear"),
        (DATE, "", "2021-05-03", "2020-01-01"),
        (AUTHORS, "List", "Ada Byrne", "Jan Smit"),
        (PROJECT, "Lamp", "LUMIVERT", "Bera"),
    ],
)
def test_another_value_of_the_rules_is_kept(
    field: MetadataField, wrong: str, right: str, found: str
) -> None:
    """The mistake must be the same one."""
    correction = learnt(field, wrong, right)
    assert correction is not None

    facts = (fact(field, found),)

    assert corrected_facts(facts, NEXT, [correction]) == facts


def test_another_template_is_not_corrected() -> None:
    """It has neither the labels nor the lines."""
    correction = learnt(DATE, "", "2021-05-03")
    assert correction is not None
    cells = ("Handed over", "7 June 2022")
    block = Block(BlockType.TABLE_ROW, " | ".join(cells), page=1, cells=cells)
    other = CoverLayout(Document((block,)))

    assert corrected_facts((), other, [correction]) == ()


@pytest.mark.parametrize(
    ("field", "right"),
    [(TITLE, "A title of ours"), (DATE, "1999-01-01"), (AUTHORS, "Ada Byrne")],
)
def test_a_value_that_stands_nowhere_teaches_nothing(
    field: MetadataField, right: str
) -> None:
    """It may be known to a person from elsewhere."""
    assert learnt(field, "", right) is None


def test_the_label_of_delivery_is_better_than_that_of_the_deadline() -> None:
    """Both may have the same day on the first cover."""
    cells = [("Due date", "3 May 2021"), ("Submission date", "3 May 2021")]
    blocks = [
        Block(BlockType.TABLE_ROW, " | ".join(row), page=1, cells=row) for row in cells
    ]

    correction = correction_of(
        CoverLayout(Document(tuple(blocks))), DATE, None, "2021-05-03"
    )

    assert correction is not None
    assert correction.place == CoverPlace(PlaceKind.LABEL, "submission date")
