"""The acronym of the project that a document is a deliverable of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.extraction.report.cover import (
    MAX_BLOCK_LENGTH,
    MAX_TITLE_WORDS,
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.extraction.report.funding_programmes import is_programme
from indexer.extraction.report.title_features import (
    has_kind,
    is_publisher,
    is_same_title,
    title_key,
)
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

MAX_PROJECT_WORDS = 25

_ACRONYM = (
    r"(?P<value>(?=[\w@+&.-]{0,24}[A-ZÀ-Þ][\w@+&.-]{0,24}[A-ZÀ-Þ0-9])"
    r"[A-ZÀ-Þ][\w@+&-]{2,24})"
)
"""A word with two capital letters."""

_NAME_FIRST = r"^(?P<value>[A-Z][\w@+&-]+(?: [A-Z][\w@+&-]+){0,3})"
_CAPITAL_WORDS = r"^(?P<value>[A-Z][A-Z\d@&-]+(?: [A-Z][A-Z\d@&-]+){1,3})"
_CAPITALS = r"(?P<value>[A-ZÀ-Þ][A-ZÀ-Þ\d-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ\d-]+){1,3})"
"""Two words in capitals or more."""

_NETWORK = r"[Rr]éseau (?:de planification d[’']action|de transfert|de mise en œuvre)"
_SENTENCE = (
    rf"\b{_ACRONYM}\s+[–—-]\s+[^–—.]{{5,160}}\s+[–—-]\s+(?:is an?|est une?)\s"
    r"[^.]{0,80}\b(?:action|project|projet)\b"
)
"""An acronym, its words between dashes, and that it is a project."""

_FUNDED = (
    r"(?: project| \([^)]*\))? (?:has received|receives|is|was) (?:co-?)?"
    r"(?:fund|financ)"
)
_GRANT_BEFORE = (
    r"\b(?:GA|[Gg]rant(?: [Aa]greement)?)[^.\n]{0,12}\.?[^.\n]{0,4}\d{5,9}\)?"
    r"\s*[|–—:-]\s*"
)
_GRANT_AFTER = r"\s*[|–—(,:-]\s*(?:GA|[Gg]rant|H2020|HORIZON)[^\n]{0,24}?\d{5,9}"
_ACRONYMS = tuple(
    map(
        re.compile,
        (
            rf"\b{_ACRONYM}{_FUNDED}",
            r"\b[Pp]rojet (?:européen|ANR|H2020|de recherche) [«“\"]?\s?" + _ACRONYM,
            _GRANT_BEFORE + _ACRONYM,
            rf"{_CAPITAL_WORDS}{_GRANT_AFTER}",
            rf"\b{_ACRONYM}{_GRANT_AFTER}",
            rf"[Pp]roje(?:c)?t [\w-]*\d[\w-]* [«“\"(]\s?{_ACRONYM}",
            rf"[Pp]rojet «[^»]{{3,160}}[–—-]\s*{_ACRONYM}\s*»",
            rf"{_NAME_FIRST}\s*[·|–—-]\s*(?:[Aa] )?[Pp]roje(?:c)?t\b",
            rf"^Interreg (?:[A-Z][\w-]* )*{_ACRONYM}$",
            rf"^(?:PROJET|PROJECT) {_ACRONYM}$",
            r"^(?P<value>LIFE [A-Z][A-Z\d-]{2,24})$",
            rf"{_NETWORK} {_CAPITALS}$",
            rf"^{_CAPITALS} (?i:(?:action planning|transfer|implementation) network)\b",
            _SENTENCE,
            rf"\bURBACT(?: [IVX]+)? {_ACRONYM}$",
            rf"\b{_ACRONYM} (?i:(?:action planning|transfer|implementation) network)\b",
            rf"^{_ACRONYM}\s+[–—-]\s+[A-Z]{{2,3}}\d{{3,5}}$",
            rf"^{_ACRONYM}\W+(?:FP7|H2020|HORIZON|ISF)\w*-",
            rf"^{_ACRONYM} [A-Z][^.]{{10,160}} [Gg]rant [Aa]greement",
        ),
    )
)
_MENTIONS = tuple(
    map(
        re.compile,
        (
            rf"\b{_ACRONYM}(?: \d)? ?\([^)]{{3,200}}\) (?:[Pp]roject|PROJECT)\b",
            r"\b(?:[Pp]rojet|[Pp]rojekt|[Pp]royecto|[Pp]rogetto|[Pp]rojeto) [«“\"]?\s?"
            + _ACRONYM,
            rf"\b{_ACRONYM}(?: \d)? (?:[Pp]roject|PROJECT|[CKck]onsortium|partners)\b",
            r"\b(?:the|THE|of|within) [Pp]roject [«“\"]?" + _ACRONYM,
        ),
    )
)
"""Words that also name other projects; they count on the first page, or where the
pages say that the document is a deliverable or has a grant."""

_QUOTED = re.compile(
    r"\b(?:[Pp]roject|[Pp]rojet|[Aa]ction)\s+[«“\"]\s?"
    r"(?P<value>[A-ZÀ-Þ][^«»“”\"]{2,60}?)\s?[»”\"]"
)
"""A name of several words between quotation marks: the project “Libraries for All”."""

_BESIDE_GRANT = re.compile(
    r"\d{4}-\d-[A-Z]{2}\d{2}-KA\d"
    r"|\b(?:[Aa]ction [Pp]lanning|[Tt]ransfer|[Ii]mplementation) [Nn]etwork\b"
    r"|\b(?:[Ii]ntellectual [Oo]utput|[Pp]roduction [Ii]ntellectuelle)\b"
    r"|\b(?:[Ss]trategic [Pp]artnership|[Pp]artenariat [Ss]tratégique"
    r"|[Cc]ooperation [Pp]artnership|[Pp]artenariat de [Cc]oopération)\b"
)
"""What a line says that is right below the name of a project."""

_MOST_NAME_WORDS = 5
_MOST_HEADING_WORDS = 3

_LONE_ACRONYM = re.compile(rf"{_ACRONYM}(?:[ -]?(?:2\.0|II|\d))?")
_ACRONYM_FIRST = re.compile(rf"{_ACRONYM}\s*(?:[–—:|(]|\s-\s)")
_EXPANDED = re.compile(rf"{_ACRONYM}\s+[–—:-]\s+[A-Z](?:[^\W\d]+\W+){{2,14}}[^\W\d]+")
"""An acronym and the words that it stands for."""

_ACRONYM_LAST = re.compile(rf"\(\s*{_ACRONYM}\s*\)\s*$")
_REFERENCE_LINE = re.compile(
    r"\b(?:H2020|HORIZON|GA|[Gg]rant|[A-Z]{3,6}-(?:19|20)\d\d|D\s?\d+\.\d+)\b"
)
"""Words of a line that names the programme or the deliverable beside the project."""

_NUMBER_OF_GRANT = re.compile(r"^\d{5,9}\W+|\W+\d{5,9}$")
_GRANT_NUMBER = re.compile(r"\b(?:grant|GA)\b.{0,30}\d{6}", re.IGNORECASE)
_DELIVERABLE_WORDS = re.compile(
    r"\b(?:[Gg]rant|H2020|Horizon|HORIZON|FP7|ISF|Erasmus|URBACT|Interreg|CERV|[A-Z]{3,6}-(?:19|20)\d\d"
    r"|[Cc]onvention de subvention"
    r"|[Dd]eliverable|DELIVERABLE|[Ll]ivrable|LIVRABLE|D\s?\d+\.\d+"
    r"|(?:co-?)?(?:funded|financed|financé\w*|cofinancé\w*) (?:by|par))\b"
)
_PROJECT_WORD = re.compile(r"\b(?:project|projet)\b", re.IGNORECASE)
_NAMED_PROJECT = re.compile(
    _ACRONYM + r"[ _–|-]+(?:\d{6,8}[ _-]+)?(?:WP\d+[ _-]+)?D(?:EL)?\s?-?\d"
)
_NAME_BEFORE_NUMBER = re.compile(
    r"(?P<value>[A-ZÀ-Þ][A-ZÀ-Þ\d-]+(?: [A-ZÀ-Þ\d-]{2,}){0,3})\s*[|–—:,-]\s*"
    r"(?i:deliverable|livrable|output|résultat|[DLO](?:\.[A-Z])?\s?\d|IO\s?\d)"
)
"""The name of a project in capitals: "NIGHT LIGHT | Output 2"."""

_WEB_PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
_WORK_PACKAGE = re.compile(r"[-_ ](?:WP\d|\d{6,8}(?!\d)).*", re.IGNORECASE)
_NOT_A_PROJECT = re.compile(
    r"(?:EU|EC|EUROPE|MED|NWE|REGION|EUROPEAN|WP\d*|T\d.*|D\d.*|M\d*|V\d.*|GA|FINAL|DRAFT"
    r"|IO\d+|REPORT|RAPPORT|DELIVERABLE|LIVRABLE|THE|THIS|PROJECT|PUBLIC|PU|PP|RE|CO|SEN|CONFIDENTIAL|DOCUMENTATION"
    r"|ACKNOWLEDGE?MENTS?|REMERCIEMENTS|DISCLAIMER|AVERTISSEMENT"
    r"|UNION|REVISED|HISTORY|CONTENTS|ABSTRACT|SUMMARY|SOMMAIRE|RÉSUMÉ|INTRODUCTION|GUIDE"
    r"|(?:H2020|HORIZON|FP7|ISF)[\w-]+|[A-Z\d-]+-(?:19|20)\d\d(?:-[\w-]+)?|WP.*|ANNEXE|LIVRET|ACTES|NOTE|ATELIER|TOC|TOOLBOX.*|TOOLKIT.*|MODULE.*|ISSUE.*|VOLUME.*|FICHE.*|GNU|GITHUB|GITLAB|PROCÈS-VERBAL|MINUTES"
    r"|ANNEX|SUBMITTED|VERSION|NEW)",
    re.IGNORECASE,
)


def find_project(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return the acronym of the project if the cover labels or uses one."""
    return (
        _labelled_project(cover)
        or _project_in_text(cover, margins)
        or _quoted_project(cover)
        or _project_on_line(cover, title)
        or _project_of_property(cover)
        or _project_of_file(cover)
        or _project_beside_grant(cover, title)
    )


