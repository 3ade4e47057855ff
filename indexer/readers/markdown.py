"""Reads Markdown: into HTML that is safe to show, and into a document."""

from __future__ import annotations

import re

import markdown
import nh3
from bs4 import BeautifulSoup
from markdown.extensions.toc import TocExtension

from indexer.analysis.normalization import fold, normalize
from indexer.model.document import Document
from indexer.model.ids import Kind
from indexer.model.readings import FileProperties, FileReading, Unreadable
from indexer.readers.plain_text import decode
from indexer.readers.reader_input import ReaderInput
from indexer.readers.web.html_reader import read_html
from indexer.readers.web.saved_pages import page_blocks

_TAGS = {
    *(
        "p",
        "br",
        "hr",
        "strong",
        "em",
        "b",
        "i",
        "sup",
        "sub",
        "code",
        "pre",
        "blockquote",
    ),
    *("ul", "ol", "li", "dl", "dt", "dd", "a", "abbr", "cite", "q", "span"),
    *("h2", "h3", "h4", "h5", "h6"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"lang", "id"},
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "th": {"scope", "align"},
    "td": {"align"},
    "ol": {"start"},
}

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(?P<name>\w+):[ \t]*(?P<value>[^\n]+)$", re.MULTILINE)

RESERVED = frozenset(
    {"content", "q", "menu", "facets", "cite", "related", "sort"}
    | {kind.folder for kind in Kind}
)
"""Anchors that pages use for parts of their own."""


def slugify(text: str, separator: str = "-") -> str:
    """Give the anchor of a heading: its words without accents, joined by hyphens."""
    words = re.findall(r"[a-z0-9]+", fold(normalize(text)))
    slug = separator.join(words) or "section"
    return f"{slug}{separator}section" if slug in RESERVED else slug


def to_html(text: str) -> str:
    """Turn Markdown into clean HTML, its headings with anchors.

    A heading of level 1 becomes level 2, for the page's title is the only one of its
    level. Whatever HTML stood in the text is kept only where it is harmless.
    """
    html = markdown.markdown(
        text,
        extensions=[
            "tables",
            "sane_lists",
            "footnotes",
            TocExtension(slugify=slugify, baselevel=1),
        ],
        output_format="html",
    )
    html = re.sub(r"<(/?)h1\b", r"<\1h2", html)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def read_markdown_file(source: ReaderInput) -> FileReading:
    """Read a file in Markdown; nothing of it is shown as HTML.

    Raises:
        FileUnreadableError: it holds no text.
    """
    text = decode(source.content).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    text = text[front.end() :] if front is not None else text
    html = markdown.markdown(
        text, extensions=["tables", "sane_lists", "footnotes", "fenced_code"]
    )
    document = Document(tuple(page_blocks(BeautifulSoup(html, "lxml"))))
    if not document.blocks:
        raise source.refused(Unreadable.NO_TEXT)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=document,
        properties=_properties(front[1] if front is not None else ""),
    )


def _properties(front: str) -> FileProperties:
    """Read what a text says of itself, a line for each; it is only proposed."""
    said = {
        found["name"].lower(): found["value"].strip().strip("\"'")
        for found in _FIELD.finditer(front)
    }
    author = said.get("author") or said.get("auteur") or ""
    return FileProperties(
        title=said.get("title") or said.get("titre") or "",
        authors=(author,) if author else (),
        language=said.get("lang") or said.get("language") or "",
        created=said.get("date") or "",
    )


def read_markdown(text: str) -> Document:
    """Read Markdown into blocks."""
    return read_html(to_html(text))
