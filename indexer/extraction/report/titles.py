"""The title of a document, by ordered rules; the first that finds one decides.

1. The value of a label: "Deliverable title", « Titre du livrable ».
2. A line of the cover that the file declares as its title.
3. A line that begins with the code of the deliverable, or is below the code.
4. A line of the cover that later pages repeat as their header.
5. The lines in the largest letters, or under the highest heading.
6. The title that the file declares; 7. its name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.extraction.proposals.wording import title_of, word_count
from indexer.extraction.report.cover import (
    MAX_TITLE_WORDS,
    MIN_BODY_WORDS,
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.extraction.report.title_words import (
    ANNUAL_REPORT,
    clean_title,
    continues,
    is_beside_the_title,
    is_code,
    is_never_a_title,
    is_of_kinds,
    is_same_title,
    title_key,
    without_code,
)
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_MAX_BLOCKS = 25
_MAX_SPAN = 5
_MAX_DECLARED_CHARACTERS = 1000
_SAME_SIZE = 0.96
_MUCH_LARGER = 1.3
_LEAST_RATIO = 0.6
_NEARLY_LARGEST = 0.7
_NAME_WORDS = 3
_LINE_WORDS = 12
_HEADING_SIZES = (1.0, 1.9, 1.7, 1.5, 1.3)
"""What sizes stand for the levels of headings, where the file has none."""

_LABELS_OF_CODES = {"deliverable", "livrable"}
"""What is after them is a title if it begins with a code."""

_SALUTATION = re.compile(
    r"(?:dear|madame|monsieur|mesdames|messieurs|ch[eè]re?s?|sehr geehrte\w*|estimad\w+"
    r"|gentil\w*|geachte)\b.{0,80}[,!]?",
    re.IGNORECASE,
)
"""A letter has no title; its words begin so."""

_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?")
_AFTER_DASH = re.compile(r"\s+[–—|-]\s+(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the first page that may be the title, or a few lines together.

    `start` and `stop` are the numbers of its first block and of the one after the last.
    """

    text: str
    block: Block
    start: int
    stop: int

    @property
    def size(self) -> float:
        """The size of its letters, relative to the text."""
        return _size(self.block)

    @property
    def is_sentence(self) -> bool:
        """Whether it is a sentence of the text."""
        return _is_sentence(self.block)

    @property
    def is_long(self) -> bool:
        """Whether it may be several lines that were read as one paragraph."""
        return len(self.text.split()) > _LINE_WORDS

    @property
    def is_name(self) -> bool:
        """Whether it may be the name of a project or of a body: few words."""
        count = len(self.text.split())
        return count == 1 or (count == 2 and self.text.isupper())


def find_title(cover: Cover, margins: Sequence[Block] = ()) -> ExtractedFact | None:
    """Return the title of a document: that of its cover, else of the file name."""
    lines = _lines(cover)
    largest = _largest(lines)
    declared = clean_title(cover.properties.title[:_MAX_DECLARED_CHARACTERS])
    if (labelled := _labelled(cover, largest)) is not None:
        return labelled
    if (confirmed := _confirmed(declared, lines, cover)) is not None:
        return confirmed
    if (line := _beside_code(lines, cover) or _running(lines, margins)) is not None:
        return block_fact(MetadataField.TITLE, line.block, line.text)
    if any(_SALUTATION.fullmatch(block.text.strip()) for block in cover.first_page):
        return None
    is_declared = bool(declared) and not is_beside_the_title(declared)
    if largest is not None and not (is_declared and largest.is_name):
        is_sure = largest.block.type is BlockType.HEADING and not largest.is_name
        return block_fact(
            MetadataField.TITLE,
            largest.block,
            _with_year(largest, cover),
            likelihood=Likelihood.MEDIUM if is_sure else Likelihood.LOW,
        )
    return _declared(declared, cover) if is_declared else _title_of_name(cover)


def _lines(cover: Cover) -> list[_Line]:
    """Return the lines that may be the title, those that go on joined."""
    found: list[_Line] = []
    for number, block in _front(cover):
        if found and _goes_on(found[-1], block, number):
            last = found[-1]
            text = clean_title(f"{last.text} {block.text}")
            found[-1] = _Line(text, last.block, last.start, number + 1)
        elif text := "" if _is_row(block) else _title_part(block):
            found.append(_Line(clean_title(text), block, number, number + 1))
    return found


def _front(cover: Cover) -> Iterator[tuple[int, Block]]:
    """Yield the blocks above the running text, and larger ones in columns beside it."""
    is_body, largest = False, _MUCH_LARGER
    for number, block in enumerate(cover.first_page[:_MAX_BLOCKS]):
        is_body = is_body or _is_body(block)
        if not is_body or (block.page and block.size >= largest):
            yield number, block
        largest = max(largest, block.size)


def _is_row(block: Block) -> bool:
    """Return whether a block is a row of several cells; one cell is a box."""
    return sum(map(bool, block.cells)) > 1


def _size(block: Block) -> float:
    level = min(block.level or 1, 4) if block.type is BlockType.HEADING else 0
    return block.size or _HEADING_SIZES[level]


def _is_sentence(block: Block) -> bool:
    return block.type is not BlockType.HEADING and block.text.rstrip().endswith(".")


def _is_body(block: Block) -> bool:
    """Return whether a block is running text, below which headings are of sections."""
    count = len(block.text.split())
    return block.type is BlockType.PARAGRAPH and (
        count > MAX_TITLE_WORDS or (count >= MIN_BODY_WORDS and _is_sentence(block))
    )


