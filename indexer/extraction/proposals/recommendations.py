"""Recommendations of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indexer.extraction.proposals.audiences import (
    addressees_of,
    addressees_of_heading,
    audiences_in,
)
from indexer.extraction.proposals.heading_tree import OutlineBlock, section_of
from indexer.extraction.proposals.recommendation_labels import (
    MIN_WORDS,
    first_words,
    labelled_recommendations,
)
from indexer.extraction.proposals.wording import (
    ADVICE,
    BULLET,
    is_instruction,
    is_nominal_instruction,
    is_obligation,
    locale_of,
    sentences,
    title_of,
    without_bullet,
    word_count,
)
from indexer.model.document import Block, BlockType
from indexer.model.ids import Kind
from indexer.model.problems import Message, message
from indexer.model.proposals import Likelihood, Proposal
from indexer.model.records import Audience

MAX_HEADING_WORDS = 14
MIN_ADVICE_WORDS = 8
MAX_PARAGRAPH_WORDS = 90

_RECOMMENDATION_HEADING = re.compile(
    r"\b(?:recommendations?|recommandations?|préconisations?|policy options"
    r"|pistes? d['’](?:action|amélioration)s?|propositions? d['’]actions?"
    r"|nos propositions|(?:what|how) (?:\w+ ){1,4}(?:can|should) do|que faire)\b",
    re.IGNORECASE,
)
_OTHER_TOPIC = re.compile(
    r"\b(?:previous|earlier|existing|past|follow-?up|implementation|implementing|status"
    r"|method\w*|précédentes?|antérieures?|suivi|mise en œuvre|bilan|état d)\b",
    re.IGNORECASE,
)
_OTHER_AUTHORS = re.compile(
    r"\b(?:(?:recommendations?|guidelines) (?:of|by|from) (?:the )?(?:council|european"
    r"|commission|oecd|united nations|un|world|ministry|court|parliament|government"
    r"|home office|national)|(?:recommandations?|préconisations?) (?:du |de la "
    r"|de l['’]|des |d['’])(?:conseil (?:de l['’]europe|d['’]état|constitutionnel"
    r"|national)|commission|cour|cnil|ocde|onu|nations unies|parlement|ministère|union"
    r"|gouvernement|défenseur))\b",
    re.IGNORECASE,
)
"""Recommendations by other bodies than the authors of the document."""

_REFERENCE = re.compile(
    r"(?:see|refer to|cf\.?|voir|consulter|se (?:reporter|référer) (?:à|aux?))\s+"
    r"(?:also|aussi|the|la|le|les|l['’]|our|notre)?\s*(?:chapters?|sections?|annex\w*"
    r"|page|box|figure|table|appendix|chapitre|fiche|encadré|tableau|partie|infra|supra|site)\b",
    re.IGNORECASE,
)
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
_CONJUNCTION = re.compile(r"(?:to |de |d['’]|that |que |qu['’])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A recommendation at a position of the outline."""

    position: int
    quotation: str
    likelihood: Likelihood
    reason: Message
    label: str = ""
    title: str = ""
    audiences: tuple[Audience, ...] = ()


