"""Tables and lists of risks, whose labels and measures look like recommendations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.extraction.proposals.heading_tree import OutlineBlock
from indexer.model.document import BlockType

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
