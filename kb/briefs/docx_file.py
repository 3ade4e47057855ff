"""A brief as a DOCX file, for Word and LibreOffice.

Headings, lists, tables and links are real ones, so that a screen reader, a table of
contents and an author who goes on writing can use them.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from indexer.model.ids import Locale
from kb.briefs.brief import Brief, BriefRecord, BriefSection, BriefSource, BriefTable
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextHeading,
    TextList,
    TextParagraph,
    TextQuote,
    TextTable,
)

INK, SOFT, ACCENT = "14212A", "475862", "00626A"
WASH, AMBER, PALE = "F1F5F5", "A86B00", "FDF6E6"
KIND_COLORS = {
    "recommendation": "97390B",
    "practice": "2C6620",
    "deliverable": "1D4F95",
    "need": "6A379C",
    "event": "715200",
    "theme": ACCENT,
    "term": "455666",
    "page": SOFT,
}
TITLE_FONT, TEXT_FONT = "Georgia", "Calibri"
TEXT_WIDTH = Cm(16.2)

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGES = {Locale.FR.value: "fr-FR", Locale.EN.value: "en-GB"}


def brief_docx(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return a brief as a DOCX file."""
    writer = _Writer(brief)
    writer.write(made_at)
    file = io.BytesIO()
    writer.document.save(file)
    return file.getvalue()


