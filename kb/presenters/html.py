"""From the text of a record to the sections of its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bs4 import BeautifulSoup
from bs4.element import Tag
from flask import request
from markupsafe import Markup

from indexer.corpus.typography import typeset
from indexer.model.ids import Locale, RecordId
from indexer.model.records import Edition
from indexer.model.text import Text
from indexer.readers.markdown import to_html
from kb.presenters.addresses import record_url

LONG_TEXT = 50_000
"""In bytes: of longer texts, only the pages read last are kept."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text under a heading of level 2; the first may have none."""

    title: str
    anchor: str
    html: Markup


def sections(edition: Edition, locale: Locale) -> tuple[Section, ...]:
    """Cut the text of an edition at its headings; links to records become addresses."""
    make = _long_sections if len(edition.body) > LONG_TEXT else _short_sections
    return make(edition.body, edition.locale, locale, request.script_root)


def _sections(
    text: Text, language: Locale, locale: Locale, _root: str
) -> tuple[Section, ...]:
    # `_root` is part of the key since links hold it: the path the service stands under.
    soup = BeautifulSoup(to_html(typeset(str(text), language)), "html.parser")
    for link in soup.find_all("a", href=True):
        _resolve(link, locale)
    for table in soup.find_all("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0"}))
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    for child in soup.contents:
        if isinstance(child, Tag) and child.name == "h2":
            found.append((child.get_text(), str(child.get("id", "")), []))
        else:
            found[-1][2].append(str(child))
    return tuple(
        Section(title, anchor, Markup("".join(parts)))  # noqa: S704  # cleaned by nh3
        for title, anchor, parts in found
        if "".join(parts).strip()
    )


_short_sections = lru_cache(maxsize=2048)(_sections)
_long_sections = lru_cache(maxsize=16)(_sections)


def _resolve(link: Tag, locale: Locale) -> None:
    path, _, anchor = str(link["href"]).partition("#")
    target = RecordId.parse(path)
    if target is not None:
        link["href"] = record_url(target, locale, anchor=anchor)
    elif path.startswith("http"):
        link["rel"] = "noopener external"
