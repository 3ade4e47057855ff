"""From the text of a record to the sections of its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bs4 import BeautifulSoup
from bs4.element import Tag
from flask import request
from markupsafe import Markup

from indexer.corpus.typography import typeset
from indexer.model.ids import Locale, RecordId
from indexer.model.long_text import LongText
from indexer.model.records import Edition
from indexer.readers.markdown import to_html
from kb.web.urls import record_url

LONG_TEXT = 50_000
"""In bytes: of longer texts, only the pages read last are kept."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>blockquote|ul|ol|dl|table)\b|<h2\b")
"""A heading of level 2, or a tag that one may stand in."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a text under a heading of level 2; the first may have none."""

    title: str
    anchor: str
    html: Markup


def sections(edition: Edition, locale: Locale) -> tuple[PageSection, ...]:
    """Cut the text of an edition at its headings; links to records become addresses."""
    make = _long_sections if len(edition.body) > LONG_TEXT else _short_sections
    return make(edition.body, edition.locale, locale, request.script_root)


def _sections(
    text: LongText, language: Locale, locale: Locale, _root: str
) -> tuple[PageSection, ...]:
    # `_root` is part of the key since links hold it: the path the service stands under.
    html = to_html(typeset(str(text), language)).replace("&nbsp;", "\u00a0")
    found = (_section(piece, locale) for piece in _pieces(html))
    return tuple(section for section in found if section.html.strip())


def _pieces(html: str) -> Iterator[str]:
    """Cut HTML before each heading of level 2 that stands in nothing else.

    A tree of a whole report takes seventy megabytes, which its parts do not.
    """
    depth = start = 0
    for found in _TAG.finditer(html):
        if found.group("name"):
            depth += -1 if found.group("end") else 1
        elif depth == 0:
            yield html[start : found.start()]
            start = found.start()
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
    """Give links to records their addresses, and let wide tables be scrolled."""
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a", href=True):
        _resolve(link, locale)
    for table in soup.find_all("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0"}))
    return str(soup)


_short_sections = lru_cache(maxsize=2048)(_sections)
_long_sections = lru_cache(maxsize=16)(_sections)


def _resolve(link: Tag, locale: Locale) -> None:
    path, _, anchor = str(link["href"]).partition("#")
    target = RecordId.parse(path)
    if target is not None:
        link["href"] = record_url(target, locale, anchor=anchor)
    elif path.startswith("http"):
        link["rel"] = "noopener external"
