"""A brief as a DOCX file, for Word and LibreOffice.

Headings, lists, tables and links are real ones, so that a screen reader, a table of
contents and an author who goes on writing can use them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from docx import Document
from docx.document import Document as DocumentObject
from docx.opc.constants import RELATIONSHIP_TYPE

from kb.briefs.brief import Brief, BriefRecord, BriefSection, BriefSource, BriefTable
from kb.briefs.docx_elements import (
    PLAIN,
    Element,
    ParagraphBox,
    RunFormat,
    bookmarked,
    field,
    link_by_relation,
    link_to_bookmark,
    paragraph,
    table,
    text_run,
)
from kb.briefs.docx_layout import (
    ACCENT,
    CODE_FONT,
    INK,
    KIND_COLORS,
    LANGUAGES,
    RULE,
    SIDEWAYS_WIDTH_CM,
    SOFT,
    TEXT_WIDTH_CM,
    WARNING,
    ListNumbers,
    set_up,
    turn,
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

_NAMES_CM, _STRENGTHS_CM = 4.6, 6.4


def brief_docx(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return a brief as a DOCX file."""
    writer = _Writer(brief)
    writer.write(made_at)
    file = io.BytesIO()
    writer.document.save(file)
    return file.getvalue()


class _Writer:
    """Writes one brief: `_lang` and `_box` are those of what is being written."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.document: DocumentObject = Document()
        self._numbers = ListNumbers(self.document)
        self._lang = ""
        self._box: ParagraphBox | None = None
        self._bookmarks = 0

    def write(self, made_at: dt.datetime) -> None:
        """Write all parts."""
        brief = self.brief
        set_up(self.document, brief, made_at)
        self._cover()
        for place, note in enumerate(brief.notes):
            self._boxed(note, is_first=not place)
        if len(brief.records) > 1:
            self._contents()
            self._strengths()
        if brief.tables:
            turn(self.document, brief, is_sideways=True)
            self._heading(brief.words.comparison, 1, bookmark="comparison")
            for each in brief.tables:
                self._comparison(each)
            turn(self.document, brief, is_sideways=False)
        for number, record in enumerate(brief.records, 1):
            self._record(number, record)
        self._about()

    def _cover(self) -> None:
        brief = self.brief
        self._line("Briefsite", brief.site)
        self._line("Briefpublisher", brief.publisher)
        self._line("Title", brief.title)
        self._line("Briefrule")
        self._blocks(brief.note, 1)
        self._line("Briefdate", f"{brief.date} · {brief.count}")
        self._add(paragraph("Briefsoft", self._link(brief.home)))

    def _boxed(self, note: str, *, is_first: bool) -> None:
        run = text_run(note)
        box = paragraph("Normal", run, is_on_new_page=is_first, box=WARNING)
        self._add(box)

    def _contents(self) -> None:
        words = self.brief.words
        self._heading(words.contents, 1, is_on_new_page=not self.brief.notes)
        if self.brief.tables:
            self._entry(words.comparison, "comparison")
        for number, record in enumerate(self.brief.records, 1):
            self._entry(f"{number}. {record.title}", f"record_{number}", record.lang)
        self._entry(words.about, "about")

    def _entry(self, text: str, bookmark: str, lang: str = "") -> None:
        """Write a line of the contents, which leads to its heading, with its page."""
        look = RunFormat(lang=LANGUAGES.get(lang, ""))
        link = link_to_bookmark(bookmark, text_run(text, look), text_run("\t"))
        page = field(f"PAGEREF {bookmark} \\h")
        self._add(paragraph("Briefcontents", link, *page))

    def _strengths(self) -> None:
        words = self.brief.words
        rated = [each for each in self.brief.records if each.strength]
        if not rated:
            return
        self._heading(words.strengths, 2)
        widths = (TEXT_WIDTH_CM - _STRENGTHS_CM, _STRENGTHS_CM)
        rows = [
            (
                self._cell(each.title, RunFormat(lang=LANGUAGES.get(each.lang, ""))),
                paragraph("Briefcell", *_strength(each)),
            )
            for each in rated
        ]
        self._table((words.record, words.strength), rows, widths)

    def _comparison(self, of: BriefTable) -> None:
        self._heading(of.title, 2)
        style = "Briefsmallcell"
        first = SIDEWAYS_WIDTH_CM * 1.35 / (len(of.head) + 0.35)
        other = (SIDEWAYS_WIDTH_CM - first) / max(1, len(of.head) - 1)
        rows = [
            (
                self._cell(row[0], RunFormat(is_bold=True), style),
                *(self._cell(each, style=style) for each in row[1:]),
            )
            for row in of.rows
        ]
        widths = (first, *[other] * (len(of.head) - 1))
        self._table(of.head, rows, widths, style)

    def _table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[Element]],
        widths_cm: Sequence[float],
        style: str = "Briefcell",
    ) -> None:
        look = RunFormat(is_bold=True, color=SOFT)
        names = [self._cell(each, look, style) for each in head]
        self._add(table([names, *rows], widths_cm, has_head=True, rule=RULE))
        self._line("Briefgap")

    def _record(self, number: int, record: BriefRecord) -> None:
        color = KIND_COLORS[record.kind]
        look = RunFormat(color=color)
        top = ParagraphBox(sides=(("top", color),), width=12, space=10)
        is_on_new_page = number == 1 and not self.brief.tables
        kind = text_run(f"■  {record.kind_name}", look)
        self._add(
            paragraph(
                "Briefkind",
                kind,
                box=top,
                is_on_new_page=is_on_new_page,
                keeps_next=True,
            )
        )
        with self._in(record.lang):
            self._heading(f"{number}. {record.title}", 1, bookmark=f"record_{number}")
            lead = text_run(record.summary, self._look())
        self._add(paragraph("Brieflead", lead, keeps_next=bool(record.facts)))
        if record.facts:
            self._facts(record.facts)
        with self._in(record.lang):
            if record.figures:
                self._figures(record.figures)
            for section in record.sections:
                self._section(section)
            if record.limits is not None:
                with self._boxed_in(WARNING):
                    self._section(record.limits)
        self._worth(record)
        self._sources(record)

    def _worth(self, record: BriefRecord) -> None:
        if not record.worth:
            return
        self._heading(self.brief.words.worth, 2)
        if record.strength:
            self._add(paragraph("Normal", *_strength(record), keeps_next=True))
        self._line("Normal", " ".join(record.worth))

    def _sources(self, record: BriefRecord) -> None:
        words = self.brief.words
        self._add(
            paragraph("Briefsoft", text_run(record.updated), keeps_next=True),
            paragraph(
                "Briefsoft", text_run(f"{words.address} "), self._link(record.url)
            ),
        )
        self._heading(words.sources, 2)
        number = self._numbers.new_list("ListNumber")
        for source in record.sources:
            self._source(source, number)
        if not record.sources:
            self._line("Normal", words.no_source)

    def _source(self, source: BriefSource, number: int) -> None:
        with self._in(source.lang):
            runs = [text_run(source.label, self._look())]
        if source.details:
            runs.append(text_run(f", {source.details}", RunFormat(color=SOFT)))
        if source.url:
            runs += (text_run("\n"), self._link(source.url))
        self._add(paragraph("Briefsource", *runs, list_number=number))

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write facts in a table of two columns, the names in the first one."""
        look = RunFormat(is_bold=True, color=SOFT)
        rows = [
            (
                self._cell(name, look, keeps_next=place < len(facts)),
                self._cell(value, keeps_next=place < len(facts)),
            )
            for place, (name, value) in enumerate(facts, 1)
        ]
        widths = (_NAMES_CM, TEXT_WIDTH_CM - _NAMES_CM)
        self._add(table(rows, widths, has_head=False, rule=RULE))
        self._line("Briefgap")

    def _figures(self, figures: Sequence[tuple[str, str]]) -> None:
        self._heading(self.brief.words.figures, 2)
        for value, label in figures:
            number = text_run(value, replace(self._look(), is_bold=True))
            self._add(
                paragraph("ListBullet", number, text_run(f" {label}", self._look()))
            )

    def _section(self, section: BriefSection) -> None:
        if section.title:
            self._heading(section.title, 2)
        self._blocks(section.blocks, 2)

    def _about(self) -> None:
        words = self.brief.words
        top = ParagraphBox(sides=(("top", RULE),), width=6, space=10)
        self._add(paragraph("Briefkind", box=top, keeps_next=True))
        self._heading(words.about, 1, bookmark="about")
        for each in self.brief.about:
            self._add(paragraph("Normal", text_run(each), keeps_next=True))
        address = text_run(f"{words.address} ")
        self._add(paragraph("Normal", address, self._link(self.brief.url)))

    def _blocks(
        self, blocks: Iterable[TextBlock], level: int, style: str = "Normal"
    ) -> None:
        for block in blocks:
            match block:
                case TextParagraph(spans):
                    self._add(paragraph(style, *self._spans(spans), box=self._box))
                case TextHeading(spans, below):
                    self._heading("".join(each.text for each in spans), level + below)
                case TextList(items, is_ordered):
                    self._list(items, level, is_ordered=is_ordered, within=style)
                case TextQuote(quoted):
                    self._blocks(quoted, level, "Quote")
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
        number = self._numbers.new_list(style) if is_ordered else 0
        for item in items:
            for place, block in enumerate(item):
                if place or not isinstance(block, TextParagraph):
                    self._blocks((block,), level, "ListContinue")
                    continue
                runs = self._spans(block.spans)
                self._add(paragraph(style, *runs, list_number=number, box=self._box))

    def _text_table(
        self,
        head: Sequence[Sequence[Span]],
        rows: Sequence[Sequence[Sequence[Span]]],
    ) -> None:
        bold = [[replace(span, is_bold=True) for span in cell] for cell in head]
        cells = [
            [paragraph("Briefcell", *self._spans(cell)) for cell in row]
            for row in (bold, *rows)
        ]
        widths = [TEXT_WIDTH_CM / len(head)] * len(head)
        self._add(table(cells, widths, has_head=True, rule=RULE))
        self._line("Briefgap")

    def _heading(
        self,
        text: str,
        level: int,
        *,
        bookmark: str = "",
        is_on_new_page: bool = False,
    ) -> None:
        runs: tuple[Element, ...] = (text_run(text, self._look()),)
        if bookmark:
            self._bookmarks += 1
            runs = bookmarked(bookmark, self._bookmarks, *runs)
        style = f"Heading{min(level, 6)}"
        is_new = is_on_new_page
        self._add(paragraph(style, *runs, is_on_new_page=is_new, box=self._box))

    def _line(self, style: str, text: str = "") -> None:
        self._add(paragraph(style, *([text_run(text, self._look())] if text else [])))

    def _cell(
        self,
        text: str,
        look: RunFormat = PLAIN,
        style: str = "Briefcell",
        *,
        keeps_next: bool = False,
    ) -> Element:
        return paragraph(style, text_run(text, look), keeps_next=keeps_next)

    def _spans(self, spans: Iterable[Span]) -> Iterator[Element]:
        for span in spans:
            look = replace(
                self._look(),
                is_bold=span.is_bold,
                is_italic=span.is_italic,
                font=CODE_FONT if span.is_code else "",
            )
            if span.url:
                yield self._link(span.url, span.text, look)
            else:
                yield text_run(span.text, look)

    def _link(self, url: str, text: str = "", look: RunFormat = PLAIN) -> Element:
        if not is_web_address(url) or len(url) > MAX_LINK:
            return text_run(text or url, look)
        run = text_run(text or url, replace(look, color=ACCENT))
        relation = self.document.part.relate_to(
            printable(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        return link_by_relation(relation, run)

    def _look(self) -> RunFormat:
        return RunFormat(lang=LANGUAGES.get(self._lang, ""))

    def _add(self, *elements: Element) -> None:
        # The last element of the body is its section.
        for each in elements:
            self.document.element.body[-1].addprevious(each)

    @contextmanager
    def _in(self, lang: str) -> Iterator[None]:
        """Write, during the block, in a language; "" is that of the brief."""
        before, self._lang = self._lang, lang
        try:
            yield
        finally:
            self._lang = before

    @contextmanager
    def _boxed_in(self, box: ParagraphBox) -> Iterator[None]:
        """Write, during the block, paragraphs and headings in a box."""
        self._box = box
        try:
            yield
        finally:
            self._box = None


def _strength(record: BriefRecord) -> Iterator[Element]:
    """Yield the bars and the name of the strength of a source."""
    bars = "▮" * record.bars + "▯" * (4 - record.bars)
    yield text_run(f"{bars}  ", RunFormat(color=KIND_COLORS[record.kind]))
    yield text_run(record.strength, RunFormat(color=INK))
