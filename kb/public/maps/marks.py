"""The marks of records on maps and charts: the shape says the theme, as the hue does.

A full mark is a practice, an outlined mark an event.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from indexer.model.ids import Kind
from indexer.model.record import Record
from kb.web.page_content import PageContent
from kb.web.records.record_groups import theme_class, theme_look

MARK_SIZE = 9.0
"""The width and the height that a mark needs."""

MAX_MARKS = 300
"""With more records, a mark of a drawing stands for several."""

_SHAPES = {
    "theme-streets": "M-3.6-3.6h7.2v7.2h-7.2z",
    "theme-crowd": "M0-4.4 4.5 3.6h-9z",
    "theme-voices": "M0-4.8 4.8 0 0 4.8-4.8 0z",
    "theme-circles": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "theme-layers": "M-4.5-3.6h9L0 4.4z",
    "theme-parts": "M-1.6-4.4h3.2v2.8h2.8v3.2h-2.8v2.8h-3.2v-2.8h-2.8v-3.2h2.8z",
}
_OTHER_SHAPE = "M-4-2.3 0-4.6 4-2.3V2.3L0 4.6-4 2.3z"
"""A hexagon: the theme has no shape of its own."""


@dataclass(frozen=True, slots=True)
class RecordMark:
    """A mark around 0, 0: its path, the class of its hue, the name of its theme."""

    path: str
    css_class: str
    theme: str = ""
    is_event: bool = False

    @property
    def classes(self) -> str:
        """The attribute `class` of the mark."""
        return f"mark {self.css_class}{' event' if self.is_event else ''}"

    @property
    def symbol(self) -> Markup:
        """The mark among words that name its theme."""
        return _symbol(self)

    @property
    def key(self) -> Markup:
        """The mark among words, with its theme for those who do not see it."""
        if not self.theme:
            return self.symbol
        return self.symbol + Markup('<span class="vh">{}, </span>').format(self.theme)


@lru_cache(maxsize=128)
def _symbol(mark: RecordMark) -> Markup:
    # A list has some eighty: a template macro would take ten times as long.
    return Markup(
        '<svg class="key-mark" viewBox="-6 -6 12 12" aria-hidden="true">'
        '<path class="{}" d="{}"/></svg>'
    ).format(mark.classes, mark.path)


def theme_mark(slug: str) -> RecordMark:
    """Return the mark of a theme, as legends show it."""
    css_class = theme_class(slug)
    return RecordMark(_SHAPES.get(css_class, _OTHER_SHAPE), css_class)


def record_mark(record: Record, content: PageContent) -> RecordMark:
    """Return the mark of a record: that of its first theme."""
    look = theme_look(record.themes, content.corpus, content.locale)
    return RecordMark(
        _SHAPES.get(look.css_class, _OTHER_SHAPE) if look else _OTHER_SHAPE,
        look.css_class if look else theme_class(""),
        look.title if look else "",
        is_event=record.id.kind is Kind.EVENT,
    )


def records_per_mark(number: int) -> int:
    """Return how many records a mark stands for in a drawing of `number` records."""
    return max(1, -(-number // MAX_MARKS))


def marks_of(
    records: Iterable[Record], content: PageContent, per_mark: int
) -> Iterator[RecordMark]:
    """Yield the marks of records; the last one of a look may stand for fewer."""
    numbers = Counter(record_mark(record, content) for record in records)
    for mark, number in numbers.items():
        yield from (mark for _ in range(0, number, per_mark))
