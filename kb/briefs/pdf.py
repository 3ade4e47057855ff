"""A brief as a tagged PDF (PDF/UA-1), by Typst.

The layout is in `brief.typ`, that of a comparison in `comparison.typ`. The content is
passed to it as JSON, so that Typst never reads a text of a record as markup or code.
"""

import dataclasses
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from kb.briefs.brief import Brief
from kb.briefs.rich_text import (
    Span,
    TextHeading,
    TextList,
    TextQuote,
    TextTable,
    printable,
)

_FOLDER = Path(__file__).parent


def brief_pdf(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return a brief as a PDF. Typst works without Python's lock.

    PDF/UA-1 needs a glyph for each letter. A text with others, of writing systems that
    no font here has, is still a tagged PDF, but does not claim the standard.
    """
    numbered = {"sources": brief.sources, "source_numbers": brief.source_numbers}
    listed = {name: _plain(value) for name, value in numbered.items()}
    content = json.dumps(_plain(brief) | listed, ensure_ascii=False)
    layout = "comparison.typ" if brief.compared.columns else "brief.typ"
    try:
        return _compiled(layout, content, made_at, "ua-1")
    except typst.TypstError:
        return _compiled(layout, content, made_at, None)


def _compiled(
    layout: str, content: str, made_at: dt.datetime, standard: Literal["ua-1"] | None
) -> bytes:
    return typst.compile(
        str(_FOLDER / layout),
        root=str(_FOLDER),
        font_paths=brief_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"brief": content},
        pdf_standards=standard,
        timestamp=made_at.replace(microsecond=0),
    )


@cache
def brief_fonts() -> typst.Fonts:
    """Return the fonts of the project, for Typst."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_FOLDER / "fonts"])


def _plain(value: Any) -> Any:
    """Return a dataclass as JSON values; a block has the key `block` for its type."""
    match value:
        case str():
            return printable(value).replace("\t", " ")
        case tuple():
            return [_plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            fields = dataclasses.fields(value)
            plain = {field.name: _plain(getattr(value, field.name)) for field in fields}
            return plain | {"block": _BLOCK_NAMES.get(type(value), "paragraph")}
    return value


_BLOCK_NAMES: dict[type, str] = {
    TextHeading: "heading",
    TextList: "list",
    TextQuote: "quote",
    TextTable: "table",
    Span: "span",
}
