"""The proposal that a person makes of paragraphs of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.audiences import (
    addressees_of,
    addressees_of_heading,
    audiences_in,
)
from indexer.extraction.proposals.heading_tree import heading_level
from indexer.extraction.proposals.place_names import PlaceNames
from indexer.extraction.proposals.wording import locale_of, title_of, without_bullet
from indexer.model.document import Block, BlockType, Document
from indexer.model.ids import Kind
from indexer.model.places import Gazetteer
from indexer.model.problems import message
from indexer.model.proposals import Likelihood, Proposal
from indexer.model.records import Audience

MAX_QUOTATION = 2_000
"""The number of characters of a quotation; a longer passage is cut at a word."""

_SEPARATOR = " "


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """The words of consecutive paragraphs, and the page where they begin."""

    text: str
    page: int | None


def quoted_passages(
    document: Document, positions: Sequence[int]
) -> tuple[QuotedPassage, ...]:
    """Return the quotations of paragraphs: one for each run of consecutive ones.

    A quotation must be in the file word for word, so that paragraphs with others
    between them are quoted apart.
    """
    runs = _runs(sorted(set(positions)))
    return tuple(_quoted([document.blocks[each] for each in run]) for run in runs)


def marked_proposal(
    document: Document, positions: Sequence[int], kind: Kind, gazetteer: Gazetteer
) -> Proposal:
    """Return the proposal of a kind that a person makes of paragraphs.

    `positions` are those of the paragraphs in the document. The title is the first
    sentence; audiences or places are those that the passage names.
    """
    blocks = [document.blocks[each] for each in sorted(set(positions))]
    quotation = quoted_passages(document, positions)[0]
    text = _SEPARATOR.join(without_bullet(block.text) for block in blocks)
    is_practice = kind is Kind.PRACTICE
    return Proposal(
        kind=kind,
        title=title_of(without_bullet(blocks[0].text)),
        quotation=quotation.text,
        locale=locale_of(text),
        likelihood=Likelihood.HIGH,
        reason=message("marked by a person"),
        page=quotation.page,
        audiences=() if is_practice else _audiences(document, min(positions), text),
        places=PlaceNames(gazetteer).named_in(text) if is_practice else (),
    )


def _audiences(document: Document, position: int, text: str) -> tuple[Audience, ...]:
    """Return the audiences that a passage addresses, or the nearest heading that does.

    A person chose the passage: without an addressee, the audiences it names are shown.
    """
    addressed = addressees_of(text)
    if addressed:
        return addressed
    for heading in _headings_above(document, position):
        addressed = addressees_of_heading(without_bullet(heading.text))
        if addressed:
            return addressed
    return audiences_in(text)


def _headings_above(document: Document, position: int) -> Iterator[Block]:
    """Yield the headings that a block is under, the nearest first."""
    level = 0
    for block in reversed(document.blocks[:position]):
        if block.type is BlockType.HEADING and (
            not level or heading_level(block) < level
        ):
            level = heading_level(block)
            yield block


def _runs(positions: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs


def _quoted(blocks: Sequence[Block]) -> QuotedPassage:
    text = " ".join(_SEPARATOR.join(block.text for block in blocks).split())
    if len(text) > MAX_QUOTATION:
        text = text[:MAX_QUOTATION].rsplit(" ", 1)[0]
    return QuotedPassage(text, blocks[0].page)
