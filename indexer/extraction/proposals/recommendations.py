"""Finds the recommendations that a document makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indexer.extraction.proposals.audiences import (
    addressed_by_heading,
    addressed_in,
    named_audiences,
)
from indexer.extraction.proposals.heading_tree import PlacedBlock, under
from indexer.extraction.proposals.recommendation_labels import (
    MIN_WORDS,
    first_words,
    labelled_recommendations,
)
from indexer.extraction.proposals.wording import (
    ADVICE,
    BULLET,
    is_duty,
    is_order,
    is_order_as_noun,
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

_HEADING = re.compile(
    r"\b(?:recommendations?|recommandations?|préconisations?|policy options"
    r"|pistes? d['’](?:action|amélioration)s?|propositions? d['’]actions?"
    r"|nos propositions|(?:what|how) (?:\w+ ){1,4}(?:can|should) do|que faire)\b",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:previous|earlier|existing|past|follow-?up|implementation|implementing|status"
    r"|method\w*|précédentes?|antérieures?|suivi|mise en œuvre|bilan|état d)\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?:(?:recommendations?|guidelines) (?:of|by|from) (?:the )?(?:council|european"
    r"|commission|oecd|united nations|un|world|ministry|court|parliament|government"
    r"|home office|national)"
    r"|(?:recommandations?|préconisations?) (?:du |de la |de l['’]|des |d['’])"
    r"(?:conseil (?:de l['’]europe|d['’]état|constitutionnel|national)|commission|cour"
    r"|cnil|ocde|onu|nations unies|parlement|ministère|union|gouvernement"
    r"|défenseur))\b",
    re.IGNORECASE,
)
"""Of others than who wrote the document."""

_REFERENCE = re.compile(
    r"(?:see|refer to|cf\.?|voir|consulter|se (?:reporter|référer) (?:à|aux?))\s+"
    r"(?:also|aussi|the|la|le|les|l['’]|our|notre)?\s*(?:chapters?|sections?|annex\w*"
    r"|page|box|figure|table|appendix|chapitre|fiche|encadré|tableau|partie|infra|supra|site)\b",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"(?:\w+ )?(?:recommendations?|recommandations?|préconisations?|measures? proposed"
    r"|actions? (?:proposed|recommended|proposées?|recommandées?"
    r"|à mener))(?: .{0,20})?",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"(?:addressed to|addressees?|audiences?|target.*|for whom|who|by whom"
    r"|stakeholders?|actors?(?: .*)?|responsible.*|destinataires?|publics?.*|cibles?"
    r"|pour qui"
    r"|acteurs?.*|responsables?|porteurs?|pilotes?|échelon|level)",
    re.IGNORECASE,
)
_LINKING = re.compile(r"(?:to |de |d['’]|that |que |qu['’])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A recommendation at a place of the outline, before it is presented."""

    position: int
    quotation: str
    sureness: Likelihood
    reason: Message
    label: str = ""
    title: str = ""
    audiences: tuple[Audience, ...] = ()


