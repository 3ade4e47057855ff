"""Recommendations of a document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from indexer.extraction.proposals.heading_tree import OutlineBlock, section_of
from indexer.extraction.proposals.mentions import (
    addressees_of,
    addressees_of_heading,
    audiences_in,
)
from indexer.extraction.proposals.recommendation_labels import (
    MIN_WORDS,
    first_words,
    labelled_recommendations,
    recommendation_rows,
    risk_positions,
)
from indexer.extraction.proposals.wording import (
    ADVICE,
    BULLET,
    first_sentence,
    is_actionable,
    is_clear_instruction,
    is_gerund,
    is_nominal_instruction,
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
from indexer.model.vocabulary import Audience

MAX_HEADING_WORDS = 14
MIN_ADVICE_WORDS = 8
MAX_PARAGRAPH_WORDS = 90
MIN_SIBLINGS = 3

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
_ANNOUNCED = re.compile(
    r"(?:\b(?:can|could|may)\b.{1,160}\b(?:by|through|with|in)\b.{0,40}\b(?:following"
    r"|(?:these|three|four|five|six|seven|ten) (?:steps|ways|actions|things|measures))"
    r"\b.{0,30}|\b(?:here(?: is|['’]s| are)) (?:how|what|(?:some|a few|the) (?:ways"
    r"|steps|things|tips))\b.{0,90}|\b(?:peut|peuvent|pouvez|pouvons)\b.{1,160}"
    r"\b(?:façon|manière|façons|manières|mesures?|actions?|étapes?|points?) suivante?s?"
    r"|\b(?:peut|peuvent|pouvez|pouvons)\b.{1,120}\ben suivant ces .{3,30}"
    r"|\bvoici (?:comment|ce que|quelques|les) .{3,100})\W*$",
    re.IGNORECASE | re.DOTALL,
)
"""Texts before a list of steps: "We can … by doing the following"."""

_CODE = re.compile(r"\w\(|[{}<>\\=]|\w_\w")
"""Signs of program code, such as "set_pulse(width)"."""

_CONJUNCTION = re.compile(r"\A(?:to |de |d['’]|that |que |qu['’])", re.IGNORECASE)


_Candidate = tuple[int, Proposal]
"""A recommendation after its position in the outline."""


@dataclass(slots=True)
class _CandidateSearch:
    """The search of one document; each block is used for one candidate at most."""

    blocks: Sequence[OutlineBlock]
    used: set[int] = field(default_factory=set)
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)

    def proposals(self) -> list[Proposal]:
        self.rows = recommendation_rows(self.blocks)
        self.used = risk_positions(self.blocks)
        candidates = [
            *self._labelled(),
            *self._in_tables(),
            *self._under_headings(),
            *self._after_introductions(),
            *self._imperative_headings(),
            *self._in_sentences(),
        ]
        return [proposal for _, proposal in sorted(candidates, key=itemgetter(0))]

    def _candidate(
        self,
        position: int,
        quotation: str,
        likelihood: Likelihood,
        reason: Message,
        *,
        title: str = "",
        audiences: tuple[Audience, ...] = (),
    ) -> _Candidate:
        each = self.blocks[position]
        return position, Proposal(
            kind=Kind.RECOMMENDATION,
            title=title or title_of(quotation),
            quotation=quotation,
            locale=locale_of(quotation),
            likelihood=likelihood,
            reason=reason,
            page=each.block.page,
            page_label=each.block.page_label,
            audiences=audiences or addressees_of(quotation) or _audiences_above(each),
        )

    def _labelled(self) -> Iterator[_Candidate]:
        risks = frozenset(self.used)
        for recommendation in labelled_recommendations(self.blocks):
            if recommendation.position in risks:
                continue
            self.used |= {recommendation.position, recommendation.quoted_at}
            self._use_explanation(recommendation.position)
            is_clear = not recommendation.is_short or is_actionable(
                recommendation.quotation
            )
            position, proposal = self._candidate(
                recommendation.quoted_at,
                recommendation.quotation,
                Likelihood.HIGH if is_clear else Likelihood.MEDIUM,
                message("labelled %(label)s", label=recommendation.label)
                if recommendation.label
                else message("labelled as a recommendation"),
                title=title_of(recommendation.title),
                audiences=addressees_of(recommendation.title),
            )
            yield position, replace(proposal, label=recommendation.label)

    def _use_explanation(self, position: int) -> None:
        """Mark the blocks that explain a recommendation as used."""
        is_heading = self.blocks[position].is_heading
        for number in self._scope(position) if is_heading else self._rest(position):
            is_row = number in self.rows
            if not is_heading and (is_row or self.blocks[number].is_heading):
                break
            # A table in the section may have a column of other recommendations.
            if not is_row:
                self.used.add(number)

    def _rest(self, position: int) -> range:
        return range(position + 1, len(self.blocks))

    def _scope(self, position: int) -> range:
        """Return the positions under a heading."""
        return self._rest(position)[: len(section_of(self.blocks, position))]

    def _in_tables(self) -> Iterator[_Candidate]:
        for position, (column, audience_column) in self.rows.items():
            cells = self.blocks[position].block.cells
            text = cells[column].strip()
            if position in self.used or word_count(text) < MIN_WORDS - 1:
                continue
            self.used.add(position)
            has_audiences = 0 <= audience_column < len(cells)
            yield self._candidate(
                position,
                first_words(text),
                Likelihood.HIGH,
                message("in a table of recommendations"),
                audiences=audiences_in(cells[audience_column]) if has_audiences else (),
            )

    def _under_headings(self) -> Iterator[_Candidate]:
        for position, each in enumerate(self.blocks):
            if each.is_heading and is_heading_of_recommendations(each.block):
                reason = message(
                    "under the heading “%(heading)s”", heading=each.block.text
                )
                yield from self._in_section(position, reason)

    def _in_section(self, position: int, reason: Message) -> Iterator[_Candidate]:
        scope = self._scope(position)
        with_lists = {
            self.blocks[number].headings[-1:]
            for number in scope
            if _is_item(self.blocks[number].block)
        }
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
                candidate = self._as_item(number, reason)
                detail_level = level if candidate is not None else 0
                if candidate is not None:
                    yield candidate
            elif each.headings[-1:] not in with_lists:
                yield from self._as_paragraph(number, reason)

    def _as_heading(self, position: int, reason: Message) -> Iterator[_Candidate]:
        text = without_bullet(self.blocks[position].block.text)
        if is_actionable(text) and word_count(text) >= MIN_WORDS - 1:
            self.used.add(position)
            self._use_explanation(position)
            yield self._candidate(position, text, Likelihood.HIGH, reason)

    def _as_item(self, position: int, reason: Message) -> _Candidate | None:
        text = without_bullet(self.blocks[position].block.text)
        is_likely = is_actionable(text)
        if (
            not (is_likely or is_nominal_instruction(text))
            or _REFERENCE.match(text)
            or word_count(text) < MIN_WORDS - 1
        ):
            return None
        self.used.add(position)
        likelihood = Likelihood.HIGH if is_likely else Likelihood.MEDIUM
        return self._candidate(position, first_words(text), likelihood, reason)

    def _as_paragraph(self, position: int, reason: Message) -> Iterator[_Candidate]:
        block = self.blocks[position].block
        if block.type is not BlockType.PARAGRAPH or block.text.rstrip().endswith(":"):
            return
        first = first_sentence(block.text)
        if is_actionable(first) and word_count(first) >= MIN_WORDS:
            self.used.add(position)
            is_brief = word_count(block.text) <= MAX_PARAGRAPH_WORDS
            quotation = first_words(block.text if is_brief else first)
            yield self._candidate(position, quotation, Likelihood.MEDIUM, reason)

    def _after_introductions(self) -> Iterator[_Candidate]:
        """Yield list items after "We recommend that cities:" or "Cities should:"."""
        for position, each in enumerate(self.blocks):
            if not _is_introduction(each.block):
                continue
            items = self._items_after(position)
            if len(items) < 2:
                continue
            is_advice = ADVICE.search(each.block.text) is not None
            if not is_advice and not self._are_steps(items):
                continue
            audiences = addressees_of(each.block.text)
            for number in items:
                self.used.add(number)
                text = without_bullet(self.blocks[number].block.text)
                yield self._candidate(
                    number,
                    first_words(text),
                    Likelihood.HIGH if is_advice else Likelihood.MEDIUM,
                    message("after “%(words)s”", words=title_of(each.block.text)),
                    title=title_of(_CONJUNCTION.sub("", text)),
                    audiences=addressees_of(text) or audiences,
                )

    def _are_steps(self, positions: Sequence[int]) -> bool:
        """Return whether most items tell what to do."""
        texts = [
            without_bullet(self.blocks[position].block.text) for position in positions
        ]
        steps = sum(
            is_actionable(text) or is_gerund(text) or is_nominal_instruction(text)
            for text in texts
        )
        return 2 * steps > len(texts)

    def _imperative_headings(self) -> Iterator[_Candidate]:
        """Yield three or more headings of one section in the imperative."""
        sections: dict[tuple[int, tuple[Block, ...]], list[int]] = {}
        for position, each in enumerate(self.blocks):
            if each.is_heading:
                key = (each.block.level, each.headings)
                sections.setdefault(key, []).append(position)
        for siblings in sections.values():
            texts = [
                without_bullet(self.blocks[sibling].block.text) for sibling in siblings
            ]
            told = [
                position
                for position, text in zip(siblings, texts, strict=True)
                if is_clear_instruction(text)
                and word_count(text) >= MIN_WORDS - 1
                and _CODE.search(text) is None
            ]
            if len(told) < MIN_SIBLINGS or 3 * len(told) < 2 * len(siblings):
                continue
            for position in told:
                if position not in self.used:
                    self.used.add(position)
                    text = without_bullet(self.blocks[position].block.text)
                    reason = message("headings that say what to do")
                    yield self._candidate(position, text, Likelihood.MEDIUM, reason)

    def _items_after(self, position: int) -> list[int]:
        items = []
        for number in self._rest(position):
            block = self.blocks[number].block
            if not _is_item(block) or block.type is BlockType.TABLE_ROW:
                break
            if number not in self.used and word_count(block.text) >= MIN_WORDS - 1:
                items.append(number)
        return items

    def _in_sentences(self) -> Iterator[_Candidate]:
        """Yield sentences with a verb of recommending, anywhere."""
        for position, each in enumerate(self.blocks):
            if (
                position in self.used
                or each.is_heading
                or each.block.type is BlockType.NOTE
            ):
                continue
            for sentence in sentences(each.block.text):
                if (
                    not ADVICE.search(sentence)
                    or word_count(sentence) < MIN_ADVICE_WORDS
                ):
                    continue
                audiences = addressees_of(sentence)
                yield self._candidate(
                    position,
                    first_words(sentence),
                    Likelihood.MEDIUM if audiences else Likelihood.LOW,
                    message("the sentence recommends something"),
                    audiences=audiences,
                )


def find_recommendations(blocks: Sequence[OutlineBlock]) -> list[Proposal]:
    """Return all recommendations of a document, in order."""
    return _CandidateSearch(blocks).proposals()


def is_heading_of_recommendations(block: Block) -> bool:
    """Return whether a heading announces recommendations of the document itself."""
    text = block.text
    return (
        len(text.split()) <= MAX_HEADING_WORDS
        and _RECOMMENDATION_HEADING.search(text) is not None
        and _OTHER_TOPIC.search(text) is None
        and _OTHER_AUTHORS.search(text) is None
    )


def _audiences_above(each: OutlineBlock) -> tuple[Audience, ...]:
    above = (
        addressees_of_heading(without_bullet(heading.text))
        for heading in reversed(each.headings)
    )
    return next(filter(None, above), ())


def _is_item(block: Block) -> bool:
    if block.type in {BlockType.LIST_ITEM, BlockType.TABLE_ROW}:
        return True
    return block.type is BlockType.PARAGRAPH and BULLET.match(block.text) is not None


def _is_introduction(block: Block) -> bool:
    return _is_duty(block) or _ANNOUNCED.search(block.text.rstrip()) is not None


def _is_duty(block: Block) -> bool:
    """Return whether a text before a list advises something, or says who must act."""
    text = block.text.rstrip()
    if block.type is BlockType.HEADING or not text.endswith(":"):
        return False
    return ADVICE.search(text) is not None or bool(addressees_of(text))
