"""Finds what a document is called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.extraction.proposals.wording import title_of, word_count
from indexer.extraction.report.cover import (
    LABEL_AT,
    MAX_TITLE_WORDS,
    SUMMARY_HEADING,
    Cover,
    by_property,
    fact,
    labelled_facts,
)
from indexer.extraction.report.text_dates import dates_in
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_NO_TITLE = re.compile(
    r"(?:(?:deliverable|livrable"
    r"|d)\s*:?\s*(?:n\s?[°º])?\s*\(?d?\s?\d[\d._]*[a-z]?\)?\W*"
    r"|(?:project|projet|grant agreement|convention|horizon|h2020|version|v\d"
    r"|work ?package"
    r"|wp ?\d|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure|document"
    r"|report|rapport|public|draft|final|confidential)\W*\S{0,12}\W*|.{1,3}"
    r"|[\d\W]+|(?:(?:microsoft (?:word|powerpoint|excel)|adobe \w+)\b.*)"
    r"|(?:(?:untitled|sans (?:titre"
    r"|nom)|mise en page|new document|nouveau document) ?\d*"
    r"|titre|title|présentation powerpoint|powerpoint presentation|slide ?\d*"
    r"|diapositive"
    r" ?\d*|document\d*)|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp))",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"[\divx. ]*(?:(?:chapter|chapitre|part|partie|section|annexe?|appendix|module"
    r"|lesson|leçon)\s+\w{1,4}"
    r"|introduction|foreword|preface|préface|avant[- ]propos|disclaimer|avertissement"
    r"|acknowledge?ments?|remerciements|contexte?|background|overview|objecti(?:ves|fs)"
    r"|copyright\b.*|important notice|release notes?|notes? de (?:version|révision)"
    r"|revision history|historique\b.*|mentions légales|about (?:this|the)\b.*"
    r"|(?:\w )?[aà] propos\b.*|table of contents|contents|sommaire"
    r"|table des matières)\W*",
    re.IGNORECASE,
)
"""What parts of documents are called, and no document is."""

_BODY_WORDS = 25
_PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
_SITE = re.compile(r"\s+[|–—·»:-]\s+")
_CODE_PREFIX = re.compile(
    r"(?:(?:deliverable|livrable)\s*:?\s*)?\(?D\s?-?\s?\d{1,2}"
    r"(?:(?:[._]\d{1,2})*+[a-z]?\)?\s*[:–—.-]+\s*(?!\d)"
    r"|(?:[._]\d{1,2})++[a-z]?\)?\s+)(?=\S)",
    re.IGNORECASE,
)
"""The whole code of a deliverable before its title; half a code does not match."""

_REPLIES = re.compile(r"(?:(?:re|tr|fwd?|réf|aw)\s*:\s*)+", re.IGNORECASE)
_BODY = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie|ville de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|association|federal|secrétariat"
    r"|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,7}\W*$",
    re.IGNORECASE,
)
"""Who publishes stands on a cover too, and is not what it is called."""


def find_title(cover: Cover) -> ExtractedFact | None:
    """Give the title, from the surest place that has one."""
    return (
        _labelled_title(cover)
        or _title_told_twice(cover)
        or _title_on_cover(cover)
        or _title_told_by_file(cover)
    )


def _labelled_title(cover: Cover) -> ExtractedFact | None:
    for value, block in labelled_facts(cover, MetadataField.TITLE):
        if not _NO_TITLE.fullmatch(value):
            return fact(MetadataField.TITLE, [_clean_title(value)], block)
    return None


def _told_title(cover: Cover) -> str:
    told = cover.properties.title.strip()
    return "" if _NO_TITLE.fullmatch(told) else told


def _title_told_twice(cover: Cover) -> ExtractedFact | None:
    """Give the title that the file tells of itself, when its cover has it too."""
    told = _told_title(cover)
    for block in cover.blocks if told else ():
        if fuzz.partial_ratio(_key(told), _key(block.text)) > 90:
            title = block.text if _is_page_of_site(block, told, cover) else told
            return fact(MetadataField.TITLE, [_clean_title(title)], block)
    return None


def _is_page_of_site(block: Block, told: str, cover: Cover) -> bool:
    """Tell whether a web page tells its title beside the name of its site."""
    if block.type is not BlockType.HEADING or not _PAGE.search(cover.name):
        return False
    parts = {_key(part) for part in _SITE.split(told)}
    return len(parts) > 1 and _key(block.text) in parts


def _title_on_cover(cover: Cover) -> ExtractedFact | None:
    heading = _cover_heading(cover)
    if heading is not None:
        title = _clean_title(f"{heading.text} {_rest_of(heading, cover)}")
        return fact(MetadataField.TITLE, [title], heading, Likelihood.MEDIUM)
    if _told_title(cover):
        return None
    # Without headings, the longest of the first short lines is most often the title.
    short = [
        block
        for block in _before_text(cover)[:4]
        if (block.page or 1) == 1 and _can_be_title(block) and not _is_sentence(block)
    ]
    longest = max(short, key=lambda each: len(each.text), default=None)
    if longest is None:
        return None
    title = _clean_title(longest.text)
    return fact(MetadataField.TITLE, [title], longest, Likelihood.LOW)


def _title_told_by_file(cover: Cover) -> ExtractedFact | None:
    told = _told_title(cover)
    if told:
        title = _clean_title(told)
        return by_property(MetadataField.TITLE, [title], "title", Likelihood.LOW)
    name = _without_code(cover.stem)
    if word_count(name) >= (2 if name == cover.stem else 1):
        title = title_of(re.sub(r"[-.]+", " ", name))
        return by_property(MetadataField.TITLE, [title], "name", Likelihood.LOW)
    return None


def _can_be_title(block: Block) -> bool:
    text = block.text.strip()
    return (
        block.type in {BlockType.HEADING, BlockType.PARAGRAPH}
        and 2 <= len(text.split()) <= MAX_TITLE_WORDS
        and not _NO_TITLE.fullmatch(text)
        and not SUMMARY_HEADING.fullmatch(text)
        and not _SECTION.fullmatch(text)
        and LABEL_AT.match(text) is None
    )


def _is_sentence(block: Block) -> bool:
    is_dated = bool(dates_in(block.text)) and len(block.text.split()) <= 5
    return block.text.rstrip().endswith((".", ":", ";", ",")) or is_dated


def _before_text(cover: Cover) -> Sequence[Block]:
    begun = next((n for n, block in enumerate(cover.blocks) if _is_body(block)), None)
    return cover.blocks[:begun]


def _is_body(block: Block) -> bool:
    """Tell whether a text has begun: the titles after are those of its parts."""
    is_long = len(block.text.split()) >= _BODY_WORDS
    return is_long and block.type is BlockType.PARAGRAPH


def _cover_heading(cover: Cover) -> Block | None:
    """Give the first heading that can be a title, the largest of the first page."""
    headings = [
        block
        for block in _before_text(cover)
        if block.type is BlockType.HEADING and _can_be_title(block)
    ]
    kept = {id(each.block) for each in cover.placed}
    headings = [block for block in headings if id(block) in kept]
    first_page = [block for block in headings if (block.page or 1) == 1]
    return min(
        first_page or headings,
        key=lambda each: (_BODY.match(each.text) is not None, each.level or 1),
        default=None,
    )


def _rest_of(heading: Block, cover: Cover) -> str:
    """Give the next line of a title that was read as two: it begins in lower case."""
    after = next(
        (
            cover.blocks[number + 1]
            for number, block in enumerate(cover.blocks[:-1])
            if block is heading
        ),
        None,
    )
    is_rest = (
        after is not None
        and after.page == heading.page
        and after.text[:1].islower()
        and len(after.text.split()) <= MAX_TITLE_WORDS
        and not after.text.rstrip().endswith(".")
    )
    return after.text if after is not None and is_rest else ""


def _clean_title(text: str) -> str:
    text = _REPLIES.sub("", " ".join(text.split()), count=1)
    return title_of(_without_code(text))


def _without_code(text: str) -> str:
    found = _CODE_PREFIX.match(text)
    return text[found.end() :] if found is not None else text


def _key(text: str) -> str:
    return fold(normalize(" ".join(text.split())))
