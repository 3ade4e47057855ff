"""Corrections of facts of a cover, applied to the next file of the same template.

What is learnt is the place of the right value on the cover that a person corrected. It
is applied to a file that has the same labels and lines, on which the rules make the
same mistake, and where the same place has a value. A value that stands at no place, as
a type, is a constant.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from indexer.analysis.record_codes import find_codes
from indexer.analysis.text_dates import dated_texts
from indexer.extraction.report.authors import names_in
from indexer.extraction.report.cover import (
    MAX_QUOTATION,
    MAX_TITLE_WORDS,
    first_blocks,
)
from indexer.extraction.report.cover_date import label_rank
from indexer.extraction.report.title_words import (
    clean_title,
    is_never_a_title,
    title_key,
)
from indexer.model.document import Block, Document
from indexer.model.proposals import (
    AppliedCorrection,
    ExtractedFact,
    FactOrigin,
    Likelihood,
    MetadataField,
)

_CONSTANTS = {
    MetadataField.PROJECT,
    MetadataField.AUTHORS,
    MetadataField.LEAD,
    MetadataField.TYPE,
}
CORRECTED_FIELDS = _CONSTANTS | {
    MetadataField.TITLE,
    MetadataField.DATE,
    MetadataField.CODE,
}
"""The fields whose corrections are stored and applied to later files."""

_LABELLED = re.compile(r"([^:|]{2,40}?)\s*:\s+(\S.*)")
_MAX_LINE_WORDS = 14
_MAX_MARGINS = 20
_MAX_SIZES = 5
_LEAST_WORDS = {"label": 1, "line": 2}
_LEAST_SHARE = 0.2
_LEAST_SHARED = 2
_ENOUGH_LABELS = 5


class PlaceKind(StrEnum):
    """How a place on a cover is found; the values are stored."""

    LABEL = "label"
    BELOW = "below"
    SIZE = "size"
    PROPERTY = "property"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class CoverPlace:
    """A place: `name` is the label, the line above, the rank by size, or a property.

    That of a constant is the value itself.
    """

    kind: PlaceKind
    name: str


@dataclass(frozen=True, slots=True)
class CoverCorrection:
    """The place of a right value, and what the rules had found: a value, its places.

    `template` are the labels and lines of the cover. It was corrected on `day`, on the
    cover of `file`.
    """

    field: MetadataField
    place: CoverPlace
    wrong: str
    wrong_places: tuple[CoverPlace, ...]
    template: tuple[str, ...]
    day: str = ""
    file: str = ""
    id: int = 0


_PlacedText = tuple[CoverPlace, str, Block]


@dataclass(frozen=True)
class CoverLayout:
    """The places of the first pages of a document, with the texts that stand there."""

    document: Document
    margins: Sequence[Block] = ()

    @cached_property
    def template(self) -> tuple[str, ...]:
        """The labels, the short lines of the first page and the headers, sorted.

        Numbers in them are all alike.
        """
        texts = [block.text for block in self.margins[:_MAX_MARGINS]]
        for block in self._lines:
            texts += block.lines or (block.text,)
        keys = {
            ("line", _key(text))
            for text in texts
            if len(text.split()) <= _MAX_LINE_WORDS
        }
        keys |= {("label", place.name) for place, *_ in self._labelled()}
        return tuple(
            sorted(
                f"{kind}:{key}"
                for kind, key in keys
                if sum(map(str.isalpha, key.split())) >= _LEAST_WORDS[kind]
            )
        )

    @cached_property
    def texts(self) -> tuple[_PlacedText, ...]:
        """The text at each place: labels first, then lines above, then sizes."""
        return (*self._labelled(), *self._below(), *self._by_size())

    def names(self, value: str) -> bool:
        """Return whether a value is in the words of the first pages or of a header."""
        blocks = (*first_blocks(self.document), *self.margins)
        words = title_key(" ".join(block.text for block in blocks))
        return f" {title_key(value)} " in f" {words} "

    def value(
        self, field: MetadataField, place: CoverPlace
    ) -> tuple[str, Block | None]:
        """Return the first value of a field at a place, and its block."""
        for other, text, block in self.texts:
            if other == place and (value := _read(field, text)):
                return value, block
        return "", None

    @property
    def _lines(self) -> list[Block]:
        return [
            block
            for block in first_blocks(self.document)
            if (block.page or 1) == 1 and not block.cells
        ]

    def _labelled(self) -> Iterator[_PlacedText]:
        above: tuple[str, ...] = ()
        for block in first_blocks(self.document):
            cells = tuple(cell.strip() for cell in block.cells)
            pairs = list(pairwise(filter(None, cells)))
            if len(above) == len(cells) > 1:
                pairs += zip(above, cells, strict=True)
            above = cells
            for line in () if cells else (block.text, *block.lines):
                pairs += _LABELLED.findall(line.strip())[:1]
            for label, text in pairs:
                yield CoverPlace(PlaceKind.LABEL, _key(label)), text, block

    def _below(self) -> Iterator[_PlacedText]:
        above = ""
        for block in self._lines:
            yield CoverPlace(PlaceKind.BELOW, above), block.text, block
            for line in block.lines:
                yield CoverPlace(PlaceKind.BELOW, above), line, block
                above = _key(line)
            above = above if block.lines else _key(block.text)

    def _by_size(self) -> Iterator[_PlacedText]:
        blocks = sorted(self._lines, key=lambda block: -block.size)
        for rank, block in enumerate(filter(lambda b: b.size, blocks[:_MAX_SIZES]), 1):
            yield CoverPlace(PlaceKind.SIZE, str(rank)), block.text, block


def correction_of(
    layout: CoverLayout, field: MetadataField, fact: ExtractedFact | None, right: str
) -> CoverCorrection | None:
    """Return what the value of a person teaches, or None if it stands at no place.

    `fact` is what the rules have found.
    """
    wrong = fact.value if fact is not None else ""
    places = [
        place
        for place in dict.fromkeys(place for place, *_ in layout.texts)
        if _is_equal(layout.value(field, place)[0], right)
        and _may_be_learnt(layout, field, place)
    ]
    # A deliverable may be submitted on the day that it is due.
    place = min(places, key=lambda own: label_rank(own.name), default=None)
    if place is None and right and field in _CONSTANTS:
        place = CoverPlace(PlaceKind.CONSTANT, right)
        if not _is_confirmed(layout, field, right, wrong):
            return None
    if place is None:
        return None
    wrong_places = _places_of(layout, fact) if fact is not None else ()
    return CoverCorrection(field, place, wrong, wrong_places, layout.template)


def corrected_facts(
    facts: Sequence[ExtractedFact],
    layout: CoverLayout,
    corrections: Iterable[CoverCorrection],
) -> tuple[ExtractedFact, ...]:
    """Return the facts of a file, those corrected that are wrong as on other covers.

    Args:
        facts: what the rules have found.
        layout: the cover of the file.
        corrections: all that were learnt; of two for a field, the first counts.
    """
    rules = {fact.field: fact for fact in facts}
    corrected: dict[MetadataField, ExtractedFact] = {}
    for correction in corrections:
        field = correction.field
        if field in corrected or not _is_same_template(layout, correction):
            continue
        if _is_same_mistake(layout, correction, rules.get(field)):
            fact = _applied(layout, correction)
            if fact is not None:
                corrected[field] = fact
    return tuple((rules | corrected).values())


def _applied(layout: CoverLayout, correction: CoverCorrection) -> ExtractedFact | None:
    field, place = correction.field, correction.place
    value, block = layout.value(field, place)
    if place.kind is PlaceKind.CONSTANT:
        is_confirmed = _is_confirmed(layout, field, place.name, correction.wrong)
        value = place.name if is_confirmed else ""
    if not value:
        return None
    origin = FactOrigin(
        block.text[:MAX_QUOTATION] if block is not None else "",
        block.page if block is not None else None,
        correction=AppliedCorrection(correction.id, correction.day, correction.file),
    )
    is_list = field is MetadataField.AUTHORS
    values = tuple(value.split(", ")) if is_list else (value,)
    return ExtractedFact(field, values, origin, Likelihood.MEDIUM)


def _may_be_learnt(
    layout: CoverLayout, field: MetadataField, place: CoverPlace
) -> bool:
    """Return whether a place is that of a template; a project is rather a constant."""
    if place.kind is PlaceKind.LABEL:
        return True
    is_known = place.kind is PlaceKind.SIZE or f"line:{place.name}" in layout.template
    return is_known and field is not MetadataField.PROJECT


def _is_confirmed(
    layout: CoverLayout, field: MetadataField, value: str, wrong: str
) -> bool:
    """Return whether a constant replaces a wrong value, or is named on the cover."""
    return bool(wrong) or field is MetadataField.TYPE or layout.names(value)


def _places_of(layout: CoverLayout, fact: ExtractedFact) -> tuple[CoverPlace, ...]:
    """Return the places at which the value of a fact stands."""
    if fact.origin.property:
        return (CoverPlace(PlaceKind.PROPERTY, fact.origin.property),)
    found = (
        place
        for place, text, _block in layout.texts
        if _is_equal(text, fact.value) or _is_equal(_read(fact.field, text), fact.value)
    )
    return tuple(dict.fromkeys(found))


def _is_same_mistake(
    layout: CoverLayout, correction: CoverCorrection, fact: ExtractedFact | None
) -> bool:
    """Return whether the rules found nothing again, the same value, or its place."""
    if fact is None or not correction.wrong:
        return fact is None and not correction.wrong
    if fact.value == correction.wrong:
        return True
    places = set(_places_of(layout, fact)).intersection(correction.wrong_places)
    return bool(places) and correction.place.kind is not PlaceKind.CONSTANT


def _is_same_template(layout: CoverLayout, correction: CoverCorrection) -> bool:
    """Return whether two covers have enough labels and lines in common."""
    one, other = set(layout.template), set(correction.template)
    shared = one & other
    has_lines = any(feature.startswith("line:") for feature in shared)
    least = max(_LEAST_SHARED, _LEAST_SHARE * min(len(one), len(other)))
    return len(shared) >= (least if has_lines else max(least, _ENOUGH_LABELS))


def _read(field: MetadataField, text: str) -> str:
    """Return the value of a field in a text, or "" if it has none of that kind."""
    match field:
        case MetadataField.DATE:
            return next((str(dated.date) for dated in dated_texts(text)), "")
        case MetadataField.CODE:
            return next(find_codes(text), "")
        case MetadataField.AUTHORS:
            return ", ".join(names_in(text))
        case MetadataField.TITLE:
            title = clean_title(text)
            is_long = len(title.split()) > MAX_TITLE_WORDS
            return "" if is_long or is_never_a_title(title) else title
        case _:
            return text.strip() if len(text.split()) <= _MAX_LINE_WORDS else ""


def _is_equal(one: str, other: str) -> bool:
    return bool(one) and title_key(one) == title_key(other)


def _key(text: str) -> str:
    return title_key(re.sub(r"\d+", "0", text))
