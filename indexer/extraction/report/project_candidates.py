"""Finds the texts of a cover that may be the name of the project."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from indexer.extraction.report.cover import MAX_BLOCK_LENGTH, Cover, labelled_values
from indexer.extraction.report.cover_words import is_programme, without_programme
from indexer.extraction.report.title_words import title_key
from indexer.model.document import Block
from indexer.model.proposals import MetadataField

MAX_PROJECT_WORDS = 25
"""The words of a labelled name; it may be the full name of the project."""

MAX_NAME_WORDS = 6
MAX_NAME_CHARACTERS = 60
MAX_LINE_WORDS = 25
"""The number of words up to which each part of a line is compared as a name."""

MAX_CANDIDATES = 150
"""The number of names that are compared: a page may have thousands of acronyms."""

FRONT_BLOCKS = 25
FRONT_LINES = 50

_ACRONYM = (
    r"(?![DL][’'])(?=[\w@+&.’-]{0,24}[A-ZÀ-Þ][\w@+&.’-]{0,24}[A-ZÀ-Þ0-9])"
    r"[A-ZÀ-Þ][\w@+&’-]{2,24}"
)
"""A word with two capital letters, or a capital letter and a digit."""

_CAPITALISED = r"[A-ZÀ-Þ][\w’'@&+-]+"
_JOINING = (
    r"(?:of|for|the|and|in|on|to|at|with|de|des|du|d’|en|et|la|le|les|à|au|aux|sur)"
)
_WORDS = rf"{_CAPITALISED}(?: (?:{_CAPITALISED}|{_JOINING}(?= ))){{0,5}}"
_PROJECT = (
    r"(?:[Pp]rojects?|PROJECT|[Pp]rojets?|PROJET|(?:[Pp]|[Vv]erbundp)rojekts?"
    r"|[Pp]royecto|[Pp]rogetto|[Pp]rojeto|[Aa]ction|[Rr]éseau|[Nn]etwork)"
)

LONE_ACRONYM = re.compile(rf"{_ACRONYM}(?:[ -]?(?:2\.0|II|\d))?")
_ANY_ACRONYM = re.compile(rf"(?<![\w@.-]){_ACRONYM}(?:[ -](?:2\.0|II|\d)\b)?")
_CAPITAL_WORDS = re.compile(
    r"(?<![\w-])[A-ZÀ-Þ][A-ZÀ-Þ\d’&-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ\d’&-]+){1,3}(?![\w-])"
)
_QUOTED = re.compile(r"[«“\"]\s?([^«»“”\"]{3,60}?)\s?[»”\"]")
_BEFORE_WORD = re.compile(
    rf"(?<![\w-])({_WORDS}?) (?:Action Planning |Transfer "
    rf"|Implementation )?{_PROJECT}\b"
)
_AFTER_WORD = re.compile(rf"\b{_PROJECT} (?:européen |européenne )?({_WORDS})")
_LAST_QUOTED = re.compile(rf"\b{_PROJECT} «[^»]{{3,160}}[–—-]\s*({_ACRONYM})\s*»")
_EDGES = ' .:;,–—-*·|«»“”"()[]'
PARTS = re.compile(r"\s+[|–—:·•/-]+\s+|[|()«»“”\"]|\s*[,;:]\s+|\s*_\s*")
_FIRST_OF_VALUE = re.compile(r"([\w@+&-]*[A-ZÀ-Þ][\w@+&-]*)\s*(?:[–—:|(]|\s-\s)")
_LAST_OF_VALUE = re.compile(rf"\(\s*({_ACRONYM})\s*\)\s*$")
_NUMBER_OF_GRANT = re.compile(r"^\d{5,9}\W+|\W+\d{5,9}$")
_ARTICLE = re.compile(r"(?:The|This|Our|Le|La|Les|Ce|Notre|L’) ")
_PARTS_OF_NAME = re.compile(r"[_ ]|-(?=D\d|WP)|(?<=[a-zà-ÿ])-")
"""Between the parts of a file name."""

_ENDS_OPEN = re.compile(rf" {_JOINING}$")
_NUMBER = re.compile(r"\b(?:grant|GA|convention)\b.{0,30}\d{6}", re.IGNORECASE)

_NOT_A_PROJECT = re.compile(
    r"(?:EU|EC|EUROPE|MED|NWE|REGION|EUROPEAN|WP\d*.*|T\d.*|D\d.*|L\d.*|M\d*|V\d.*|GA"
    r"|FINAL"
    r"|DRAFT|IO\d+|REPORT|RAPPORT|DELIVERABLE.*|LIVRABLE.*|THE|THIS|PROJECT|PUBLIC|PU"
    r"|PP"
    r"|RE|CO|SEN|CONFIDENTIAL|DOCUMENTATION|ACKNOWLEDGE?MENTS?|REMERCIEMENTS"
    r"|DISCLAIMER|AVERTISSEMENT|UNION|REVISED|HISTORY|CONTENTS|ABSTRACT|SUMMARY"
    r"|SOMMAIRE|RÉSUMÉ|INTRODUCTION|GUIDE|(?:H2020|HORIZON|FP7|ISFP?|CERV|LIFE"
    r"|JUST)[\d-][\w-]*"
    r"|[A-Z\d-]+-(?:19|20)\d\d(?:-[\w-]+)?|ANNEXE|LIVRET|ACTES|NOTE|ATELIER|TOC"
    r"|TOOLBOX.*|TOOLKIT.*|MODULE.*|ISSUE.*|VOLUME.*|FICHE.*|GNU|GITHUB|GITLAB"
    r"|PROCÈS-VERBAL|MINUTES|ANNEX|SUBMITTED|VERSION.*|NEW|ISBN.*|ISSN.*|DOI.*|PDF|URL"
    r"|CC BY.*|\w*\d{4,}\w*"
    r"|(?:number|title|name|acronym|coordinator|manager|partners?|start|duration"
    r"|officer"
    r"|website|reference|id|full|team|summary|results?|information|deliverables?|leader"
    r"|résultats?|outputs?|produits?|prodotto|ergebnis|urbain|européen|de recherche"
    r"|numéro|titre|nom|acronyme|coordinateur|durée|équipe|final|pilote)\b.*)",
    re.IGNORECASE,
)
_NETWORK_WORDS = re.compile(
    r"(?:(?:integrated|local|european|urban|this|our) )*(?:action|planning|transfer"
    r"|implementation|network|project|projet|réseau)\b.*",
    re.IGNORECASE,
)
_CODE_AFTER = re.compile(
    r"(?:[-_ .](?:D|WP|DLV|DEL|L|IO|T)\.?\d[\d.]*\w?| [–—-]? ?[A-Z]{2,4}\d{3,5})$"
)


class NamePlace(StrEnum):
    """Where the name of a project is on a cover."""

    LABEL = "label"
    FULL_LABEL = "full label"
    LINE = "line"
    PART = "part of a line"
    WORD = "word"
    CAPITALS = "words in capitals"
    QUOTED = "quoted"
    BESIDE_PROJECT = "beside the word project"
    AFTER_PROGRAMME = "after a programme"
    LATER = "after the first page"
    MARGIN = "margin"
    FILE_NAME = "file name"
    PROPERTY = "property"


@dataclass(frozen=True, slots=True)
class ProjectCandidate:
    """A text that may name the project, and all places that have it.

    `number` is the first line of the first page that has it, -1 if none has.
    """

    name: str
    places: frozenset[NamePlace]
    block: Block | None
    number: int = -1


def project_candidates(
    cover: Cover, margins: Sequence[Block]
) -> Mapping[str, ProjectCandidate]:
    """Return the candidates of a cover by the key of their name.

    Args:
        cover: the first pages of a document.
        margins: its running headers and footers.
    """
    found: defaultdict[str, list[tuple[str, NamePlace, Block | None, int]]]
    found = defaultdict(list)
    for text, place, block, number in _texts(cover, margins):
        name = _CODE_AFTER.sub("", " ".join(text.split()).strip(_EDGES))
        key = title_key(name) if _may_be_name(name, place) else ""
        if key in found or len(found) < MAX_CANDIDATES:
            found[key].append((name, place, block, number))
    found.pop("", None)
    return {key: _joined(each) for key, each in found.items()}


def _joined(
    found: Sequence[tuple[str, NamePlace, Block | None, int]],
) -> ProjectCandidate:
    name = found[0][0]
    block = next((each for _, _, each, _ in found if each is not None), None)
    number = min((each for *_, each in found if each >= 0), default=-1)
    return ProjectCandidate(
        name, frozenset(place for _, place, _, _ in found), block, number
    )


def _may_be_name(name: str, place: NamePlace) -> bool:
    if place in {NamePlace.LABEL, NamePlace.FULL_LABEL}:
        return any(map(str.isalpha, name)) and not _NOT_A_PROJECT.fullmatch(name)
    if _NOT_A_PROJECT.fullmatch(name) or _NETWORK_WORDS.fullmatch(name):
        return False
    return (
        not is_programme(name)
        and 3 <= len(name) <= MAX_NAME_CHARACTERS
        and len(name.split()) <= MAX_NAME_WORDS
        and any(map(str.isupper, name))
        and sum(map(str.isalpha, name)) >= 3
    )


def _texts(
    cover: Cover, margins: Sequence[Block]
) -> Iterator[tuple[str, NamePlace, Block | None, int]]:
    yield from _labelled(cover)
    for number, (line, block) in enumerate(front_lines(cover)):
        for text, place in _of_line(line):
            yield text, place, block, number
    yield from _later(cover)
    for block in margins:
        for part in (block.text, *PARTS.split(block.text)):
            yield part, NamePlace.MARGIN, block, -1
        for name, _ in _names_in(block.text):
            yield name, NamePlace.LATER, block, -1
    for part in _PARTS_OF_NAME.split(cover.stem):
        yield part, NamePlace.FILE_NAME, None, -1
    declared = cover.properties.title[:MAX_BLOCK_LENGTH]
    for part in (*PARTS.split(declared), *(name for name, _ in _names_in(declared))):
        yield part, NamePlace.PROPERTY, None, -1


def _later(cover: Cover) -> Iterator[tuple[str, NamePlace, Block, int]]:
    """Yield the names after the first lines, and lines above the number of a grant."""
    first = set(map(id, cover.first_page[:FRONT_BLOCKS]))
    later = [block for block in cover.blocks if id(block) not in first]
    for block, following in pairwise(later):
        if _NUMBER.search(following.text):
            yield block.text, NamePlace.LINE, block, -1
    for block in (*later, *cover.ending):
        for name, _ in _names_in(block.text[:MAX_BLOCK_LENGTH]):
            yield name, NamePlace.LATER, block, -1


def _labelled(cover: Cover) -> Iterator[tuple[str, NamePlace, Block | None, int]]:
    for value, block, _label in labelled_values(cover, MetadataField.PROJECT):
        text = _NUMBER_OF_GRANT.sub("", value) or value
        if len(text.split()) > MAX_PROJECT_WORDS or is_programme(text):
            continue
        name = _FIRST_OF_VALUE.match(text) or _LAST_OF_VALUE.search(text)
        if name is not None:
            yield name[1], NamePlace.LABEL, block, -1
        is_short = len(text.split()) <= 2
        yield text, NamePlace.LABEL if is_short else NamePlace.FULL_LABEL, block, -1


def front_lines(cover: Cover) -> list[tuple[str, Block]]:
    """Return the lines and cells of the first page, each with its block."""
    lines = [
        (text, block)
        for block in cover.first_page[:FRONT_BLOCKS]
        for text in filter(str.strip, block.cells or block.lines or (block.text,))
    ]
    return lines[:FRONT_LINES]


def _of_line(text: str) -> Iterator[tuple[str, NamePlace]]:
    count = len(text.split())
    if count <= MAX_NAME_WORDS + 2:
        yield text, NamePlace.LINE
    if count <= MAX_LINE_WORDS:
        for part in PARTS.split(text):
            yield part, NamePlace.PART
            if rest := without_programme(part.strip()):
                yield rest, NamePlace.AFTER_PROGRAMME
    yield from _names_in(text[:MAX_BLOCK_LENGTH])


def _names_in(text: str) -> Iterator[tuple[str, NamePlace]]:
    """Yield the names inside a text."""
    for match in _ANY_ACRONYM.finditer(text):
        yield match[0], NamePlace.WORD
    for match in _CAPITAL_WORDS.finditer(text):
        yield match[0], NamePlace.CAPITALS
    for match in _QUOTED.finditer(text):
        yield match[1], NamePlace.QUOTED
    for pattern in (_BEFORE_WORD, _AFTER_WORD, _LAST_QUOTED):
        for match in pattern.finditer(text):
            if _ENDS_OPEN.search(match[1]):
                continue
            yield _ARTICLE.sub("", match[1], count=1), NamePlace.BESIDE_PROJECT
