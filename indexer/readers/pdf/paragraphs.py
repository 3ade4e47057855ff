"""Paragraphs, list items and table rows, from the lines of a flow.

Words hyphenated at the end of a line are joined, and so are paragraphs that continue in
the next column or page. Bookmarks mark the headings that the author declared.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from statistics import median

import pypdfium2 as pdfium

from indexer.model.document import BlockType
from indexer.readers.groups import consecutive_groups, heaviest
from indexer.readers.pdf.lines import ColumnMetrics, Line, line_of, starts_paragraph
from indexer.readers.pdf.page_columns import Flow
from indexer.readers.pdf.word_boxes import FontStyle, TextSegment, shares_line

_MAX_ENTRIES = 5_000
_MAX_DEPTH = 6
_MAX_TITLE_LENGTH = 300
_NUMBER = re.compile(r"^[\divxlc]+(?:[.)][\divxlc]+)*+[.)]?\s+", re.IGNORECASE)

Outline = dict[int, dict[str, int]]
"""For each page, the levels of its bookmarks from 1, by title."""


def read_outline(file: pdfium.PdfDocument) -> Outline:
    """Return the level of each bookmark, by page and title.

    Titles are in lower case without spaces, punctuation and their number.
    """
    outline: defaultdict[int, dict[str, int]] = defaultdict(dict)
    bookmarks = file.get_toc(max_depth=_MAX_DEPTH)
    for bookmark in islice(bookmarks, _MAX_ENTRIES):
        destination = bookmark.get_dest()
        index = None if destination is None else destination.get_index()
        if index is not None:
            level = int(bookmark.level) + 1
            outline[index + 1].setdefault(_bookmark_key(bookmark.get_title()), level)
    return dict(outline)


def _bookmark_key(title: str) -> str:
    without_number = _NUMBER.sub("", title.strip())
    return "".join(
        char for char in (without_number or title).casefold() if char.isalnum()
    )


def bookmark_level(outline: Outline, page: int, title: str) -> int:
    """Return the level of a bookmark on or beside a page; 0 if there is none."""
    pages = [
        outline[number] for number in (page, page - 1, page + 1) if number in outline
    ]
    if not pages or len(title) > _MAX_TITLE_LENGTH:
        return 0
    key = _bookmark_key(title)
    levels = (levels.get(key, 0) for levels in pages)
    return next(filter(None, levels), 0) if key else 0


_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]{2,})[-\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_HYPHEN_BEFORE = frozenset(
    "ci là delà dessus dessous moi toi lui elle elles il ils on nous vous leur leurs "
    "même mêmes ce être je tu".split()
)
_HYPHEN_AFTER = frozenset(
    "non ex semi quasi self well half all co-op peut celui celle ceux celles quelques "
    "grand saint sainte vice demi mi sous centre après avant nord sud".split()
)
_PLACE_NAME_PARTS = frozenset("la le les sur sous en de du des aux lès et d l".split())
"""Words between the hyphens of place names: Villeneuve-sur-Lot."""


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts in lower case."""
    return Counter(word for text in texts for word in _WORD.findall(text.casefold()))


def is_hyphenated(line: str) -> bool:
    """Return whether a line ends in a hyphen."""
    return line.endswith(("-", "\u00ad")) and not line.endswith((" -", "--"))


def keeps_hyphen(line: str, following: str, counts: Counter[str]) -> bool:
    """Return whether the hyphen at the end of a line belongs to a compound.

    `counts` has the words of the file, without those at the ends of lines.
    """
    first_half, second_half = _HYPHENATED.search(line), _FIRST_WORD.match(following)
    if first_half is None or second_half is None or not following[0].islower():
        return True
    before, after = first_half[1], second_half[0].casefold()
    if before[0].isupper() and after in _PLACE_NAME_PARTS:
        return True
    before = before.casefold()
    joined, compound = counts[before + after], counts[f"{before}-{after}"]
    if joined or compound:
        return compound > joined
    if line.endswith("\u00ad"):
        return False
    if after in _HYPHEN_BEFORE or before in _HYPHEN_AFTER:
        return True
    # Two words that occur apart, and never as one word, are a compound.
    is_long = min(len(before), len(after)) >= 3
    return is_long and counts[before] > 0 and counts[after] > 0


_LEADERS = re.compile(r"\s*(?:[.·…_]\s?){4,}\s*")
_BULLET = re.compile(r"[^\w\s(]|o|·")
_RANGE_START = re.compile(r"[^\W_]–$")
_BLANK_EM = 0.3
_MAX_BROKEN_LINES = 8
_URL_PART = re.compile(r"(?:https?://|www\.)\S*(?<=[/=&?_])$")


@dataclass(frozen=True, slots=True)
class PdfBlock:
    """A paragraph, list item, footnote or table row before headings are detected.

    `is_note`: it starts with a superscript number. `is_full`: its last line reaches the
    right edge of the column. `broken_lines` are the lines that its author has broken,
    on the first page.
    """

    type: BlockType
    text: str
    page: int
    size: float
    style: FontStyle
    lines: int
    is_bold: bool = False
    is_note: bool = False
    is_full: bool = False
    label: str = ""
    cells: tuple[str, ...] = ()
    broken_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineJoiner:
    """Joins lines, given the words, body font size and bookmarks of the file.

    The number of removed hyphens is added to `counts`.
    """

    words: Counter[str]
    counts: Counter[str]
    body: float
    outline: Outline

    def join(self, text: str, following: str) -> str:
        """Join a text and the next line."""
        if not text:
            return following
        if is_hyphenated(text) and following:
            if keeps_hyphen(text, following, self.words):
                return f"{text[:-1]}-{following}"
            self.counts["hyphens"] += 1
            return text[:-1] + following
        is_range = _RANGE_START.search(text) and following[:1].isdigit()
        return text + ("" if is_range or _URL_PART.search(text) else " ") + following

    def join_all(self, lines: Sequence[Line]) -> str:
        """Join the lines of one paragraph."""
        text = lines[0].text_without_label
        for line in lines[1:]:
            text = self.join(text, line.text)
        return text


