"""Reader of web pages that browsers have saved: their main text without the menus.

The sizes of letters are known by attributes and inline styles.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import CData, NavigableString, PreformattedString, Tag

from indexer.model.document import Block, BlockType, FileProperties, FileReading
from indexer.readers.paragraph_builder import (
    LINE_BREAK,
    ParagraphBuilder,
    ParagraphFormat,
    list_label,
    one_line,
    table_blocks,
    with_headings,
)
from indexer.readers.plain_text import decode
from indexer.readers.reader_input import ReaderInput
from indexer.readers.web.html_reader import HEADINGS

BODY_PX = 16.0
"""The size of text without a style."""

_FONT_SIZES = {"1": 10, "2": 13, "3": 16, "4": 18, "5": 24, "6": 32, "7": 48}
"""The sizes in pixels of the numbers of `<font size>` (HTML 5, section 15.3.4)."""

_KEYWORDS = {
    "small": 13,
    "medium": 16,
    "large": 18,
    "x-large": 24,
    "xx-large": 32,
    "xxx-large": 48,
}
_UNITS = {"px": 1.0, "pt": 4 / 3, "em": BODY_PX, "rem": BODY_PX, "%": BODY_PX / 100}
_SIZE = re.compile(
    r"font-size\s*:\s*(?:(?P<number>\d{1,4}(?:\.\d{1,4})?)\s*(?P<unit>px|pt|r?em|%)"
    r"|(?P<keyword>[a-z-]{4,12}))",
    re.IGNORECASE,
)
_LINES = ["p", "div", "center", "h1", "h2", "h3", "h4", "h5", "h6"]
_HEADING_PX = {"h1": 32.0, "h2": 24.0, "h3": 18.72, "h5": 13.28, "h6": 10.72}
"""The sizes of headings without a style (HTML 5, section 15.3.6)."""


def letter_sizes(page: Tag) -> Mapping[str, ParagraphFormat]:
    """Return the format of each line and paragraph of a page, by its text.

    Style sheets are not read: the pages of a cover that has no headings mostly have
    their sizes in the text.
    """
    return {
        text: ParagraphFormat(_size(tag), is_bold=False)
        for tag in page.find_all(_LINES)
        if (text := one_line(tag.get_text(" "))) and tag.find(_LINES) is None
    }


def _size(tag: Tag) -> float:
    """Return the largest size that the tag, or a tag with all of its text, states."""
    whole = one_line(tag.get_text(" "))
    inner = (each for each in tag.find_all() if one_line(each.get_text(" ")) == whole)
    sizes = [_own_size(each) for each in (tag, *inner)]
    return max(filter(None, sizes), default=_HEADING_PX.get(tag.name, BODY_PX))


def _own_size(tag: Tag) -> float:
    """Return the size that a tag states in pixels, 0 if it states none."""
    if tag.name == "font" and str(tag.get("size")) in _FONT_SIZES:
        return float(_FONT_SIZES[str(tag.get("size"))])
    match = _SIZE.search(str(tag.get("style") or ""))
    if match is None:
        return 0.0
    if match["keyword"]:
        return float(_KEYWORDS.get(match["keyword"].lower(), 0))
    return float(match["number"]) * _UNITS[match["unit"].lower()]


_LEAVES = frozenset({"p", "dt", "dd", "pre", "caption", "figcaption", "address"})
_CONTAINERS = frozenset(
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
_MENU_NAMES = re.compile(
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
_NOTE_REFERENCE = re.compile(r"\[?\d{1,3}\]?|[*†‡]")
_BACK_LINKS = frozenset({"↩", "↩︎", "↑", "^", "¶"})
"""Labels of links from a note back to its reference."""

_MAX_DEPTH = 120
_LISTS = frozenset({"ul", "ol", "menu", "div", "section", "header"})
_MIN_MENU_LINKS = 5
_MIN_LINKED_SHARE = 0.75
_MIN_WORDS = 40


def read_webpage(reader_input: ReaderInput) -> FileReading:
    """Read a web page.

    Raises:
        FileUnreadableError: it has no text.
    """
    declared = EncodingDetector.find_declared_encoding(
        reader_input.content, is_html=True
    )
    soup = BeautifulSoup(decode(reader_input.content, declared), "lxml")
    part = _main_part(soup)
    blocks = (*_heading_above(soup, part), *page_blocks(part))
    blocks = with_headings(blocks, letter_sizes(soup))
    return reader_input.reading(blocks, properties=_properties(soup))


def _properties(soup: BeautifulSoup) -> FileProperties:
    title = soup.title.get_text() if soup.title is not None else ""
    html = soup.find("html")
    language = str(html.get("lang") or "") if isinstance(html, Tag) else ""
    metas: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or "").lower()
        metas.setdefault(name, one_line(str(tag.get("content") or "")))

    def meta(*names: str) -> str:
        return next((metas[name] for name in names if metas.get(name)), "")

    author = meta("author", "dc.creator", "dcterms.creator")
    return FileProperties(
        title=meta("og:title", "dc.title") or one_line(title),
        authors=(author,) if author else (),
        language=language or meta("dc.language", "og:locale"),
        created=meta("article:published_time", "dc.date", "dcterms.created", "date"),
    )


def _main_part(soup: BeautifulSoup) -> Tag:
    """Return the main element of a page, its only article, or its body."""
    candidates = [*soup.find_all("main"), *soup.find_all(None, {"role": "main"})]
    articles = soup.find_all("article")
    if not candidates and len(articles) == 1:
        candidates = [*articles]
    for tag in candidates:
        if len(tag.get_text().split()) >= _MIN_WORDS:
            return tag
    return soup.body if isinstance(soup.body, Tag) else soup


def _heading_above(soup: BeautifulSoup, part: Tag) -> Iterator[Block]:
    """Yield the blocks of the header with the only `h1`, if the main part has none."""
    titles = soup.find_all("h1")
    if len(titles) == 1 and part not in titles[0].parents:
        header = titles[0].find_parent("header")
        yield from page_blocks(header) if header else _heading(titles[0])


def page_blocks(parent: Tag, *, depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of a part of a page, in document order."""
    builder = ParagraphBuilder()
    for child in parent.children:
        if isinstance(child, NavigableString):
            _write_text(child, builder)
        elif isinstance(child, Tag) and not _is_skipped(child):
            if _is_block(child):
                yield from builder.flush()
                yield from _block(child, depth)
            else:
                _write(child, builder)
    yield from builder.flush()


