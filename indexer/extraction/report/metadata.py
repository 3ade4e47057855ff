"""Metadata of a document: code, title, authors, date, licence and more.

Each fact has its origin, for a person to check. File properties are often those of the
template that the file was made from.
"""

import dataclasses
import re
from collections.abc import Iterable, Sequence

from indexer.analysis.record_codes import base_code, find_codes
from indexer.extraction.proposals.heading_tree import outline
from indexer.extraction.proposals.wording import first_sentence, word_count
from indexer.extraction.report.authors import find_authors
from indexer.extraction.report.cover import (
    COVER_BLOCKS,
    MAX_BLOCK_LENGTH,
    MAX_TITLE_WORDS,
    SUMMARY_HEADING,
    Cover,
    block_fact,
    first_blocks,
    labelled_values,
    last_blocks,
    property_fact,
)
from indexer.extraction.report.cover_date import find_date
from indexer.extraction.report.cover_words import type_in_title, type_on_line
from indexer.extraction.report.project_name import find_project
from indexer.extraction.report.restrictions import find_restriction
from indexer.extraction.report.titles import find_title
from indexer.model.codes import UNKNOWN_LANGUAGE, language_code
from indexer.model.document import Block, Document, FileProperties
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

MIN_SUMMARY_WORDS = 8
MAX_SUMMARY_CHARACTERS = 300
MAX_SUMMARY_PAGE = 15
MAX_SUMMARY_BLOCKS = 150

