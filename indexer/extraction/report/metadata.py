"""Finds what a document says of itself: code, title, authors, date, licence.

Each fact comes with where it was found, for a person to check: covers say much, and the
properties of a file are often those of the one that it was made from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from indexer.extraction.proposals.heading_tree import outline
from indexer.extraction.proposals.wording import locale_of, sentences, word_count
from indexer.extraction.report.cover import (
    COVER_BLOCKS,
    MAX_LOOKED_AT,
    MAX_TITLE_WORDS,
    SUMMARY_HEADING,
    Cover,
    by_property,
    fact,
    first_blocks,
    labelled_facts,
)
from indexer.extraction.report.text_dates import date_of_property, dates_in
from indexer.extraction.report.titles import find_title
from indexer.model.document import Block, BlockType, Document
from indexer.model.ids import Locale
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from indexer.model.readings import FileProperties
from indexer.model.records import DeliverableType

SAMPLE_BLOCKS = 80
MIN_SUMMARY_WORDS = 8
MAX_SUMMARY_CHARACTERS = 300

_CODE = re.compile(r"\bD\s?-?\s?(\d{1,2}(?:[._]\d{1,2})+[a-z]?)\b(?![._]?\d|\s?[%€])")
_LICENCE = re.compile(
    r"\b(?:CC[ -](?:BY|0)(?:-(?:NC|ND|SA))*(?: \d\.\d)?"
    r"|Creative Commons(?:[^.;\n]|\.(?=\d)){0,80}"
    r"|Licence Ouverte(?: (?:v(?:ersion)? ?)?\d(?: ?\.\d)?)?|Open Licen[cs]e"
    r"|Etalab[- ]2\.0|Open Government Licen[cs]e[^.;\n]{0,10}"
    r"|(?:all rights reserved|tous droits réservés))",
    re.IGNORECASE,
)
_GRANT = re.compile(
    r"(?:grant agreement|convention de subvention)\s*(?:no\.?|n\s?[°º]|number)?\s*:?\s*"
    r"(\d{5,9})",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\b(?:(?i:confidential|restricted|restreinte?|confidentiel(?:le)?|classified"
    r"|interne?|internal|ne pas diffuser|not for (?:public )?(?:release|publication"
    r"|distribution|circulation)|do not (?:distribute|circulate))|EU[- ]RES|CO|RE|PP)\b"
)
_STAMP = re.compile(
    r"\W*(?:(?:strictly|strictement|document|draft|for|à|pour) )*(?:confidential"
    r"|confidentiel(?:le)?|internal use|usage (?:strictement )?interne"
    r"|(?:diffusion|distribution) (?:restreinte|interne|restricted|internal)"
    r"|restricted distribution|ne pas diffuser"
    r"|not for (?:public )?(?:release|publication|distribution|circulation)"
    r"|do not (?:distribute|circulate))\b",
    re.IGNORECASE,
)
"""What a line says that is stamped on a cover, without a label before it."""
_STAMP_WORDS = 8
_NO_AUTHOR = re.compile(
    r"(?:microsoft.*|user\d*|utilisateur.*|admin\w*|windows.*|owner|unknown|inconnu"
    r"|office"
    r"|author|auteur|pc|hp|dell|asus|acer|.*@.*|\W*|\d+)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?i:(?:rédigée?s?|écrite?s?|établie?s?|préparée?s?) par"
    r"|(?:written|prepared|edited) by|authors?|auteure?s?)\s+"
    r"(?P<names>[A-ZÀ-Þ](?:[^.:;!?]|(?<=\b[A-ZÀ-Þ])\.){3,120})"
)
"""Who wrote it, without a colon; a full stop is only that of a first name."""

_TYPES: tuple[tuple[DeliverableType, str], ...] = (
    (
        DeliverableType.WORKSHOP_REPORT,
        (
            r"(?:workshop|atelier)\b.*\b(?:report|rapport)"
            r"|\b(?:report|rapport|compte rendu|actes)\b.*\b(?:workshop|atelier)"
        ),
    ),
    (DeliverableType.ETHICS_INVENTORY, r"\bethic\w* inventor|inventaire éthique"),
    (DeliverableType.CATALOGUE, r"\b(?:catalogue|catalog|inventory|inventaire)\b"),
    (
        DeliverableType.MANAGEMENT_REPORT,
        (
            r"\b(?:management|progress|periodic|mid-?term) (?:review )?report"
            r"|rapport (?:de gestion|d['’]avancement|périodique|intermédiaire)"
        ),
    ),
    (
        DeliverableType.PLAN,
        r"^(?:\S+ ){0,3}(?:plan|strategy|roadmap|stratégie|feuille de route)\b",
    ),
    (DeliverableType.BOOKLET, r"\b(?:booklet|brochure|leaflet|livret|dépliant)\b"),
    (DeliverableType.ARTICLE, r"\b(?:article|blog)\b"),
    (
        DeliverableType.REPORT,
        (
            r"\b(?:report|study|guidelines?|guide|handbook|white paper|rapport|étude"
            r"|manuel"
            r"|livre blanc|recommendations|recommandations)\b"
        ),
    ),
)


def find_metadata(
    document: Document, properties: FileProperties, name: str
) -> tuple[ExtractedFact, ...]:
    """Give what a document says of itself, each with where it was found.

    There is at most one fact for each field; a field of which nothing was found is not
    there.
    """
    placed = outline(document)
    cover = Cover(placed, first_blocks(document), properties, name)
    finders: tuple[Callable[[Cover], ExtractedFact | None], ...] = (
        _code,
        find_title,
        _summary,
        _authors,
        _lead,
        _date,
        _language,
        _type,
        _project,
        _licence,
        _dissemination,
    )
    found = (finder(cover) for finder in finders)
    return tuple(fact for fact in found if fact is not None)


def _code(cover: Cover) -> ExtractedFact | None:
    counts: Counter[str] = Counter()
    where: dict[str, Block] = {}
    for block in cover.blocks:
        is_named = re.match(r"(?:deliverable|livrable)\b", block.text, re.IGNORECASE)
        is_told = is_named is not None and len(block.text.split()) <= MAX_TITLE_WORDS
        for found in _CODE.finditer(block.text):
            code = f"D{found.group(1).replace('_', '.')}"
            # What stands first, and what is called a deliverable, is its own code.
            counts[code] += 4 if is_told else 1
            where.setdefault(code, block)
    in_name = _CODE.search(cover.stem.replace(" ", "_")) or _CODE.search(cover.stem)
    named = f"D{in_name.group(1).replace('_', '.')}" if in_name else ""
    if named in counts:
        return fact(MetadataField.CODE, [named], where[named])
    if counts:
        code, count = counts.most_common(1)[0]
        is_sure = count >= 4 and not named
        sureness = Likelihood.HIGH if is_sure else Likelihood.LOW
        return fact(MetadataField.CODE, [code], where[code], sureness)
    if named:
        return by_property(MetadataField.CODE, [named], "name", Likelihood.MEDIUM)
    return None


def _summary(cover: Cover) -> ExtractedFact | None:
    """Give the first sentences under « Résumé » or "Executive summary"."""
    for position, each in enumerate(cover.placed):
        if not (each.is_heading and SUMMARY_HEADING.fullmatch(each.block.text.strip())):
            continue
        for other in cover.placed[position + 1 : position + 4]:
            if other.is_heading:
                break
            first = (sentences(other.block.text) or [""])[0]
            is_long = word_count(first) >= MIN_SUMMARY_WORDS
            if is_long and len(first) <= MAX_SUMMARY_CHARACTERS:
                return fact(MetadataField.SUMMARY, [first], other.block)
    return None


def _authors(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.AUTHORS):
        names = _names(value)
        if names:
            return fact(MetadataField.AUTHORS, names, block)
    for block in cover.blocks:
        signed = _SIGNED.fullmatch(block.text.strip())
        names = _names(signed["names"]) if signed is not None else []
        if names:
            return fact(MetadataField.AUTHORS, names, block, Likelihood.MEDIUM)
    told = [
        name
        for each in cover.properties.authors
        for name in _names(each)
        if not _NO_AUTHOR.fullmatch(name)
    ]
    if told:
        return by_property(MetadataField.AUTHORS, told, "authors", Likelihood.LOW)
    return None


def _names(text: str) -> list[str]:
    parts = re.split(r"\s*(?:[,;/&\n]|\s(?:and|et)\s)\s*", text)
    cleaned = (
        re.sub(r"\s*\([^)]*\)|\s+\d+$", "", part).strip(" .*†") for part in parts
    )
    names = [
        name
        for name in cleaned
        if 2 < len(name) <= 60 and len(name.split()) <= 6 and name[0].isupper()
    ]
    return list(dict.fromkeys(names))[:30]


def _lead(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.LEAD):
        if len(value.split()) <= 12:
            return fact(MetadataField.LEAD, [value], block)
    return None


def _date(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.DATE):
        dates = dates_in(value)
        if dates:
            return fact(MetadataField.DATE, [str(dates[0])], block)
    for block in cover.blocks:
        # A date that stands by itself on the cover, and not one that is told of.
        is_line = block.type in {BlockType.PARAGRAPH, BlockType.HEADING}
        is_line = is_line and len(block.text.split()) <= 12
        dates = dates_in(block.text) if is_line else []
        if dates and (block.page or 1) == 1:
            return fact(MetadataField.DATE, [str(dates[0])], block, Likelihood.MEDIUM)
    created = date_of_property(cover.properties.created)
    if created is not None:
        return by_property(
            MetadataField.DATE, [str(created)], "created", Likelihood.LOW
        )
    return None


def _language(cover: Cover) -> ExtractedFact | None:
    sample = " ".join(each.block.text for each in cover.placed[:SAMPLE_BLOCKS])
    told = cover.properties.language[:2].casefold()
    if word_count(sample) < 5:
        if told in set(Locale):
            return by_property(
                MetadataField.LANGUAGE, [told], "language", Likelihood.LOW
            )
        return None
    locale = locale_of(sample)
    is_agreed = told in {"", locale.value}
    sureness = Likelihood.HIGH if is_agreed else Likelihood.MEDIUM
    return by_property(MetadataField.LANGUAGE, [locale.value], "text", sureness)


def _type(cover: Cover) -> ExtractedFact | None:
    title = find_title(cover)
    if title is None:
        return None
    for name, pattern in _TYPES:
        if re.search(pattern, title.value, re.IGNORECASE):
            return ExtractedFact(
                MetadataField.TYPE, (name.value,), title.whence, Likelihood.MEDIUM
            )
    return None


def _project(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.PROJECT):
        if len(value.split()) <= 25:
            return fact(MetadataField.PROJECT, [value], block)
    for block in cover.blocks:
        found = _GRANT.search(block.text)
        if found is not None:
            return fact(
                MetadataField.PROJECT, [found.group(1)], block, Likelihood.MEDIUM
            )
    return None


def _licence(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.LICENCE):
        if len(value.split()) <= 25:
            return fact(MetadataField.LICENCE, [value], block)
    ends = [each.block for each in cover.placed[-COVER_BLOCKS:]]
    for block in (*cover.blocks, *ends):
        found = _LICENCE.search(block.text[:MAX_LOOKED_AT])
        if found is not None:
            licence = found.group().strip()
            return fact(MetadataField.LICENCE, [licence], block, Likelihood.MEDIUM)
    return None


def _dissemination(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.DISSEMINATION):
        if len(value.split()) <= 12:
            return fact(MetadataField.DISSEMINATION, [value], block)
    for block in cover.blocks:
        if len(block.text.split()) <= _STAMP_WORDS and _STAMP.match(block.text):
            text = block.text.strip()
            return fact(MetadataField.DISSEMINATION, [text], block, Likelihood.MEDIUM)
    return None


def is_closed(facts: Sequence[ExtractedFact]) -> bool:
    """Tell whether a document says that it is not for the public."""
    return any(
        _CLOSED.search(fact.value) is not None
        for fact in facts
        if fact.field is MetadataField.DISSEMINATION
    )