class _Writer:
    """Writes one brief; `lang` is the language of what is being written."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.document: DocumentObject = Document()
        self._lang = ""
        self._bookmarks = 0

    def write(self, made_at: dt.datetime) -> None:
        """Write all parts."""
        _set_up(self.document, self.brief, made_at)
        self._cover()
        self._contents()
        self._strengths()
        for each in self.brief.tables:
            self._comparison(each, is_first=each is self.brief.tables[0])
        if self.brief.tables:
            _turn(self.document, is_sideways=False)
        for number, record in enumerate(self.brief.records, 1):
            self._record(number, record)
        self._about()

    def _cover(self) -> None:
        brief = self.brief
        self._line(brief.site, "Brief site")
        self._line(brief.publisher, "Brief soft")
        self._line(brief.title, "Title")
        self._blocks(brief.note, 1)
        self._line(f"{brief.date} · {brief.count}", "Brief date")
        self._linked(self.document.add_paragraph(style="Brief soft"), brief.home)

    def _contents(self) -> None:
        words = self.brief.words
        self._heading(words.contents, 1, is_on_new_page=True)
        for note in self.brief.notes:
            _shaded(self._line(note, "Brief note"), PALE, AMBER)
        if self.brief.tables:
            self._entry(words.comparison, "comparison")
        for number, record in enumerate(self.brief.records, 1):
            self._entry(f"{number}. {record.title}", f"record_{number}")
        self._entry(words.about, "about")

    def _entry(self, text: str, bookmark: str) -> None:
        """Write a line of the contents, which leads to its heading, with its page."""
        paragraph = self.document.add_paragraph(style="Brief contents")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), bookmark)
        paragraph._p.append(link)  # noqa: SLF001  # python-docx writes no internal link
        self._run(paragraph, f"{text}\t", into=link)
        _field(paragraph, f"PAGEREF {bookmark} \\h")

    def _strengths(self) -> None:
        words = self.brief.words
        rated = [each for each in self.brief.records if each.strength]
        if not rated:
            return
        self._heading(words.strengths, 2)
        rows = [(each.title, f"{_bars(each)}  {each.strength}") for each in rated]
        self._table((words.record, words.strength), rows, widths=(Cm(10.2), Cm(6)))

    def _comparison(self, table: BriefTable, *, is_first: bool) -> None:
        if is_first:
            _turn(self.document, is_sideways=True)
            self._heading(self.brief.words.comparison, 1, bookmark="comparison")
        self._heading(table.title, 2)
        width = Cm(25.2 / len(table.head))
        self._table(table.head, table.rows, widths=[width] * len(table.head), size=8.5)

    def _record(self, number: int, record: BriefRecord) -> None:
        words = self.brief.words
        line = self._line(record.kind_name, "Brief kind")
        line.runs[0].font.color.rgb = RGBColor.from_string(KIND_COLORS[record.kind])
        line.paragraph_format.page_break_before = number == 1 and not self.brief.tables
        with self._in(record.lang):
            self._heading(f"{number}. {record.title}", 1, bookmark=f"record_{number}")
            self._line(record.summary, "Brief lead")
        if record.facts:
            self._facts(record.facts)
        with self._in(record.lang):
            for section in record.sections:
                self._section(section)
            if record.limits is not None:
                self._section(record.limits, is_shaded=True)
        if record.worth:
            self._heading(words.worth, 2)
            if record.strength:
                self._line(f"{_bars(record)}  {record.strength}", "Normal")
            self._line(" ".join(record.worth), "Normal")
        self._heading(words.sources, 2)
        for place, source in enumerate(record.sources, 1):
            self._source(place, source)
        if not record.sources:
            self._line(words.no_source, "Normal")
        self._line(record.updated, "Brief soft")
        address = self._line(f"{words.address} ", "Brief soft")
        self._linked(address, record.url)

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write facts in a table of two columns, the names in the first one."""
        table = self.document.add_table(0, 2)
        for name, value in facts:
            cells = table.add_row().cells
            self._run(cells[0].paragraphs[0], name, is_bold=True, color=SOFT)
            self._run(cells[1].paragraphs[0], value)
        _lay_out(table, (Cm(4.6), TEXT_WIDTH - Cm(4.6)))
        self.document.add_paragraph(style="Brief gap")

    def _section(self, section: BriefSection, *, is_shaded: bool = False) -> None:
        start = len(self.document.paragraphs)
        self._heading(section.title, 2)
        self._blocks(section.blocks, 2)
        if is_shaded:
            for paragraph in self.document.paragraphs[start:]:
                _shaded(paragraph, PALE, AMBER)

    def _source(self, number: int, source: BriefSource) -> None:
        paragraph = self.document.add_paragraph(style="Brief source")
        self._run(paragraph, f"{number}.\t")
        with self._in(source.lang):
            self._run(paragraph, source.label)
        if source.details:
            self._run(paragraph, f", {source.details}", color=SOFT)
        if source.url:
            paragraph.add_run().add_break()
            self._linked(paragraph, source.url)

    def _about(self) -> None:
        words = self.brief.words
        self._heading(words.about, 1, bookmark="about", is_on_new_page=True)
        for each in self.brief.about:
            self._line(each, "Normal")
        address = self._line(f"{words.address} ", "Normal")
        self._linked(address, self.brief.url)

    def _blocks(
        self, blocks: Iterable[TextBlock], level: int, style: str = "Normal"
    ) -> None:
        for block in blocks:
            match block:
                case TextParagraph(spans):
                    self._spans(self.document.add_paragraph(style=style), spans)
                case TextHeading(spans, below):
                    self._heading("".join(each.text for each in spans), level + below)
                case TextList(items, is_ordered):
                    for item in items:
                        self._item(item, level, is_ordered=is_ordered, within=style)
                case TextQuote(quoted):
                    self._blocks(quoted, level, "Quote")
                case TextTable(head, rows):
                    self._text_table(head, rows)

    def _item(
        self,
        item: Sequence[TextBlock],
        level: int,
        *,
        is_ordered: bool,
        within: str,
    ) -> None:
        """Write an item of a list: its first block has the mark, others only follow."""
        depth = " 2" if within.startswith("List") else ""
        style = f"List {'Number' if is_ordered else 'Bullet'}{depth}"
        for place, block in enumerate(item):
            self._blocks((block,), level, "List Continue" if place else style)

    def _text_table(
        self,
        head: Sequence[Sequence[Span]],
        rows: Sequence[Sequence[Sequence[Span]]],
    ) -> None:
        table = self.document.add_table(0, len(head))
        for row in (head, *rows):
            cells = table.add_row().cells
            for cell, spans in zip(cells, row, strict=True):
                self._spans(cell.paragraphs[0], spans)
        _lay_out(table, [Cm(16.2 / len(head))] * len(head), has_head=True)
        self.document.add_paragraph(style="Brief gap")

    def _table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        widths: Sequence[int],
        size: float = 10,
    ) -> None:
        table = self.document.add_table(0, len(head))
        for row in (head, *rows):
            cells = table.add_row().cells
            for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
                is_bold = row is head or not place
                self._run(cell.paragraphs[0], text, is_bold=is_bold, size=size)
        _lay_out(table, widths, has_head=True)
        self.document.add_paragraph(style="Brief gap")

    def _heading(
        self,
        text: str,
        level: int,
        *,
        bookmark: str = "",
        is_on_new_page: bool = False,
    ) -> None:
        paragraph = self._line(text, f"Heading {min(level, 6)}")
        paragraph.paragraph_format.page_break_before = is_on_new_page
        if bookmark:
            self._bookmark(paragraph, bookmark)

    def _bookmark(self, paragraph: Paragraph, name: str) -> None:
        self._bookmarks += 1
        for place, tag in (
            (1, "w:bookmarkStart"),
            (len(paragraph._p), "w:bookmarkEnd"),
        ):  # noqa: SLF001  # no bookmarks in python-docx
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self._bookmarks))
            if tag.endswith("Start"):
                mark.set(qn("w:name"), name)
            paragraph._p.insert(place + (tag.endswith("End")), mark)  # noqa: SLF001

    def _line(self, text: str, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        self._run(paragraph, text)
        return paragraph

    def _spans(self, paragraph: Paragraph, spans: Iterable[Span]) -> None:
        for span in spans:
            if span.url.startswith(("http://", "https://", "mailto:")):
                self._linked(paragraph, span.url, span.text)
                continue
            self._run(paragraph, span.text, is_bold=span.is_bold)
            run = paragraph.runs[-1]
            run.italic = span.is_italic or None
            if span.is_code:
                run.font.name = "Consolas"

    def _linked(self, paragraph: Paragraph, url: str, text: str = "") -> None:
        link = OxmlElement("w:hyperlink")
        relation = paragraph.part.relate_to(
            _clean(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link.set(qn("r:id"), relation)
        paragraph._p.append(link)  # noqa: SLF001  # python-docx writes no links
        self._run(paragraph, text or url, color=ACCENT, into=link)

    def _run(
        self,
        paragraph: Paragraph,
        text: str,
        *,
        is_bold: bool = False,
        color: str = "",
        size: float = 0,
        into: Any = None,
    ) -> None:
        """Add a text in the present language; `into` is a link that contains it."""
        run = paragraph.add_run(_clean(text))
        run.bold = is_bold or None
        if color:
            run.font.color.rgb = RGBColor.from_string(color)
        if size:
            run.font.size = Pt(size)
        if self._lang:
            language = OxmlElement("w:lang")
            language.set(qn("w:val"), _LANGUAGES[self._lang])
            run._r.get_or_add_rPr().append(language)  # noqa: SLF001  # no languages in python-docx
        if into is not None:
            into.append(run._r)  # noqa: SLF001  # as above

    @contextmanager
    def _in(self, lang: str) -> Iterator[None]:
        """Write, during the block, in a language; "" is that of the brief."""
        before, self._lang = self._lang, lang
        try:
            yield
        finally:
            self._lang = before


def _clean(text: str) -> str:
    """Return a text without the characters that XML can't contain."""
    return _UNPRINTABLE.sub("", text)


def _bars(record: BriefRecord) -> str:
    return "▮" * record.bars + "▯" * (4 - record.bars)


def _set_up(document: DocumentObject, brief: Brief, made_at: dt.datetime) -> None:
    properties = document.core_properties
    properties.title = _clean(brief.title)
    properties.author = properties.last_modified_by = brief.publisher
    properties.comments = ""
    properties.language = _LANGUAGES[brief.locale.value]
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.different_first_page_header_footer = True
    _set_styles(document, _LANGUAGES[brief.locale.value])
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Brief soft"]
    footer.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{_clean(brief.title)} · {brief.date}\t{brief.words.page}\u00a0")
    _field(footer, "PAGE")


def _set_styles(document: DocumentObject, language: str) -> None:
    styles = document.styles
    normal = styles["Normal"]
    _set_font(normal, TEXT_FONT, 11, INK)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    run = normal.element.get_or_add_rPr()
    for old in run.findall(qn("w:lang")):
        run.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), language)
    run.append(lang)
    for default in styles.element.iter(qn("w:lang")):
        default.set(qn("w:val"), language)
    _set_font(styles["Title"], TITLE_FONT, 32, INK)
    _spaced(styles["Title"], 150, 24)
    _without_border(styles["Title"])
    for level, size in ((1, 20), (2, 14), (3, 12), (4, 11), (5, 11), (6, 11)):
        heading = styles[f"Heading {level}"]
        _set_font(heading, TITLE_FONT, size, INK)
        heading.font.bold = heading.font.italic = False
        _spaced(heading, 14 if level > 1 else 6, 6)
    for name, size, color, before, after in (
        ("Brief site", 18, ACCENT, 0, 0),
        ("Brief soft", 9, SOFT, 0, 2),
        ("Brief date", 13, INK, 150, 2),
        ("Brief kind", 10, SOFT, 24, 0),
        ("Brief lead", 12.5, INK, 0, 8),
        ("Brief contents", 11, INK, 0, 4),
        ("Brief source", 10, INK, 0, 5),
        ("Brief note", 10.5, INK, 0, 6),
        ("Brief gap", 4, INK, 0, 0),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        serif = name == "Brief site"
        _set_font(style, TITLE_FONT if serif else TEXT_FONT, size, color)
        _spaced(style, before, after)
    styles["Brief kind"].font.bold = styles["Brief date"].font.bold = True
    styles["Brief kind"].paragraph_format.keep_with_next = True
    styles["Brief contents"].paragraph_format.tab_stops.add_tab_stop(
        TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )
    source = styles["Brief source"].paragraph_format
    source.left_indent, source.first_line_indent = Cm(0.8), Cm(-0.8)
    source.tab_stops.add_tab_stop(Cm(0.8))
    source.keep_together = True


def _set_font(style: Any, name: str, size: float, color: str) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style.font.color.rgb = RGBColor.from_string(color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)


def _spaced(style: Any, before: float, after: float) -> None:
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)


def _without_border(style: Any) -> None:
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)


