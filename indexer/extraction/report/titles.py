"""The title of a document."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.analysis.text_dates import dates_in
from indexer.extraction.proposals.wording import title_of, word_count
from indexer.extraction.report.cover import (
    LABEL,
    MAX_TITLE_WORDS,
    MIN_BODY_WORDS,
    SUMMARY_HEADING,
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.extraction.report.deliverable_codes import OUTPUT
from indexer.extraction.report.document_kinds import is_kind
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_NOT_A_TITLE = re.compile(
    r"(?:(?:deliverable|livrable|output)?\W*[DO]\.(?:[A-Z]\d{0,2}\.)?\d[\d.]*\W*"
    rf"|{OUTPUT}\W*"
    r"|(?:deliverable|livrable"
    r"|d)\s*:?\s*(?:n\s?[°º]|no\.?|number)?\s*\(?[dl]?\s?\d[\d._-]*[a-z]?\)?\W*"
    r"|(?:grant agreement|convention|horizon|h2020|version|v\d|work ?package|wp ?\d"
    r"|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure"
    r"|(?:final|interim|public|progress|technical) (?:report|version)"
    r"|rapport (?:final|intermédiaire|d['’]étape)|version (?:finale|publique))"
    r"\W*\S{0,12}\W*"
    r"|(?:project|projet|document|report|rapport|public|draft|final|confidential"
    r"|toolkit|policy brief|note)\W*(?:\w*\d[\w.]*|(?-i:[A-Z@&-]{2,12}))?\W*"
    r"|(?:intellectual )?output (?:no\.? ?)?\w?\d+|\([^()]*\)|.{1,3}|[\d\W]+"
    r"|(?:(?:microsoft (?:word|powerpoint|excel)|adobe \w+)\b.*)|(?:(?:untitled"
    r"|sans (?:titre|nom)|mise en page|new document|nouveau document) ?\d*|titre|title"
    r"|présentation powerpoint|powerpoint presentation|slide ?\d*|diapositive ?\d*"
    r"|about:blank|document\d*)|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp))",
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

MAX_TITLE_CHARACTERS = 250
_MIN_SHARE = 0.4
_MIN_SHARE_INSIDE = 0.8
"""The least share of a heading that its title property has, at its start or inside."""

_MAX_HEADING = 120
_TITLE_EDGES = " .;:,–—-*†\N{ASTERISK OPERATOR}"
_JOINING = frozenset(
    "of for to and in on with from by the a an at or & de des du d’ et à au aux pour "
    "par sur dans en avec la le les l’ un une ou".split()
)
"""Words between which a title is not over."""

_REFERENCES = re.compile(
    r"^(?:du projet|of (?:the )?(?:\S+ )?project)\b|\bv\d|\s[–|—]\s.*\s[–|—]\s"
    r"|\b(?:19|20)\d\d-\d\d",
    re.IGNORECASE,
)
"""Signs of a line with the version, the date and the level of a document."""

_EDITION = re.compile(
    r"(?:version|édition|edition|v\d|mis à jour|updated)\b", re.IGNORECASE
)
_KIND_OF_DOCUMENT = re.compile(
    r"\b(?:study|report|guide|guidelines|handbook|manual|manuel|plan|strategy|stratégie"
    r"|toolkit|review|rapport|étude|bilan|enquête|survey|catalogue|livret|actes)\b",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]{7,}")
_OF_PROJECT = re.compile(r"du projet|of (?:the )?(?:\S+ )?project", re.IGNORECASE)
_HTML_NAME = re.compile(r"\.x?html?$", re.IGNORECASE)
_SITE_SEPARATOR = re.compile(r"\s+[|–—·»:-]\s+")
_CODE_PREFIX = re.compile(
    r"\A(?:(?:deliverable|livrable)\s*(?:no\.?|n\s?[°º])?\s*:?\s*\(?[DL]?\s?-?\s?"
    r"|\(?D\s?-?\s?)\d{1,2}"
    r"(?:(?:[._]\d{1,2})*+[a-z]?\)?\s*[:–—.,/_|-]+\s*(?!\d)"
    r"|(?:[._]\d{1,2})++[a-z]?\)?\s+)(?=\S)"
    r"|\A(?:(?:deliverable|livrable|output)\s*:?\s*)?[DO]\.(?:[A-Z]\d{0,2})?"
    r"(?:\.?\d{1,3})(?:\.\d{1,3})++\s*[:–—/-]?\s+(?=\S)"
    rf"|\A{OUTPUT}\s*[:–—-]\s+(?=\S)",
    re.IGNORECASE,
)
"""The whole code of a deliverable before its title; half a code does not match."""

_REPLY_PREFIXES = re.compile(r"(?:(?:re|tr|fwd?|réf|aw)\s*:\s*)+", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie|ville de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|association|federal|cour|chambre|assemblée|sénat|parlement|court|secrétariat"
    r"|(?:l['’])?équipe|(?:the )?team|groupe de travail"
    r"|working group|urbact|interreg|erasmus|horizon"
    r"|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,7}\W*$"
    r"|(?:[\w’'-]+ ){1,4}(?:council|university|ministry|department|agency|authority"
    r"|commission|framework programme)\W*$",
    re.IGNORECASE,
)
"""Names of publishers, which are on the cover too."""


def find_title(cover: Cover) -> ExtractedFact | None:
    """Return the title of a document, from the most reliable source that has one."""
    return (
        _labelled_title(cover)
        or _confirmed_property_title(cover)
        or _coded_title(cover)
        or _title_on_cover(cover)
        or _title_of_file(cover)
    )


def _labelled_title(cover: Cover) -> ExtractedFact | None:
    for value, block, _label in labelled_values(cover, MetadataField.TITLE):
        if not _NOT_A_TITLE.fullmatch(value):
            return block_fact(MetadataField.TITLE, block, _clean_title(value))
    return None


def _property_title(cover: Cover) -> str:
    property_title = cover.properties.title.strip()
    return "" if _NOT_A_TITLE.fullmatch(property_title) else property_title


def _confirmed_property_title(cover: Cover) -> ExtractedFact | None:
    """Return the title property of the file, if the cover has it as its title.

    Below a large heading, the property is the title only if it is (nearly) this
    heading or one as large; else any block may have it.
    """
    property_title = _property_title(cover)
    if not property_title:
        return None
    front = _front_blocks(cover)
    largest = _cover_heading(front, cover)
    if (
        largest is None
        or not _is_on_first_page(largest)
        or _ORGANISATION.match(largest.text)
        or is_kind(largest.text)
    ):
        candidates = [(block, block.text) for block in cover.blocks]
        has_title = False
    else:
        has_title = True
        large = [
            block for block in front if block is largest or _is_as_large(block, largest)
        ]
        candidates = [
            (block, f"{block.text} {_second_line(block, cover)}".strip())
            for block in large
        ]
        candidates.append((largest, " ".join(block.text for block in large[:4])))
    for block, text in candidates:
        if _is_same_title(property_title, text) or (
            not has_title and _is_quoted(property_title, text)
        ):
            is_fuller = _has_site_name(block, property_title, cover) or (
                _is_title_in_full(block, property_title, cover)
            )
            title = block.text if is_fuller else property_title
            return block_fact(MetadataField.TITLE, block, _clean_title(title))
    return None


def _is_as_large(block: Block, largest: Block) -> bool:
    return (
        block.type is BlockType.HEADING
        and _is_on_first_page(block)
        and (block.level or 1) <= (largest.level or 1)
        and _may_be_title(block)
    )


def _is_same_title(property_title: str, text: str) -> bool:
    """Return whether one text has most of the other, not a word or a line of it.

    The property may leave out the subtitle, or have a name or a subtitle more.
    """
    key, other = _key(_without_code(property_title)), _key(_without_code(text))
    shorter, longer = sorted((key, other), key=len)
    share = len(shorter) / max(1, len(longer))
    is_beginning = key == longer or fuzz.ratio(shorter, longer[: len(shorter)]) > 90
    return (
        share >= (_MIN_SHARE if is_beginning else _MIN_SHARE_INSIDE)
        and fuzz.partial_ratio(shorter, longer) > 90
    )


def _is_quoted(property_title: str, text: str) -> bool:
    """Return whether a line or a paragraph contains the title property in full."""
    key, other = _key(property_title), _key(text)
    return (
        len(key.split()) > 2
        and len(key) <= len(other)
        and _ORGANISATION.match(property_title) is None
        and fuzz.partial_ratio(key, other) > 90
    )


def _has_site_name(block: Block, property_title: str, cover: Cover) -> bool:
    """Return whether the title of a web page is its heading and the site's name."""
    if block.type is not BlockType.HEADING or not _HTML_NAME.search(cover.name):
        return False
    parts = {_key(part) for part in _SITE_SEPARATOR.split(property_title)}
    return len(parts) > 1 and _key(block.text) in parts


