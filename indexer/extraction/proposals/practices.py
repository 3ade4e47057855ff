"""Practices that a document describes: actions of a city or a police force.

A label, a heading such as « Bonnes pratiques » or the name of a town shows where one
may be. It is proposed if a sentence says what a body or a town did.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.heading_tree import (
    OutlineBlock,
    heading_level,
    section_of,
)
from indexer.extraction.proposals.mentions import PlaceNames
from indexer.extraction.proposals.recommendation_labels import first_words
from indexer.extraction.proposals.recommendations import is_heading_of_recommendations
from indexer.extraction.proposals.wording import (
    locale_of,
    title_of,
    without_bullet,
    word_count,
)
from indexer.model.document import Block, BlockType
from indexer.model.ids import Kind
from indexer.model.problems import Message, message
from indexer.model.proposals import Likelihood, Proposal

MIN_TEXT_WORDS = 20
MIN_LONG_TEXT_WORDS = 40
MAX_HEADING_WORDS = 16
MAX_ITEM_NAME_WORDS = 12

_CLEAR_LABEL = (
    r"(?:good|best|promising|inspiring|successful|emerging) practices?(?: example)?"
    r"|case stud(?:y|ies)|case box|success stor(?:y|ies)|practice (?:example|sheet)"
    r"|bonnes? pratiques?|pratiques? (?:inspirantes?|prometteuses?|remarquables?"
    r"|exemplaires?)|études? de cas|retours? d['’]expériences?|fiches? (?:pratique"
    r"|action)"
    r"|exemples? (?:de bonnes? pratiques?|d['’]actions?|inspirants?)|cas pratiques?"
    r"|initiatives? (?:inspirantes?|locales?)|témoignages?|local initiatives?"
    r"|zooms? sur"
)
_VAGUE_LABEL = r"box(?:es)?|encadrés?|examples?|exemples?|focus|zoom|case"
_LABEL = re.compile(
    rf"(?:(?P<clear>{_CLEAR_LABEL})|(?P<vague>{_VAGUE_LABEL}))\b"
    r"(?:\s*(?:n\s?[°ºo]\.?\s*|no\.?\s*|#\s*)?(?P<number>\d{1,3}(?:\.\d{1,3})*"
    r"|[IVX]{1,4})(?!\s+[a-zà-ÿ]))?(?P<sign>\s*[:.|–—-]+\s*|\s*$|\s+)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CONTAINER = re.compile(
    r"(?:\d[\d.]*\s+|annex\w* \w+\s*+[:–-]?\s*+)?(?:.{0,40}\b)?(?:(?:good|best"
    r"|promising|inspiring|local) practices|case studies|success stories"
    r"|local initiatives|bonnes pratiques|pratiques (?:inspirantes|prometteuses"
    r"|locales)|études de cas|retours d['’]expériences?"
    r"|initiatives (?:locales|inspirantes)|exemples d['’]actions"
    r"|(?:examples|experiences) from .{3,40}|exemples (?:de villes|locaux))\b.{0,60}",
    re.IGNORECASE,
)
_BODY = (
    r"(?:cit(?:y|ies)|towns?|municipalit(?:y|ies)|boroughs?|county|council|mayor|police"
    r"|(?:police )?(?:officers?|forces?)|constabulary|sheriff|local authority"
    r"|associations?|charity|ngo|residents|neighbours|volunteers|villes?|mairies?|maires?"
    r"|municipalités?|communes?|métropole|département|région|brigade|policiers?"
    r"|gendarmes?|gendarmerie|préfecture|préfet|commissariat|habitants|bénévoles"
    r"|bailleurs?|agents)"
)
_AUTHORITY = re.compile(
    rf"\b(?i:{_BODY})\s+(?:of|de la|de|du|d['’]|des)\s*(?:l['’])?[A-ZÀ-Þ]\w+"
)
_OBJECT = (
    r"\s+(?!(?:by|in|on|at|with|for|to|from|of|as|and|or|that|par|en(?! place| ligne)"
    r"|dans|à|avec|pour|et|ou|de|du|que|qui)\b)[\w«“\"]"
)
_VERB = (
    rf"(?:(?:\w{{2,}}ed|set up|began|built|ran|sent|gave|put|held|met|brought|wrote"
    rf"|publishes|posts?|sends?|runs?|trains?|shows?|organi[sz]es?|meets?|brings?|offers?"
    rf"|answers?){_OBJECT}"
    r"|(?:a|ont) (?:\w+ment )?(?!été\b)\w+(?:é|[^aeiou][iu]|is|it|ert)\b"
    rf"|(?:lance|crée|ouvre|organise|forme|installe|publie|envoie|montre|diffuse|invite"
    rf"|donne|teste|propose|équipe|utilise|anime|aide|signe|choisi(?=t|ss)|raconte"
    rf"|informe)(?:nt|t|ssent)?{_OBJECT}"
    rf"|(?:réuni|répond|met|tien|parcour)(?:t|s|ssent|ent|tent|nent)?{_OBJECT})"
)
_NO_DEED = (
    r"should|could|would|must|can|may|might|will|not|never|to|which|who|ne|n['’]|que?"
    r"|doi(?:t|vent)|devrai(?:en)?t|peu(?:ven)?t|pourrai(?:en)?t|pour|qui"
)
_DEED = re.compile(
    rf"(?:\b(?i:{_BODY})\b(?:,?\s+(?!(?i:{_NO_DEED})\b)[^\s.;:?]+){{0,9}}?"
    rf"|(?P<name>\b[A-ZÀ-Þ][\w’-]+)),?\s+(?i:{_VERB})"
    rf"|(?i:\b(?:was|were|(?:a|ont) été)\s+\w+(?:\s+[^\s.;:?]+){{0,6}}?\s+"
    rf"(?:by|par)\s+(?:the\s+|la\s+|le\s+|l['’]|les\s+)?(?:\w+\s+){{0,2}}?{_BODY}\b)"
)
"""A body or a town, a verb, and what it did; without "should" or « doit » between."""

_OTHER_HEADING = re.compile(
    r"\b(?:references?|bibliograph\w+|annex\w*|appendix|participants?|agenda|programme"
    r"|contacts?|acknowledge?ments?|remerciements|glossary|glossaire|workshop|seminar"
    r"|conference|meeting|atelier|séminaire|colloque|conférence|réunion|partners?"
    r"|partenaires?|address|adresse|sources|table|figure|map|carte|tableau|university"
    r"|université|law|loi|convention|treaty|traité|charter|charte|declaration"
    r"|déclaration)\b"
    r"|(?:in practice|en pratique|limits?|limites?|results?|résultats?|lessons?"
    r"(?: learn\w+)?|enseignements?|context|contexte|costs?|coûts?"
    r"|where it comes from|d['’]où cela vient"
    r"|what is this source worth\W*|que vaut cette source\W*)$",
    re.IGNORECASE,
)
"""Headings of other sections, or of parts of one practice."""


_Candidate = tuple[int, int, Proposal]
"""The first position of a practice in the outline, the next one, the practice."""


@dataclass(frozen=True, slots=True)
class _Description:
    """The blocks that describe a practice."""

    blocks: Sequence[OutlineBlock]

    @property
    def words(self) -> int:
        return sum(word_count(block.block.text) for block in self.blocks)

    @property
    def text(self) -> str:
        return " ".join(block.block.text for block in self.blocks)

    def tells_deed(self, place_names: PlaceNames, min_words: int) -> bool:
        """Return whether a sentence states what a body or a town did."""
        return self.words >= min_words and any(
            deed["name"] is None or place_names.towns_in(deed["name"])
            for block in self.blocks
            for deed in _DEED.finditer(block.block.text)
        )

    @property
    def first(self) -> Block:
        """The first block of at least six words, else the first block."""
        blocks = [block.block for block in self.blocks]
        return next((b for b in blocks if word_count(b.text) >= 6), blocks[0])


def find_practices(
    blocks: Sequence[OutlineBlock], place_names: PlaceNames
) -> list[Proposal]:
    """Return all practices of a document, in order."""
    used: set[int] = set()
    proposals: dict[int, Proposal] = {}
    for finder in (_labelled, _in_containers, _under_town_headings):
        for position, end, proposal in finder(blocks, place_names, used):
            proposals[position] = proposal
            used.update(range(position, end))
    return [proposals[position] for position in sorted(proposals)]


def _labelled(
    blocks: Sequence[OutlineBlock], place_names: PlaceNames, used: set[int]
) -> Iterator[_Candidate]:
    """Yield practices with a label: "Box 3", "Case study", « Bonne pratique : … »."""
    for position, each in enumerate(blocks):
        label = _LABEL.match(without_bullet(each.block.text))
        if position in used or label is None or not _is_label(label, each.block):
            continue
        rest = label["rest"].strip()
        is_inline = not each.is_heading and word_count(rest) >= MIN_TEXT_WORDS
        description = (
            _Description([each]) if is_inline else _description_after(blocks, position)
        )
        if not description.tells_deed(place_names, MIN_TEXT_WORDS):
            continue
        is_clear = label["clear"] is not None
        places = place_names.named_in(f"{rest} {description.text}")
        first = description.first
        label_text = label[0][: label.start("rest")].strip(" :.|–—-")
        proposal = _proposal(
            first,
            title_of(rest or first.text),
            places,
            _likelihood(description, is_clear=is_clear),
            message("labelled “%(label)s”", label=label_text),
            quotation=rest if is_inline else first.text,
        )
        length = 0 if is_inline else len(description.blocks)
        yield position, position + 1 + length, proposal


def _is_label(label: re.Match[str], block: Block) -> bool:
    is_heading = block.type is BlockType.HEADING
    sign, rest = label["sign"].strip(), label["rest"].strip()
    if block.type is BlockType.NOTE or _is_container(block):
        return False
    if label["vague"]:
        # "Box 3 shows that…", "Focus on…" and "Example of…" are no labels.
        is_named = bool(label["number"]) or ":" in sign or "–" in sign
        return is_named and (bool(sign) or not rest or is_heading)
    if rest and not sign:
        return is_heading and (label["number"] is not None or rest[0].isupper())
    return is_heading or bool(sign) or not rest


def _is_container(block: Block) -> bool:
    """Return whether a heading announces several practices: « Bonnes pratiques »."""
    return (
        block.type is BlockType.HEADING
        and len(block.text.split()) <= MAX_HEADING_WORDS
        and _CONTAINER.fullmatch(block.text.strip()) is not None
    )


def _in_containers(
    blocks: Sequence[OutlineBlock], place_names: PlaceNames, used: set[int]
) -> Iterator[_Candidate]:
    """Yield the subheadings, or the items, under headings like « Bonnes pratiques »."""
    for position, each in enumerate(blocks):
        if not _is_container(each.block):
            continue
        reason = message("under the heading “%(heading)s”", heading=each.block.text)
        scope = range(position + 1, position + 1 + len(section_of(blocks, position)))
        depths = [heading_level(blocks[n].block) for n in scope if blocks[n].is_heading]
        for number in scope:
            if number in used:
                continue
            block = blocks[number].block
            if not depths:
                yield from _from_item(blocks[number], number, place_names, reason)
            elif blocks[number].is_heading and heading_level(block) == min(depths):
                yield from _from_heading(blocks, number, place_names, reason)


def _from_heading(
    blocks: Sequence[OutlineBlock],
    position: int,
    place_names: PlaceNames,
    reason: Message,
) -> Iterator[_Candidate]:
    heading = blocks[position].block.text
    description = _description_after(blocks, position, with_subheadings=True)
    is_told = description.tells_deed(place_names, MIN_TEXT_WORDS)
    if _OTHER_HEADING.match(heading) or not is_told:
        return
    places = place_names.named_in(f"{heading} {description.text}")
    likelihood = _likelihood(description, is_clear=True)
    title = title_of(without_bullet(heading))
    proposal = _proposal(description.first, title, places, likelihood, reason)
    yield position, position + 1 + len(description.blocks), proposal


def _from_item(
    outlined: OutlineBlock, position: int, place_names: PlaceNames, reason: Message
) -> Iterator[_Candidate]:
    block = outlined.block
    text = without_bullet(block.text)
    places = place_names.towns_in(text)
    is_told = _Description([outlined]).tells_deed(place_names, 10)
    if block.type is BlockType.NOTE or not is_told:
        return
    name = re.split(r"\s*[:–—]\s+", text, maxsplit=1)[0]
    is_name = 2 < word_count(name) <= MAX_ITEM_NAME_WORDS
    title, likelihood = title_of(name if is_name else text), Likelihood.MEDIUM
    proposal = _proposal(block, title, places, likelihood, reason, quotation=text)
    yield position, position + 1, proposal


def _under_town_headings(
    blocks: Sequence[OutlineBlock], place_names: PlaceNames, used: set[int]
) -> Iterator[_Candidate]:
    """Yield practices under headings that name a town."""
    for position, each in enumerate(blocks):
        heading = each.block.text
        if (
            position in used
            or not each.is_heading
            or len(heading.split()) > MAX_HEADING_WORDS
            or _OTHER_HEADING.search(heading)
            or any(map(is_heading_of_recommendations, each.headings))
        ):
            continue
        places = place_names.towns_in(heading)
        if not (places or _AUTHORITY.search(heading)):
            continue
        description = _description_after(blocks, position, with_subheadings=True)
        if not description.tells_deed(place_names, MIN_LONG_TEXT_WORDS):
            continue
        proposal = _proposal(
            description.first,
            title_of(without_bullet(heading)),
            places or place_names.named_in(description.text)[:1],
            Likelihood.MEDIUM,
            message("a heading that names a town, followed by a text"),
        )
        yield position, position + 1 + len(description.blocks), proposal


def _description_after(
    blocks: Sequence[OutlineBlock], position: int, *, with_subheadings: bool = False
) -> _Description:
    """Return the blocks after a label or heading, up to the next one."""
    each = blocks[position]
    following = (
        section_of(blocks, position) if each.is_heading else blocks[position + 1 :]
    )
    described: list[OutlineBlock] = []
    for other in following:
        ends = other.is_heading and not with_subheadings
        label = _LABEL.match(other.block.text)
        if ends or (label is not None and _is_label(label, other.block)):
            break
        if not each.is_heading and len(described) == 6:
            break
        if not other.is_heading and other.block.type is not BlockType.NOTE:
            described.append(other)
    return _Description(described)


def _likelihood(description: _Description, *, is_clear: bool) -> Likelihood:
    is_long = description.words >= MIN_LONG_TEXT_WORDS
    return Likelihood.HIGH if is_clear and is_long else Likelihood.MEDIUM


def _proposal(
    block: Block,
    title: str,
    places: tuple[str, ...],
    likelihood: Likelihood,
    reason: Message,
    *,
    quotation: str = "",
) -> Proposal:
    quotation = quotation or block.text
    return Proposal(
        kind=Kind.PRACTICE,
        title=title,
        quotation=first_words(quotation),
        locale=locale_of(quotation),
        likelihood=likelihood,
        reason=reason,
        page=block.page,
        page_label=block.page_label,
        places=places,
    )
