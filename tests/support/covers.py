"""Draws covers of deliverables, as PDF or DOCX, from their lines and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from reportlab.graphics.shapes import Circle, Drawing, Rect
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    Flowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from tests.support.archives import save_zip, word_document

ALIGNMENTS = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
BODY = (
    "This document describes what the partners have learnt in the cities where they "
    "worked. It begins with the context, goes on with the methods, and ends with what "
    "the cities can do next. The annexes hold the questions that were asked."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, broken where it has a line feed; `style` is that of a DOCX."""

    text: str
    size: float = 11
    bold: bool = False
    align: str = "left"
    style: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, with or without ruling lines."""

    rows: Sequence[Sequence[str]]
    ruled: bool = True
    widths: Sequence[float] = (170.0, 280.0)


@dataclass(frozen=True, slots=True)
class Logo:
    """A drawing without text."""


@dataclass(frozen=True, slots=True)
class Gap:
    """White space."""

    height: float = 40


@dataclass(frozen=True, slots=True)
class NextPage:
    """The end of a page."""


Element = Line | Grid | Logo | Gap | NextPage


@dataclass(frozen=True, slots=True)
class CoverFile:
    """A cover, the name of its file, and what a person reads on it."""

    name: str
    elements: Sequence[Element]
    title: str
    date: str
    project: str
    authors: str = ""
    licence: str = ""

    def save(self, folder: Path) -> Path:
        """Save the file in a folder, and return its path."""
        path = folder / self.name
        save = save_docx if self.name.endswith(".docx") else save_pdf_cover
        save(path, self.elements)
        return path


def save_pdf_cover(path: Path, elements: Sequence[Element]) -> None:
    """Save a PDF, with a page of text after the elements."""
    document = SimpleDocTemplate(str(path), pagesize=A4, invariant=1)
    after = (NextPage(), Line("1 Introduction", 14, bold=True), Line(BODY), Line(BODY))
    whole: tuple[Element, ...] = (*elements, *after)
    document.build([flowable for each in whole for flowable in _flowables(each)])


def _flowables(element: Element) -> list[Flowable]:
    match element:
        case Line(text, size, bold, align):
            style = ParagraphStyle(
                "line",
                fontName="Helvetica-Bold" if bold else "Helvetica",
                fontSize=size,
                leading=1.2 * size,
                spaceAfter=0.6 * size,
                alignment=ALIGNMENTS[align],
            )
            return [Paragraph(escape(text).replace("\n", "<br/>"), style)]
        case Grid(rows, ruled, widths):
            cell = ParagraphStyle("cell", fontName="Helvetica", fontSize=10, leading=12)
            cells = [[Paragraph(escape(each), cell) for each in row] for row in rows]
            table = Table(cells, colWidths=widths[: len(rows[0])])
            if ruled:
                grid = ("GRID", (0, 0), (-1, -1), 0.7, colors.black)
                table.setStyle(TableStyle([grid]))
            return [table, Spacer(1, 12)]
        case Logo():
            drawing = Drawing(120, 60)
            drawing.add(Rect(0, 10, 60, 40, fillColor=colors.darkblue))
            drawing.add(Circle(90, 30, 20, fillColor=colors.gold))
            return [drawing, Spacer(1, 12)]
        case Gap(height):
            return [Spacer(1, height)]
        case NextPage():
            return [PageBreak()]


def save_docx(path: Path, elements: Sequence[Element]) -> None:
    """Save a DOCX, with a section of text after the elements."""
    after = (Line("Introduction", style="Heading1"), Line(BODY), Line(BODY))
    body = "".join(_word(each) for each in (*elements, *after))
    save_zip(path, {"word/document.xml": word_document(body)})


def _word(element: Element) -> str:
    match element:
        case Line(text, size, bold, align, style):
            paragraph = f'<w:pStyle w:val="{style}"/>' if style else ""
            run = f'<w:sz w:val="{round(2 * size)}"/>' + ("<w:b/>" if bold else "")
            lines = "<w:br/>".join(
                f'<w:t xml:space="preserve">{escape(each)}</w:t>'
                for each in text.split("\n")
            ).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
            return (
                f'<w:p><w:pPr>{paragraph}<w:jc w:val="{align}"/></w:pPr>'
                f"<w:r><w:rPr>{run}</w:rPr>{lines}</w:r></w:p>"
            )
        case Grid(rows):
            cells = (
                "".join(
                    f"<w:tc><w:p><w:r><w:t>{escape(each)}</w:t></w:r></w:p></w:tc>"
                    for each in row
                )
                for row in rows
            )
            return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
        case NextPage():
            return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        case _:
            return "<w:p/>"
