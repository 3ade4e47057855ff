"""The authors of a document, as its cover or the properties of its file name them."""

import re

from indexer.extraction.report.cover import (
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.model.document import Block
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

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

_AUTHOR_LIST = re.compile(
    r"(?:list of )?authors?(?: list)?|liste des auteurs|auteurs", re.IGNORECASE
)
_NAME_CELL = {"name", "author", "authors", "nom", "auteur", "nom et prénom"}
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


def find_authors(cover: Cover) -> ExtractedFact | None:
    """Return the authors: after a label, in a list, on a line, or of the file."""
    return (
        _labelled_authors(cover)
        or _listed_authors(cover)
        or _authors_on_line(cover)
        or _declared_authors(cover)
    )


def _labelled_authors(cover: Cover) -> ExtractedFact | None:
    labelled = labelled_values(cover, MetadataField.AUTHORS)
    # The authors are better than the editors.
    for value, block, label in sorted(labelled, key=lambda each: "edit" in each.label):
        # A heading "Authors" above a table is no label of its first row.
        is_row = " | " in value and label not in block.text.casefold()
        if not is_row and (names := names_in(_names_part(value, block))):
            return block_fact(MetadataField.AUTHORS, block, *names)
    return None


def _authors_on_line(cover: Cover) -> ExtractedFact | None:
    for block in cover.blocks:
        line = _AUTHORS_LINE.fullmatch(block.text.strip())
        names = names_in(line["names"]) if line is not None else []
        if any(" " in name for name in names):
            return block_fact(
                MetadataField.AUTHORS, block, *names, likelihood=Likelihood.MEDIUM
            )
    for block in cover.first_page:
        if _NAMES_LINE.fullmatch(block.text.strip()):
            names = names_in(block.text)
            return block_fact(
                MetadataField.AUTHORS, block, *names, likelihood=Likelihood.LOW
            )
    return None


def _declared_authors(cover: Cover) -> ExtractedFact | None:
    declared = [
        name
        for author in cover.properties.authors
        for name in names_in(author)
        if not _NOT_AN_AUTHOR.fullmatch(name)
    ]
    if declared:
        return property_fact(MetadataField.AUTHORS, "authors", *declared)
    return None


def _listed_authors(cover: Cover) -> ExtractedFact | None:
    """Return the names in the table under the heading "Author list"."""
    column = -1
    is_under = False
    names: list[str] = []
    first: Block | None = None
    for block in cover.blocks:
        cells = [cell.strip() for cell in block.cells if cell.strip()]
        if _AUTHOR_LIST.fullmatch(block.text.strip()):
            is_under = True
        elif is_under and not cells:
            break
        elif is_under and column < 0:
            headers = [cell.casefold() for cell in cells]
            column = next(
                (n for n, cell in enumerate(headers) if cell in _NAME_CELL), 0
            )
        elif is_under and column < len(cells):
            names += names_in(cells[column])
            first = first or block
    if first is None or not names:
        return None
    return block_fact(MetadataField.AUTHORS, first, *names)


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


def names_in(text: str) -> list[str]:
    """Return the names in a text, without those that can be no person or body."""
    text = _LEADER.sub(", ", text)
    parts = _without_bodies(re.split(r"\s*(?:[,;/&\n]|\s(?:and|et)\s)\s*", text))
    names = (
        re.sub(r"\s*\([^)]*\)|\s+\d+$", "", part).strip(" .*†‡¹²³⁴⁵⁶") for part in parts
    )
    valid = [
        name
        for name in names
        if 2 < len(name) <= 60 and len(name.split()) <= 6 and name[0].isupper()
    ]
    return list(dict.fromkeys(valid))[:30]


def _without_bodies(parts: list[str]) -> list[str]:
    """Return the names of "Ada Byrne, UCD Jan Smit, TUD": each has its body after it.

    The lines of a cell are read as one, so that a body is before the next name.
    """
    middle = parts[1:-1]
    is_paired = (
        len(parts) > 1
        and len(parts[0].split()) > 1
        and len(parts[-1].split()) == 1
        and all(len(part.split()) > 2 for part in middle)
    )
    if not is_paired:
        return parts
    return [parts[0], *(part.split(maxsplit=1)[1] for part in middle)]