def _turn(document: DocumentObject, *, is_sideways: bool) -> None:
    """Begin a section whose pages are upright or sideways."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    short, long = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if is_sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (long, short) if is_sideways else (short, long)
    )


def _lay_out(table: Table, widths: Sequence[int], *, has_head: bool = False) -> None:
    """Set the widths and rules of a table; its first row may be repeated on each page."""
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001  # no borders in python-docx
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "CCD6D9")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    properties.append(borders)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            cell.paragraphs[0].paragraph_format.space_before = Pt(2)
        no_split = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(no_split)  # noqa: SLF001  # as above
    if has_head:
        header = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(header)  # noqa: SLF001  # as above
        for cell in table.rows[0].cells:
            shade = OxmlElement("w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:fill"), WASH)
            cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  # as above


def _shaded(paragraph: Paragraph, fill: str, rule: str) -> None:
    """Give a paragraph a background, and a rule at its start."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  # as in `_lay_out`
    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (
        ("val", "single"),
        ("sz", "24"),
        ("space", "8"),
        ("color", rule),
    ):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), fill)
    properties.insert_element_before(
        borders, *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )
    properties.insert_element_before(
        shade, *("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )


def _field(paragraph: Paragraph, code: str) -> None:
    """Add a field; it is `dirty`, so that Word computes it when it opens the file."""
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run()._r  # noqa: SLF001  # no fields in python-docx
        if kind == "separate":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            run.append(instruction)
            run = paragraph.add_run()._r  # noqa: SLF001  # as above
        character = OxmlElement("w:fldChar")
        character.set(qn("w:fldCharType"), kind)
        if kind == "begin":
            character.set(qn("w:dirty"), "true")
        run.append(character)
        if kind == "separate":
            paragraph.add_run(" ")