def _is_title_in_full(block: Block, property_title: str, cover: Cover) -> bool:
    """Return whether a heading is the title that the property has in part."""
    text = block.text.strip()
    return (
        block.type is BlockType.HEADING
        and not _HTML_NAME.search(cover.name)
        and _is_on_first_page(block)
        and _may_be_title(block)
        and len(property_title) < len(text) <= _MAX_HEADING
        and not text.isupper()
    )


def _coded_title(cover: Cover) -> ExtractedFact | None:
    """Return the words after the code of the deliverable: "D3.2 – Report on …"."""
    front = _front_blocks(cover)
    largest = _cover_heading(front, cover)
    for block in filter(_is_on_first_page, front):
        for text in map(_one_line, block.cells or (block.text,)):
            title = _without_code(text)
            words = [each for each in title.split() if each.isalpha() and len(each) > 2]
            if title == text or len(words) < 2 or _is_reference(title, block):
                continue
            if is_kind(title) and _is_below_title(block, largest):
                continue
            row = dataclasses.replace(block, type=BlockType.PARAGRAPH, text=title)
            if _may_be_title(row):
                more = "" if block.cells else _second_line(block, cover)
                return block_fact(
                    MetadataField.TITLE,
                    block,
                    _clean_title(f"{title} {more}"),
                    likelihood=Likelihood.MEDIUM,
                )
    return None


