"""The text of a brief in DOCX: blocks, lists, links and headings.

Headings, lists, tables and links are real ones, so that a screen reader, a table of
contents and an author who goes on writing can use them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from kb.briefs.docx_elements import (
    PLAIN,
    Element,
    ParagraphBox,
    RunFormat,
    bookmarked,
    link_by_relation,
    paragraph,
    table,
    text_run,
)
from kb.briefs.docx_layout import (
    ACCENT,
    CODE_FONT,
    LANGUAGES,
    RULE,
    TEXT_WIDTH_CM,
    ListNumbers,
)
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextHeading,
    TextList,
    TextParagraph,
    TextQuote,
    TextTable,
    is_web_address,
    printable,
)

MAX_LINK = 2000
"""Word refuses a file with a longer address."""


class TextWriter:
    """Appends text to a document, in the language and the box of the present block."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.numbers = ListNumbers(document)
        self._lang = ""
        self._box: ParagraphBox | None = None
        self._bookmarks = 0

    def blocks(
        self, blocks: Iterable[TextBlock], level: int, style: str = "Normal"
    ) -> None:
        """Append blocks; a heading is that many levels below another."""
        for block in blocks:
            match block:
                case TextParagraph(spans):
                    self.add(paragraph(style, *self.spans(spans), box=self._box))
                case TextHeading(spans, below):
                    self.heading("".join(span.text for span in spans), level + below)
                case TextList(items, is_ordered):
                    self._list(items, level, is_ordered=is_ordered, within=style)
                case TextQuote(quoted):
                    self.blocks(quoted, level, "Quote")
                case TextTable(head, rows):
                    self._text_table(head, rows)

    def _list(
        self,
        items: Iterable[Sequence[TextBlock]],
        level: int,
        *,
        is_ordered: bool,
        within: str,
    ) -> None:
        """Write a list: the first block of each item has the mark, others follow."""
        name = "ListNumber" if is_ordered else "ListBullet"
        style = f"{name}2" if within.startswith("List") else name
        number = self.numbers.new_list(style) if is_ordered else 0
        for item in items:
            for place, block in enumerate(item):
                if place or not isinstance(block, TextParagraph):
                    self.blocks((block,), level, "ListContinue")
                    continue
                runs = self.spans(block.spans)
                self.add(paragraph(style, *runs, list_number=number, box=self._box))

    def _text_table(
        self,
        head: Sequence[Sequence[Span]],
        rows: Sequence[Sequence[Sequence[Span]]],
    ) -> None:
        bold = [[replace(span, is_bold=True) for span in cell] for cell in head]
        cells = [
            [paragraph("Briefcell", *self.spans(cell)) for cell in row]
            for row in (bold, *rows)
        ]
        widths = [TEXT_WIDTH_CM / len(head)] * len(head)
        self.add(table(cells, widths, has_head=True, rule=RULE))
        self.line("Briefgap")

    def heading(
        self,
        text: str,
        level: int,
        *,
        bookmark: str = "",
        is_on_new_page: bool = False,
    ) -> None:
        """Append a heading, which may be in a bookmark."""
        runs: tuple[Element, ...] = (text_run(text, self.look()),)
        if bookmark:
            self._bookmarks += 1
            runs = bookmarked(bookmark, self._bookmarks, *runs)
        style = f"Heading{min(level, 6)}"
        is_new = is_on_new_page
        self.add(paragraph(style, *runs, is_on_new_page=is_new, box=self._box))

    def line(self, style: str, text: str = "") -> None:
        """Append a paragraph of one text, or an empty one."""
        self.add(paragraph(style, *([text_run(text, self.look())] if text else [])))

    def cell(
        self,
        text: str,
        look: RunFormat = PLAIN,
        style: str = "Briefcell",
        *,
        keeps_next: bool = False,
    ) -> Element:
        """Return the paragraph of a cell."""
        return paragraph(style, text_run(text, look), keeps_next=keeps_next)

    def spans(self, spans: Iterable[Span]) -> Iterator[Element]:
        """Yield the texts and the links of a paragraph."""
        for span in spans:
            look = replace(
                self.look(),
                is_bold=span.is_bold,
                is_italic=span.is_italic,
                font=CODE_FONT if span.is_code else "",
            )
            if span.url:
                yield self.link(span.url, span.text, look)
            else:
                yield text_run(span.text, look)

    def link(self, url: str, text: str = "", look: RunFormat = PLAIN) -> Element:
        """Return a link; only its text if Word would refuse the address."""
        if not is_web_address(url) or len(url) > MAX_LINK:
            return text_run(text or url, look)
        run = text_run(text or url, replace(look, color=ACCENT))
        relation = self.document.part.relate_to(
            printable(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        return link_by_relation(relation, run)

    def look(self) -> RunFormat:
        """Return the format of plain text in the present language."""
        return RunFormat(lang=LANGUAGES.get(self._lang, ""))

    def add(self, *elements: Element) -> None:
        """Append elements to the body."""
        # The last element of the body is its section.
        for element in elements:
            self.document.element.body[-1].addprevious(element)

    @contextmanager
    def in_language(self, lang: str) -> Iterator[None]:
        """Write, during the block, in a language; "" is that of the brief."""
        before, self._lang = self._lang, lang
        try:
            yield
        finally:
            self._lang = before

    @contextmanager
    def boxed_in(self, box: ParagraphBox) -> Iterator[None]:
        """Write, during the block, paragraphs and headings in a box."""
        self._box = box
        try:
            yield
        finally:
            self._box = None
