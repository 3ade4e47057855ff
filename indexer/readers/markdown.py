"""Markdown: to sanitised HTML for pages, and to blocks."""

import re
from collections import Counter
from html import unescape

import markdown
import nh3
from bs4 import BeautifulSoup

from indexer.analysis.tokens import fold, normalize
from indexer.commonmark import convert
from indexer.model.document import Document, FileProperties, FileReading
from indexer.model.ids import Kind
from indexer.readers.plain_text import decode
from indexer.readers.reader_input import ReaderInput
from indexer.readers.web.html_reader import read_html
from indexer.readers.web.saved_pages import page_blocks

_TAGS = set(
    "p br hr strong em b i sup sub code pre blockquote ul ol li dl dt dd a abbr cite q "
    "span h2 h3 h4 h5 h6 table caption thead tbody tfoot tr th td".split()
)
_ATTRIBUTES = {
    "*": {"lang", "id"},
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "th": {"scope", "align"},
    "td": {"align"},
    "ol": {"start"},
}

_HEADING = re.compile(r"<h(?P<level>[1-6])>(?P<content>.*?)</h(?P=level)>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(?P<name>\w+):[ \t]*(?P<value>[^\n]+)$", re.MULTILINE)

_RESERVED = frozenset(
    {"content", "q", "menu", "facets", "cite", "related", "sort"}
    | {kind.folder for kind in Kind}
)
"""Anchors that pages use themselves, and headings may not have."""


def slugify(text: str) -> str:
    """Return the anchor of a heading: its words without accents, joined by hyphens."""
    words = re.findall(r"[a-z0-9]+", fold(normalize(text)))
    slug = "-".join(words) or "section"
    return f"{slug}-section" if slug in _RESERVED else slug


def to_html(text: str) -> str:
    """Convert Markdown to sanitised HTML, with anchors on its headings.

    A heading of level 1 becomes h2, for the title of the page is the only h1. HTML in
    the text is sanitised like the rest.
    """
    return nh3.clean(
        _with_anchors(convert(text)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _with_anchors(html: str) -> str:
    counts: Counter[str] = Counter()

    def heading(match: re.Match[str]) -> str:
        anchor = slugify(unescape(_TAG.sub("", match["content"])))
        number = counts[anchor]
        counts[anchor] += 1
        if number:
            anchor = f"{anchor}_{number}"
        level = max(2, int(match["level"]))
        return f'<h{level} id="{anchor}">{match["content"]}</h{level}>'

    return _HEADING.sub(heading, html)


def read_markdown_file(reader_input: ReaderInput) -> FileReading:
    """Read a Markdown file, and its front matter as properties.

    Raises:
        FileUnreadableError: it has no text.
    """
    text = decode(reader_input.content).replace("\r\n", "\n")
    front_matter = _FRONT_MATTER.match(text)
    text = text[front_matter.end() :] if front_matter is not None else text
    html = markdown.markdown(
        text, extensions=["tables", "sane_lists", "footnotes", "fenced_code"]
    )
    return reader_input.reading(
        page_blocks(BeautifulSoup(html, "lxml")),
        properties=_properties(front_matter[1] if front_matter is not None else ""),
    )


def _properties(front_matter: str) -> FileProperties:
    """Parse lines of the form `name: value`."""
    fields = {
        field["name"].lower(): field["value"].strip().strip("\"'")
        for field in _FIELD.finditer(front_matter)
    }
    author = fields.get("author") or fields.get("auteur") or ""
    return FileProperties(
        title=fields.get("title") or fields.get("titre") or "",
        authors=(author,) if author else (),
        language=fields.get("lang") or fields.get("language") or "",
        created=fields.get("date") or "",
    )


def read_markdown(text: str) -> Document:
    """Convert Markdown to blocks."""
    return read_html(to_html(text))
