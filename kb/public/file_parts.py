"""The text of a file as HTML, and its parts: pages, or sections without pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from flask_babel import gettext as _
from markupsafe import Markup

from kb.public.document_search import TEXT_ANCHOR, DocumentPart

_PART = re.compile(
    r'<section class="leaf" id="(?P<anchor>page-(?P<page>\d+))"'
    r'|<h\d id="(?P<heading>section-\d+)">(?P<title>[^<]*)'
)


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the table of contents: a heading, its anchor and its page."""

    title: str
    anchor: str
    page: int | None


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file as HTML, and its table of contents."""

    html: Markup
    contents: tuple[ContentsEntry, ...]


def file_parts(
    text: FileText, page_url: Callable[[int], str]
) -> tuple[DocumentPart, ...]:
    """Return the pages of a text, or its sections if the file has no pages.

    `page_url` returns the address of a page of the original, or "".
    """
    return tuple(_parts(str(text.html), page_url))


def _parts(html: str, page_url: Callable[[int], str]) -> Iterator[DocumentPart]:
    """Yield what is before the first part, then each part up to the next."""
    matches = [*_PART.finditer(html)]
    has_pages = any(match["page"] for match in matches)
    starts = [match for match in matches if bool(match["page"]) is has_pages]
    ends = [*(match.start() for match in starts[1:]), len(html)]
    before = html[: starts[0].start()] if starts else html
    if before:
        yield DocumentPart(before, TEXT_ANCHOR, _("Beginning of the text"))
    for match, end in zip(starts, ends, strict=False):
        piece = html[match.start() : end]
        if match["page"]:
            yield _page(piece, int(match["page"]), page_url)
        else:
            yield DocumentPart(piece, match["heading"], unescape(match["title"]))


def _page(html: str, number: int, page_url: Callable[[int], str]) -> DocumentPart:
    return DocumentPart(
        html,
        f"page-{number}",
        _("Page %(number)s", number=number),
        label=str(number),
        original_url=page_url(number),
    )