def _labelled_project(cover: Cover) -> ExtractedFact | None:
    labelled = [
        (_acronym_of(value), block)
        for value, block, _label in labelled_values(cover, MetadataField.PROJECT)
        if len(value.split()) <= MAX_PROJECT_WORDS
        and not value.isdigit()
        and not is_programme(value)
    ]
    # The acronym is shorter than the title of the project.
    for value, block in sorted(labelled, key=lambda each: len(each[0].split()) > 2):
        return block_fact(MetadataField.PROJECT, block, value)
    return None


def _project_in_text(cover: Cover, margins: Sequence[Block]) -> ExtractedFact | None:
    blocks = (*cover.blocks, *margins)
    first_page = set(map(id, cover.first_page))
    is_of_project = any(_DELIVERABLE_WORDS.search(each.text) for each in blocks)
    for block in blocks:
        text = block.text[:MAX_BLOCK_LENGTH]
        if is_programme(text):
            continue
        names = list(_acronyms_in(text))
        if is_of_project or id(block) in first_page:
            names += [
                match["value"] for each in _MENTIONS if (match := each.search(text))
            ]
        for name in names:
            if _may_be_project(name):
                return block_fact(
                    MetadataField.PROJECT, block, name, likelihood=Likelihood.MEDIUM
                )
    return None


