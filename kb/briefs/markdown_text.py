"""A brief as Markdown (CommonMark with the tables of GitHub)."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from kb.briefs.brief import Brief
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextHeading,
    TextList,
    TextParagraph,
    TextQuote,
    TextTable,
    is_web_address,
    printable,
)

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~#$^]|:(?=//)|(?<=www)\.")
"""Signs of markup, and what GitHub makes links of."""

_BLOCK_START = re.compile(r"^(?P<number>\d*)(?P<sign>[-+=:.)])")
"""What begins a list or underlines a heading, at the start of a line."""

_BLANKS = re.compile(r"[ \t\n]*[\t\n][ \t\n]*")
_BLANK_LINES = re.compile(r"\n{3,}")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>\\]")


def brief_markdown(brief: Brief) -> str:
    """Return a brief as Markdown; no text of it is read as markup."""
    return _BLANK_LINES.sub("\n\n", _template().render(brief=brief)).strip() + "\n"


@cache
def _template() -> Template:
    """Return the template; its filters escape the texts of records."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701  # the filters escape Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "plain": _escaped,
        "inline": _inline,
        "bold": lambda text: _span(Span(text, is_bold=True)),
        "blocks": lambda blocks, level: "\n\n".join(_blocks(blocks, level)),
        "rows": _rows,
        "link": _link,
    }
    return environment.get_template("brief_markdown.txt")


def _blocks(blocks: Iterable[TextBlock], level: int) -> Iterator[str]:
    for block in blocks:
        match block:
            case TextParagraph(spans):
                yield _at_start(_spans(spans))
            case TextHeading(spans, below):
                yield f"{'#' * min(6, level + below)} {_spans(spans)}"
            case TextList(items, is_ordered):
                marker = "1. " if is_ordered else "- "
                yield "\n".join(_item(marker, item, level) for item in items)
            case TextQuote(quoted):
                yield _indented("\n\n".join(_blocks(quoted, level)), "> ", "> ")
            case TextTable(head, rows):
                yield _rows(
                    [[_spans(each) for each in row] for row in (head, *rows)],
                    is_escaped=True,
                )


def _item(marker: str, item: Iterable[TextBlock], level: int) -> str:
    text = "\n\n".join(_blocks(item, level))
    return _indented(text, marker, " " * len(marker))


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join((first + lines[0], *(others + line for line in lines[1:])))


def _rows(rows: Iterable[Iterable[str]], *, is_escaped: bool = False) -> str:
    texts = [[each if is_escaped else _escaped(each) for each in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in texts]
    return "\n".join((lines[0], f"|{' --- |' * len(texts[0])}", *lines[1:]))


def _spans(spans: Iterable[Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    core = span.text.strip(" ")
    if not core:
        return span.text
    before, _, after = span.text.partition(core)
    text = _inline(core)
    if span.is_italic:
        text = f"*{text}*"
    if span.is_bold:
        text = f"**{text}**"
    if is_web_address(span.url):
        text = f"[{text}](<{_address(span.url)}>)"
    return before + text + after


def _escaped(text: str) -> str:
    """Return a text of one line whose signs are no markup, wherever it stands."""
    return _at_start(_inline(text))


def _inline(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", _BLANKS.sub(" ", printable(text)))


def _at_start(line: str) -> str:
    return _BLOCK_START.sub(r"\g<number>\\\g<sign>", line)


def _link(url: str) -> str:
    return f"<{_address(url)}>" if is_web_address(url) else _inline(url)


def _address(url: str) -> str:
    return _UNSAFE_IN_ADDRESS.sub(lambda each: f"%{ord(each[0]):02X}", url)
