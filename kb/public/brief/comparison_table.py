"""The rows of a comparison as a table of a brief: a column for each record."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from kb.briefs.brief import BriefTable
from kb.briefs.rich_text import blocks_of, plain_text
from kb.public.brief.comparison_rows import Cell, Row
from kb.public.record.text_parts import first_sentences
from kb.web.urls import absolute

CELL_LENGTH = 240
"""How long the sentences of a section may be in a short cell."""


def comparison_table(
    title: str, names: Sequence[str], rows: Sequence[Row], *, is_short: bool = False
) -> BriefTable:
    """Return a table with a column for each name, and a row for each question.

    Questions that no record answers are named once, in the note of the table. In a
    short table, a section of a text is its first whole sentences.
    """
    answered = [row for row in rows if not all(cell.absence for cell in row.cells)]
    open_titles = [row.title for row in rows if row not in answered]
    return BriefTable(
        title,
        (_("Criterion"), *names),
        tuple(
            (row.title, *(_text(cell, is_short=is_short) for cell in row.cells))
            for row in answered
        ),
        note=_(
            "The sources do not say, for any of them: %(rows)s.",
            rows=", ".join(open_titles),
        )
        if open_titles
        else "",
    )


def _text(cell: Cell, *, is_short: bool) -> str:
    return "\n".join(filter(None, _lines(cell, is_short=is_short)))


def _lines(cell: Cell, *, is_short: bool) -> Iterator[str]:
    """Yield all that a cell says, in the order of the page."""
    if cell.badge is not None:
        yield str(cell.badge.label)
    for name, text in cell.statements:
        yield f"{_('%(name)s:', name=name)} {text}" if name else text
    if is_short:
        yield first_sentences(cell.html, CELL_LENGTH)
    elif cell.html:
        yield plain_text(blocks_of(cell.html, absolute("/")))
    yield from cell.items
    yield from (f"{figure.value} {figure.label}" for figure in cell.figures)
    yield from (card.plain_title for card in cell.cards)
    yield cell.link
    yield cell.absence