def _quoted_project(cover: Cover) -> ExtractedFact | None:
    """Return a name between quotation marks after the word "project"."""
    for block in cover.blocks:
        match = _QUOTED.search(block.text[:MAX_BLOCK_LENGTH])
        if match is not None and _may_be_project(match["value"]):
            return block_fact(
                MetadataField.PROJECT,
                block,
                match["value"],
                likelihood=Likelihood.MEDIUM,
            )
    return None


def _project_beside_grant(
    cover: Cover, title: ExtractedFact | None
) -> ExtractedFact | None:
    """Return the short line above that of a partnership or of its grant."""
    whole_title = title.value.casefold() if title is not None else ""
    lines = cover.first_page
    for number, block in enumerate(lines):
        following = " ".join(each.text for each in lines[number + 1 : number + 3])
        name = block.text.strip(' «»“”"')
        is_line = (
            block.type is not BlockType.TABLE_ROW
            and 1 < len(name.split()) <= _MOST_NAME_WORDS
        )
        is_title = name.casefold() in whole_title
        is_name = is_line and not is_title and not any(map(str.isdigit, name))
        is_beside = _BESIDE_GRANT.search(following) is not None
        if is_name and is_beside and _may_be_project(name):
            return block_fact(
                MetadataField.PROJECT, block, name, likelihood=Likelihood.LOW
            )
    return None


