"""Recommendations with a label: "Recommendation 3", « Recommandation n° 3 », R3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.heading_tree import PlacedBlock, under
from indexer.extraction.proposals.wording import (
    is_duty,
    is_order,
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
    r"|overall)\s+)?"
    r"(?P<word>recommendation|recommandation|préconisation|proposition|reco?\b\.?)"
    r"(?:\s+(?:générale|stratégique|prioritaire|principale))?"
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
class Labelled:
    """A recommendation with its label: where it stands, and what it says.

    `is_short` is of labels such as R3, which may be those of something else.
    """

    position: int
    label: str
    title: str
    quotation: str
    is_short: bool
    spoken_at: int


def labelled_recommendations(placed: Sequence[PlacedBlock]) -> Iterator[Labelled]:
    """Find what carries a label, in the order of the document."""
    found = [
        each
        for position in range(len(placed))
        if (each := _labelled_at(placed, position)) is not None
    ]
    labels = {each.label for each in found if each.label.startswith("R")}
    propositions = {each.label for each in found if each.label.startswith("P")}
    for each in found:
        # One R3 alone may be a reference, a road or a drug; so may one « Proposition ».
        if each.is_short and len(labels) < 2:
            continue
        # "R3" above "R3.1" and "R3.2" is what these are under.
        is_group = any(label.startswith(f"{each.label}.") for label in labels)
        if each.label and is_group and not is_duty(each.title):
            continue
        if each.label.startswith("P") and len(propositions) < 2:
            continue
        yield each


def _labelled_at(placed: Sequence[PlacedBlock], position: int) -> Labelled | None:
    block = placed[position].block
    if block.type is BlockType.NOTE:
        return None
    text = _first_cell(placed[position])
    found = _LABEL.match(text)
    is_short = found is None
    found = found or _SHORT_LABEL.match(text)
    if found is None or not _is_label(found, placed[position], is_short=is_short):
        return None
    number = found.group("number") or ""
    initial = (
        "P" if not is_short and found.group("word").lower() == "proposition" else "R"
    )
    label = f"{initial}{number.casefold()}" if number else ""
    rest = _other_cells(placed[position]) or found.group("rest").strip()
    return _worded(placed, position, label, rest, is_short=is_short)


def _first_cell(each: PlacedBlock) -> str:
    block = each.block
    if block.type is BlockType.TABLE_ROW and block.cells:
        text = next((cell for cell in block.cells if cell.strip()), "")
    else:
        text = block.text
    stripped = text.strip()
    return stripped if _LABEL.match(stripped) else without_bullet(stripped) or stripped


def _other_cells(each: PlacedBlock) -> str:
    """Give what a row says beside its label: the first cell that tells what to do."""
    if each.block.type is not BlockType.TABLE_ROW:
        return ""
    others = [cell.strip() for cell in each.block.cells if cell.strip()][1:]
    worded = [cell for cell in others if word_count(cell) >= MIN_WORDS]
    told = [cell for cell in worded if is_duty(cell) or is_order(cell)]
    return (told or sorted(worded, key=len, reverse=True) or [""])[0]


def _is_label(found: re.Match[str], each: PlacedBlock, *, is_short: bool) -> bool:
    sign, rest = found.group("sign").strip(), found.group("rest").strip()
    number = found.group("number")
    if not number:
        if is_short or found.group("word").lower() in _NEEDS_NUMBER:
            return False
        # "Recommendation: …", or a heading that says only « Recommandation ».
        return ":" in sign if rest else each.is_heading
    if not rest or sign:
        return True
    return each.is_heading or rest[0].isupper() or rest[0] in '«“"'


def _worded(
    placed: Sequence[PlacedBlock],
    position: int,
    label: str,
    rest: str,
    *,
    is_short: bool,
) -> Labelled | None:
    is_whole = word_count(rest) > MIN_WORDS or is_duty(rest) or is_order(rest)
    if rest and is_whole and placed[position].is_heading and not is_duty(rest):
        # A heading names it, and the text below says it whole, and to whom.
        first, spoken_at = _first_sentence(placed, position)
        if is_duty(first):
            return Labelled(
                position, label, rest, first_words(first), is_short, spoken_at
            )
    if rest and is_whole and not rest.endswith(":"):
        quotation = first_words(rest)
        return Labelled(position, label, rest, quotation, is_short, position)
    said, spoken_at = _next_words(placed, position)
    if rest.endswith(":") and said:
        joined = first_words(f"{rest} {said}")
        return Labelled(position, label, joined, joined, is_short, position)
    quotation = said or rest
    if word_count(quotation) < MIN_WORDS:
        return None
    return Labelled(
        position, label, rest or quotation, first_words(quotation), is_short, spoken_at
    )


def _first_sentence(placed: Sequence[PlacedBlock], position: int) -> tuple[str, int]:
    """Give the first sentence of the text right below a heading."""
    below = under(placed, position)
    if not below or below[0].block.type is not BlockType.PARAGRAPH:
        return "", position
    return (sentences(below[0].block.text) or [""])[0], position + 1


def _next_words(placed: Sequence[PlacedBlock], position: int) -> tuple[str, int]:
    """Give what follows a label that stands alone: a text, or the items of a list."""
    following = (
        under(placed, position)
        if placed[position].is_heading
        else placed[position + 1 : position + 12]
    )
    for number, each in enumerate(following):
        if each.is_heading:
            if placed[position].is_heading and number == 0:
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
    """Keep what can be quoted of a long text: whole sentences, as far as they go."""
    words = text.split()
    if len(words) <= MAX_QUOTED_WORDS:
        return text.strip()
    kept = " ".join(words[:MAX_QUOTED_WORDS])
    end = max(kept.rfind(sign) for sign in (". ", "; ", "! ", "? "))
    return kept[: end + 1] if end > 0 else kept
