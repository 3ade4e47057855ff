"""Renders the text of a record as the HTML sections of its page."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from bs4 import BeautifulSoup
from cachetools import LRUCache, cached
from markupsafe import Markup

from indexer.corpus.typography import typeset
from indexer.model.edition import Edition
from indexer.model.ids import Locale, RecordId
from indexer.model.long_text import LongText
from indexer.readers.markdown import to_html
from kb.web.urls import record_url, script_root

MAX_CACHED_CHARACTERS = 16 << 20

_TAG = re.compile(r"<(?P<end>/?)(?P<name>blockquote|ul|ol|dl|table)\b|<h2\b")
"""A heading of level 2, or a tag that may contain one."""


_ANY_TAG = re.compile(
    r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [a-z-]+="[^"]*")*)>'
)
_MARKUP = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r' href="(?P<href>[^"]*)"')


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a text under a heading of level 2; the first may have no heading."""

    title: str
    anchor: str
    html: Markup


def sections(edition: Edition, locale: Locale) -> tuple[PageSection, ...]:
    """Return the sections of an edition, its links to records as addresses."""
    return _sections(edition.text, edition.locale, locale, script_root())


def text_of_html(html: str) -> str:
    """Return the text of HTML with its no-break spaces; `striptags` replaces them."""
    return unescape(_MARKUP.sub("", html)).replace("\n", " ").strip()


def _size(sections: tuple[PageSection, ...]) -> int:
    return 1 + sum(len(section.html) for section in sections)


@cached(LRUCache(MAX_CACHED_CHARACTERS, _size), lock=threading.Lock())
def _sections(
    text: LongText, language: Locale, locale: Locale, _root: str
) -> tuple[PageSection, ...]:
    # `_root` is part of the cache key since links begin with it.
    html = to_html(typeset(str(text), language)).replace("&nbsp;", "\u00a0")
    parsed = (_section(piece, locale) for piece in _pieces(html))
    return tuple(section for section in parsed if section.html.strip())


def _pieces(html: str) -> Iterator[str]:
    """Cut HTML before each heading of level 2 that is in no other element.

    A parse tree of a whole report would take seventy megabytes.
    """
    depth = start = 0
    for tag in _TAG.finditer(html):
        if tag.group("name"):
            depth += -1 if tag.group("end") else 1
        elif depth == 0:
            yield html[start : tag.start()]
            start = tag.start()
    yield html[start:]


def _section(html: str, locale: Locale) -> PageSection:
    title = anchor = ""
    heading, end, rest = html.partition("</h2>")
    if end and heading.startswith("<h2"):
        tag = BeautifulSoup(heading, "html.parser").h2
        html = rest
        if tag is not None:
            title, anchor = tag.get_text(), str(tag.get("id", ""))
    if "<a " in html or "<table" in html:
        html = _resolved(html, locale)
    return PageSection(title, anchor, Markup(html))  # noqa: S704  # cleaned by nh3


def _resolved(html: str, locale: Locale) -> str:
    """Return HTML with addresses in links to records, and scrollable tables.

    `html` comes from nh3: its tags are balanced, and its attributes quoted.
    """

    def tag(match: re.Match[str]) -> str:
        match match["name"], bool(match["end"]):
            case "table", False:
                return f'<div class="scroll" tabindex="0">{match[0]}'
            case "table", True:
                return f"{match[0]}</div>"
            case "a", False:
                attributes = _ATTRIBUTE.sub(
                    lambda link: _resolved_link(unescape(link["href"]), locale),
                    match["attributes"],
                )
                return f"<a{attributes}>"
        return match[0]

    return _ANY_TAG.sub(tag, html)


def _resolved_link(href: str, locale: Locale) -> Markup:
    path, _, anchor = href.partition("#")
    target = RecordId.parse(path)
    if target is not None:
        return Markup(' href="{}"').format(record_url(target, locale, anchor=anchor))
    rel = Markup(' rel="noopener external"')
    link = Markup(' href="{}"').format(href)
    return link + rel if path.startswith("http") else link