def _project_on_line(cover: Cover, title: ExtractedFact | None) -> ExtractedFact | None:
    """Return a name alone on a line of the cover: an acronym, or its first line."""
    is_of_project = _is_of_project(cover)
    whole_title = title.value if title is not None else ""
    for block in _own_lines(cover, whole_title) if is_of_project else ():
        name = block.text.strip(' «»“”"')
        if expanded := _EXPANDED.fullmatch(name):
            name = expanded["value"]
        is_name = _LONE_ACRONYM.fullmatch(name) or (
            block in cover.first_page[:1]
            and block.type is BlockType.HEADING
            and _may_be_name_of_words(name, whole_title)
        )
        if is_name and _may_be_project(name):
            return block_fact(
                MetadataField.PROJECT, block, name, likelihood=Likelihood.LOW
            )
    return None


def _is_of_project(cover: Cover) -> bool:
    """Return whether a cover speaks of a project, a programme or a grant."""
    return any(_DELIVERABLE_WORDS.search(each.text) for each in cover.blocks) or any(
        _PROJECT_WORD.search(each.text) for each in cover.first_page
    )


def _may_be_name_of_words(name: str, title: str) -> bool:
    """Return whether the first heading of a cover is a short name above its title."""
    return (
        len(name.split()) <= _MOST_HEADING_WORDS
        and name[:1].isupper()
        and not any(map(str.isdigit, name))
        and not _is_in_title(name, title)
        and not is_publisher(name)
        and not has_kind(name)
    )


def _is_in_title(name: str, title: str) -> bool:
    key, whole = title_key(name), title_key(title)
    return key in whole or is_same_title(key, whole)


def _own_lines(cover: Cover, title: str) -> Iterator[Block]:
    """Yield the lines of the first page, then those above a number of a grant."""
    for first in cover.first_page[:1]:
        for cell in first.cells:
            yield dataclasses.replace(first, text=cell, cells=())
    for block in cover.first_page:
        yield block
        if name := _name_above(block, title):
            yield dataclasses.replace(block, text=name)
    for block, following in pairwise(cover.blocks):
        if _GRANT_NUMBER.search(following.text):
            yield block


def _name_above(block: Block, title: str) -> str:
    """Return the first line of a block, below programmes and above its explanation.

    The lines of a title in capitals are no names, nor is the first line of the title.
    """
    lines = [line for line in block.lines if not is_programme(line)]
    if not lines or any(line.isupper() for line in lines[1:]):
        return ""
    return "" if title.casefold().startswith(lines[0].casefold()) else lines[0]


def _project_of_property(cover: Cover) -> ExtractedFact | None:
    """Return the name before the number in the title property, if the cover has it."""
    declared = cover.properties.title.strip()
    match = _NAME_BEFORE_NUMBER.match(declared)
    name = match["value"] if match is not None else ""
    if match is None and _WEB_PAGE.search(cover.name) and _is_of_project(cover):
        last = re.split(r"\s+[|–—-]\s+", declared)[-1]
        if _LONE_ACRONYM.fullmatch(last) and _may_be_project(last):
            return property_fact(MetadataField.PROJECT, "title", last)
    if not name or not _may_be_project(name):
        return None
    whole_name = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for block in cover.first_page:
        if whole_name.search(block.text):
            return block_fact(
                MetadataField.PROJECT, block, name, likelihood=Likelihood.LOW
            )
    return None


def _project_of_file(cover: Cover) -> ExtractedFact | None:
    match = _NAMED_PROJECT.match(cover.name)
    name = _WORK_PACKAGE.sub("", match["value"]) if match is not None else ""
    if name and _may_be_project(name):
        return property_fact(MetadataField.PROJECT, "name", name)
    return None


def _may_be_project(name: str) -> bool:
    return _NOT_A_PROJECT.fullmatch(name) is None and not is_programme(name)


def _acronym_of(value: str) -> str:
    """Return the acronym of "ACRONYM – full name", or of "Full name (ACRONYM)"."""
    value = _NUMBER_OF_GRANT.sub("", value) or value
    match = _ACRONYM_FIRST.match(value) or _ACRONYM_LAST.search(value)
    is_name = match is not None and _may_be_project(match["value"])
    return match["value"] if match is not None and is_name else value


def _acronyms_in(text: str) -> Iterator[str]:
    """Yield what may be the acronym of a project in a text, the surest first."""
    named = _NAMED_PROJECT.match(text)
    for match in (*(pattern.search(text) for pattern in _ACRONYMS), named):
        if match is not None:
            yield match["value"]
    if _REFERENCE_LINE.search(text) and len(text.split()) <= MAX_TITLE_WORDS:
        for part in re.split(r"\s+[–—|/-]\s+|\s*[|,;]\s*", text):
            if _LONE_ACRONYM.fullmatch(part.strip()):
                yield part.strip()
