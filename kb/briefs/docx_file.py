"""A brief as a DOCX file, for Word and LibreOffice."""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kb.briefs.brief import Brief, BriefRecord, BriefSection, BriefSource, BriefTable
from kb.briefs.docx_elements import (
    Element,
    ParagraphBox,
    RunFormat,
    field,
    link_to_bookmark,
    paragraph,
    table,
    text_run,
)
from kb.briefs.docx_layout import (
    INK,
    KIND_COLORS,
    LANGUAGES,
    RULE,
    SIDEWAYS_WIDTH_CM,
    SOFT,
    TEXT_WIDTH_CM,
    WARNING,
    new_document,
    turn,
)
from kb.briefs.docx_text import TextWriter

_NAMES_CM, _STRENGTHS_CM = 4.6, 6.4


def brief_docx(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return a brief as a DOCX file."""
    writer = _Writer(brief, made_at)
    writer.write()
    file = io.BytesIO()
    writer.document.save(file)
    return file.getvalue()


class _Writer(TextWriter):
    """Writes one brief."""

    def __init__(self, brief: Brief, made_at: dt.datetime) -> None:
        super().__init__(new_document(brief, made_at))
        self.brief = brief

    def write(self) -> None:
        """Write all parts."""
        brief = self.brief
        self._cover()
        for place, note in enumerate(brief.notes):
            self._boxed(note, is_first=not place)
        if len(brief.records) > 1:
            self._contents()
            self._strengths()
        if brief.tables:
            turn(self.document, brief, is_sideways=True)
            self.heading(brief.words.comparison, 1, bookmark="comparison")
            for each in brief.tables:
                self._comparison(each)
            turn(self.document, brief, is_sideways=False)
        for number, record in enumerate(brief.records, 1):
            self._record(number, record)
        self._about()

    def _cover(self) -> None:
        brief = self.brief
        self.line("Briefsite", brief.site)
        self.line("Briefpublisher", brief.publisher)
        self.line("Title", brief.title)
        self.line("Briefrule")
        self.blocks(brief.note, 1)
        self.line("Briefdate", f"{brief.date} · {brief.count}")
        self.add(paragraph("Briefsoft", self.link(brief.home)))

    def _boxed(self, note: str, *, is_first: bool) -> None:
        run = text_run(note)
        box = paragraph("Normal", run, is_on_new_page=is_first, box=WARNING)
        self.add(box)

    def _contents(self) -> None:
        words = self.brief.words
        self.heading(words.contents, 1, is_on_new_page=not self.brief.notes)
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
        self.add(paragraph("Briefcontents", link, *page))

    def _strengths(self) -> None:
        words = self.brief.words
        rated = [record for record in self.brief.records if record.strength]
        if not rated:
            return
        self.heading(words.strengths, 2)
        widths = (TEXT_WIDTH_CM - _STRENGTHS_CM, _STRENGTHS_CM)
        rows = [
            (
                self.cell(each.title, RunFormat(lang=LANGUAGES.get(each.lang, ""))),
                paragraph("Briefcell", *_strength(each)),
            )
            for each in rated
        ]
        self._table((words.record, words.strength), rows, widths)

    def _comparison(self, of: BriefTable) -> None:
        self.heading(of.title, 2)
        style = "Briefsmallcell"
        first = SIDEWAYS_WIDTH_CM * 1.35 / (len(of.head) + 0.35)
        other = (SIDEWAYS_WIDTH_CM - first) / max(1, len(of.head) - 1)
        rows = [
            (
                self.cell(row[0], RunFormat(is_bold=True), style),
                *(self.cell(each, style=style) for each in row[1:]),
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
        names = [self.cell(each, look, style) for each in head]
        self.add(table([names, *rows], widths_cm, has_head=True, rule=RULE))
        self.line("Briefgap")

    def _record(self, number: int, record: BriefRecord) -> None:
        color = KIND_COLORS[record.kind]
        look = RunFormat(color=color)
        top = ParagraphBox(sides=(("top", color),), width=12, space=10)
        is_on_new_page = number == 1 and not self.brief.tables
        kind = text_run(f"■  {record.kind_name}", look)
        self.add(
            paragraph(
                "Briefkind",
                kind,
                box=top,
                is_on_new_page=is_on_new_page,
                keeps_next=True,
            )
        )
        with self.in_language(record.lang):
            self.heading(f"{number}. {record.title}", 1, bookmark=f"record_{number}")
            lead = text_run(record.summary, self.look())
        self.add(paragraph("Brieflead", lead, keeps_next=bool(record.facts)))
        if record.facts:
            self._facts(record.facts)
        with self.in_language(record.lang):
            if record.figures:
                self._figures(record.figures)
            for section in record.sections:
                self._section(section)
            if record.limits is not None:
                with self.boxed_in(WARNING):
                    self._section(record.limits)
        self._worth(record)
        self._sources(record)

    def _worth(self, record: BriefRecord) -> None:
        if not record.worth:
            return
        self.heading(self.brief.words.worth, 2)
        if record.strength:
            self.add(paragraph("Normal", *_strength(record), keeps_next=True))
        self.line("Normal", " ".join(record.worth))

    def _sources(self, record: BriefRecord) -> None:
        words = self.brief.words
        self.add(
            paragraph("Briefsoft", text_run(record.updated), keeps_next=True),
            paragraph(
                "Briefsoft", text_run(f"{words.address} "), self.link(record.url)
            ),
        )
        self.heading(words.sources, 2)
        number = self.numbers.new_list("ListNumber")
        for source in record.sources:
            self._source(source, number)
        if not record.sources:
            self.line("Normal", words.no_source)

    def _source(self, source: BriefSource, number: int) -> None:
        with self.in_language(source.lang):
            runs = [text_run(source.label, self.look())]
        if source.details:
            runs.append(text_run(f", {source.details}", RunFormat(color=SOFT)))
        if source.url:
            runs += (text_run("\n"), self.link(source.url))
        self.add(paragraph("Briefsource", *runs, list_number=number))

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write facts in a table of two columns, the names in the first one."""
        look = RunFormat(is_bold=True, color=SOFT)
        rows = [
            (
                self.cell(name, look, keeps_next=place < len(facts)),
                self.cell(value, keeps_next=place < len(facts)),
            )
            for place, (name, value) in enumerate(facts, 1)
        ]
        widths = (_NAMES_CM, TEXT_WIDTH_CM - _NAMES_CM)
        self.add(table(rows, widths, has_head=False, rule=RULE))
        self.line("Briefgap")

    def _figures(self, figures: Sequence[tuple[str, str]]) -> None:
        self.heading(self.brief.words.figures, 2)
        for value, label in figures:
            number = text_run(value, replace(self.look(), is_bold=True))
            self.add(
                paragraph("ListBullet", number, text_run(f" {label}", self.look()))
            )

    def _section(self, section: BriefSection) -> None:
        if section.title:
            self.heading(section.title, 2)
        self.blocks(section.blocks, 2)

    def _about(self) -> None:
        words = self.brief.words
        top = ParagraphBox(sides=(("top", RULE),), width=6, space=10)
        self.add(paragraph("Briefkind", box=top, keeps_next=True))
        self.heading(words.about, 1, bookmark="about")
        for each in self.brief.about:
            self.add(paragraph("Normal", text_run(each), keeps_next=True))
        address = text_run(f"{words.address} ")
        self.add(paragraph("Normal", address, self.link(self.brief.url)))


def _strength(record: BriefRecord) -> Iterator[Element]:
    """Yield the bars and the name of the strength of a source."""
    bars = "▮" * record.bars + "▯" * (4 - record.bars)
    yield text_run(f"{bars}  ", RunFormat(color=KIND_COLORS[record.kind]))
    yield text_run(record.strength, RunFormat(color=INK))
