"""Draws covers of deliverables, as PDF or DOCX, from their lines and tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml
from odf import style, text
from odf.opendocument import OpenDocumentText
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
    project: str = ""
    authors: str = ""
    licence: str = ""

    def save(self, folder: Path) -> Path:
        """Save the file in a folder, and return its path."""
        path = folder / self.name
        _SAVERS[path.suffix](path, self.elements)
        return path


def read_cover_files(path: Path) -> list[CoverFile]:
    """Read the covers of a YAML file; one may be of several files."""
    covers = []
    for fields in yaml.safe_load(path.read_text("utf-8")):
        names, elements = fields.pop("file"), fields.pop("elements")
        covers += [
            CoverFile(name, tuple(map(_element, elements)), **fields)
            for name in ([names] if isinstance(names, str) else names)
        ]
    return covers


def _element(fields: str | dict[str, Any]) -> Element:
    if isinstance(fields, str):
        return Line(fields)
    (kind, value), *form = fields.items()
    return _ELEMENTS[kind](value, **dict(form))


_ELEMENTS: Mapping[str, Callable[..., Element]] = {
    "body": lambda _: Line(BODY),
    "gap": Gap,
    "line": Line,
    "lines": lambda lines, **form: Line("\n".join(lines), **form),
    "logo": lambda _: Logo(),
    "next_page": lambda _: NextPage(),
    "table": Grid,
}
"""Makes an element from its fields in YAML, by the first of them."""


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


def save_odt(path: Path, elements: Sequence[Element]) -> None:
    """Save an ODT of lines, with a section of text after them.

    Each line of a text is a span with the size and the weight, as writers save it.
    """
    document = OpenDocumentText()
    for element in elements:
        paragraph = text.P()
        if isinstance(element, Line):
            name = f"size{element.size}{'bold' if element.bold else ''}"
            weight = "bold" if element.bold else "normal"
            span_style = style.Style(name=name, family="text")
            properties = style.TextProperties(
                fontsize=f"{element.size}pt", fontweight=weight
            )
            span_style.addElement(properties)
            document.automaticstyles.addElement(span_style)
            for number, line in enumerate(element.text.split("\n")):
                if number:
                    paragraph.addElement(text.LineBreak())
                paragraph.addElement(text.Span(stylename=name, text=line))
        document.text.addElement(paragraph)
    document.text.addElement(text.H(outlinelevel=1, text="Introduction"))
    document.text.addElement(text.P(text=BODY))
    document.save(str(path))


def save_html(path: Path, elements: Sequence[Element]) -> None:
    """Save a web page with a section of text; lines in bold are headings."""
    tags = [
        f"<{tag}>{escape(each.text).replace(chr(10), '<br>')}</{tag}>"
        for each in elements
        if isinstance(each, Line)
        for tag in ["h1" if each.bold else "div"]
    ]
    body = f"{' '.join(tags)}<h2>Introduction</h2><p>{BODY}</p>"
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")


_SAVERS = {
    ".pdf": save_pdf_cover,
    ".docx": save_docx,
    ".odt": save_odt,
    ".html": save_html,
}
