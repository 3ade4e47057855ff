"""The date of a document, as its cover states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.analysis.text_dates import date_of_property, dates_in
from indexer.extraction.report.cover import (
    DATE_WORDS,
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.model.dates import PartialDate
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

MAX_LINE_WORDS = 12
_MAX_WORDS_OF_DATE = 6
_BLOCKS_AT_TOP = 10
MAX_YEAR_WORDS = 25

_PLANNED = re.compile(
    r"\b(?:due|contractual|planned|annex|doa|prévue|contractuelle|échéance|limite)\b"
)
_OTHER_DATE = re.compile(
    r"\b(?:start|began|end|kick-?off|duration|period|meeting|début|fin|durée|période"
    r"|réunion|from|constitution|directive|regulation|décret|arrêté|loi|law)\b|\bares\(|\bdu\b.*\bau\b",
    re.IGNORECASE,
)
"""Words of lines whose date is that of the project or of a meeting."""

_EVENT = re.compile(
    r"\b(?:atelier|workshop|seminar|séminaire|conference|conférence|colloque)\b"
    r"|\b\d{1,2}(?:\s?(?:er|st|nd|rd|th))?\s?(?:[-–&]|et|and|au|to)\s?\d{1,2}"
    r"(?:\s?(?:st|nd|rd|th))? [^\W\d]{3,9}\.? \d{4}",
    re.IGNORECASE,
)
_MONTH_LINE = re.compile(r"(0[1-9]|1[0-2])\s+((?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LAST_YEAR = re.compile(r"(?<![\d–/-])(?<!\d )(?P<year>(?:19|20)\d\d)$")
_YEAR_LINE = re.compile(
    r"^\W*(?:[^\W\d]{3,},? )?(?:19|20)\d\d\W*$"
    r"|(?:©|\(c\)|copyright|publi(?:shed|é|cations? office)|luxembourg|dépôt légal"
    r"|printed|imprimé|édition|edition).*(?<!\d)(?:19|20)\d\d(?!\d)"
    r"|(?:citing|citation|cite[dr]?|refer to).*\((?:19|20)\d\d\)",
    re.IGNORECASE | re.DOTALL,
)
"""Lines that state the year of a document."""

_PLACE_AND_YEAR = re.compile(
    r"[A-ZÀ-Þ][^\d.:;!?()]*(?:,|\s[–—|-])\s*(?P<year>(?:19|20)\d\d)"
)
"""A line whose only number is the year at its end, as on the cover of a thesis."""

_VERSION = re.compile(
    r"(?<!replaces )(?<!remplace la )\b(?:version|v)\s?\d+(?:\.\d+)*\b", re.IGNORECASE
)
_EDITION = re.compile(
    r"\W*(?:\d\w* )?(?:édition|edition|version|manuscript completed(?: in)?)\s*:?\s+",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:published|issued|submitted|publié|remis|paru)(?: on| in| le| en)?\s+(?=\S)",
    re.IGNORECASE,
)
"""The label of a date inside a cell of a table that lays out a cover."""

_DATE = re.compile(
    r"(?:(?:issue|revision|release|version) )?date(?: of (?:issue|change|revision))?",
    re.IGNORECASE,
)
_CUT_YEAR = re.compile(r"(?<=[./-]\d{3}) (?=\d\b)")
"""Where a narrow cell breaks a date."""


_DATE_OF_TEMPLATE = "2013-12-23T23:15:00"
"""The day of creation of every file that python-docx made from its own template."""


def find_date(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return the day of submission or publication, else a planned day.

    Without a label, the date is on a line of the first page, else in the last row of
    the history of versions, in the title or in a header or footer.
    """
    planned: ExtractedFact | None = None
    for value, block, label in labelled_values(cover, MetadataField.DATE):
        for date in dates_in(value)[:1]:
            fact = block_fact(MetadataField.DATE, block, str(date))
            if not _PLANNED.search(label):
                return fact
            planned = planned or fact
    if planned is not None:
        return (
            _date_of_version(cover)
            or _date_after_words(cover)
            or _date_of_history(cover)
            or planned
        )
    return (
        _date_on_line(cover)
        or _date_after_words(cover)
        or _date_of_history(cover)
        or _date_in_title(title)
        or _date_in_margins(margins)
        or _year_stated(cover)
        or _year_in_title(title)
        or _year_after_place(cover)
        or _created(cover)
    )


def _date_on_line(cover: Cover) -> ExtractedFact | None:
    """Return a date on a line of the first page.

    A line of more words comes after one with the date alone, that of an event last.
    """
    dated = [
        (
            2 * (_EVENT.search(block.text) is not None)
            + (len(block.text.split()) > _MAX_WORDS_OF_DATE),
            str(date),
            block,
        )
        for number, (above, block) in enumerate(pairwise([None, *cover.blocks]))
        if block is not None
        and _is_short_line(block, is_at_top=number < _BLOCKS_AT_TOP)
        and not (above is not None and above.text.rstrip().endswith(":"))
        and (date := _date_of_line(block.text)) is not None
    ]
    for _, value, block in sorted(dated, key=lambda each: each[0]):
        return block_fact(
            MetadataField.DATE, block, value, likelihood=Likelihood.MEDIUM
        )
    return None