def _title_part(block: Block) -> str:
    """Return the lines of a block between those that are beside the title."""
    lines = list(block.lines or (block.text,))
    while lines and is_beside_the_title(lines[0]):
        del lines[0]
    while lines and is_beside_the_title(lines[-1]):
        del lines[-1]
    text = " ".join(lines)
    if len(text.split()) > MAX_TITLE_WORDS or not any(map(str.isalpha, text)):
        return ""
    return "" if is_beside_the_title(text) else text


def _goes_on(line: _Line, block: Block, number: int) -> bool:
    """Return whether a block is the rest of a title that was cut into several."""
    ratio = _size(block) / line.size
    is_alike = _SAME_SIZE < ratio < 1 / _SAME_SIZE
    if is_alike and block.text.startswith("(") and line.size >= _MUCH_LARGER:
        return True
    if _is_row(block) or number != line.stop or line.stop - line.start >= _MAX_SPAN:
        return False
    if len(line.text.split()) + len(block.text.split()) > MAX_TITLE_WORDS:
        return False
    is_same_type = block.type is line.block.type
    if not _title_part(block) or _is_sentence(block) or not is_same_type:
        return False
    if line.is_name and not block.text[:1].islower():
        return False
    if continues(line.text, block.text):
        return ratio > _LEAST_RATIO
    return is_alike and block.size > 1


def _largest(lines: Sequence[_Line]) -> _Line | None:
    """Return the first line in the largest letters; a name only without another."""
    possible = [line for line in lines if not line.is_sentence]
    for group in ([line for line in possible if not line.is_name], possible):
        size = max((line.size for line in group), default=0.0)
        for line in group:
            if line.size > _SAME_SIZE * size:
                return line
    return None


def _labelled(cover: Cover, largest: _Line | None) -> ExtractedFact | None:
    for value, block, label in labelled_values(cover, MetadataField.TITLE):
        title = clean_title(value)
        if label in _LABELS_OF_CODES and without_code(value) == value:
            continue
        # The table of a form may cut the title; the cover has it in full.
        is_cut = (
            largest is not None
            and title_key(title) != title_key(largest.text)
            and title_key(title) in title_key(largest.text)
        )
        if (
            is_cut
            or is_never_a_title(title)
            or len(title.split()) > 2 * MAX_TITLE_WORDS
        ):
            continue
        return block_fact(MetadataField.TITLE, block, title)
    return None


def _confirmed(
    declared: str, lines: Sequence[_Line], cover: Cover
) -> ExtractedFact | None:
    """Return the title that the file declares if a line has it, in its fuller form.

    The property has small letters where a cover has capitals, and may have a subtitle
    more; that of a web page also has the name of the site.
    """
    if not declared or is_never_a_title(declared):
        return None
    is_phrase = len(declared.split()) >= _NAME_WORDS
    for line in [line for line in lines if not line.is_name] or lines:
        title = line.text
        is_text = line.block.type is BlockType.PARAGRAPH and line.is_long
        if is_phrase and is_text and title_key(declared) in title_key(title):
            return block_fact(MetadataField.TITLE, line.block, declared)
        if not is_same_title(title_key(declared), title_key(title)):
            continue
        is_fuller = len(title) > len(declared) and not title.isupper()
        rest = _AFTER_DASH.match(declared, len(title))
        is_other = rest is not None and title_key(rest["rest"]) not in title_key(
            " ".join(block.text for block in cover.first_page)
        )
        own = title if cover.is_web_page or is_fuller or is_other else declared
        return block_fact(MetadataField.TITLE, line.block, own)
    return None


def _beside_code(lines: Sequence[_Line], cover: Cover) -> _Line | None:
    """Return the line with the code before it, or else the first below the code."""
    largest = max((line.size for line in lines if not line.is_name), default=0.0)
    for line in lines:
        has_code = without_code(line.block.text) != line.block.text
        if is_of_kinds(line.text) and line.size < largest:
            continue
        if has_code and line.size > _NEARLY_LARGEST * largest:
            return line
    blocks = cover.first_page
    for line in lines:
        above = blocks[max(0, line.start - 2) : line.start]
        is_below = any(is_code(block.text) for block in above if not block.cells)
        if is_below and line.size > _SAME_SIZE * largest:
            return line
    return None


def _running(lines: Sequence[_Line], margins: Sequence[Block]) -> _Line | None:
    """Return the line that later pages have as their header.

    The footers of slides are in small letters.
    """
    headers = {title_key(margin.text) for margin in margins}
    largest = max((line.size for line in lines if not line.is_name), default=0.0)
    return next(
        (
            line
            for line in lines
            if len(line.text.split()) >= _NAME_WORDS
            and line.size > _NEARLY_LARGEST * largest
            and title_key(line.text) in headers
        ),
        None,
    )


def _with_year(line: _Line, cover: Cover) -> str:
    """Return the title of an annual report with the year that is alone below it."""
    following = cover.first_page[line.stop : line.stop + 1]
    if following and ANNUAL_REPORT.fullmatch(line.text):
        year = following[0].text.strip()
        return f"{line.text} {year}" if _YEAR.fullmatch(year) else line.text
    return line.text


def _declared(title: str, cover: Cover) -> ExtractedFact:
    """Return the title property, with the block that has it among other words."""
    key = title_key(title)
    if len(key.split()) >= _NAME_WORDS:
        for block in cover.blocks:
            if key in title_key(block.text):
                return block_fact(MetadataField.TITLE, block, title)
    return property_fact(MetadataField.TITLE, "title", title)


def _title_of_name(cover: Cover) -> ExtractedFact | None:
    name = without_code(cover.stem)
    is_shouted = not any(map(str.islower, name))
    if word_count(name) >= (2 if name == cover.stem else 1) and not is_shouted:
        title = title_of(re.sub(r"[-.]+", " ", name))
        return property_fact(MetadataField.TITLE, "name", title)
    return None
