"""A brief as one page of HTML that needs no network, and as an EPUB 3.

Both contain the HTML of the Markdown that `brief_markdown` writes.
"""

import datetime as dt
import io
import re
import zipfile
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from indexer.commonmark import convert
from kb.briefs.brief import Brief
from kb.briefs.markdown_text import brief_markdown

_FOLDER = Path(__file__).parent
_HEADING = re.compile(r"<h2>(?P<words>.*?)</h2>", re.DOTALL)
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile full-path="package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""


def brief_html(brief: Brief) -> str:
    """Return a brief as a page of HTML, in whose source its style is."""
    _headings, text = _content(brief)
    style = Markup((_FOLDER / "brief_page.css").read_text("utf-8"))  # noqa: S704  # our own
    page = _page(brief, text=text, style=style)
    # A program that reads HTML takes the declaration of XML for a comment.
    return page.split("\n", 1)[1]


def brief_epub(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return a brief as an EPUB 3 with a table of contents (EPUB 3.3, W3C)."""
    headings, text = _content(brief)
    modified = made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    package = _environment().get_template("brief_package.opf")
    files = {
        "META-INF/container.xml": _CONTAINER,
        "package.opf": package.render(
            url=brief.url,
            title=brief.title,
            locale=brief.locale.value,
            publisher=brief.publisher,
            modified=modified,
        ),
        "toc.xhtml": _page(brief, headings=headings, is_navigation=True),
        "text.xhtml": _page(brief, text=text),
        "style.css": (_FOLDER / "brief_page.css").read_text("utf-8"),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        # Readers find the type at a fixed place: first, and not compressed.
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _content(brief: Brief) -> tuple[list[tuple[str, Markup]], Markup]:
    """Return the anchors and words of the headings, and the HTML with these anchors."""
    html = convert(brief_markdown(brief))
    words = [Markup(each) for each in _HEADING.findall(html)]  # noqa: S704  # escaped by the writer of Markdown
    headings = [(f"part-{number}", each) for number, each in enumerate(words, 1)]
    anchors = iter(anchor for anchor, _words in headings)
    anchored = _HEADING.sub(
        lambda match: f'<h2 id="{next(anchors)}">{match["words"]}</h2>', html
    )
    return headings, Markup(anchored)  # noqa: S704  # escaped by the writer of Markdown


def _page(brief: Brief, **parts: object) -> str:
    nothing = {"text": "", "style": "", "headings": (), "is_navigation": False}
    return (
        _environment()
        .get_template("brief_page.xhtml")
        .render(
            title=brief.title,
            locale=brief.locale.value,
            contents=brief.words.contents,
            **(nothing | parts),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
