"""View models of the text of a file, where staff mark passages."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _

from indexer.analysis.tokens import fold, normalize
from indexer.extraction.passages import page_anchor
from indexer.model.document import Block, BlockType, FilePage, FileReading, FileType
from indexer.model.ids import Kind, Locale, RecordId
from indexer.quotation_check import searchable
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.extraction_store import Extraction, proposal_key
from kb.publishing.records.yaml_blocks import quoted_yaml
from kb.staff.base.links import RecordLinks, draft_url, owner_file_url
from kb.staff.base.routing import staff_url
from kb.staff.imports.review_view import ProposalDecision, QuotingRecords
from kb.web.locale import page_locale
from kb.web.pagination import PageSlice

PART_BLOCKS = 100
"""The number of paragraphs from which a part of a text ends with its page."""

MARKED_KINDS = (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.NEED)
MAX_HITS = 30
EXCERPT_CHARACTERS = 160
FIRST_LEVEL = 2
MAX_LEVEL = 6
DIGEST_CHARACTERS = 8

_MIN_SEARCHABLE = 12
"""Shorter words are in too many quotations to say that a paragraph is quoted."""


@dataclass(frozen=True, slots=True)
class MarkView:
    """A record that quotes a paragraph; `undo` is the id of a draft to discard."""

    kind: Kind
    title: str
    url: str
    is_published: bool
    undo: RecordId | None


@dataclass(frozen=True, slots=True)
class PageLine:
    """The line above the first paragraph of a page."""

    number: int
    anchor: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A paragraph, heading, list item or table row, with what was made of it.

    `value` names the paragraph in the form. `proposal_url` is the address of an
    undecided proposal that quotes it.
    """

    value: str
    anchor: str
    type: BlockType
    level: int
    text: str
    lang: str
    page: PageLine | None
    is_ticked: bool
    marks: tuple[MarkView, ...]
    proposal_url: str

    @property
    def short(self) -> str:
        """The first words, as the name of the controls."""
        return _cut(self.text, 60)


@dataclass(frozen=True, slots=True)
class TextHit:
    """A paragraph that contains the searched words."""

    excerpt: str
    page: int | None
    url: str


@dataclass(frozen=True, slots=True)
class MarksPage:
    """The page of one part of a text."""

    lang: str
    rows: tuple[BlockRow, ...]
    parts: PageSlice
    pages_label: str
    marked: int
    find: str
    hits: tuple[TextHit, ...]
    hit_count: int


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """A file, its reading, and the records that quote it."""

    owner: FileOwner
    reading: FileReading
    extraction: Extraction
    quoting: QuotingRecords
    links: RecordLinks


def parts_of_text(reading: FileReading) -> list[range]:
    """Return the positions of the paragraphs of each part of a text.

    A part ends where a page does, unless that page is very long.
    """
    blocks = reading.document.blocks
    starts = [0]
    for position, (last, block) in enumerate(pairwise(blocks), start=1):
        count = position - starts[-1]
        may_end = block.page is None or block.page != last.page
        if count >= 2 * PART_BLOCKS or (count >= PART_BLOCKS and may_end):
            starts.append(position)
    ends = [*starts[1:], len(blocks)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def part_with_page(reading: FileReading, page: int) -> int:
    """Return the number of the part that contains a page of a file, from 1."""
    blocks = reading.document.blocks
    for number, part in enumerate(parts_of_text(reading), start=1):
        if any((blocks[position].page or 0) >= page for position in part):
            return number
    return 1


def part_with_position(parts: Sequence[range], position: int) -> int:
    """Return the number of the part that contains a paragraph, from 1."""
    numbered = enumerate(parts, start=1)
    return next((number for number, part in numbered if position in part), 1)


def block_value(position: int, block: Block) -> str:
    """Return the name of a paragraph in a form: its position, and a digest of it."""
    digest = hashlib.sha256(block.text.encode("utf-8", "replace")).hexdigest()
    return f"{position}-{digest[:DIGEST_CHARACTERS]}"


def position_of(value: str, reading: FileReading) -> int | None:
    """Return the position of a paragraph named by a form; None if the text changed."""
    digits = value.partition("-")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) < 9):
        return None
    position, blocks = int(digits), reading.document.blocks
    is_same = (
        position < len(blocks) and block_value(position, blocks[position]) == value
    )
    return position if is_same else None


def block_anchor(position: int) -> str:
    """Return the anchor of a paragraph."""
    return f"b-{position}"


def marks_page(
    file: MarkedFile, part: int, *, ticked: Collection[str] = (), find: str = ""
) -> MarksPage:
    """Return the page of one part of a text.

    Args:
        file: The file and the records that quote it.
        part: The number of the part, from 1.
        ticked: The paragraphs that a rejected form had ticked.
        find: Words to find in the whole text.
    """
    reading = file.reading
    parts = parts_of_text(reading)
    number = min(max(part, 1), len(parts))
    lang = reading.locale or page_locale()
    marks = _Marks(file)
    rows = tuple(_rows(file, parts[number - 1], marks, lang, ticked))
    hits = _hits(
        reading, find, lambda position: _position_url(file, parts, position, find)
    )
    return MarksPage(
        lang=lang.value,
        rows=rows,
        parts=PageSlice(number, len(parts), slice(0)),
        pages_label=_pages_label(reading, parts[number - 1]),
        marked=marks.count,
        find=find,
        hits=tuple(hits[:MAX_HITS]),
        hit_count=len(hits),
    )


