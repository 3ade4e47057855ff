"""Metadata of a document: code, title, authors, date, licence and more.

Each fact has its origin, for a person to check. File properties are often those of the
template that the file was made from.
"""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.analysis.record_codes import base_code, find_codes
from indexer.extraction.proposals.heading_tree import outline
from indexer.extraction.proposals.wording import first_sentence, locale_of, word_count
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
from indexer.model.document import Block, Document, FileProperties
from indexer.model.ids import Locale
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

SAMPLE_BLOCKS = 80
MIN_SUMMARY_WORDS = 8
MAX_SUMMARY_CHARACTERS = 300

_CODE_LABEL = re.compile(
    r"(?:deliverable|livrable|(?:intellectual )?output|résultat intellectuel"
    r"|production intellectuelle)\b",
    re.IGNORECASE,
)
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
    r"|acuerdo de subvención|convenzione di sovvenzione|subsidieovereenkomst)\s*"
    r"(?:no\.?|n\s?[°º.]|nr\.?|number|id)?\s*[:#|–-]?\s*"
    rf"(?P<value>{_CALL_GRANT}|\d{{5,9}})",
    re.IGNORECASE,
)
_NAMED_GRANT = re.compile(
    r"(?<![\w/-])(?=\d{4}-\d-|[A-Z\d/-]{1,30}[-/]AG[-/])"
    rf"(?P<value>{_CALL_GRANT})"
)
"""A number that needs no label: one of Erasmus+, or with the letters of a grant."""

_NOT_AN_AUTHOR = re.compile(
    r"(?:microsoft.*|user\d*|utilisateur.*|admin\w*|windows.*|owner|unknown|inconnu"
    r"|office(?: 365)?(?: user)?|author|auteur|pc|hp|dell|asus|acer|.*@.*|\W*|\d+)",
    re.IGNORECASE,
)
_AUTHORS_LINE = re.compile(
    r"(?i:(?:(?:étude|enquête|rapport|note|guide|document|ouvrage) )?"
    r"(?:rédigée?s?|écrite?s?|établie?s?|préparée?s?|réalisée?s?) par"
    r"|sous la direction de"
    r"|(?:written|prepared|edited) by|authors?|auteure?s?)\s+"
    r"(?P<names>[A-ZÀ-Þ](?:[^.:;!?]|(?<=\b[A-ZÀ-Þ])\.){3,120})"
)
"""Authors without a colon; full stops only occur after initials."""

_NAME = (
    r"(?:(?:Mr|Mrs|Ms|Dr|M|Mme|Prof(?:essor)?)\.? )?[A-ZÀ-Þ][\wÀ-ÿ’'-]*\.?"
    r"(?: (?:(?:van|von|de|der|den|di|da|del|le|la) )*[A-ZÀ-Þ][\wÀ-ÿ’'-]+\.?){1,2}"
)
_NAMES_LINE = re.compile(rf"{_NAME}(?:(?:, | & | and | et |, and |; ){_NAME}){{1,9}}")
"""Two persons or more alone on a line."""

_NAMES_ON_LINE = re.compile(
    rf"{_NAME}(?: \([^)]*\))?(?:(?:, | & | and | et |, and |; ){_NAME}(?: \([^)]*\))?)*"
)
_OPEN_LIST = re.compile(r"(?:[,;&]|\b(?:and|et))\s*$")
"""The end of a line that the list of names goes on after."""

_LEADER = re.compile(r"\s*(?:\.{4,}|…+|(?:\. ){3,})\s*[\w-]+(?=\s|$)")
"""Dots between a name and an organisation."""

_TICKS = frozenset("x X ✓ ✔ ☒ ☑ ■ _".split())


def find_metadata(
    document: Document,
    properties: FileProperties,
    name: str,
    margins: Sequence[Block] = (),
) -> tuple[ExtractedFact, ...]:
    """Return the facts that a document states about itself, at most one per field.

    `margins` are its headers and footers.
    """
    cover = Cover(
        outline(document),
        first_blocks(document),
        properties,
        name,
        last_blocks(document),
    )
    title = find_title(cover)
    facts = (
        _code(cover),
        title,
        _summary(cover),
        _authors(cover),
        _labelled_fact(cover, MetadataField.LEAD, max_words=12),
        find_date(cover, title, margins),
        _language(cover),
        type_in_title(title) or type_on_line(cover),
        find_project(cover, title, margins),
        _grant(cover, margins),
        _licence(cover),
        _labelled_fact(cover, MetadataField.DISSEMINATION, max_words=12),
        find_restriction(cover.blocks, margins, properties),
    )
    return tuple(fact for fact in facts if fact is not None)


