"""Finds the practices that a document tells of: what a city or a force did.

They are proposed generously, and each says how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.heading_tree import PlacedBlock, depth_of, under
from indexer.extraction.proposals.place_names import PlaceNames
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

MIN_STORY_WORDS = 20
TOLD_AT_LENGTH = 40
MAX_HEADING_WORDS = 16
MAX_ITEM_NAME_WORDS = 12

_SURE_LABEL = (
    r"(?:good|best|promising|inspiring|successful|emerging) practices?(?: example)?"
    r"|case stud(?:y|ies)|case box|success stor(?:y|ies)|practice (?:example|sheet)"
    r"|bonnes? pratiques?|pratiques? (?:inspirantes?|prometteuses?|remarquables?"
    r"|exemplaires?)|études? de cas|retours? d['’]expériences?|fiches? (?:pratique"
    r"|action)"
    r"|exemples? (?:de bonnes? pratiques?|d['’]actions?|inspirants?)|cas pratiques?"
    r"|initiatives? (?:inspirantes?|locales?)|témoignages?|local initiatives?"
)
_LOOSE_LABEL = r"box(?:es)?|encadrés?|examples?|exemples?|focus|zoom(?: sur)?|case"
_LABEL = re.compile(
    rf"(?:(?P<sure>{_SURE_LABEL})|(?P<loose>{_LOOSE_LABEL}))\b"
    r"(?:\s*(?:n\s?[°ºo]\.?\s*|no\.?\s*|#\s*)?(?P<number>\d{1,3}(?:\.\d{1,3})*"
    r"|[IVX]{1,4}))?"
    r"(?P<sign>\s*[:.|–—-]+\s*|\s*$|\s+)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CONTAINER = re.compile(
    r"(?:\d[\d.]*\s+|annex\w* \w+\s*[:–-]?\s*)?(?:.{0,40}\b)?(?:(?:good|best|promising"
    r"|inspiring|local) practices|case studies|success stories|local initiatives"
    r"|bonnes pratiques|pratiques (?:inspirantes|prometteuses|locales)|études de cas"
    r"|retours d['’]expériences?|initiatives (?:locales|inspirantes)"
    r"|exemples d['’]actions"
    r"|(?:examples|experiences) from .{3,40}|exemples (?:de villes|locaux))\b.{0,60}",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?i:city|town|municipality|borough|county|police|region|mairie|ville|commune"
    r"|métropole|région|département|gendarmerie|communauté urbaine"
    r"|communauté d['’]agglomération)"
    r"\s+(?:of|de la|de|du|d['’]|des)\s*(?:l['’])?[A-ZÀ-Þ]\w+",
)
_DONE = re.compile(
    r"\b(?:launched|introduced|set up|created|developed|implemented|trained|started"
    r"|opened"
    r"|organi[sz]ed|established|piloted|tested|installed|deployed|reduced|increased"
    r"|decided"
    r"|began|built|ran|adopted|appointed|recruited|used|worked|invited|distributed"
    r"|a (?:lancé|créé|mis|développé|organisé|ouvert|testé|installé|formé|recruté"
    r"|décidé"
    r"|adopté|réduit|conçu|déployé|expérimenté|engagé|distribué|instauré|confié|équipé)"
    r"|ont (?:lancé|créé|mis|développé|organisé|ouvert|testé|installé|formé|réduit)"
    r"|a été (?:lancée?|créée?|mise?|développée?|testée?|installée?|adoptée?))\b",
    re.IGNORECASE,
)
_NO_STORY = re.compile(
    r"\b(?:references?|bibliograph\w+|annex\w*|appendix|participants?|agenda|programme"
    r"|contacts?|acknowledge?ments?|remerciements|glossary|glossaire|workshop|seminar"
    r"|conference|meeting|atelier|séminaire|colloque|conférence|réunion|partners?"
    r"|partenaires?|address|adresse|sources|table|figure|map|carte|tableau|university"
    r"|université|law|loi|convention|treaty|traité|charter|charte|declaration"
    r"|déclaration)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Story:
    """What stands under a name: the texts, up to what ends them."""

    blocks: Sequence[PlacedBlock]

    @property
    def words(self) -> int:
        return sum(word_count(each.block.text) for each in self.blocks)

    @property
    def text(self) -> str:
        return " ".join(each.block.text for each in self.blocks)

    @property
    def first(self) -> PlacedBlock | None:
        """The first text that is long enough to tell something."""
        told = (each for each in self.blocks if word_count(each.block.text) >= 6)
        return next(told, self.blocks[0] if self.blocks else None)


def find_practices(placed: Sequence[PlacedBlock], names: PlaceNames) -> list[Proposal]:
    """Find all practices of a document, in its order."""
    taken: set[int] = set()
    found: dict[int, Proposal] = {}
    for finder in (_labelled, _in_containers, _by_town):
        for position, end, proposal in finder(placed, names, taken):
            found[position] = proposal
            taken.update(range(position, end))
    return [found[position] for position in sorted(found)]


_Finding = tuple[int, int, Proposal]


def _labelled(
    placed: Sequence[PlacedBlock], names: PlaceNames, taken: set[int]
) -> Iterator[_Finding]:
    """Find boxes and the like: "Box 3", "Case study", « Bonne pratique : … »."""
    for position, each in enumerate(placed):
        label = _LABEL.match(without_bullet(each.block.text))
        if position in taken or label is None or not _is_label(label, each.block):
            continue
        rest = label.group("rest").strip()
        is_told_here = not each.is_heading and word_count(rest) >= MIN_STORY_WORDS
        story = _Story([each]) if is_told_here else _story(placed, position)
        if story.words < MIN_STORY_WORDS or story.first is None:
            continue
        is_sure = label.group("sure") is not None
        places = names.named_in(f"{rest} {story.text}")
        if not (is_sure or places or label.group("number")):
            continue  # « Exemple : » alone is a word of any text
        named = rest or story.first.block.text
        yield (
            position,
            position + 1 + (0 if is_told_here else len(story.blocks)),
            _proposal(
                story.first,
                rest if is_told_here else story.first.block.text,
                title_of(named),
                places,
                _sureness(story, is_sure=is_sure, has_place=bool(places)),
                message(
                    "labelled “%(label)s”",
                    label=label.group(0)[: label.start("rest")].strip(" :.|–—-"),
                ),
            ),
        )


def _is_label(label: re.Match[str], block: Block) -> bool:
    is_heading = block.type is BlockType.HEADING
    sign, rest = label.group("sign").strip(), label.group("rest").strip()
    if block.type is BlockType.NOTE or (is_heading and _is_container(block)):
        return False
    if label.group("loose"):
        # "Box 3 shows that…", "Focus on…" and "Example of…" are words of a text.
        is_named = bool(label.group("number")) or ":" in sign or "–" in sign
        return is_named and (bool(sign) or not rest or is_heading)
    if rest and not sign:
        return is_heading and (label.group("number") is not None or rest[0].isupper())
    return is_heading or bool(sign) or not rest


def _is_container(block: Block) -> bool:
    """Tell whether a heading announces several practices: « Bonnes pratiques »."""
    return (
        block.type is BlockType.HEADING
        and len(block.text.split()) <= MAX_HEADING_WORDS
        and _CONTAINER.fullmatch(block.text.strip()) is not None
    )


def _in_containers(
    placed: Sequence[PlacedBlock], names: PlaceNames, taken: set[int]
) -> Iterator[_Finding]:
    """Find what stands under « Bonnes pratiques »: a heading or an item for each."""
    for position, each in enumerate(placed):
        if not _is_container(each.block):
            continue
        reason = message("under the heading “%(heading)s”", heading=each.block.text)
        scope = range(position + 1, position + 1 + len(under(placed, position)))
        depths = [depth_of(placed[n].block) for n in scope if placed[n].is_heading]
        for number in scope:
            if number in taken:
                continue
            if placed[number].is_heading:
                if depth_of(placed[number].block) == min(depths):
                    yield from _headed(placed, number, names, reason)
            elif not depths:
                yield from _item(placed[number], number, names, reason)


def _headed(
    placed: Sequence[PlacedBlock], position: int, names: PlaceNames, reason: Message
) -> Iterator[_Finding]:
    heading = placed[position].block.text
    story = _story(placed, position, with_subheadings=True)
    if story.first is None or story.words < MIN_STORY_WORDS or _NO_STORY.match(heading):
        return
    places = names.named_in(f"{heading} {story.text}")
    yield (
        position,
        position + 1 + len(story.blocks),
        _proposal(
            story.first,
            story.first.block.text,
            title_of(without_bullet(heading)),
            places,
            _sureness(story, is_sure=True, has_place=bool(places)),
            reason,
        ),
    )


def _item(
    each: PlacedBlock, position: int, names: PlaceNames, reason: Message
) -> Iterator[_Finding]:
    text = without_bullet(each.block.text)
    places = names.towns_in(text)
    is_named = bool(places) or _BODY.search(text) is not None
    if each.block.type is BlockType.NOTE or word_count(text) < 10 or not is_named:
        return
    name = re.split(r"\s*[:–—]\s+", text, maxsplit=1)[0]
    is_short = word_count(name) <= MAX_ITEM_NAME_WORDS
    title = title_of(name if is_short and word_count(name) > 2 else text)
    yield (
        position,
        position + 1,
        _proposal(each, text, title, places, Likelihood.MEDIUM, reason),
    )


def _by_town(
    placed: Sequence[PlacedBlock], names: PlaceNames, taken: set[int]
) -> Iterator[_Finding]:
    """Find headings that name a town, with a story under them."""
    for position, each in enumerate(placed):
        if position in taken or not each.is_heading:
            continue
        heading = each.block.text
        places = names.towns_in(heading)
        body = _BODY.search(heading)
        is_heading_of_story = (
            len(heading.split()) <= MAX_HEADING_WORDS
            and _NO_STORY.search(heading) is None
            and not any(is_heading_of_recommendations(h) for h in each.headings)
        )
        if not (places or body) or not is_heading_of_story:
            continue
        story = _story(placed, position, with_subheadings=True)
        if story.first is None or story.words < TOLD_AT_LENGTH:
            continue
        is_done = _DONE.search(story.text) is not None
        yield (
            position,
            position + 1 + len(story.blocks),
            _proposal(
                story.first,
                story.first.block.text,
                title_of(without_bullet(heading)),
                places or names.named_in(story.text)[:1],
                Likelihood.MEDIUM if is_done else Likelihood.LOW,
                message("a heading that names a town, followed by a text"),
            ),
        )


def _story(
    placed: Sequence[PlacedBlock], position: int, *, with_subheadings: bool = False
) -> _Story:
    """Give the texts after a name, up to the next heading or the next box."""
    each = placed[position]
    following = under(placed, position) if each.is_heading else placed[position + 1 :]
    blocks: list[PlacedBlock] = []
    for other in following:
        ends = other.is_heading and not with_subheadings
        label = _LABEL.match(other.block.text)
        if ends or (label is not None and _is_label(label, other.block)):
            break
        if not each.is_heading and len(blocks) == 6:
            break
        if not other.is_heading and other.block.type is not BlockType.NOTE:
            blocks.append(other)
    return _Story(blocks)


def _sureness(story: _Story, *, is_sure: bool, has_place: bool) -> Likelihood:
    told = (
        has_place or _BODY.search(story.text) is not None,
        _DONE.search(story.text) is not None,
    )
    if is_sure:
        is_long = story.words >= TOLD_AT_LENGTH
        return Likelihood.HIGH if is_long and any(told) else Likelihood.MEDIUM
    return Likelihood.MEDIUM if all(told) else Likelihood.LOW


def _proposal(  # what a proposal is made of
    each: PlacedBlock,
    quotation: str,
    title: str,
    places: tuple[str, ...],
    sureness: Likelihood,
    reason: Message,
) -> Proposal:
    return Proposal(
        kind=Kind.PRACTICE,
        title=title,
        quotation=first_words(quotation),
        locale=locale_of(quotation),
        sureness=sureness,
        reason=reason,
        page=each.block.page,
        page_label=each.block.page_label,
        places=places,
    )