def _is_block(tag: Tag) -> bool:
    if tag.name in HEADINGS | _LEAVES | _CONTAINERS:
        return True
    return tag.find([*HEADINGS, *_LEAVES, "div", "ul", "table"]) is not None


def _is_skipped(tag: Tag) -> bool:
    if tag.name in _SKIPPED or tag.has_attr("hidden"):
        return True
    if str(tag.get("role") or "") in _ROLES or tag.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(str(tag.get("style") or "")):
        return True
    if tag.name == "footer":
        return tag.find_parent(["main", "article"]) is None
    if tag.name not in _CONTAINERS or tag.name == "body":
        return False
    return _is_menu(tag)


def _is_menu(tag: Tag) -> bool:
    """Return whether an element is a menu, by its class or id or its share of links."""
    is_named = _MENU_NAMES.search(" ".join([*_classes(tag), str(tag.get("id") or "")]))
    links = tag.find_all("a")
    if not is_named and (tag.name not in _LISTS or len(links) < _MIN_MENU_LINKS):
        return False
    words = len(tag.get_text().split())
    linked = sum(len(link.get_text().split()) for link in links)
    linked_share = linked / max(1, words)
    if is_named:
        return linked_share > 0.3 or words < _MIN_WORDS
    return linked_share > _MIN_LINKED_SHARE