def _code(cover: Cover) -> ExtractedFact | None:
    counts: Counter[str] = Counter()
    block_of: dict[str, Block] = {}
    for block in cover.blocks:
        is_label = _CODE_LABEL.match(block.text)
        is_own = is_label is not None and len(block.text.split()) <= MAX_TITLE_WORDS
        for code in find_codes(block.text):
            # Its own code comes first, or after the word "deliverable".
            counts[code] += 4 if is_own else 1
            block_of.setdefault(code, block)
    name_code = next(find_codes(cover.name.rpartition(".")[0]), "")
    # The name may have a version that the cover leaves out.
    for code in (name_code, base_code(name_code)):
        if code in counts:
            return block_fact(MetadataField.CODE, block_of[code], code)
    if counts:
        code, count = counts.most_common(1)[0]
        is_sure = count >= 4 and not name_code
        likelihood = Likelihood.HIGH if is_sure else Likelihood.LOW
        return block_fact(
            MetadataField.CODE, block_of[code], code, likelihood=likelihood
        )
    if name_code:
        return property_fact(
            MetadataField.CODE, "name", name_code, likelihood=Likelihood.MEDIUM
        )
    return None


def _summary(cover: Cover) -> ExtractedFact | None:
    """Return the first sentence under « Résumé » or "Executive summary"."""
    for position, each in enumerate(cover.outline_blocks):
        if not (each.is_heading and SUMMARY_HEADING.fullmatch(each.block.text.strip())):
            continue
        for other in cover.outline_blocks[position + 1 : position + 4]:
            if other.is_heading:
                break
            sentence = first_sentence(other.block.text)
            is_long = word_count(sentence) >= MIN_SUMMARY_WORDS
            if is_long and len(sentence) <= MAX_SUMMARY_CHARACTERS:
                return block_fact(MetadataField.SUMMARY, other.block, sentence)
    return None


def _authors(cover: Cover) -> ExtractedFact | None:
    for value, block, label in labelled_values(cover, MetadataField.AUTHORS):
        # A heading "Authors" above a table is no label of its first row.
        is_row = " | " in value and label not in block.text.casefold()
        if not is_row and (names := _names(_names_part(value, block))):
            return block_fact(MetadataField.AUTHORS, block, *names)
    for block in cover.blocks:
        line = _AUTHORS_LINE.fullmatch(block.text.strip())
        if line is not None and (names := _names(line["names"])):
            return block_fact(
                MetadataField.AUTHORS, block, *names, likelihood=Likelihood.MEDIUM
            )
    for block in cover.first_page:
        if _NAMES_LINE.fullmatch(block.text.strip()):
            names = _names(block.text)
            return block_fact(
                MetadataField.AUTHORS, block, *names, likelihood=Likelihood.LOW
            )
    declared = [
        name
        for author in cover.properties.authors
        for name in _names(author)
        if not _NOT_AN_AUTHOR.fullmatch(name)
    ]
    if declared:
        return property_fact(MetadataField.AUTHORS, "authors", *declared)
    return None


def _names_part(value: str, block: Block) -> str:
    """Return the lines of a value up to the first that continues no list of names."""
    first, *others = _lines_of(value, block)
    text = first
    for line in others:
        is_open = _OPEN_LIST.search(text) is not None
        if not (is_open or _NAMES_ON_LINE.fullmatch(line)):
            break
        text = f"{text} {line}" if is_open else f"{text}\n{line}"
    return text


def _lines_of(value: str, block: Block) -> list[str]:
    """Return the lines of a value in the text of a block; one if it has no breaks."""
    text = " ".join(block.lines)
    start = text.find(value)
    if start < 0:
        return [value]
    lines: list[str] = []
    position = 0
    for line in block.lines:
        stop = min(position + len(line), start + len(value))
        if part := text[max(start, position) : stop]:
            lines.append(part)
        position += len(line) + 1
    return lines


def _names(text: str) -> list[str]:
    text = _LEADER.sub(", ", text)
    parts = re.split(r"\s*(?:[,;/&\n]|\s(?:and|et)\s)\s*", text)
    names = (
        re.sub(r"\s*\([^)]*\)|\s+\d+$", "", part).strip(" .*†‡¹²³⁴⁵⁶") for part in parts
    )
    valid = [
        name
        for name in names
        if 2 < len(name) <= 60 and len(name.split()) <= 6 and name[0].isupper()
    ]
    return list(dict.fromkeys(valid))[:30]


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


def _language(cover: Cover) -> ExtractedFact | None:
    sample = " ".join(
        outline_block.block.text
        for outline_block in cover.outline_blocks[:SAMPLE_BLOCKS]
    )
    declared = cover.properties.language[:2].casefold()
    if word_count(sample) >= 5:
        locale = locale_of(sample)
        is_agreed = declared in {"", locale.value}
        likelihood = Likelihood.HIGH if is_agreed else Likelihood.MEDIUM
        return property_fact(
            MetadataField.LANGUAGE, "text", locale.value, likelihood=likelihood
        )
    if declared in set(Locale):
        return property_fact(MetadataField.LANGUAGE, "language", declared)
    return None


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