def flow_blocks(flow: Flow, page: int, joiner: LineJoiner) -> list[PdfBlock]:
    """Join the lines of a flow into blocks."""
    if flow.is_row:
        return [_table_row(flow, page, joiner)]
    segment_groups = consecutive_groups(
        flow.segments,
        lambda group, segment: (
            shares_line(group[-1], segment) and segment.x0 >= group[-1].x1 - 1
        ),
    )
    lines = [line for line in map(line_of, segment_groups) if line.text or line.label]
    if not lines:
        return []
    metrics = ColumnMetrics.of(lines)
    groups = consecutive_groups(
        lines,
        lambda group, line: (
            not any(
                bookmark_level(joiner.outline, page, one.text)
                for one in (group[-1], line)
            )
            and not starts_paragraph(group, line, metrics, joiner.body)
        ),
    )
    return [_block(group, page, joiner, metrics) for group in groups]


def _block(
    group: Sequence[Line], page: int, joiner: LineJoiner, metrics: ColumnMetrics
) -> PdfBlock:
    first, last = group[0], group[-1]
    text = _LEADERS.sub(" … ", joiner.join_all(group))
    is_item = bool(first.label) and not first.is_note
    if first.is_note or (is_item and _BULLET.fullmatch(first.label) is None):
        text = f"{first.label} {text}"
    return PdfBlock(
        type=BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH,
        text=text,
        page=page,
        size=median(line.size for line in group),
        style=heaviest(((line.style, len(line.text)) for line in group), first.style),
        lines=len(group),
        is_bold=all(line.is_bold for line in group),
        is_note=first.is_note,
        is_full=last.x1 > metrics.right - 3 * last.size,
        label=first.label,
        broken_lines=_broken_lines(group, metrics) if page == 1 else (),
    )


def _broken_lines(group: Sequence[Line], metrics: ColumnMetrics) -> tuple[str, ...]:
    """Return the lines of a paragraph, split where the next word would have fitted."""
    width = metrics.right - metrics.left
    texts = [group[0].text_without_label]
    for above, line in pairwise(group):
        blank = _BLANK_EM * line.size
        if above.x1 - above.x0 + blank + line.first_width < width:
            texts.append(line.text)
        else:
            texts[-1] = f"{texts[-1]} {line.text}"
    return tuple(texts) if 1 < len(texts) <= _MAX_BROKEN_LINES else ()


def _table_row(flow: Flow, page: int, joiner: LineJoiner) -> PdfBlock:
    """Return the row of a flow; segments above one another are one cell."""
    cells = consecutive_groups(
        sorted(flow.segments, key=lambda segment: segment.x0),
        lambda cell, segment: segment.x0 < max(item.x1 for item in cell),
    )
    texts = []
    for cell in cells:
        cell.sort(key=lambda segment: segment.middle)
        lines = [line_of([segment]) for segment in cell]
        texts.append(f"{lines[0].label} {joiner.join_all(lines)}".strip())
    return row_block(texts, flow.segments, page)


def row_block(
    texts: Sequence[str], segments: Sequence[TextSegment], page: int
) -> PdfBlock:
    """Return a table row, given the texts of its cells."""
    largest = max(segments, key=lambda segment: len(segment.words))
    return PdfBlock(
        type=BlockType.TABLE_ROW,
        text=" | ".join(text for text in texts if text),
        page=page,
        size=largest.size,
        style=largest.style,
        lines=1,
        cells=tuple(texts),
    )


_JOINABLE = {BlockType.PARAGRAPH, BlockType.LIST_ITEM}
_MAX_CANDIDATES = 6
_SENTENCE_ENDS = tuple('.!?:;…»”"|')


def joined_across_columns(
    flows: Iterable[Sequence[PdfBlock]], joiner: LineJoiner
) -> list[PdfBlock]:
    """Concatenate flows, and join paragraphs that a column or page break splits.

    Footnotes between the two halves come after the joined paragraph.
    """
    joined: list[PdfBlock] = []
    for flow in flows:
        for index, block in enumerate(flow):
            target = None if index else _continued_block(joined, block)
            if target is None:
                joined.append(block)
                continue
            text = joiner.join(joined[target].text, block.text)
            joined[target] = replace(
                joined[target], text=text, is_full=block.is_full, broken_lines=()
            )
    return joined


def _continued_block(joined: Sequence[PdfBlock], block: PdfBlock) -> int | None:
    """Return the index of the paragraph that a block continues, if any.

    A box may be between the halves of a sentence: so a block in lower case continues
    one of the last six blocks that has no end of sentence.
    """
    max_candidates = _MAX_CANDIDATES if block.text[:1].islower() else 1
    candidates = (
        index
        for index in reversed(range(len(joined)))
        if joined[index].type is not BlockType.NOTE
    )
    for index in islice(candidates, max_candidates):
        if _continues(joined[index], block):
            return index
    return None


def _continues(last: PdfBlock, block: PdfBlock) -> bool:
    if last.type not in _JOINABLE or block.type is not BlockType.PARAGRAPH:
        return False
    if abs(last.size - block.size) > 0.6 or block.page - last.page > 1:
        return False
    if last.is_bold != block.is_bold or last.text.endswith(_SENTENCE_ENDS):
        return False
    if is_hyphenated(last.text):
        return True
    is_lower_case = block.text[:1].islower()
    fills_line = last.is_full and last.lines > 1
    return is_lower_case or (fills_line and block.text[:1].isalnum())