@dataclass(slots=True)
class _Search:
    """The search of one document; a block that was taken is not looked at again."""

    placed: Sequence[PlacedBlock]
    taken: set[int] = field(default_factory=set)
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)

    def found(self) -> list[_Found]:
        self.rows = _rows_of_recommendations(self.placed)
        found = [
            *self._labelled(),
            *self._in_tables(),
            *self._under_headings(),
            *self._after_introductions(),
            *self._advised(),
        ]
        return sorted(found, key=lambda each: each.position)

    def _labelled(self) -> Iterator[_Found]:
        for each in labelled_recommendations(self.placed):
            self.taken |= {each.position, each.spoken_at}
            self._take_explanation(each.position)
            reason = (
                message("labelled %(label)s", label=each.label)
                if each.label
                else message("labelled as a recommendation")
            )
            is_worded = is_duty(each.quotation) or is_order(each.quotation)
            sureness = (
                Likelihood.MEDIUM
                if each.is_short and not is_worded
                else Likelihood.HIGH
            )
            yield _Found(
                each.spoken_at,
                each.quotation,
                sureness,
                reason,
                each.label,
                title_of(each.title),
                addressed_in(each.title),
            )

    def _take_explanation(self, position: int) -> None:
        """Take what explains a recommendation: it is not another one."""
        if self.placed[position].is_heading:
            below = len(under(self.placed, position))
            explained = set(range(position + 1, position + 1 + below))
            # A table below may hold others, in a column of their own.
            self.taken |= explained - self.rows.keys()
            return
        for number in range(position + 1, len(self.placed)):
            if self.placed[number].is_heading or number in self.rows:
                break
            self.taken.add(number)

    def _in_tables(self) -> Iterator[_Found]:
        for position, (column, who) in sorted(self.rows.items()):
            cells = self.placed[position].block.cells
            if position in self.taken:
                continue
            text = cells[column].strip()
            if word_count(text) < MIN_WORDS - 1:
                continue
            self.taken.add(position)
            named = named_audiences(cells[who]) if 0 <= who < len(cells) else ()
            yield _Found(
                position,
                first_words(text),
                Likelihood.HIGH,
                message("in a table of recommendations"),
                audiences=named,
            )

    def _under_headings(self) -> Iterator[_Found]:
        for position, each in enumerate(self.placed):
            if each.is_heading and is_heading_of_recommendations(each.block):
                yield from self._under(position, each.block.text)

    def _under(self, position: int, heading: str) -> Iterator[_Found]:
        scope = range(position + 1, position + 1 + len(under(self.placed, position)))
        with_lists = {
            self.placed[number].heading
            for number in scope
            if _is_item(self.placed[number].block)
        }
        reason = message("under the heading “%(heading)s”", heading=heading)
        detail_level = 0
        for number in scope:
            each = self.placed[number]
            if number in self.taken:
                continue
            if each.is_heading:
                yield from self._as_heading(number, reason)
                detail_level = 0
            elif _is_item(each.block):
                level = each.block.level
                if detail_level and level > detail_level:
                    continue  # it explains the item that it hangs on
                found = self._as_item(number, reason)
                detail_level = level if found else 0
                yield from found
            elif each.heading not in with_lists:
                yield from self._as_paragraph(number, reason)

    def _as_heading(self, position: int, reason: Message) -> Iterator[_Found]:
        text = without_bullet(self.placed[position].block.text)
        is_worded = is_duty(text) or is_order(text)
        if is_worded and word_count(text) >= MIN_WORDS - 1:
            self.taken.add(position)
            self._take_explanation(position)
            yield _Found(position, text, Likelihood.HIGH, reason)

    def _as_item(self, position: int, reason: Message) -> list[_Found]:
        block = self.placed[position].block
        text = without_bullet(block.text)
        sureness = _sureness_of_item(text)
        if (
            sureness is None
            or _REFERENCE.match(text)
            or word_count(text) < MIN_WORDS - 1
        ):
            return []
        self.taken.add(position)
        return [_Found(position, first_words(text), sureness, reason)]

    def _as_paragraph(self, position: int, reason: Message) -> Iterator[_Found]:
        block = self.placed[position].block
        if block.type is not BlockType.PARAGRAPH or block.text.rstrip().endswith(":"):
            return
        first = (sentences(block.text) or [""])[0]
        is_worded = is_duty(first) or is_order(first)
        if is_worded and word_count(first) >= MIN_WORDS:
            self.taken.add(position)
            is_brief = word_count(block.text) <= MAX_PARAGRAPH_WORDS
            quotation = block.text if is_brief else first
            yield _Found(position, first_words(quotation), Likelihood.MEDIUM, reason)

    def _after_introductions(self) -> Iterator[_Found]:
        """Find the items after "We recommend that cities:" or "Cities should:"."""
        for position, each in enumerate(self.placed):
            if not _is_introduction(each.block):
                continue
            items = self._items_after(position)
            if len(items) < 2:
                continue
            is_advice = ADVICE.search(each.block.text) is not None
            audiences = addressed_in(each.block.text)
            for number in items:
                self.taken.add(number)
                text = without_bullet(self.placed[number].block.text)
                begun = _LINKING.match(text)
                yield _Found(
                    number,
                    first_words(text),
                    Likelihood.HIGH if is_advice else Likelihood.MEDIUM,
                    message("after “%(words)s”", words=title_of(each.block.text)),
                    title=title_of(text[begun.end() :] if begun else text),
                    audiences=addressed_in(text) or audiences,
                )

    def _items_after(self, position: int) -> list[int]:
        items = []
        for number in range(position + 1, len(self.placed)):
            block = self.placed[number].block
            if not _is_item(block) or block.type is BlockType.TABLE_ROW:
                break
            if number not in self.taken and word_count(block.text) >= MIN_WORDS - 1:
                items.append(number)
        return items

    def _advised(self) -> Iterator[_Found]:
        """Find the sentences that recommend something outright, wherever they are."""
        for position, each in enumerate(self.placed):
            if position in self.taken or each.block.type in {
                BlockType.NOTE,
                BlockType.HEADING,
            }:
                continue
            for sentence in sentences(each.block.text):
                is_advice = ADVICE.search(sentence) is not None
                if not is_advice or word_count(sentence) < MIN_ADVICE_WORDS:
                    continue
                named = addressed_in(sentence)
                yield _Found(
                    position,
                    first_words(sentence),
                    Likelihood.MEDIUM if named else Likelihood.LOW,
                    message("the sentence recommends something"),
                    audiences=named,
                )


