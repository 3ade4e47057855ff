"""The first pages of a document, their labelled values, and facts with their origin."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.heading_tree import OutlineBlock
from indexer.model.document import Block, Document
from indexer.model.proposals import ExtractedFact, FactOrigin, Likelihood, MetadataField
from indexer.model.readings import FileProperties

COVER_PAGES = 3
COVER_BLOCKS = 60
MAX_TITLE_WORDS = 30
MAX_QUOTATION = 160
MAX_BLOCK_LENGTH = 3000

_LABELS: dict[MetadataField, str] = {
    MetadataField.TITLE: (
        r"(?:deliverable|document|report|full)? ?title|titre(?: du (?:livrable|document"
        r"|rapport))?|nom du livrable|deliverable name"
    ),
    MetadataField.AUTHORS: (
        r"(?:main |lead |contributing |principal )?authors?(?:\(s\))?|written by|by"
        r"|auteure?s?(?:\(s\))?|auteur\(e\)s?|rédigé par|rédaction|rédacteurs?"
        r"|prepared by|editors?(?:\(s\))?"
    ),
    MetadataField.DATE: (
        r"(?:(?:actual )?(?:submission|delivery|publication|release|due|issue) )?date"
        r"(?: of (?:submission|delivery|publication|issue|this version))?"
        r"|date (?:de (?:remise|publication|livraison|rendu|version)|du document)"
        r"|submitted(?: on)?|published(?: on)?|publié(?: le)?|remis(?: le)?"
    ),
    MetadataField.LEAD: (
        r"(?:lead|leading|responsible) (?:beneficiary|partner|organi[sz]ation"
        r"|participant|contractor)|deliverable lead(?:er)?|(?:partenaire )?chef de file"
        r"|(?:partenaire|organisme) responsable|bénéficiaire responsable"
    ),
    MetadataField.GRANT: (
        r"grant agreement(?: (?:no\.?|number))?|convention de subvention(?: n\s?[°º])?"
        r"|project (?:number|reference|id)|numéro du projet|GA(?: (?:no\.?|number))?"
    ),
    MetadataField.PROJECT: (
        r"(?:project )?acronym|project(?: (?:full )?(?:title|name))?"
        r"|(?:nom|acronyme|titre) du projet|projet|acrónimo|acronimo|akronym"
    ),
    MetadataField.LICENCE: r"licen[cs]e|rights|droits|conditions de réutilisation",
    MetadataField.DISSEMINATION: (
        r"dissemination level|(?:niveau de )?diffusion|confidentiality|classification"
        r"|security"
    ),
}
LABEL = re.compile(
    r"(?:^|(?<=\s))(?:"
    + "|".join(f"(?P<{field.value}>{names})" for field, names in _LABELS.items())
    + r")\s*[:|]\s*",
    re.IGNORECASE,
)
_CELL_LABEL = {
    field: re.compile(rf"(?:{names})\s*:?", re.IGNORECASE)
    for field, names in _LABELS.items()
}

SUMMARY_HEADING = re.compile(
    r"[\d. ]*(?:executive summary|summary|abstract|résumé(?: exécutif)?|synthèse"
    r"|in (?:short|brief)|en bref|l['’]essentiel|note de synthèse)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cover:
    """The outline and the first blocks of a document, and its file's properties."""

    outline_blocks: Sequence[OutlineBlock]
    blocks: Sequence[Block]
    properties: FileProperties
    name: str

    @property
    def stem(self) -> str:
        """The file name without extension, its words separated by spaces."""
        stem = self.name.rsplit(".", 1)[0]
        return " ".join(re.split(r"[\s_+]+", stem)).strip()


def first_blocks(document: Document) -> tuple[Block, ...]:
    """Return the blocks of the first pages, truncated if long."""
    return tuple(
        block
        if len(block.text) <= MAX_BLOCK_LENGTH
        else dataclasses.replace(block, text=block.text[:MAX_BLOCK_LENGTH], cells=())
        for block in document.blocks[:COVER_BLOCKS]
        if (block.page or 1) <= COVER_PAGES
    )


def block_fact(
    field: MetadataField,
    block: Block,
    *values: str,
    likelihood: Likelihood = Likelihood.HIGH,
) -> ExtractedFact:
    """Return a fact that a block states."""
    origin = FactOrigin(block.text[:MAX_QUOTATION], block.page)
    return ExtractedFact(field, values, origin, likelihood)


def property_fact(
    field: MetadataField,
    name: str,
    *values: str,
    likelihood: Likelihood = Likelihood.LOW,
) -> ExtractedFact:
    """Return a fact from a file property, from the file name or from the whole text."""
    return ExtractedFact(field, values, FactOrigin(property=name), likelihood)


def labelled_values(cover: Cover, field: MetadataField) -> Iterator[tuple[str, Block]]:
    """Yield the values after the label of a field: "Date: …", or in the next cell."""
    for block in cover.blocks:
        cells = [cell.strip() for cell in block.cells]
        if len(cells) > 1 and _CELL_LABEL[field].fullmatch(cells[0]):
            values = list(filter(None, cells[1:]))[:1]
        else:
            values = _values_after_label(block.text.strip(), field)
        yield from ((value, block) for value in values)


def _values_after_label(text: str, field: MetadataField) -> list[str]:
    """Return the texts after the label of a field, up to the next label.

    Several lines of a cover may have been read as one paragraph.
    """
    labels = list(LABEL.finditer(text))
    if not labels or labels[0].start() > 0:
        return []
    ends = [*(label.start() for label in labels[1:]), len(text)]
    values = (
        text[label.end() : end].strip()
        for label, end in zip(labels, ends, strict=True)
        if label.lastgroup == field.value
    )
    return [value for value in values if value]
