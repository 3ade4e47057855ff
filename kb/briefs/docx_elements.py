"""The elements of WordprocessingML that a brief is made of.

python-docx has no links, fields, bookmarks, borders and languages, and is slow: 4 s for
40 records. The order of child elements is that of the schema (ECMA-376).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import nsmap, qn
from lxml.builder import ElementMaker

from kb.briefs.rich_text import printable

Element = Any
"""An element of lxml, which publishes no types."""

W = ElementMaker(namespace=nsmap["w"], nsmap={"w": nsmap["w"]})
TWIPS_PER_CM = 567


@dataclass(frozen=True, slots=True)
class RunFormat:
    """How a text looks; `lang` is set if it is in another language than the rest."""

    is_bold: bool = False
    is_italic: bool = False
    color: str = ""
    size: float = 0
    font: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class ParagraphBox:
    """A background, and rules of some sides: pairs of a side and a color."""

    fill: str = ""
    sides: tuple[tuple[str, str], ...] = ()
    width: int = 24
    """The width of a rule, in eighths of a point."""
    space: int = 6
    """The distance of the rules from the text, in points."""


PLAIN = RunFormat()


def valued(tag: str, value: object) -> Element:
    """Return an element whose only attribute is `w:val`."""
    return W(tag, {qn("w:val"): str(value)})


def text_run(text: str, look: RunFormat = PLAIN) -> Element:
    """Return a text; a tab in it is a tab, a line break a line break."""
    run = W.r(W.rPr(*_run_properties(look)))
    for number, line in enumerate(printable(text).split("\n")):
        if number:
            run.append(W.br())
        for place, part in enumerate(line.split("\t")):
            if place:
                run.append(W.tab())
            if part:
                run.append(W.t(part, {qn("xml:space"): "preserve"}))
    return run


def _run_properties(look: RunFormat) -> Iterator[Element]:
    if look.font:
        names = ("w:ascii", "w:hAnsi", "w:cs")
        yield W.rFonts({qn(name): look.font for name in names})
    if look.is_bold:
        yield W.b()
    if look.is_italic:
        yield W.i()
    if look.color:
        yield valued("color", look.color)
    if look.size:
        yield valued("sz", round(look.size * 2))
    if look.lang:
        yield valued("lang", look.lang)


def paragraph(
    style: str,
    *runs: Element,
    is_on_new_page: bool = False,
    keeps_next: bool = False,
    list_number: int = 0,
    box: ParagraphBox | None = None,
) -> Element:
    """Return a paragraph in a style, by its id.

    Args:
        style: the id of the style.
        runs: its texts, links and fields.
        is_on_new_page: whether it begins a page.
        keeps_next: whether it is on the page of what follows.
        list_number: the list that it is an item of; 0 for that of its style, if any.
        box: its background and rules.
    """
    properties = W.pPr(valued("pStyle", style))
    if keeps_next:
        properties.append(W.keepNext())
    if is_on_new_page:
        properties.append(W.pageBreakBefore())
    if list_number:
        numbered = W.numPr(valued("ilvl", 0), valued("numId", list_number))
        properties.append(numbered)
    if box is not None:
        properties.extend(_box_properties(box))
    return W.p(properties, *runs)


def _box_properties(box: ParagraphBox) -> Iterator[Element]:
    if box.sides:
        yield W.pBdr(
            *(_rule(side, color, box.width, box.space) for side, color in box.sides)
        )
    if box.fill:
        yield W.shd({qn("w:val"): "clear", qn("w:fill"): box.fill})


def _rule(side: str, color: str, width: int, space: int = 0) -> Element:
    values = {"val": "single", "sz": width, "space": space, "color": color}
    return W(side, {qn(f"w:{name}"): str(value) for name, value in values.items()})


def bookmarked(name: str, number: int, *runs: Element) -> tuple[Element, ...]:
    """Return runs inside a bookmark, which links and fields name."""
    start = W.bookmarkStart({qn("w:id"): str(number), qn("w:name"): name})
    return (start, *runs, W.bookmarkEnd({qn("w:id"): str(number)}))


def link_to_bookmark(name: str, *runs: Element) -> Element:
    """Return a link to a bookmark of the file."""
    return W.hyperlink({qn("w:anchor"): name}, *runs)


def link_by_relation(relation: str, *runs: Element) -> Element:
    """Return a link to the address that a relation of the document has."""
    return W.hyperlink({qn("r:id"): relation}, *runs)


def field(code: str) -> tuple[Element, ...]:
    """Return a field; it is `dirty`: Word computes it when it opens the file."""
    instruction = W.instrText(code, {qn("xml:space"): "preserve"})
    begin = {qn("w:fldCharType"): "begin", qn("w:dirty"): "true"}
    return (
        W.r(W.fldChar(begin)),
        W.r(instruction),
        W.r(W.fldChar({qn("w:fldCharType"): "separate"})),
        text_run(" "),
        W.r(W.fldChar({qn("w:fldCharType"): "end"})),
    )


def table(
    rows: Iterable[Sequence[Element]],
    widths_cm: Sequence[float],
    *,
    has_head: bool,
    rule: str,
) -> Element:
    """Return a table of paragraphs, with rules between rows in a color.

    The first row of a table that `has_head` is repeated on each page; no row is cut.
    """
    widths = [round(each * TWIPS_PER_CM) for each in widths_cm]
    edges = ("top", "bottom", "insideH")
    margins = {"left": 0, "right": 140}
    return W.tbl(
        W.tblPr(
            _width("tblW", sum(widths)),
            _width("tblInd", 0),
            W.tblBorders(*(_rule(edge, rule, 4) for edge in edges)),
            W.tblLayout({qn("w:type"): "fixed"}),
            W.tblCellMar(*(_width(side, each) for side, each in margins.items())),
            W.tblLook({qn("w:firstRow"): str(int(has_head))}),
        ),
        W.tblGrid(*(W.gridCol({qn("w:w"): str(width)}) for width in widths)),
        *(
            _row(cells, widths, is_head=has_head and not number)
            for number, cells in enumerate(rows)
        ),
    )


def _row(cells: Sequence[Element], widths: Sequence[int], *, is_head: bool) -> Element:
    properties = W.trPr(W.cantSplit())
    if is_head:
        properties.append(W.tblHeader())
    pairs = zip(cells, widths, strict=True)
    return W.tr(
        properties,
        *(W.tc(W.tcPr(_width("tcW", width)), cell) for cell, width in pairs),
    )


def _width(tag: str, twips: int) -> Element:
    return W(tag, {qn("w:w"): str(twips), qn("w:type"): "dxa"})