def _block(tag: Tag, depth: int) -> Iterator[Block]:
    if any(islice(tag.parents, _MAX_DEPTH, None)):
        if text := one_line(tag.get_text(" ")):
            yield Block(BlockType.PARAGRAPH, text)
    elif tag.name in HEADINGS:
        yield from _heading(tag)
    elif tag.name in _LEAVES and tag.find(list(_CONTAINERS - {"summary"})) is None:
        builder = ParagraphBuilder()
        _write_children(tag, builder)
        yield from _as_office_item(tag, builder.flush())
    elif tag.name in {"ul", "ol", "menu"}:
        yield from _list(tag, depth)
    elif tag.name == "table":
        yield from _table(tag)
    else:
        blocks = page_blocks(tag, depth=depth)
        yield from map(_as_note, blocks) if _is_note_list(tag) else blocks


def _as_note(block: Block) -> Block:
    return Block(BlockType.NOTE, block.text, links=block.links)


def _heading(tag: Tag) -> Iterator[Block]:
    builder = ParagraphBuilder()
    _write_children(tag, builder)
    for block in builder.flush():
        yield Block(
            BlockType.HEADING,
            block.text.removesuffix("¶").strip(),
            anchor=str(tag.get("id") or ""),
            level=int(tag.name[1]),
            links=block.links,
            lines=block.lines,
        )


def _is_note_list(tag: Tag) -> bool:
    role = str(tag.get("role") or "")
    return role == "doc-endnotes" or any(map(_NOTE_NAMES.search, _classes(tag)))


def _classes(tag: Tag) -> list[str]:
    names = tag.get("class")
    return list(names) if isinstance(names, list) else str(names or "").split()


def _list(tag: Tag, depth: int) -> Iterator[Block]:
    start = str(tag.get("start") or "1")
    number = int(start) - 1 if start.isdigit() else 0
    for item in tag.find_all("li", recursive=False):
        if _is_skipped(item):
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


def _as_office_item(tag: Tag, blocks: Iterator[Block]) -> Iterator[Block]:
    """Turn paragraphs that Word has saved as list items back into items.

    Their label is part of the text: a bullet is removed, a number stays.
    """
    style = _OFFICE_LIST.search(str(tag.get("style") or ""))
    for block in blocks:
        if style is None:
            yield block
            continue
        label, _, rest = block.text.partition(" ")
        text = rest if rest and not any(map(str.isalnum, label.strip("o"))) else ""
        yield replace(
            block,
            type=BlockType.LIST_ITEM,
            text=text or block.text,
            lines=(),
            level=int(style["level"] or 1),
        )


def _table(tag: Tag) -> Iterator[Block]:
    caption = tag.find("caption", recursive=False)
    if isinstance(caption, Tag):
        yield from _block(caption, 0)
    rows = [
        [
            list(page_blocks(cell))
            for cell in row.find_all(["td", "th"], recursive=False)
        ]
        for row in tag.find_all("tr")
        if row.find_parent("table") is tag
    ]
    yield from table_blocks(rows)


def _write(tag: Tag, builder: ParagraphBuilder) -> None:
    if tag.name == "br":
        builder.parts.append(LINE_BREAK)
        return
    if tag.name == "a" and tag.get_text().strip() in _BACK_LINKS:
        return
    if tag.name == "sup" and _NOTE_REFERENCE.fullmatch(tag.get_text().strip()):
        return
    start = len(builder.parts)
    _write_children(tag, builder)
    if tag.name == "a":
        builder.add_link(start, str(tag.get("href") or ""))


def _write_children(tag: Tag, builder: ParagraphBuilder) -> None:
    for child in tag.children:
        if isinstance(child, NavigableString):
            _write_text(child, builder)
        elif isinstance(child, Tag) and not _is_skipped(child):
            _write(child, builder)


def _write_text(text: NavigableString, builder: ParagraphBuilder) -> None:
    # Comments and the like are preformatted strings too.
    if not isinstance(text, PreformattedString) or isinstance(text, CData):
        builder.parts.append(str(text))
