"""The title of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.extraction.proposals.wording import title_of, word_count
from indexer.extraction.report.cover import (
    LABEL,
    MAX_TITLE_WORDS,
    SUMMARY_HEADING,
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.extraction.report.text_dates import dates_in
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_NOT_A_TITLE = re.compile(
    r"(?:(?:deliverable|livrable"
    r"|d)\s*:?\s*(?:n\s?[°º])?\s*\(?d?\s?\d[\d._]*[a-z]?\)?\W*|(?:project|projet"
    r"|grant agreement|convention|horizon|h2020|version|v\d|work ?package|wp ?\d"
    r"|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure|document|report"
    r"|rapport|public|draft|final|confidential)\W*\S{0,12}\W*|.{1,3}|[\d\W]+"
    r"|(?:(?:microsoft (?:word|powerpoint|excel)|adobe \w+)\b.*)|(?:(?:untitled"
    r"|sans (?:titre|nom)|mise en page|new document|nouveau document) ?\d*|titre|title"
    r"|présentation powerpoint|powerpoint presentation|slide ?\d*|diapositive ?\d*"
    r"|document\d*)|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp))",
    re.IGNORECASE,
)
_SECTION_TITLE = re.compile(
    r"[\divx. ]*(?:(?:chapter|chapitre|part|partie|section|annexe?|appendix|module"
    r"|lesson|leçon)\s+\w{1,4}|introduction|foreword|preface|préface|avant[- ]propos"
    r"|disclaimer|avertissement|acknowledge?ments?|remerciements|contexte?|background"
    r"|overview|objecti(?:ves|fs)|copyright\b.*|important notice|release notes?"
    r"|notes? de (?:version|révision)|revision history|historique\b.*|mentions légales"
    r"|about (?:this|the)\b.*|(?:\w )?[aà] propos\b.*|table of contents|contents"
    r"|sommaire|table des matières)\W*",
    re.IGNORECASE,
)
"""Headings of sections, which are never titles of documents."""

_MIN_BODY_WORDS = 25
_HTML_NAME = re.compile(r"\.x?html?$", re.IGNORECASE)
_SITE_SEPARATOR = re.compile(r"\s+[|–—·»:-]\s+")
_CODE_PREFIX = re.compile(
    r"(?:(?:deliverable|livrable)\s*:?\s*)?\(?D\s?-?\s?\d{1,2}"
    r"(?:(?:[._]\d{1,2})*+[a-z]?\)?\s*[:–—.-]+\s*(?!\d)"
    r"|(?:[._]\d{1,2})++[a-z]?\)?\s+)(?=\S)",
    re.IGNORECASE,
)
"""The whole code of a deliverable before its title; half a code does not match."""

_REPLY_PREFIXES = re.compile(r"(?:(?:re|tr|fwd?|réf|aw)\s*:\s*)+", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie|ville de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|association|federal|secrétariat"
    r"|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,7}\W*$",
    re.IGNORECASE,
)
"""Names of publishers, which are on the cover too."""


def find_title(cover: Cover) -> ExtractedFact | None:
    """Return the title of a document, from the most reliable source that has one."""
    return (
        _labelled_title(cover)
        or _confirmed_property_title(cover)
        or _title_on_cover(cover)
        or _title_of_file(cover)
    )


def _labelled_title(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_values(cover, MetadataField.TITLE):
        if not _NOT_A_TITLE.fullmatch(value):
            return block_fact(MetadataField.TITLE, [_clean_title(value)], block)
    return None


def _property_title(cover: Cover) -> str:
    property_title = cover.properties.title.strip()
    return "" if _NOT_A_TITLE.fullmatch(property_title) else property_title


def _confirmed_property_title(cover: Cover) -> ExtractedFact | None:
    """Return the title property of the file, if the cover has it too."""
    property_title = _property_title(cover)
    for block in cover.blocks if property_title else ():
        if fuzz.partial_ratio(_key(property_title), _key(block.text)) > 90:
            title = (
                block.text
                if _has_site_name(block, property_title, cover)
                else property_title
            )
            return block_fact(MetadataField.TITLE, [_clean_title(title)], block)
    return None


def _has_site_name(block: Block, property_title: str, cover: Cover) -> bool:
    """Return whether the title of a web page is its heading and the site's name."""
    if block.type is not BlockType.HEADING or not _HTML_NAME.search(cover.name):
        return False
    parts = {_key(part) for part in _SITE_SEPARATOR.split(property_title)}
    return len(parts) > 1 and _key(block.text) in parts