def _is_below_title(block: Block, largest: Block | None) -> bool:
    """Return whether the cover has a title in larger letters than a block."""
    return (
        largest is not None
        and _is_on_first_page(largest)
        and not _ORGANISATION.match(largest.text)
        and len(largest.text.split()) > 2
        and (block.type is not BlockType.HEADING or largest.level < block.level)
    )


def _is_reference(text: str, block: Block) -> bool:
    """Return whether the words after a code are a version, a date or a level."""
    is_line = _REFERENCES.search(text) and (
        block.type is not BlockType.HEADING or _OF_PROJECT.match(text)
    )
    is_edition = _EDITION.match(text) and (dates_in(text) or len(text.split()) < 4)
    return bool(is_line or is_edition)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _title_on_cover(cover: Cover) -> ExtractedFact | None:
    front = _front_blocks(cover)
    heading = _cover_heading(front, cover)
    if heading is not None:
        title = _clean_title(f"{heading.text} {_second_line(heading, cover)}")
        return block_fact(
            MetadataField.TITLE, heading, title, likelihood=Likelihood.MEDIUM
        )
    if _property_title(cover):
        return None
    # Without headings, the title is mostly the longest of the first short lines.
    short_blocks = [
        block
        for block in front[:4]
        if _is_on_first_page(block) and _may_be_title(block) and not _is_sentence(block)
    ]
    longest = max(short_blocks, key=lambda each: len(each.text), default=None)
    if longest is None:
        return None
    title = _clean_title(longest.text)
    return block_fact(MetadataField.TITLE, longest, title, likelihood=Likelihood.LOW)


def _title_of_file(cover: Cover) -> ExtractedFact | None:
    property_title = _property_title(cover)
    if property_title:
        title = _clean_title(property_title)
        return property_fact(MetadataField.TITLE, "title", title)
    name = _without_code(cover.stem)
    if word_count(name) >= (2 if name == cover.stem else 1):
        title = title_of(re.sub(r"[-.]+", " ", name))
        return property_fact(MetadataField.TITLE, "name", title)
    return None


def _may_be_title(block: Block) -> bool:
    text = block.text.strip()
    patterns = (_NOT_A_TITLE, SUMMARY_HEADING, _SECTION_TITLE)
    return (
        block.type in {BlockType.HEADING, BlockType.PARAGRAPH}
        and 2 <= len(text.split()) <= MAX_TITLE_WORDS
        and not any(pattern.fullmatch(text) for pattern in patterns)
        and LABEL.match(text) is None
    )


