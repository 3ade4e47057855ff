"""The text of an original as accessible HTML, and its parts: pages, or sections."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import groupby, islice

from cachetools import LRUCache, cached
from flask_babel import gettext as _
from markupsafe import Markup, escape

from indexer.extraction.passages import anchored, page_anchor
from indexer.file_texts import FileTexts
from indexer.model.document import Block, BlockType, FilePage, FileReading, FileType
from indexer.model.ids import Locale
from indexer.model.record import Record
from indexer.model.record_parts import OriginalFile, Title
from indexer.model.records import Deliverable
from kb.public.document.search import (
    TEXT_ANCHOR,
    DocumentPart,
    DocumentSearch,
    find_in_document,
)
from kb.web.date_text import language_name
from kb.web.page_content import PageContent
from kb.web.records.file_links import FileView, extension, file_url, file_view
from kb.web.urls import record_url, script_root

_PART = re.compile(
    r'<section class="leaf" id="(?P<anchor>page-(?P<page>\d+))"'
    r'|<h\d id="(?P<heading>section-\d+)">(?P<title>[^<]*)'
)


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the table of contents: a heading, its anchor and its page."""

    title: str
    anchor: str
    page: int | None


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file as HTML, and its table of contents."""

    html: Markup
    contents: tuple[ContentsEntry, ...]


def file_parts(
    text: FileText, page_url: Callable[[int], str]
) -> tuple[DocumentPart, ...]:
    """Return the pages of a text, or its sections if the file has no pages.

    `page_url` returns the address of a page of the original, or "".
    """
    return tuple(_parts(str(text.html), page_url))


def _parts(html: str, page_url: Callable[[int], str]) -> Iterator[DocumentPart]:
    """Yield what is before the first part, then each part up to the next."""
    matches = [*_PART.finditer(html)]
    has_pages = any(match["page"] for match in matches)
    starts = [match for match in matches if bool(match["page"]) is has_pages]
    ends = [*(match.start() for match in starts[1:]), len(html)]
    before = html[: starts[0].start()] if starts else html
    if before:
        yield DocumentPart(before, TEXT_ANCHOR, _("Beginning of the text"))
    for match, end in zip(starts, ends, strict=False):
        piece = html[match.start() : end]
        if match["page"]:
            yield _page(piece, int(match["page"]), page_url)
        else:
            yield DocumentPart(piece, match["heading"], unescape(match["title"]))


def _page(html: str, number: int, page_url: Callable[[int], str]) -> DocumentPart:
    return DocumentPart(
        html,
        f"page-{number}",
        _("Page %(number)s", number=number),
        label=str(number),
        original_url=page_url(number),
    )


MAX_CACHED_CHARACTERS = 16 << 20
MAX_CONTENTS = 80
SHOWN_DEPTH = 2
MAX_LEVEL = 6
FIRST_LEVEL = 2
TABLE: Mapping[str, str] = {Locale.FR: "Tableau", Locale.EN: "Table"}
ALLOWED_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class FileTextView:
    """All that the page of a text shows; `lang` is the language of the text."""

    record: Deliverable
    title: Title
    record_url: str
    file: FileView
    lang: str
    language_note: str
    text: FileText
    find: DocumentSearch


def file_text_view(
    record: Deliverable, file: OriginalFile, content: PageContent, typed: str = ""
) -> FileTextView | None:
    """Return the view of the text of a file, or None if it has no text.

    The words `typed` are marked in the text.
    """
    locale, texts = content.locale, content.texts
    if not texts.has_text(file):
        return None
    lang = file.language or record.language or record.editions[0].locale
    text = _file_text(texts, record, file, lang, locale)
    if text is None:
        return None
    find = DocumentSearch()
    if typed:
        parts = file_parts(text, lambda page: _page_url(record, file, locale, page))
        analysed = Locale(lang) if lang in set(Locale) else locale
        html, find = find_in_document(parts, typed, analysed)
        text = replace(text, html=Markup().join(html))
    return FileTextView(
        record=record,
        title=record.title_for(locale),
        record_url=record_url(record.id, locale),
        file=file_view(record.id, file, content),
        lang=lang,
        language_note=_("It is in %(language)s.", language=language_name(lang, locale))
        if lang != locale
        else "",
        text=text,
        find=find,
    )


def _page_url(record: Record, file: OriginalFile, locale: Locale, page: int) -> str:
    """Return the address of a page of an original; "" if it is no PDF."""
    is_pdf = extension(file.name) == "pdf"
    return file_url(record.id, file.name, locale, page=page) if is_pdf else ""


def _size(text: FileText | None) -> int:
    return len(text.html) if text is not None else 1


def _text_key(
    texts: FileTexts, record: Record, file: OriginalFile, lang: str, locale: Locale
) -> tuple[object, ...]:
    # Addresses begin with the script root; OCR of its pictures adds to a text.
    is_recognised = file.sha256 in texts.recognised(record)
    names = (script_root(), record.id, file.name)
    return (*names, file.sha256, is_recognised, lang, locale)


@cached(LRUCache(MAX_CACHED_CHARACTERS, _size), key=_text_key, lock=threading.Lock())
def _file_text(
    texts: FileTexts, record: Record, file: OriginalFile, lang: str, locale: Locale
) -> FileText | None:
    reading = texts.known(file)
    if reading is None:
        return None
    return write_text(
        reading,
        lang,
        locale,
        lambda page: file_url(record.id, file.name, locale, page=page),
    )


def write_text(
    reading: FileReading, lang: str, locale: Locale, page_url: Callable[[int], str]
) -> FileText:
    """Return a reading as HTML, with interface words in `locale`.

    `lang` is the language of the text; `page_url` returns the address of a page of the
    original.
    """
    return _Writer(reading, lang, locale, page_url).file_text()


@dataclass(slots=True)
class _Writer:
    """Writes the HTML of one reading; it escapes all words of the file."""

    reading: FileReading
    lang: str
    locale: Locale
    page_url: Callable[[int], str]
    levels: list[int] = field(default_factory=list)
    tables: int = 0

    def file_text(self) -> FileText:
        blocks = anchored(self.reading.document).blocks
        pages = {page.number: page for page in self.reading.pages}
        by_page: dict[int | None, list[Block]] = {}
        last: int | None = None
        for block in blocks:
            last = block.page or last
            by_page.setdefault(last, []).append(block)
        parts = [*self._block_html(by_page.get(None, []))]
        for number in sorted({*pages, *filter(None, by_page)}):
            page = pages.get(number, FilePage(number))
            parts += self._page(page, by_page.get(number, []))
        return FileText(
            Markup("".join(parts)),  # noqa: S704  # each word in it was escaped
            tuple(_contents(blocks)),
        )

    def _page(self, page: FilePage, blocks: Sequence[Block]) -> Iterator[str]:
        is_other = page.locale is not None and page.locale != self.lang
        lang = f' lang="{page.locale}"' if is_other else ""
        yield f'<section class="leaf" id="{page_anchor(page.number)}"{lang}>'
        yield self._page_line(page)
        if not blocks:
            note = (
                _("This page is an image with no readable text.")
                if page.is_scanned
                else _("This page has no text.")
            )
            yield f'<p class="soft" lang="{self.locale}">{escape(note)}</p>'
        yield from self._block_html(blocks)
        yield "</section>"

    def _page_line(self, page: FilePage) -> str:
        name = escape(_("Page %(number)s", number=page.number))
        printed = ""
        if page.label and page.label != str(page.number):
            label = escape(_("printed: %(label)s", label=page.label))
            printed = f" <span>({label})</span>"
        if self.reading.type is FileType.PDF and self.reading.pages:
            url = self.page_url(page.number)
            suffix = escape(_("in the original"))
            name = Markup('<a href="{}">{}<span class="vh"> {}</span></a>').format(
                url, name, suffix
            )
        return f'<p class="leafno" lang="{self.locale}">{name}{printed}</p>'

    def _block_html(self, blocks: Sequence[Block]) -> Iterator[str]:
        for kind, group in groupby(blocks, key=lambda block: block.type):
            match kind:
                case BlockType.HEADING:
                    yield from map(self._heading, group)
                case BlockType.LIST_ITEM:
                    yield from _list(tuple(group))
                case BlockType.TABLE_ROW:
                    self.tables += 1
                    yield from _table(tuple(group), self.lang, self.tables)
                case BlockType.NOTE:
                    yield from (
                        f'<p class="small soft">{_text(block)}</p>' for block in group
                    )
                case _:
                    yield from (f"<p>{_text(block)}</p>" for block in group)

    def _heading(self, block: Block) -> str:
        """Return a heading; its level is at most one deeper than the heading before."""
        level = max(1, block.level)
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
        self.levels.append(level)
        shown = min(FIRST_LEVEL + len(self.levels) - 1, MAX_LEVEL)
        return f'<h{shown} id="{block.anchor}">{escape(block.text)}</h{shown}>'


def _contents(blocks: Sequence[Block]) -> Iterator[ContentsEntry]:
    headings = [block for block in blocks if block.type is BlockType.HEADING]
    depth = SHOWN_DEPTH
    while depth > 1 and sum(h.level <= depth for h in headings) > MAX_CONTENTS:
        depth -= 1
    shown = (heading for heading in headings if heading.level <= depth)
    for heading in islice(shown, MAX_CONTENTS):
        yield ContentsEntry(heading.text, heading.anchor, heading.page)


def _list(items: Sequence[Block]) -> Iterator[str]:
    """Yield the items of a list; a deeper item opens a list inside the one before."""
    depths: list[int] = []
    for item in items:
        level = max(1, item.level)
        while depths and depths[-1] > level:
            depths.pop()
            yield "</li></ul>"
        if depths and depths[-1] == level:
            yield "</li>"
        elif not depths or depths[-1] < level:
            depths.append(level)
            yield "<ul>"
        yield f"<li>{_text(item)}"
    yield "</li></ul>" * len(depths)


def _table(rows: Sequence[Block], lang: str, number: int) -> Iterator[str]:
    # A region that scrolls can have the focus, so it needs a name.
    name = f"{TABLE.get(lang, TABLE[Locale.EN])} {number}"
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table>'
    for row in rows:
        cells = row.cells or (row.text,)
        cells_html = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f"<tr>{cells_html}</tr>"
    yield "</table></div>"


def _text(block: Block) -> Markup:
    """Return the words of a block as HTML, with its links of allowed schemes."""
    html = Markup()
    rest = block.text
    for link in block.links:
        before, label, after = rest.partition(link.text) if link.text else ("", "", "")
        if label and link.address.casefold().startswith(ALLOWED_SCHEMES):
            anchor = Markup('{}<a href="{}" rel="noopener external">{}</a>')
            html += anchor.format(before, link.address, label)
            rest = after
    return html + rest
