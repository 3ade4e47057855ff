"""Labelled recommendations: "Recommendation 3", « Recommandation n° 3 », "R3"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.heading_tree import OutlineBlock, section_of
from indexer.extraction.proposals.wording import (
    is_instruction,
    is_obligation,
    sentences,
    without_bullet,
    word_count,
)
from indexer.model.document import BlockType

MIN_WORDS = 4
MAX_QUOTED_WORDS = 120

_NUMBER = r"\d{1,3}(?:[.-]\d{1,3})*[a-z]?(?![\w])"
_LABEL = re.compile(
    r"(?:(?:key|main|policy|strategic|general|specific|final|priority|operational"
    r"|overall)\s+)?(?P<word>recommendation|recommandation|préconisation|proposition"
    r"|reco?\b\.?)(?:\s+(?:générale|stratégique|prioritaire|principale))?"
    rf"\s*(?:n\s?[°ºo]\.?\s*|no\.?\s*|#\s*)?(?P<number>{_NUMBER}|[IVX]{{1,5}}\b)?"
    r"(?P<sign>\s*[:.)–—-]+\s*|\s+|$)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SHORT_LABEL = re.compile(
    r"R\s?[.-]?\s?(?P<number>\d{1,3}(?:\.\d{1,3})*)\b(?P<sign>\s*[:.)–—-]+\s*|\s+|$)"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_NEEDS_NUMBER = ("rec", "reco", "rec.", "reco.", "proposition")


@dataclass(frozen=True, slots=True)
class LabelledRecommendation:
    """A recommendation with its label; its words are at `quoted_at` in the outline.

    `is_short` is set for labels such as R3, which may label something else.
    """

    position: int
    label: str
    title: str
    quotation: str
    is_short: bool
    quoted_at: int


def labelled_recommendations(
    blocks: Sequence[OutlineBlock],
) -> Iterator[LabelledRecommendation]:
    """Yield the labelled recommendations of a document, in order."""
    match = [
        each
        for position in range(len(blocks))
        if (each := _labelled_at(blocks, position)) is not None
    ]
    labels = {each.label for each in match if each.label.startswith("R")}
    propositions = {each.label for each in match if each.label.startswith("P")}
    for each in match:
        # A single R3 or « Proposition » may be a reference, a road or a drug.
        if each.is_short and len(labels) < 2:
            continue
        # "R3" above "R3.1" and "R3.2" is the heading of a group.
        is_group = any(label.startswith(f"{each.label}.") for label in labels)
        if each.label and is_group and not is_obligation(each.title):
            continue
        if each.label.startswith("P") and len(propositions) < 2:
            continue
        yield each


def _labelled_at(
    blocks: Sequence[OutlineBlock], position: int
) -> LabelledRecommendation | None:
    block = blocks[position].block
    if block.type is BlockType.NOTE:
        return None
    text = _first_cell(blocks[position])
    match = _LABEL.match(text)
    is_short = match is None
    match = match or _SHORT_LABEL.match(text)
    if match is None or not _is_label(match, blocks[position], is_short=is_short):
        return None
    number = match.group("number") or ""
    initial = (
        "P" if not is_short and match.group("word").lower() == "proposition" else "R"
    )
    label = f"{initial}{number.casefold()}" if number else ""
    rest = _other_cells(blocks[position]) or match.group("rest").strip()
    return _with_quotation(blocks, position, label, rest, is_short=is_short)


def _first_cell(each: OutlineBlock) -> str:
    block = each.block
    if block.type is BlockType.TABLE_ROW and block.cells:
        text = next((cell for cell in block.cells if cell.strip()), "")
    else:
        text = block.text
    stripped = text.strip()
    return stripped if _LABEL.match(stripped) else without_bullet(stripped) or stripped


def _other_cells(each: OutlineBlock) -> str:
    """Return the first cell beside the label that has an instruction."""
    if each.block.type is not BlockType.TABLE_ROW:
        return ""
    others = [cell.strip() for cell in each.block.cells if cell.strip()][1:]
    candidates = [cell for cell in others if word_count(cell) >= MIN_WORDS]
    instructions = [
        cell for cell in candidates if is_obligation(cell) or is_instruction(cell)
    ]
    return (instructions or sorted(candidates, key=len, reverse=True) or [""])[0]


def _is_label(match: re.Match[str], each: OutlineBlock, *, is_short: bool) -> bool:
    sign, rest = match.group("sign").strip(), match.group("rest").strip()
    number = match.group("number")
    if not number:
        if is_short or match.group("word").lower() in _NEEDS_NUMBER:
            return False
        # "Recommendation: …", or a heading that is only « Recommandation ».
        return ":" in sign if rest else each.is_heading
    if not rest or sign:
        return True
    return each.is_heading or rest[0].isupper() or rest[0] in '«“"'


def _with_quotation(
    blocks: Sequence[OutlineBlock],
    position: int,
    label: str,
    rest: str,
    *,
    is_short: bool,
) -> LabelledRecommendation | None:
    is_complete = (
        word_count(rest) > MIN_WORDS or is_obligation(rest) or is_instruction(rest)
    )
    if rest and is_complete and blocks[position].is_heading and not is_obligation(rest):
        # The text below the heading has the full wording, with the addressees.
        first, quoted_at = _first_sentence(blocks, position)
        if is_obligation(first):
            return LabelledRecommendation(
                position, label, rest, first_words(first), is_short, quoted_at
            )
    if rest and is_complete and not rest.endswith(":"):
        quotation = first_words(rest)
        return LabelledRecommendation(
            position, label, rest, quotation, is_short, position
        )
    following, quoted_at = _next_words(blocks, position)
    if rest.endswith(":") and following:
        joined = first_words(f"{rest} {following}")
        return LabelledRecommendation(
            position, label, joined, joined, is_short, position
        )
    quotation = following or rest
    if word_count(quotation) < MIN_WORDS:
        return None
    return LabelledRecommendation(
        position, label, rest or quotation, first_words(quotation), is_short, quoted_at
    )


def _first_sentence(blocks: Sequence[OutlineBlock], position: int) -> tuple[str, int]:
    """Return the first sentence of the paragraph right below a heading."""
    below = section_of(blocks, position)
    if not below or below[0].block.type is not BlockType.PARAGRAPH:
        return "", position
    return (sentences(below[0].block.text) or [""])[0], position + 1


def _next_words(blocks: Sequence[OutlineBlock], position: int) -> tuple[str, int]:
    """Return the text, or the items of a list, after a label without text."""
    following = (
        section_of(blocks, position)
        if blocks[position].is_heading
        else blocks[position + 1 : position + 12]
    )
    for number, each in enumerate(following):
        if each.is_heading:
            if blocks[position].is_heading and number == 0:
                return each.block.text, position + 1
            break
        if each.block.type is BlockType.LIST_ITEM:
            items = []
            for item in following[number:]:
                if item.block.type is not BlockType.LIST_ITEM:
                    break
                items.append(item.block.text)
            return " ".join(items), position + 1 + number
        if each.block.type is not BlockType.NOTE:
            return each.block.text, position + 1 + number
    return "", position


def first_words(text: str) -> str:
    """Truncate a long text to 120 words, at the end of a sentence if possible."""
    words = text.split()
    if len(words) <= MAX_QUOTED_WORDS:
        return text.strip()
    text_start = " ".join(words[:MAX_QUOTED_WORDS])
    end = max(text_start.rfind(mark) for mark in (". ", "; ", "! ", "? "))
    return text_start[: end + 1] if end > 0 else text_start