@dataclass(slots=True)
class _CandidateSearch:
    """The search of one document; each block is used for one candidate at most."""

    blocks: Sequence[OutlineBlock]
    used: set[int] = field(default_factory=set)
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)

    def candidates(self) -> list[_Candidate]:
        self.rows = _recommendation_rows(self.blocks)
        candidates = [
            *self._labelled(),
            *self._in_tables(),
            *self._under_headings(),
            *self._after_introductions(),
            *self._in_sentences(),
        ]
        return sorted(candidates, key=lambda each: each.position)

    def _labelled(self) -> Iterator[_Candidate]:
        for each in labelled_recommendations(self.blocks):
            self.used |= {each.position, each.quoted_at}
            self._use_explanation(each.position)
            reason = (
                message("labelled %(label)s", label=each.label)
                if each.label
                else message("labelled as a recommendation")
            )
            is_actionable = is_obligation(each.quotation) or is_instruction(
                each.quotation
            )
            likelihood = (
                Likelihood.MEDIUM
                if each.is_short and not is_actionable
                else Likelihood.HIGH
            )
            yield _Candidate(
                each.quoted_at,
                each.quotation,
                likelihood,
                reason,
                each.label,
                title_of(each.title),
                addressees_of(each.title),
            )

    def _use_explanation(self, position: int) -> None:
        """Mark the blocks that explain a recommendation as used."""
        if self.blocks[position].is_heading:
            below = len(section_of(self.blocks, position))
            explained = set(range(position + 1, position + 1 + below))
            # A table in the section may have a column of other recommendations.
            self.used |= explained - self.rows.keys()
            return
        for number in range(position + 1, len(self.blocks)):
            if self.blocks[number].is_heading or number in self.rows:
                break
            self.used.add(number)

    def _in_tables(self) -> Iterator[_Candidate]:
        for position, (column, audience_column) in sorted(self.rows.items()):
            cells = self.blocks[position].block.cells
            if position in self.used:
                continue
            text = cells[column].strip()
            if word_count(text) < MIN_WORDS - 1:
                continue
            self.used.add(position)
            audiences = (
                audiences_in(cells[audience_column])
                if 0 <= audience_column < len(cells)
                else ()
            )
            yield _Candidate(
                position,
                first_words(text),
                Likelihood.HIGH,
                message("in a table of recommendations"),
                audiences=audiences,
            )

    def _under_headings(self) -> Iterator[_Candidate]:
        for position, each in enumerate(self.blocks):
            if each.is_heading and is_heading_of_recommendations(each.block):
                yield from self._in_section(position, each.block.text)

    def _in_section(self, position: int, heading: str) -> Iterator[_Candidate]:
        scope = range(
            position + 1, position + 1 + len(section_of(self.blocks, position))
        )
        with_lists = {
            self.blocks[number].heading
            for number in scope
            if _is_item(self.blocks[number].block)
        }
        reason = message("under the heading “%(heading)s”", heading=heading)
        detail_level = 0
        for number in scope:
            each = self.blocks[number]
            if number in self.used:
                continue
            if each.is_heading:
                yield from self._as_heading(number, reason)
                detail_level = 0
            elif _is_item(each.block):
                level = each.block.level
                if detail_level and level > detail_level:
                    continue  # a nested item explains its parent
                candidates = self._as_item(number, reason)
                detail_level = level if candidates else 0
                yield from candidates
            elif each.heading not in with_lists:
                yield from self._as_paragraph(number, reason)

    def _as_heading(self, position: int, reason: Message) -> Iterator[_Candidate]:
        text = without_bullet(self.blocks[position].block.text)
        is_actionable = is_obligation(text) or is_instruction(text)
        if is_actionable and word_count(text) >= MIN_WORDS - 1:
            self.used.add(position)
            self._use_explanation(position)
            yield _Candidate(position, text, Likelihood.HIGH, reason)

    def _as_item(self, position: int, reason: Message) -> list[_Candidate]:
        block = self.blocks[position].block
        text = without_bullet(block.text)
        likelihood = _item_likelihood(text)
        if (
            likelihood is None
            or _REFERENCE.match(text)
            or word_count(text) < MIN_WORDS - 1
        ):
            return []
        self.used.add(position)
        return [_Candidate(position, first_words(text), likelihood, reason)]

    def _as_paragraph(self, position: int, reason: Message) -> Iterator[_Candidate]:
        block = self.blocks[position].block
        if block.type is not BlockType.PARAGRAPH or block.text.rstrip().endswith(":"):
            return
        first = (sentences(block.text) or [""])[0]
        is_actionable = is_obligation(first) or is_instruction(first)
        if is_actionable and word_count(first) >= MIN_WORDS:
            self.used.add(position)
            is_brief = word_count(block.text) <= MAX_PARAGRAPH_WORDS
            quotation = block.text if is_brief else first
            yield _Candidate(
                position, first_words(quotation), Likelihood.MEDIUM, reason
            )

    def _after_introductions(self) -> Iterator[_Candidate]:
        """Yield list items after "We recommend that cities:" or "Cities should:"."""
        for position, each in enumerate(self.blocks):
            if not _is_introduction(each.block):
                continue
            items = self._items_after(position)
            if len(items) < 2:
                continue
            is_advice = ADVICE.search(each.block.text) is not None
            audiences = addressees_of(each.block.text)
            for number in items:
                self.used.add(number)
                text = without_bullet(self.blocks[number].block.text)
                conjunction = _CONJUNCTION.match(text)
                yield _Candidate(
                    number,
                    first_words(text),
                    Likelihood.HIGH if is_advice else Likelihood.MEDIUM,
                    message("after “%(words)s”", words=title_of(each.block.text)),
                    title=title_of(text[conjunction.end() :] if conjunction else text),
                    audiences=addressees_of(text) or audiences,
                )

    def _items_after(self, position: int) -> list[int]:
        items = []
        for number in range(position + 1, len(self.blocks)):
            block = self.blocks[number].block
            if not _is_item(block) or block.type is BlockType.TABLE_ROW:
                break
            if number not in self.used and word_count(block.text) >= MIN_WORDS - 1:
                items.append(number)
        return items

    def _in_sentences(self) -> Iterator[_Candidate]:
        """Yield sentences with a verb of recommending, anywhere."""
        for position, each in enumerate(self.blocks):
            if position in self.used or each.block.type in {
                BlockType.NOTE,
                BlockType.HEADING,
            }:
                continue
            for sentence in sentences(each.block.text):
                is_advice = ADVICE.search(sentence) is not None
                if not is_advice or word_count(sentence) < MIN_ADVICE_WORDS:
                    continue
                audiences = addressees_of(sentence)
                yield _Candidate(
                    position,
                    first_words(sentence),
                    Likelihood.MEDIUM if audiences else Likelihood.LOW,
                    message("the sentence recommends something"),
                    audiences=audiences,
                )