def _date_of_version(cover: Cover) -> ExtractedFact | None:
    """Return the date on the line of the cover that has the version: "v1.1, May 2020".

    A version that this one replaces is not its own.
    """
    for block in cover.blocks:
        text = block.text
        version = _VERSION.search(text)
        if version is None or not _is_short_line(block, is_at_top=False):
            continue
        if _PLANNED.search(text.casefold()):
            continue
        if date := _date_of_line(text[version.end() :]) or _date_of_line(text):
            return block_fact(
                MetadataField.DATE, block, str(date), likelihood=Likelihood.MEDIUM
            )
    return None


def _date_of_line(text: str) -> PartialDate | None:
    """Return the first date of a line; "03 2020" alone is a month."""
    month = _MONTH_LINE.fullmatch(text.strip())
    dates = dates_in("/".join(month.groups()) if month is not None else text)
    return dates[0] if dates else None


def _is_short_line(block: Block, *, is_at_top: bool) -> bool:
    words = block.text.split()
    return (
        block.type in {BlockType.PARAGRAPH, BlockType.HEADING}
        and (block.page or 1) == 1
        and (len(words) <= MAX_LINE_WORDS or (is_at_top and _ends_with_date(words)))
        and _OTHER_DATE.search(block.text) is None
    )


def _date_after_words(cover: Cover) -> ExtractedFact | None:
    """Return a date after its label without a colon: "Publication date May 2015"."""
    for block in cover.blocks:
        label = DATE_WORDS.match(block.text) or _EDITION.match(block.text)
        if label is None and block.cells and (block.page or 1) == 1:
            label = _PUBLISHED.search(block.text)
        if label is None or _PLANNED.search(label[0].casefold()):
            continue
        after = " ".join(block.text[label.end() :].split()[:_MAX_WORDS_OF_DATE])
        if dates := dates_in(after):
            likelihood = Likelihood.MEDIUM
            date = str(dates[0])
            return block_fact(MetadataField.DATE, block, date, likelihood=likelihood)
    return None


def _ends_with_date(words: Sequence[str]) -> bool:
    """Return whether lines that were read as one paragraph end with a date."""
    return len(words) <= 2 * MAX_LINE_WORDS and bool(dates_in(" ".join(words[-4:])))


def _date_of_history(cover: Cover) -> ExtractedFact | None:
    """Return the latest date in a table with a column of dates."""
    column = -1
    found: list[tuple[str, Block]] = []
    for block in cover.blocks:
        cells = [cell.strip() for cell in block.cells]
        header = next((n for n, each in enumerate(cells) if _DATE.fullmatch(each)), -1)
        if header >= 0 and len(cells) > 2:
            column = header
        elif column >= 0 and column < len(cells):
            text = _CUT_YEAR.sub("", cells[column])
            found += [(str(date), block) for date in dates_in(text)[:1]]
        else:
            column = -1
    if not found:
        return None
    date, block = max(found, key=lambda each: each[0])
    return block_fact(MetadataField.DATE, block, date, likelihood=Likelihood.MEDIUM)


def _date_in_title(title: ExtractedFact | None) -> ExtractedFact | None:
    """Return the date of the meeting that minutes have in their title."""
    dates = dates_in(title.value) if title is not None else []
    if title is None or not dates:
        return None
    date = (str(dates[0]),)
    return ExtractedFact(MetadataField.DATE, date, title.origin, Likelihood.MEDIUM)


def _date_in_margins(margins: Sequence[Block]) -> ExtractedFact | None:
    for block in margins:
        dates = dates_in(block.text)
        if len(dates) == 1 and len(block.text.split()) <= MAX_LINE_WORDS:
            date = str(dates[0])
            return block_fact(
                MetadataField.DATE, block, date, likelihood=Likelihood.LOW
            )
    return None


def _year_stated(cover: Cover) -> ExtractedFact | None:
    """Return the year of a copyright notice, of a citation, or alone on its line."""
    for block in cover.blocks:
        is_short = len(block.text.split()) <= MAX_YEAR_WORDS
        stated = _YEAR_LINE.search(block.text) if is_short else None
        if stated is not None:
            years = _YEAR.findall(block.text)
            likelihood = Likelihood.LOW
            year = max(years)
            return block_fact(MetadataField.DATE, block, year, likelihood=likelihood)
    return None


def _year_in_title(title: ExtractedFact | None) -> ExtractedFact | None:
    """Return the year that a title ends with, mostly that of an annual report."""
    match = _LAST_YEAR.search(title.value) if title is not None else None
    if title is None or match is None:
        return None
    year = (match["year"],)
    return ExtractedFact(MetadataField.DATE, year, title.origin, Likelihood.LOW)


def _year_after_place(cover: Cover) -> ExtractedFact | None:
    """Return the year at the end of a line of the first page: "Lille – Gand, 2020"."""
    for block in cover.first_page:
        line = _PLACE_AND_YEAR.fullmatch(block.text.strip())
        is_line = block.type in {BlockType.PARAGRAPH, BlockType.HEADING}
        if line is None or not is_line or _OTHER_DATE.search(block.text):
            continue
        if len(block.text.split()) <= MAX_LINE_WORDS:
            return block_fact(
                MetadataField.DATE, block, line["year"], likelihood=Likelihood.LOW
            )
    return None


def _created(cover: Cover) -> ExtractedFact | None:
    created = date_of_property(cover.properties.created)
    if created is not None and cover.properties.created[:19] != _DATE_OF_TEMPLATE:
        return property_fact(MetadataField.DATE, "created", str(created))
    return None
