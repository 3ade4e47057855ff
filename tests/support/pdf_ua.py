"""Rules of PDF/UA-1 (ISO 14289-1) that a program can check, as veraPDF does."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

_PAINTS = {b"Tj", b"TJ", b"'", b'"', b"f", b"f*", b"F", b"S", b"s", b"B", b"Do", b"sh"}
_ROLES = {
    *("Document", "Part", "Sect", "Div", "BlockQuote", "Quote", "Span", "Strong", "Em"),
    *("P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "TOC", "TOCI", "Lbl"),
    *("L", "LI", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "Link", "Code"),
    *("Reference", "Figure", "Caption", "Note", "NonStruct", "Art"),
}


def pdf_ua_problems(content: bytes) -> list[str]:
    """Return the rules that a PDF breaks; none if it keeps those checked here."""
    reader = PdfReader(io.BytesIO(content))
    root = _root(reader)
    return [
        *_document_problems(reader, root),
        *_structure_problems(root),
        *_page_problems(reader),
        *_font_problems(reader),
    ]


def tags(content: bytes) -> list[str]:
    """Return the types of the structure elements, in reading order."""
    root = _root(PdfReader(io.BytesIO(content)))
    return [_role(each, root) for each in _elements(root["/StructTreeRoot"])]


def _root(reader: PdfReader) -> Any:
    """Return the catalog of a file; pypdf does not publish its type."""
    return reader.trailer["/Root"].get_object()


def _document_problems(reader: PdfReader, root: Any) -> Iterator[str]:
    xmp = root["/Metadata"].get_data().decode() if "/Metadata" in root else ""
    if not _is_true(root, "/MarkInfo", "/Marked"):
        yield "7.1: the document is not marked as tagged"
    if _is_true(root, "/MarkInfo", "/Suspects"):
        yield "7.1: the structure is suspect"
    if not str(root.get("/Lang", "")):
        yield "7.2: the document has no language"
    if not _is_true(root, "/ViewerPreferences", "/DisplayDocTitle"):
        yield "7.1: viewers do not show the title"
    if not (reader.metadata and reader.metadata.title) or "dc:title" not in xmp:
        yield "7.1: the document has no title"
    if "pdfuaid:part" not in xmp:
        yield "5: the document does not claim PDF/UA"
    if "/StructTreeRoot" not in root:
        yield "7.1: there is no structure"


def _is_true(root: Any, group: str, name: str) -> bool:
    found = root.get(group, {}).get(name)
    return found is not None and bool(found.value)


def _structure_problems(root: Any) -> Iterator[str]:
    level = 0
    for element in _elements(root["/StructTreeRoot"]):
        role = _role(element, root)
        if role not in _ROLES:
            yield f"7.1: {role} is no standard type"
        if role[0] == "H" and role[1:].isdigit():
            if int(role[1:]) > level + 1:
                yield f"7.4.2: {role} after a heading of level {level}"
            level = int(role[1:])
        if role == "TH" and "/Scope" not in str(element.get("/A", "")):
            yield "7.5: a header cell has no scope"
        if role == "Figure" and not element.get("/Alt"):
            yield "7.3: a figure has no alternative text"


def _elements(node: Any) -> Iterator[DictionaryObject]:
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, DictionaryObject) and "/S" in element:
            yield element
            yield from _elements(element)


def _role(element: Any, root: Any) -> str:
    role = element["/S"]
    mapped = root["/StructTreeRoot"].get("/RoleMap", {}).get(role, role)
    return str(mapped).removeprefix("/")


def _page_problems(reader: PdfReader) -> Iterator[str]:
    for number, page in enumerate(reader.pages, 1):
        if page.get("/Annots") and page.get("/Tabs") != "/S":
            yield f"7.18.3: page {number} has another order of tabs than its structure"
        annotations: Any = page.get("/Annots", [])
        for each in annotations:
            annotation: Any = each.get_object()
            if "/StructParent" not in annotation:
                yield f"7.18.1: an annotation of page {number} is not in the structure"
            if annotation["/Subtype"] == "/Link" and not annotation.get("/Contents"):
                yield f"7.18.5: a link of page {number} has no description"
        if _has_unmarked_content(page.get_contents(), reader):
            yield f"7.1: content of page {number} is neither tagged nor an artifact"


def _has_unmarked_content(contents: ContentStream | None, reader: PdfReader) -> bool:
    depth = 0
    for _operands, operator in ContentStream(contents, reader).operations:
        if operator in {b"BDC", b"BMC"}:
            depth += 1
        elif operator == b"EMC":
            depth -= 1
        elif operator in _PAINTS and not depth:
            return True
    return False


def _font_problems(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            own = font.get_object()
            if "/ToUnicode" not in own:
                yield f"7.21.7: {own['/BaseFont']} can't be read as Unicode"
            for each in own.get("/DescendantFonts", []):
                descriptor = each.get_object()["/FontDescriptor"].get_object()
                if not {"/FontFile2", "/FontFile3"} & set(descriptor):
                    yield f"7.21.4: {own['/BaseFont']} is not embedded"
