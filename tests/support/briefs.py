"""Briefs for tests, and titles that try to be more than text."""

import datetime as dt
from dataclasses import replace

from indexer.model.ids import Locale
from kb.briefs.brief import (
    Brief,
    BriefRecord,
    BriefSection,
    BriefSource,
    BriefTable,
    BriefWords,
)
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextHeading,
    TextList,
    TextParagraph,
    TextQuote,
    TextTable,
)

MADE_AT = dt.datetime(2026, 11, 27, 9, 30, tzinfo=dt.UTC)
MAX_TITLE = 150
"""What the address of a dossier allows."""

ADDRESS = "https://example.org/en/practices/lamps"

HOSTILE_TITLES = {
    "formula": '=HYPERLINK("https://evil.example","Click")',
    "plus": "+1+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "hidden formula": "\x00\x01=1+1",
    "wide formula": "\uff1d1+1",
    "markup": "</w:t></w:r></w:p><w:p/>&amp;<script>alert(1)</script>",
    "typst": '#read("/etc/passwd") $x$ *b* _i_ <label> @ref \\u{41} #import "x"',
    "tex": r"\input{/etc/passwd} \write18{id} }{ % ~ ^",
    "markdown": "# h1 [a](javascript:alert(1)) ![i](x) `c` | a | <b> ***",
    "control": "a\x00b\x07c\x1bd\x7fe\ufffef",
    "surrogate": "a\ud800b",
    "direction": "invoice\u202efdp.exe\u2066",
    "right to left": "بلدية المدينة",
    "long": "A very long title. " * 526,
    "long word": "x" * 10_000,
}


def spans(text: str) -> tuple[Span, ...]:
    """Return a text as one span."""
    return (Span(text),)


def a_text(text: str) -> tuple[TextBlock, ...]:
    """Return blocks of every type that contain a text."""
    item = (TextParagraph(spans(text)), TextParagraph(spans("more of the item")))
    nested = (TextParagraph(spans("nested in")), TextList((item,)))
    styled = (
        Span(text, is_bold=True),
        Span(" and "),
        Span("code", is_code=True),
        Span(" and "),
        Span("a link", url="https://example.org/?a=1&b=2", is_italic=True),
        Span(" and "),
        Span("no link", url="javascript:alert(1)"),
    )
    return (
        TextParagraph(spans(text)),
        TextParagraph(styled),
        TextHeading(spans(text), 1),
        TextList((item, nested)),
        TextList((item, item), is_ordered=True),
        TextList((item,), is_ordered=True),
        TextQuote((TextParagraph(spans(text)),)),
        TextTable((spans("Head"), spans(text)), ((spans(text), spans("cell")),)),
    )


def a_brief_record(
    text: str = "Street lamps", *, kind: str = "practice"
) -> BriefRecord:
    """Return a record of a brief whose texts are one."""
    return BriefRecord(
        kind=kind,
        kind_name="Practice",
        title=text,
        lang="",
        summary=text,
        facts=(("Where", text), ("When", "2020"), ("Stage", "Pilot")),
        figures=(("184", "lamps"), (text, text)),
        sections=(BriefSection(text, a_text(text)),),
        limits=BriefSection("Limits", (TextParagraph(spans(text)),)),
        strength="Reported",
        bars=2,
        worth=(text,),
        sources=(
            BriefSource(text, text, "https://example.org/source"),
            BriefSource("Un article", "2017", "", lang="fr"),
        ),
        updated="Record updated on 3 February 2026.",
        updated_day="2026-02-03",
        url=ADDRESS,
    )


def a_brief(
    text: str = "Street lamps",
    *,
    count: int = 2,
    locale: Locale = Locale.EN,
    notes: tuple[str, ...] = (),
) -> Brief:
    """Return a brief whose title, note and records have a text."""
    record = a_brief_record(text)
    words = {name: name.replace("_", " ").capitalize() for name in BriefWords.__slots__}
    return Brief(
        locale=locale,
        title=text[:MAX_TITLE],
        note=(TextParagraph(spans(text)),),
        date="27 November 2026",
        site="Innovation and Security",
        publisher="Efus",
        count=f"{count} records",
        records=tuple(replace(record, url=f"{ADDRESS}-{n}") for n in range(count)),
        tables=(BriefTable("Practices", ("Practice", text), ((text, "2020"),)),),
        notes=notes,
        about=("Made of records.", "Under CC BY 4.0."),
        home="https://example.org/en/",
        url="https://example.org/en/dossier?r=practices/lamps",
        words=BriefWords(**words),
    )