def find_recommendations(blocks: Sequence[OutlineBlock]) -> list[Proposal]:
    """Return all recommendations of a document, in order."""
    return [_proposal(each, blocks) for each in _CandidateSearch(blocks).candidates()]


def is_heading_of_recommendations(block: Block) -> bool:
    """Return whether a heading announces recommendations of the document itself."""
    text = block.text
    return (
        len(text.split()) <= MAX_HEADING_WORDS
        and _RECOMMENDATION_HEADING.search(text) is not None
        and _OTHER_TOPIC.search(text) is None
        and _OTHER_AUTHORS.search(text) is None
    )


def _proposal(candidate: _Candidate, blocks: Sequence[OutlineBlock]) -> Proposal:
    each = blocks[candidate.position]
    return Proposal(
        kind=Kind.RECOMMENDATION,
        title=candidate.title or title_of(candidate.quotation),
        quotation=candidate.quotation,
        locale=locale_of(candidate.quotation),
        likelihood=candidate.likelihood,
        reason=candidate.reason,
        page=each.block.page,
        page_label=each.block.page_label,
        label=candidate.label,
        audiences=candidate.audiences
        or addressees_of(candidate.quotation)
        or _audiences_above(each),
    )


def _recommendation_rows(
    blocks: Sequence[OutlineBlock],
) -> dict[int, tuple[int, int]]:
    """Return the positions of table rows with a column of recommendations.

    The values are the indices of that column and of the column of audiences, or -1.
    """
    rows: dict[int, tuple[int, int]] = {}
    column, audience_column = -1, -1
    for position, each in enumerate(blocks):
        cells = each.block.cells
        if each.block.type is not BlockType.TABLE_ROW or not cells:
            column, audience_column = -1, -1
            continue
        header_column = _column_of(cells, _RECOMMENDATION_COLUMN)
        if header_column >= 0 and max(word_count(cell) for cell in cells) <= MIN_WORDS:
            column, audience_column = header_column, _column_of(cells, _AUDIENCE_COLUMN)
        elif 0 <= column < len(cells):
            rows[position] = (column, audience_column)
    return rows


def _audiences_above(each: OutlineBlock) -> tuple[Audience, ...]:
    for heading in reversed(each.headings):
        audiences = addressees_of_heading(without_bullet(heading.text))
        if audiences:
            return audiences
    return ()


def _column_of(cells: Sequence[str], pattern: re.Pattern[str]) -> int:
    return next(
        (n for n, cell in enumerate(cells) if pattern.fullmatch(cell.strip())), -1
    )


def _is_item(block: Block) -> bool:
    if block.type in {BlockType.LIST_ITEM, BlockType.TABLE_ROW}:
        return True
    return block.type is BlockType.PARAGRAPH and BULLET.match(block.text) is not None


def _is_introduction(block: Block) -> bool:
    text = block.text.rstrip()
    if block.type is BlockType.HEADING or not text.endswith(":"):
        return False
    return ADVICE.search(text) is not None or bool(addressees_of(text))


def _item_likelihood(text: str) -> Likelihood | None:
    if is_obligation(text) or is_instruction(text):
        return Likelihood.HIGH
    return Likelihood.MEDIUM if is_nominal_instruction(text) else None
