"""A brief as Markdown (CommonMark with the tables of GitHub)."""

import re
from collections.abc import Iterable, Iterator

from kb.briefs.brief import Brief, BriefRecord, BriefSection, BriefSource, BriefTable
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
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>\\]")


def brief_markdown(brief: Brief) -> str:
    """Return a brief as Markdown; no text of it is read as markup."""
    return "\n\n".join(filter(None, _parts(brief))) + "\n"


def _parts(brief: Brief) -> Iterator[str]:
    words = brief.words
    yield f"# {_escaped(brief.title)}"
    yield _escaped(f"{brief.site} – {brief.publisher}")
    yield _escaped(f"{brief.date} · {brief.count}")
    yield from _blocks(brief.note, 1)
    yield from (f"> {_escaped(note)}" for note in brief.notes)
    yield f"## {_escaped(words.contents)}"
    yield "\n".join(
        f"{number}. {_escaped(each.title)}"
        for number, each in enumerate(brief.records, 1)
    )
    if brief.tables:
        yield f"## {_escaped(words.comparison)}"
        for table in brief.tables:
            yield from _comparison(table)
    for number, record in enumerate(brief.records, 1):
        yield from _record(number, record, brief)
    yield f"## {_escaped(words.about)}"
    yield from map(_escaped, brief.about)
    yield f"{_escaped(words.address)} {_link(brief.url)}"


def _comparison(table: BriefTable) -> Iterator[str]:
    yield f"### {_escaped(table.title)}"
    yield _rows([table.head, *table.rows])


def _record(number: int, record: BriefRecord, brief: Brief) -> Iterator[str]:
    words = brief.words
    yield f"## {number}. {_escaped(record.title)}"
    yield f"**{_escaped(record.kind_name)}**"
    yield _escaped(record.summary)
    yield "\n".join(
        f"- **{_escaped(name)}** – {_escaped(text)}" for name, text in record.facts
    )
    if record.figures:
        yield f"### {_escaped(words.figures)}"
        yield "\n".join(
            f"- {_span(Span(value, is_bold=True))} {_inline(label)}"
            for value, label in record.figures
        )
    for section in record.sections:
        yield from _section(section)
    if record.limits is not None:
        yield from _section(record.limits)
    if record.worth:
        yield f"### {_escaped(words.worth)}"
        strength = f"**{_escaped(record.strength)}** – " if record.strength else ""
        yield strength + _escaped(" ".join(record.worth))
    yield f"### {_escaped(words.sources)}"
    yield "\n".join(map(_source, record.sources)) or _escaped(words.no_source)
    yield _escaped(record.updated)
    yield f"{_escaped(words.address)} {_link(record.url)}"


def _section(section: BriefSection) -> Iterator[str]:
    yield f"### {_escaped(section.title)}"
    yield from _blocks(section.blocks, 3)


def _source(source: BriefSource) -> str:
    parts = filter(None, (source.label, source.details))
    text = _escaped(", ".join(parts))
    return f"1. {text} {_link(source.url)}".rstrip()


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