_CODE_LABEL = re.compile(
    r"^(?:deliverable|livrable|(?:intellectual )?output|résultat intellectuel"
    r"|production intellectuelle|(?:document |deliverable )?title|titre)\b"
    r"|^report on\b",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(
    r"(?:WP\s?\d+\W+|[\w@&+-]{3,20}[\s_–|-]{1,3})?(?:[DO]\.?\s?-?[A-Z\d]|IO\s?-?\d)"
)
"""A line that begins with a code, or with the project and a code."""

_SHORT_CODE = re.compile(r"(?<![a-z\d])d(\d)(\d{1,2})(?![a-z\d])", re.IGNORECASE)
"""The code of a deliverable in the name of a file, without its full stop."""

_LICENCE = re.compile(
    r"(?<![“\"«])\b(?P<value>CC[ -](?:BY|0)(?:-(?:NC|ND|SA))*(?: \d\.\d)?"
    r"|Creative Commons(?:[^.;\n]|\.(?=\d)){0,80}"
    r"|Licence Ouverte(?: (?:v(?:ersion)? ?)?\d(?: ?\.\d)?)?"
    r"|Open Licen[cs]e|Etalab[- ]2\.0|Open Government Licen[cs]e[^.;\n]{0,10}"
    r"|(?:all rights reserved|tous droits réservés))",
    re.IGNORECASE,
)
_CREATIVE_COMMONS = {
    "attribution": "BY",
    "noncommercial": "NC",
    "pasdutilisationcommerciale": "NC",
    "noderiv": "ND",
    "pasdemodification": "ND",
    "sharealike": "SA",
    "partagedanslesmêmesconditions": "SA",
    "partagealidentique": "SA",
    "partageàlidentique": "SA",
}
"""Words of the names of licences, in the order of their codes."""

_LICENSED = re.compile(
    r"licen[cs]ed under|under (?:a|the) (?:terms|CC|Creative)|sous (?:la )?licence"
    r"|selon les termes|©|\(c\)|copyright|(?:all rights|tous droits)"
    r"|(?:this|our|ce|cette|cet|notre) (?:work|document|report|publication|guide|book"
    r"|rapport|ouvrage|œuvre|brochure|livret)",
    re.IGNORECASE,
)
_CALL_GRANT = (
    r"(?-i:\d{4}-\d-[A-Z]{2}\d{2}-[A-Z]{2,4}\d{2,3}(?:-[A-Z]{2,4})?-\d{6,9}"
    r"|[A-Z]{3,6}\d?(?:[-/][A-Z\d]{2,12}){1,5}[-/]\d{5,10}"
    r"|[A-Z]{3,6}/\d{4}(?:/[A-Z]{2,6}){1,3}/\d{4,10})(?![\w/-])"
)
"""A number with its programme and year, such as `2019-1-NL01-KA205-060234`."""

_GRANT_NUMBER = re.compile(rf"(?<![\w/-]){_CALL_GRANT}|\d{{5,9}}")
_GRANT = re.compile(
    r"(?:grant(?: agreement)?|convention de subvention|convention(?=\s+n\s?[°º])|\bGA"
    r"|finanzhilfevereinbarung"
    r"|acuerdo de subvención|convenzione di sovvenzione|subsidieovereenkomst)\s*+"
    r"(?:no\.?|n\s?[°º.]|nr\.?|number|id)?\s*+[:#|–-]?\s*+"
    rf"(?P<value>{_CALL_GRANT}|\d{{5,9}})",
    re.IGNORECASE,
)
_NAMED_GRANT = re.compile(
    r"(?<![\w/-])(?=\d{4}-\d-|[A-Z\d/-]{1,30}[-/]AG[-/])"
    rf"(?P<value>{_CALL_GRANT})"
)
"""A number that needs no label: one of Erasmus+, or with the letters of a grant."""

_TICKS = frozenset("x X ✓ ✔ ☒ ☑ ■ _".split())


def find_metadata(
    document: Document,
    properties: FileProperties,
    name: str,
    margins: Sequence[Block] = (),
    language: str = "",
) -> tuple[ExtractedFact, ...]:
    """Return the facts that a document states about itself, at most one per field.

    `margins` are its headers and footers, `language` the ISO 639 code of its language,
    if its reader has found it.
    """
    cover = Cover(
        outline(document),
        first_blocks(document),
        properties,
        name,
        last_blocks(document),
    )
    title = find_title(cover, margins)
    facts = (
        _code(cover, margins),
        title,
        _summary(cover),
        find_authors(cover),
        _labelled_fact(cover, MetadataField.LEAD, max_words=12),
        find_date(cover, title, margins),
        _language(cover, language),
        type_in_title(title) or type_on_line(cover),
        find_project(cover, title, margins),
        _grant(cover, margins),
        _licence(cover),
        _labelled_fact(cover, MetadataField.DISSEMINATION, max_words=12),
        find_restriction(cover.blocks, margins, properties),
    )
    return tuple(fact for fact in facts if fact is not None)


def _code(cover: Cover, margins: Sequence[Block]) -> ExtractedFact | None:
    """Return the code that begins a line of the cover, or that a label names.

    The file name decides between several. A code inside a sentence, or on a later page,
    is mostly that of another deliverable.
    """
    own, mentioned = _cover_codes(cover, margins)
    name = cover.name.rpartition(".")[0]
    name_code = next(find_codes(name), "")
    short = _SHORT_CODE.search(name)
    # The name may have a version that the cover leaves out, or no full stop.
    named = (
        name_code,
        base_code(name_code),
        f"D{short[1]}.{short[2]}" if short else "",
    )
    for code in named:
        if block := own.get(code) or mentioned.get(code):
            return block_fact(MetadataField.CODE, block, code)
    for codes, likelihood in ((own, Likelihood.HIGH), (mentioned, Likelihood.LOW)):
        for code, block in codes.items():
            is_sure = likelihood is Likelihood.HIGH and not name_code
            return block_fact(
                MetadataField.CODE,
                block,
                code,
                likelihood=Likelihood.HIGH if is_sure else Likelihood.LOW,
            )
    if name_code:
        return property_fact(
            MetadataField.CODE, "name", name_code, likelihood=Likelihood.MEDIUM
        )
    return None


def _cover_codes(
    cover: Cover, margins: Sequence[Block]
) -> tuple[dict[str, Block], dict[str, Block]]:
    """Return the codes that stand for the document, and those the cover mentions."""
    own: dict[str, Block] = {}
    mentioned: dict[str, Block] = {}
    front = set(map(id, cover.first_page))
    for block in (*cover.blocks, *margins):
        is_label = _CODE_LABEL.search(block.text) is not None
        is_short = len(block.text.split()) <= MAX_TITLE_WORDS
        for code in find_codes(block.text):
            begins = _CODE_FIRST.match(block.text) is not None
            is_front = id(block) in front
            if is_short and (is_label or (begins and is_front)):
                own.setdefault(code, block)
            elif is_short and (is_front or any(block is each for each in margins)):
                mentioned.setdefault(code, block)
    return own, mentioned


def _summary(cover: Cover) -> ExtractedFact | None:
    """Return the first sentence under « Résumé » or "Executive summary".

    One that is far from the cover is that of a chapter.
    """
    blocks = cover.outline_blocks
    for position, each in enumerate(blocks):
        is_far = (each.block.page or 1) > MAX_SUMMARY_PAGE or (
            each.block.page is None and position > MAX_SUMMARY_BLOCKS
        )
        if is_far:
            break
        if not (each.is_heading and SUMMARY_HEADING.fullmatch(each.block.text.strip())):
            continue
        for other in blocks[position + 1 : position + 4]:
            if other.is_heading:
                break
            sentence = first_sentence(other.block.text)
            is_long = word_count(sentence) >= MIN_SUMMARY_WORDS
            if is_long and len(sentence) <= MAX_SUMMARY_CHARACTERS:
                return block_fact(MetadataField.SUMMARY, other.block, sentence)
    return None


def _labelled_fact(
    cover: Cover, field: MetadataField, *, max_words: int
) -> ExtractedFact | None:
    """Return the first labelled value that is short enough for a field."""
    for value, block, _label in labelled_values(cover, field):
        # The row "PU | Public | X" of a list of levels.
        cells = [cell for cell in value.split(" | ") if cell.strip() not in _TICKS]
        if len(value.split()) <= max_words:
            return block_fact(field, block, " – ".join(cells) or value)
    return None


def _language(cover: Cover, language: str) -> ExtractedFact | None:
    """Return the language of the text, else what the file declares, else unknown."""
    declared = language_code(cover.properties.language.partition("-")[0])
    if language:
        is_agreed = declared in {"", language}
        likelihood = Likelihood.HIGH if is_agreed else Likelihood.MEDIUM
        return property_fact(
            MetadataField.LANGUAGE, "text", language, likelihood=likelihood
        )
    if declared:
        return property_fact(MetadataField.LANGUAGE, "language", declared)
    if not cover.outline_blocks:
        return None
    return property_fact(
        MetadataField.LANGUAGE, "text", UNKNOWN_LANGUAGE, likelihood=Likelihood.LOW
    )


def _grant(cover: Cover, margins: Sequence[Block]) -> ExtractedFact | None:
    for value, block, _label in labelled_values(cover, MetadataField.GRANT):
        if number := _GRANT_NUMBER.search(value):
            return block_fact(MetadataField.GRANT, block, number[0])
    blocks = (*cover.blocks, *margins)
    return _matching_fact(blocks, MetadataField.GRANT, _GRANT) or _matching_fact(
        cover.first_page, MetadataField.GRANT, _NAMED_GRANT
    )


def _licence(cover: Cover) -> ExtractedFact | None:
    # At the end may also be the whole text of a licence, which names others.
    ends = [
        outline_block.block
        for outline_block in cover.outline_blocks[-COVER_BLOCKS:]
        if _LICENSED.search(outline_block.block.text)
    ]
    fact = _labelled_fact(cover, MetadataField.LICENCE, max_words=25)
    fact = fact or _matching_fact(
        [*cover.blocks, *ends], MetadataField.LICENCE, _LICENCE
    )
    code = _code_of_licence(fact.value) if fact is not None else ""
    return dataclasses.replace(fact, values=(code,)) if fact and code else fact


def _code_of_licence(text: str) -> str:
    """Return "CC BY-NC 4.0" for the long name of a Creative Commons licence, or ""."""
    plain = re.sub(r"[\W_]+", " ", text).casefold()
    if not ("creative commons" in plain and "attribution" in plain):
        return ""
    compact = plain.replace(" ", "")
    parts = [code for name, code in _CREATIVE_COMMONS.items() if name in compact]
    version = re.search(r"\b\d\.\d\b", text)
    return f"CC {'-'.join(parts)} {version[0] if version else ''}".strip()


def _matching_fact(
    blocks: Iterable[Block], field: MetadataField, pattern: re.Pattern[str]
) -> ExtractedFact | None:
    """Return the value group of the first match of a pattern in a block."""
    for block in blocks:
        match = pattern.search(block.text[:MAX_BLOCK_LENGTH])
        if match is not None:
            value = match["value"].strip().replace(" .", ".")
            return block_fact(field, block, value, likelihood=Likelihood.MEDIUM)
    return None