class _Marks:
    """The records and proposals that quote a file, compared with its paragraphs."""

    def __init__(self, file: MarkedFile) -> None:
        self._links = file.links
        slug = file.owner.record.slug
        self._quoted = [
            (searchable(_unquoted(quotation.words)), decision, record)
            for quotation, (decision, record) in file.quoting.items()
            if quotation.deliverable == slug and record is not None
        ]
        self._proposed = list(_open_proposals(file, slug))
        self.count = len({record for _, _, record in self._quoted})

    def of(self, text: str) -> tuple[MarkView, ...]:
        """Return the records that quote a paragraph, or a part of it."""
        records: Mapping[RecordId, ProposalDecision] = {
            record: decision
            for words, decision, record in self._quoted
            if _overlaps(text, words)
        }
        return tuple(self._view(*quoted) for quoted in records.items())

    def proposal_url(self, text: str) -> str:
        """Return the address of an undecided proposal that quotes a paragraph."""
        urls = (url for words, url in self._proposed if _overlaps(text, words))
        return next(urls, "")

    def _view(self, record: RecordId, decision: ProposalDecision) -> MarkView:
        is_published = decision is ProposalDecision.PUBLISHED
        if is_published:
            title, url = self._links.link(str(record))
        else:
            title, url = self._links.draft_title(record), draft_url(record)
        return MarkView(
            kind=record.kind,
            title=title,
            url=url,
            is_published=is_published,
            undo=None if is_published else record,
        )


def _open_proposals(file: MarkedFile, slug: str) -> Iterator[tuple[str, str]]:
    extraction = file.extraction
    quoted = {words for deliverable, words in file.quoting if deliverable == slug}
    for proposal in extraction.proposals:
        if (
            extraction.decision(proposal) is None
            and quoted_yaml(proposal.quotation) not in quoted
        ):
            url = staff_url(
                "proposal_in_review",
                key=extraction.key,
                proposal_key=proposal_key(proposal),
            )
            yield searchable(proposal.quotation), url


def _overlaps(text: str, words: str) -> bool:
    """Return whether a paragraph is in a quotation, or a quotation in it."""
    if len(text) < _MIN_SEARCHABLE:
        return bool(text) and text == words
    return text in words or (len(words) >= _MIN_SEARCHABLE and words in text)


def _unquoted(words: str) -> str:
    """Return the words of a quotation as `quoted_yaml` or a person wrote them."""
    try:
        return str(json.loads(words))
    except ValueError:
        return words


def _rows(
    file: MarkedFile,
    part: range,
    marks: _Marks,
    lang: Locale,
    ticked: Collection[str],
) -> Iterator[BlockRow]:
    blocks = file.reading.document.blocks
    pages = {page.number: page for page in file.reading.pages}
    levels: list[int] = []
    last: int | None = None
    for position in part:
        block = blocks[position]
        page = pages.get(block.page or 0)
        line = None
        if block.page is not None and block.page != last:
            line = _page_line(block.page, page, file)
            last = block.page
        value = block_value(position, block)
        text = searchable(block.text)
        is_other = page is not None and page.locale not in {None, lang}
        yield BlockRow(
            value=value,
            anchor=block_anchor(position),
            type=block.type,
            level=_level(block, levels),
            text=" | ".join(filter(None, block.cells)) or block.text,
            lang=str(page.locale) if is_other and page is not None else "",
            page=line,
            is_ticked=value in ticked,
            marks=marks.of(text),
            proposal_url=marks.proposal_url(text),
        )


def _level(block: Block, levels: list[int]) -> int:
    """Return the level of a heading, at most one deeper than the heading before it."""
    level = max(1, block.level)
    if block.type is not BlockType.HEADING:
        return level
    while levels and levels[-1] >= level:
        levels.pop()
    levels.append(level)
    return min(FIRST_LEVEL + len(levels) - 1, MAX_LEVEL)


def _page_line(number: int, page: FilePage | None, file: MarkedFile) -> PageLine:
    label = page.label if page is not None and page.label != str(number) else ""
    is_pdf = file.reading.type is FileType.PDF and bool(file.reading.pages)
    url = owner_file_url(file.owner, number) if is_pdf else ""
    return PageLine(number, page_anchor(number), label, url)


def _pages_label(reading: FileReading, part: range) -> str:
    pages = [
        page for position in part if (page := reading.document.blocks[position].page)
    ]
    if not pages:
        return ""
    if pages[0] == pages[-1]:
        return _("page %(number)s", number=pages[0])
    return _("pages %(first)s to %(last)s", first=pages[0], last=pages[-1])


def _position_url(
    file: MarkedFile, parts: Sequence[range], position: int, find: str
) -> str:
    return staff_url(
        "extraction_review",
        key=file.extraction.key,
        part=part_with_position(parts, position),
        find=find,
        _anchor=block_anchor(position),
    )


def _hits(
    reading: FileReading, find: str, url: Callable[[int], str]
) -> Sequence[TextHit]:
    words = fold(normalize(find)).split()
    if not words:
        return []
    found = []
    for position, block in enumerate(reading.document.blocks):
        text = fold(normalize(block.text))
        if all(word in text for word in words):
            found.append((position, block))
    return [
        TextHit(
            _cut(block.text, EXCERPT_CHARACTERS),
            block.page,
            url(position) if number < MAX_HITS else "",
        )
        for number, (position, block) in enumerate(found)
    ]


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]}…"
