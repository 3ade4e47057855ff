"""Reads whole web pages, as browsers save them: what they say, not their menus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import CData, NavigableString, PreformattedString, Tag

from indexer.model.document import Block, BlockLink, BlockType, Document
from indexer.model.readings import FileProperties, FileReading, Unreadable
from indexer.readers.office.numbering import list_label
from indexer.readers.paragraph_builder import link_of, one_line, table_blocks
from indexer.readers.plain_text import decode
from indexer.readers.reader_input import ReaderInput

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LEAVES = frozenset({"p", "dt", "dd", "pre", "caption", "figcaption", "address"})
_HOLDERS = frozenset(
    "html body main article section div ul ol menu li dl blockquote table thead tbody "
    "tfoot tr td th figure details summary header footer center hgroup fieldset "
    "search".split()
)
_SKIPPED = frozenset(
    "script style template nav aside noscript iframe svg object form button select "
    "textarea input dialog canvas video audio map math head".split()
)
_ROLES = frozenset(
    "navigation banner contentinfo search complementary menu menubar dialog "
    "alert toolbar".split()
)
_NAMES = re.compile(
    r"(?:^|[-_ ])(?:nav(?:bar|igation)?|menus?|breadcrumbs?|cookies?|sidebar|footer|"
    r"share|social|skip(?:-?links?)?|pager|pagination|toolbar|consent|ariane)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_OFFICE_LIST = re.compile(
    r"mso-list:\s*(?!Ignore|none|skip)\w+(?:\s+level(?P<level>\d))?", re.IGNORECASE
)
_NOTE_NAMES = re.compile(r"(?:^|[-_ ])(?:foot|end)?notes?(?:$|[-_ :])", re.IGNORECASE)
_CALL = re.compile(r"\[?\d{1,3}\]?|[*†‡]")
_BACK = frozenset({"↩", "↩︎", "↑", "^", "¶"})
"""What leads from a note back to its place."""

_DEEPEST = 120
_LISTS = frozenset({"ul", "ol", "menu", "div", "section", "header"})
_MENU_LINKS = 5
_MENU_SHARE = 0.75
_ENOUGH_WORDS = 40


def read_webpage(source: ReaderInput) -> FileReading:
    """Read a web page.

    Raises:
        FileUnreadableError: it holds no text.
    """
    declared = EncodingDetector.find_declared_encoding(source.content, is_html=True)
    soup = BeautifulSoup(decode(source.content, declared), "lxml")
    document = Document(tuple(page_blocks(_main_part(soup))))
    if not document.blocks:
        raise source.refused(Unreadable.NO_TEXT)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=document,
        properties=_properties(soup),
    )


def _properties(soup: BeautifulSoup) -> FileProperties:
    title = soup.title.get_text() if soup.title is not None else ""
    author = _said(soup, "author", "dc.creator", "dcterms.creator")
    html = soup.find("html")
    language = str(html.get("lang") or "") if isinstance(html, Tag) else ""
    return FileProperties(
        title=_said(soup, "og:title", "dc.title") or one_line(title),
        authors=(author,) if author else (),
        language=language or _said(soup, "dc.language", "og:locale"),
        created=_said(
            soup, "article:published_time", "dc.date", "dcterms.created", "date"
        ),
    )


def _said(soup: BeautifulSoup, *names: str) -> str:
    """Give the first of several things that a page says of itself."""
    said: dict[str, str] = {}
    for meta in soup.find_all("meta"):
        name = str(meta.get("name") or meta.get("property") or "").lower()
        said.setdefault(name, one_line(str(meta.get("content") or "")))
    return next((said[name] for name in names if said.get(name)), "")


def _main_part(soup: BeautifulSoup) -> Tag:
    """Find what a page is about: its main part, its only article, or its body."""
    found: list[Tag] = [*soup.find_all("main"), *soup.find_all(None, {"role": "main"})]
    articles = soup.find_all("article")
    if not found and len(articles) == 1:
        found = list(articles)
    for tag in found:
        if len(tag.get_text().split()) >= _ENOUGH_WORDS:
            return tag
    return soup.body if isinstance(soup.body, Tag) else soup


@dataclass(slots=True)
class _Loose:
    """Text that stands in no paragraph, and its links."""

    parts: list[str] = field(default_factory=list)
    links: list[BlockLink] = field(default_factory=list)

    def take(self) -> Iterator[Block]:
        """Make a paragraph of it, and begin again."""
        text, links = one_line("".join(self.parts)), tuple(self.links)
        self.parts.clear()
        self.links.clear()
        if text:
            yield Block(BlockType.PARAGRAPH, text, links=links)


def page_blocks(parent: Tag, *, depth: int = 0, is_note: bool = False) -> list[Block]:
    """Read what stands in a part of a page, in order."""
    blocks = list(_children(parent, depth))
    if not is_note:
        return blocks
    return [Block(BlockType.NOTE, block.text, links=block.links) for block in blocks]


def _children(parent: Tag, depth: int) -> Iterator[Block]:
    loose = _Loose()
    for child in parent.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString) or isinstance(child, CData):
                loose.parts.append(str(child))
        elif isinstance(child, Tag) and not _is_left_out(child):
            if _is_block(child):
                yield from loose.take()
                yield from _block(child, depth)
            else:
                _write(child, loose)
    yield from loose.take()


def _is_block(tag: Tag) -> bool:
    if tag.name in _HEADINGS or tag.name in _LEAVES or tag.name in _HOLDERS:
        return True
    return tag.find(list(_HEADINGS | _LEAVES | {"div", "ul", "table"})) is not None


def _is_left_out(tag: Tag) -> bool:
    if tag.name in _SKIPPED or tag.has_attr("hidden"):
        return True
    if str(tag.get("role") or "") in _ROLES or tag.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(str(tag.get("style") or "")):
        return True
    if tag.name == "footer":
        return tag.find_parent(["main", "article"]) is None
    if tag.name not in _HOLDERS or tag.name == "body":
        return False
    return _is_menu(tag)


def _is_menu(tag: Tag) -> bool:
    """Tell whether a part is a menu: by its name, or because it is all links."""
    named = _NAMES.search(" ".join([*_classes(tag), str(tag.get("id") or "")]))
    links = tag.find_all("a")
    if not named and (tag.name not in _LISTS or len(links) < _MENU_LINKS):
        return False
    words = len(tag.get_text().split())
    linked = sum(len(link.get_text().split()) for link in links)
    share = linked / max(1, words)
    if named:
        return share > 0.3 or words < _ENOUGH_WORDS
    return share > _MENU_SHARE


def _block(tag: Tag, depth: int) -> Iterator[Block]:
    if sum(1 for _ in islice(tag.parents, _DEEPEST + 1)) > _DEEPEST:
        text = one_line(tag.get_text(" "))
        if text:
            yield Block(BlockType.PARAGRAPH, text)
        return
    if tag.name in _HEADINGS:
        yield from _heading(tag)
    elif tag.name in _LEAVES and tag.find(list(_HOLDERS - {"summary"})) is None:
        loose = _Loose()
        _write_children(tag, loose)
        yield from _office_item(tag, loose.take())
    elif tag.name in {"ul", "ol", "menu"}:
        yield from _list(tag, depth)
    elif tag.name == "table":
        yield from _table(tag)
    else:
        yield from page_blocks(tag, depth=depth, is_note=_is_notes(tag))


def _heading(tag: Tag) -> Iterator[Block]:
    loose = _Loose()
    _write_children(tag, loose)
    for block in loose.take():
        yield Block(
            BlockType.HEADING,
            block.text.removesuffix("¶").strip(),
            anchor=str(tag.get("id") or ""),
            level=int(tag.name[1]),
            links=block.links,
        )


def _is_notes(tag: Tag) -> bool:
    role = str(tag.get("role") or "")
    return role == "doc-endnotes" or any(map(_NOTE_NAMES.search, _classes(tag)))


def _classes(tag: Tag) -> list[str]:
    names = tag.get("class")
    return list(names) if isinstance(names, list) else str(names or "").split()


def _list(tag: Tag, depth: int) -> Iterator[Block]:
    start = str(tag.get("start") or "1")
    number = int(start) - 1 if start.isdigit() else 0
    for item in tag.find_all("li", recursive=False):
        if _is_left_out(item):
            continue
        number += 1
        label = list_label(number, str(tag.get("type") or "1"))
        label = f"{label}." if tag.name == "ol" and label else ""
        for index, block in enumerate(page_blocks(item, depth=depth + 1)):
            if block.type is not BlockType.PARAGRAPH:
                yield block
                continue
            text = f"{label} {block.text}".strip() if index == 0 else block.text
            yield Block(BlockType.LIST_ITEM, text, level=depth + 1, links=block.links)


def _office_item(tag: Tag, blocks: Iterator[Block]) -> Iterator[Block]:
    """Make items of the paragraphs that word processors save them as.

    Their mark is written out: a number is kept, a sign is none.
    """
    found = _OFFICE_LIST.search(str(tag.get("style") or ""))
    for block in blocks:
        if found is None:
            yield block
            continue
        mark, _, rest = block.text.partition(" ")
        text = rest if rest and not any(map(str.isalnum, mark.strip("o"))) else ""
        yield replace(
            block,
            type=BlockType.LIST_ITEM,
            text=text or block.text,
            level=int(found["level"] or 1),
        )


def _table(tag: Tag) -> Iterator[Block]:
    caption = tag.find("caption", recursive=False)
    if isinstance(caption, Tag):
        yield from _block(caption, 0)
    rows = [
        [page_blocks(cell) for cell in row.find_all(["td", "th"], recursive=False)]
        for row in tag.find_all("tr")
        if row.find_parent("table") is tag
    ]
    yield from table_blocks(rows)


def _write(tag: Tag, loose: _Loose) -> None:
    if tag.name == "br":
        loose.parts.append("\n")
        return
    if tag.name == "a" and tag.get_text().strip() in _BACK:
        return
    if tag.name == "sup" and _CALL.fullmatch(tag.get_text().strip()):
        return
    before = len(loose.parts)
    _write_children(tag, loose)
    if tag.name == "a":
        shown = "".join(loose.parts[before:])
        link = link_of(shown, str(tag.get("href") or ""))
        if link is not None:
            loose.links.append(link)


def _write_children(tag: Tag, loose: _Loose) -> None:
    for child in tag.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString) or isinstance(child, CData):
                loose.parts.append(str(child))
        elif isinstance(child, Tag) and not _is_left_out(child):
            _write(child, loose)
