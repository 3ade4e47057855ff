"""Labelled recommendations: "Recommendation 3", « Recommandation n° 3 », "R3".

Risks have labels and measures that look like these: their tables are found first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from indexer.extraction.proposals.heading_tree import OutlineBlock, section_of
from indexer.extraction.proposals.wording import (
    first_sentence,
    is_actionable,
    is_obligation,
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
_RECOMMENDATION_COLUMN = re.compile(
    r"(?:\w+ )?(?:recommendations?|recommandations?|préconisations?|measures? proposed"
    r"|actions? (?:proposed|recommended|proposées?|recommandées?"
    r"|à mener))(?: .{0,20})?",
    re.IGNORECASE,
)
_AUDIENCE_COLUMN = re.compile(
    r"(?:addressed to|addressees?|audiences?|target.*|for whom|who|by whom"
    r"|stakeholders?|actors?(?: .*)?|responsible.*|destinataires?|publics?.*|cibles?"
    r"|pour qui|acteurs?.*|responsables?|porteurs?|pilotes?|échelon|level)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LabelledRecommendation:
    """A recommendation with its label; its words are at `quoted_at` in the outline.

    `is_short` is set for labels such as R3, which may label something else.
    """

    position: int
    label: str
    is_short: bool
    title: str
    quotation: str
    quoted_at: int


def labelled_recommendations(
    blocks: Sequence[OutlineBlock],
) -> Iterator[LabelledRecommendation]:
    """Yield the labelled recommendations of a document, in order."""
    candidates = [
        each
        for position in range(len(blocks))
        if (each := _labelled_at(blocks, position)) is not None
    ]
    labels = {
        candidate.label for candidate in candidates if candidate.label.startswith("R")
    }
    propositions = {each.label for each in candidates if each.label.startswith("P")}
    for each in candidates:
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
    each = blocks[position]
    if each.block.type is BlockType.NOTE:
        return None
    is_row = each.block.type is BlockType.TABLE_ROW
    cells = [cell.strip() for cell in each.block.cells if cell.strip()]
    if is_row and each.block.cells:
        text = cells[0] if cells else ""
    else:
        text = each.block.text.strip()
    if not _LABEL.match(text):
        text = without_bullet(text) or text
    match = _LABEL.match(text)
    is_short = match is None
    match = match or _SHORT_LABEL.match(text)
    if match is None:
        return None
    word = "" if is_short else match["word"].lower()
    if not _is_label(match, word, is_heading=each.is_heading):
        return None
    number = match["number"]
    initial = "P" if word == "proposition" else "R"
    rest = (_instruction_in(cells[1:]) if is_row else "") or match["rest"].strip()
    title, quotation, quoted_at = _quotation(blocks, position, rest)
    if not quotation:
        return None
    return LabelledRecommendation(
        position,
        f"{initial}{number.casefold()}" if number else "",
        is_short,
        title,
        first_words(quotation),
        quoted_at,
    )


def _is_label(match: re.Match[str], word: str, *, is_heading: bool) -> bool:
    sign, rest = match["sign"].strip(), match["rest"].strip()
    if not match["number"]:
        if not word or word in _NEEDS_NUMBER:
            return False
        # "Recommendation: …", or a heading that is only « Recommandation ».
        return ":" in sign if rest else is_heading
    return bool(not rest or sign or is_heading or rest[0].isupper() or rest[0] in '«“"')


def _instruction_in(cells: Sequence[str]) -> str:
    """Return the first cell that has an instruction, else the longest cell."""
    candidates = [cell for cell in cells if word_count(cell) >= MIN_WORDS]
    instructions = (cell for cell in candidates if is_actionable(cell))
    return next(instructions, max(candidates, key=len, default=""))


def _quotation(
    blocks: Sequence[OutlineBlock], position: int, rest: str
) -> tuple[str, str, int]:
    """Return title, quotation and position of the quotation; "" if it is too short."""
    is_complete = bool(rest) and (word_count(rest) > MIN_WORDS or is_actionable(rest))
    if is_complete and blocks[position].is_heading and not is_obligation(rest):
        # The text below the heading has the full wording, with the addressees.
        below = section_of(blocks, position)[:1]
        if below and below[0].block.type is BlockType.PARAGRAPH:
            first = first_sentence(below[0].block.text)
            if is_obligation(first):
                return rest, first, position + 1
    if is_complete and not rest.endswith(":"):
        return rest, rest, position
    following, quoted_at = _next_words(blocks, position)
    if rest.endswith(":") and following:
        joined = first_words(f"{rest} {following}")
        return joined, joined, position
    quotation = following or rest
    if word_count(quotation) < MIN_WORDS:
        return "", "", position
    return rest or quotation, quotation, quoted_at


def _next_words(blocks: Sequence[OutlineBlock], position: int) -> tuple[str, int]:
    """Return the text, or the items of a list, after a label without text."""
    is_heading = blocks[position].is_heading
    following = (
        section_of(blocks, position)
        if is_heading
        else blocks[position + 1 : position + 12]
    )
    for number, each in enumerate(following):
        if each.is_heading and not (is_heading and number == 0):
            break
        if each.block.type is BlockType.LIST_ITEM:
            items = takewhile(
                lambda item: item.block.type is BlockType.LIST_ITEM, following[number:]
            )
            text = " ".join(item.block.text for item in items)
            return text, position + 1 + number
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


_RISK_HEADING = re.compile(
    r"\b(?:risks? (?:register|table|management|assessment|analysis|matrix|log)|risks\b"
    r"|(?:critical )?risks? and (?:mitigation|contingency)|mitigation (?:plan|measures)"
    r"|risques?|registre des risques|analyse des? risques?)\b",
    re.IGNORECASE,
)
_RECOMMENDS = re.compile(r"recomm[ae]nd|préconis|propositions?\b", re.IGNORECASE)
_RISK_COLUMN = re.compile(
    r"(?:(?:description of )?(?:the )?risks?(?: .*)?|likelihood|probability|impact"
    r"|severity|(?:proposed )?(?:risk[- ])?mitigation.*|contingency.*|risques?(?: .*)?"
    r"|probabilité|vraisemblance|gravité|criticité|mesures? (?:d['’]atténuation"
    r"|correctives?|de réduction).*)",
    re.IGNORECASE,
)
_RISK_LABEL = re.compile(r"\W*R\s?\S{0,8}\s*[:.–-]?\s*(?:risk|risque)\b", re.IGNORECASE)


def risk_positions(blocks: Sequence[OutlineBlock]) -> set[int]:
    """Return the positions of what describes risks.

    That is a row under a header with two columns about risks, an item labelled as a
    risk, or anything under a heading about risks.
    """
    positions: set[int] = set()
    is_risk_table = False
    for position, each in enumerate(blocks):
        cells = each.block.cells
        if each.block.type is BlockType.TABLE_ROW and cells:
            columns = sum(bool(_RISK_COLUMN.fullmatch(cell.strip())) for cell in cells)
            is_risk_table = is_risk_table or columns > 1
        else:
            is_risk_table = False
        if is_risk_table or _RISK_LABEL.match(each.block.text) or _is_under_risks(each):
            positions.add(position)
    return positions


def _is_under_risks(each: OutlineBlock) -> bool:
    if each.is_heading or not each.headings:
        return False
    nearest = each.headings[-1].text
    return (
        len(nearest.split()) <= 9
        and _RISK_HEADING.search(nearest) is not None
        and _RECOMMENDS.search(nearest) is None
    )


def recommendation_rows(
    blocks: Sequence[OutlineBlock],
) -> dict[int, tuple[int, int]]:
    """Return the positions of table rows with a column of recommendations, in order.

    The values are the indices of that column and of the column of audiences, or -1.
    """
    rows: dict[int, tuple[int, int]] = {}
    columns = (-1, -1)
    for position, each in enumerate(blocks):
        cells = each.block.cells
        if each.block.type is not BlockType.TABLE_ROW or not cells:
            columns = (-1, -1)
            continue
        header_column = _column_of(cells, _RECOMMENDATION_COLUMN)
        if header_column >= 0 and max(map(word_count, cells)) <= MIN_WORDS:
            columns = (header_column, _column_of(cells, _AUDIENCE_COLUMN))
        elif 0 <= columns[0] < len(cells):
            rows[position] = columns
    return rows


def _column_of(cells: Sequence[str], pattern: re.Pattern[str]) -> int:
    return next(
        (n for n, cell in enumerate(cells) if pattern.fullmatch(cell.strip())), -1
    )