def find_recommendations(placed: Sequence[PlacedBlock]) -> list[Proposal]:
    """Find all recommendations of a document, in its order."""
    return [_proposal(each, placed) for each in _Search(placed).found()]


def is_heading_of_recommendations(block: Block) -> bool:
    """Tell whether a heading announces recommendations of the document itself."""
    text = block.text
    return (
        len(text.split()) <= MAX_HEADING_WORDS
        and _HEADING.search(text) is not None
        and _NOT_OURS.search(text) is None
        and _THEIRS.search(text) is None
    )


def _proposal(found: _Found, placed: Sequence[PlacedBlock]) -> Proposal:
    each = placed[found.position]
    return Proposal(
        kind=Kind.RECOMMENDATION,
        title=found.title or title_of(found.quotation),
        quotation=found.quotation,
        locale=locale_of(found.quotation),
        sureness=found.sureness,
        reason=found.reason,
        page=each.block.page,
        page_label=each.block.page_label,
        label=found.label,
        audiences=found.audiences
        or addressed_in(found.quotation)
        or _audiences_above(each),
    )


def _rows_of_recommendations(
    placed: Sequence[PlacedBlock],
) -> dict[int, tuple[int, int]]:
    """Give the rows of tables with a column of recommendations.

    For each: the place of that column, and of the one that says to whom, or -1.
    """
    rows: dict[int, tuple[int, int]] = {}
    column, who = -1, -1
    for position, each in enumerate(placed):
        cells = each.block.cells
        if each.block.type is not BlockType.TABLE_ROW or not cells:
            column, who = -1, -1
            continue
        titled = _column_of(cells, _COLUMN)
        if titled >= 0 and max(word_count(cell) for cell in cells) <= MIN_WORDS:
            column, who = titled, _column_of(cells, _WHO)
        elif 0 <= column < len(cells):
            rows[position] = (column, who)
    return rows


def _audiences_above(each: PlacedBlock) -> tuple[Audience, ...]:
    for heading in reversed(each.headings):
        named = addressed_by_heading(without_bullet(heading.text))
        if named:
            return named
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
    return ADVICE.search(text) is not None or bool(addressed_in(text))


def _sureness_of_item(text: str) -> Likelihood | None:
    if is_duty(text) or is_order(text):
        return Likelihood.HIGH
    return Likelihood.MEDIUM if is_order_as_noun(text) else None