def _is_sentence(block: Block) -> bool:
    is_dated = bool(dates_in(block.text)) and len(block.text.split()) <= 5
    return block.text.rstrip().endswith((".", ":", ";", ",")) or is_dated


def _is_on_first_page(block: Block) -> bool:
    return (block.page or 1) == 1


def _front_blocks(cover: Cover) -> Sequence[Block]:
    """Return the blocks before the body text; later headings are those of sections."""
    return list(
        takewhile(
            lambda block: (
                block.type is not BlockType.PARAGRAPH
                or len(block.text.split()) < MIN_BODY_WORDS
            ),
            cover.blocks,
        )
    )


def _cover_heading(front: Sequence[Block], cover: Cover) -> Block | None:
    """Return the highest heading of the first page that may be a title."""
    outline_ids = {id(each.block) for each in cover.outline_blocks}
    headings = [
        block
        for block in front
        if block.type is BlockType.HEADING
        and id(block) in outline_ids
        and (_may_be_title(block) or _is_word_below_name(block, front))
    ]
    headings = list(filter(_is_on_first_page, headings)) or headings
    above = {id(block): before for before, block in pairwise(cover.blocks)}
    slogans = {id(each) for each in headings if _is_slogan(each, above.get(id(each)))}
    # The last block before the body text may be the heading of its first section.
    others = [
        each.level or 1
        for each in headings
        if id(each) not in slogans
        and not _ORGANISATION.match(each.text)
        and each is not front[-1]
    ]
    return min(
        headings,
        key=lambda each: (
            _ORGANISATION.match(each.text) is not None,
            # The title below a slogan is as large.
            id(each) in slogans and min(others, default=9) <= (each.level or 1),
            each.level or 1,
        ),
        default=None,
    )


def _is_word_below_name(block: Block, front: Sequence[Block]) -> bool:
    """Return whether a heading is one common word, and as large as the first one."""
    text, first = block.text.strip(), front[0]
    return (
        _LONG_WORD.fullmatch(text) is not None
        and _SECTION_TITLE.fullmatch(text) is None
        and SUMMARY_HEADING.fullmatch(text) is None
        and block is not first
        and first.type is BlockType.HEADING
        and block.level == first.level
    )


def _is_slogan(block: Block, above: Block | None) -> bool:
    """Return whether a heading is under the name of a project, in one word."""
    return (
        above is not None
        and above.type is BlockType.HEADING
        and len(above.text.split()) == 1
        and above.text[:1].isupper()
        and (above.level or 1) <= (block.level or 1)
        and _KIND_OF_DOCUMENT.search(block.text) is None
    )


def _second_line(heading: Block, cover: Cover) -> str:
    """Return the next lines of a title that is several blocks; else ""."""
    lines: list[str] = []
    last = heading
    for block, following in pairwise(cover.blocks):
        if block is not last:
            continue
        if not _continues(block, following):
            break
        lines.append(following.text)
        last = following
    return " ".join(lines)


def _continues(block: Block, following: Block) -> bool:
    """Return whether a block continues the title that the block before it begins."""
    text, before = following.text.strip(), block.text.strip()
    if (
        following.page != block.page
        or len(text.split()) > MAX_TITLE_WORDS
        or text.endswith(".")
        or LABEL.match(text) is not None
        or _EDITION.match(text) is not None
    ):
        return False
    if text[:1].islower():
        return True
    is_same_style = (following.type, following.level) == (block.type, block.level)
    words, last_words = text.casefold().split(), before.casefold().split()
    return (
        is_same_style
        and block.type is BlockType.HEADING
        and bool(words and last_words)
        and (
            words[0] in _JOINING
            or last_words[-1] in _JOINING
            or before.endswith((",", ":", "&", "–"))
        )
    )


def _clean_title(text: str) -> str:
    """Return a whole title without reply prefixes and code; only a long one is cut."""
    text = _REPLY_PREFIXES.sub("", " ".join(text.split()), count=1)
    title = _without_code(text).strip(_TITLE_EDGES)
    if len(title) > MAX_TITLE_CHARACTERS:
        return title_of(title)
    return f"{title[:1].upper()}{title[1:]}"


def _without_code(text: str) -> str:
    return _CODE_PREFIX.sub("", text, count=1)


def _key(text: str) -> str:
    return fold(normalize(" ".join(text.split())))