def _title_on_cover(cover: Cover) -> ExtractedFact | None:
    heading = _cover_heading(cover)
    if heading is not None:
        title = _clean_title(f"{heading.text} {_second_line(heading, cover)}")
        return block_fact(MetadataField.TITLE, [title], heading, Likelihood.MEDIUM)
    if _property_title(cover):
        return None
    # Without headings, the title is mostly the longest of the first short lines.
    short_blocks = [
        block
        for block in _front_blocks(cover)[:4]
        if (block.page or 1) == 1 and _may_be_title(block) and not _is_sentence(block)
    ]
    longest = max(short_blocks, key=lambda each: len(each.text), default=None)
    if longest is None:
        return None
    title = _clean_title(longest.text)
    return block_fact(MetadataField.TITLE, [title], longest, Likelihood.LOW)


def _title_of_file(cover: Cover) -> ExtractedFact | None:
    property_title = _property_title(cover)
    if property_title:
        title = _clean_title(property_title)
        return property_fact(MetadataField.TITLE, [title], "title", Likelihood.LOW)
    name = _without_code(cover.stem)
    if word_count(name) >= (2 if name == cover.stem else 1):
        title = title_of(re.sub(r"[-.]+", " ", name))
        return property_fact(MetadataField.TITLE, [title], "name", Likelihood.LOW)
    return None


def _may_be_title(block: Block) -> bool:
    text = block.text.strip()
    return (
        block.type in {BlockType.HEADING, BlockType.PARAGRAPH}
        and 2 <= len(text.split()) <= MAX_TITLE_WORDS
        and not _NOT_A_TITLE.fullmatch(text)
        and not SUMMARY_HEADING.fullmatch(text)
        and not _SECTION_TITLE.fullmatch(text)
        and LABEL.match(text) is None
    )


def _is_sentence(block: Block) -> bool:
    is_dated = bool(dates_in(block.text)) and len(block.text.split()) <= 5
    return block.text.rstrip().endswith((".", ":", ";", ",")) or is_dated


def _front_blocks(cover: Cover) -> Sequence[Block]:
    first_body = next(
        (n for n, block in enumerate(cover.blocks) if _is_body_text(block)), None
    )
    return cover.blocks[:first_body]


def _is_body_text(block: Block) -> bool:
    """Return whether a block is body text; headings after it are those of sections."""
    is_long = len(block.text.split()) >= _MIN_BODY_WORDS
    return is_long and block.type is BlockType.PARAGRAPH


def _cover_heading(cover: Cover) -> Block | None:
    """Return the highest heading of the first page that may be a title."""
    headings = [
        block
        for block in _front_blocks(cover)
        if block.type is BlockType.HEADING and _may_be_title(block)
    ]
    outline_ids = {id(each.block) for each in cover.outline_blocks}
    headings = [block for block in headings if id(block) in outline_ids]
    first_page = [block for block in headings if (block.page or 1) == 1]
    return min(
        first_page or headings,
        key=lambda each: (_ORGANISATION.match(each.text) is not None, each.level or 1),
        default=None,
    )


def _second_line(heading: Block, cover: Cover) -> str:
    """Return the second line of a title, which starts in lower case; else ""."""
    following = next(
        (
            cover.blocks[number + 1]
            for number, block in enumerate(cover.blocks[:-1])
            if block is heading
        ),
        None,
    )
    continues = (
        following is not None
        and following.page == heading.page
        and following.text[:1].islower()
        and len(following.text.split()) <= MAX_TITLE_WORDS
        and not following.text.rstrip().endswith(".")
    )
    return following.text if following is not None and continues else ""


def _clean_title(text: str) -> str:
    text = _REPLY_PREFIXES.sub("", " ".join(text.split()), count=1)
    return title_of(_without_code(text))


def _without_code(text: str) -> str:
    match = _CODE_PREFIX.match(text)
    return text[match.end() :] if match is not None else text


def _key(text: str) -> str:
    return fold(normalize(" ".join(text.split())))
