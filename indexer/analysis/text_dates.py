"""Dates as texts write them: in French and English, and months of other languages."""

# ruff: noqa: RUF001  # Greek
import re
from itertools import chain
from typing import NamedTuple

from indexer.analysis.tokens import DIGIT, fold, normalize
from indexer.model.dates import PartialDate
from indexer.model.ids import Locale

_MONTH_NAMES = {
    Locale.FR: (
        "janvier février mars avril mai juin juillet août septembre octobre novembre"
        " décembre"
    ).split(),
    Locale.EN: (
        "January February March April May June July August September October November"
        " December"
    ).split(),
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january janvier jan janv januar gennaio enero januari janeiro ιανουαριου",
            (
                "february fevrier feb fev fevr februar febbraio febrero februari"
                " fevereiro φεβρουαριου"
            ),
            "march mars mar marz marzo maart marco μαρτιου",
            "april avril apr avr aprile abril απριλιου",
            "may mai maggio mayo mei maio μαιου",
            "june juin jun juni giugno junio junho ιουνιου",
            "july juillet jul juil juli luglio julio julho ιουλιου",
            "august aout aug agosto augustus αυγουστου",
            "september septembre sept sep settembre septiembre setembro σεπτεμβριου",
            "october octobre oct oktober ottobre octubre outubro οκτωβριου",
            "november novembre nov noviembre novembro νοεμβριου",
            "december decembre dec dezember dicembre diciembre dezembro δεκεμβριου",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = r"(?:\s?(?:st|nd|rd|th|er|η))?"
"""The end of « 1er » or `2nd`; a superscript in a PDF has a space before it."""
_OF = r"(?:(?:of|de|del)\s+)?"
"""What is between a day and its month, or a month and its year."""

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_YEAR}(?P<sep>[-/])(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?!\d)",
        (
            rf"\b(?<!\d[.,])(?P<day>\d\d?)(?:{_ORDINAL}|[.°])\s+{_OF}"
            rf"(?P<name>{_MONTH})\.?,?\s+{_OF}{_YEAR}\b"
        ),
        rf"\b(?P<day>\d\d?)-(?P<name>{_MONTH})-(?:{_YEAR}|(?P<short>\d\d))(?!\d)",
        rf"\b(?P<name>{_MONTH})[.,]?\s+(?P<day>\d\d?){_ORDINAL},?\s+{_YEAR}\b",
        (
            rf"\b(?P<day>\d\d?)(?P<sep>\s?[./]\s?|-)(?P<month>\d\d?)(?P=sep)"
            rf"{_YEAR}\b"
        ),
        rf"\b(?P<name>{_MONTH})(?:\.?,?\s+{_OF}|-){_YEAR}\b",
        rf"\b{_YEAR}-(?P<month>\d\d)(?!\d)",
        rf"(?<![\w/.-])(?P<month>\d\d?)[/-]{_YEAR}\b",
        rf"(?<![\w/.-])(?P<month>0[1-9]|1[0-2])\.{_YEAR}\b",
    )
)
_PDF = re.compile(r"(?:D:)?((?:19|20)\d\d)(\d\d)(\d\d)")


def dates_in(text: str) -> list[PartialDate]:
    """Return the dates in a text, the most exact patterns first, without duplicates.

    A year alone does not count, for too many numbers look like one.
    """
    return [dated_text.date for dated_text in dated_texts(text)]


class DatedText(NamedTuple):
    """A date, and the folded texts between it and the dates before and after it."""

    date: PartialDate
    before: str
    after: str


def dated_texts(text: str) -> list[DatedText]:
    """Return the dates in a text as `dates_in` does, each with the texts around it."""
    plain = fold(normalize(text))
    found: list[tuple[PartialDate, int, int]] = []
    for match in chain.from_iterable(each.finditer(plain) for each in _PATTERNS):
        date = _date(match)
        if date is not None and not any(_includes(each, date) for each, _, _ in found):
            found.append((date, *match.span()))
    dated = []
    for date, start, stop in found:
        first = max((end for _, _, end in found if end <= start), default=0)
        last = min((begin for _, begin, _ in found if begin >= stop), default=None)
        dated.append(DatedText(date, plain[first:start], plain[stop:last]))
    return dated


def date_of(text: str) -> PartialDate | None:
    """Parse a text that is only a date: `30/10/2018`, `mars 2025`."""
    plain = " ".join(fold(normalize(text)).split())
    match = next(filter(None, (each.fullmatch(plain) for each in _PATTERNS)), None)
    return _date(match) if match is not None else None


def with_dates_in_words(text: str, locale: Locale, quote: str = "") -> str:
    """Write each date of a text in words: `22/01/2021` becomes `22 January 2021`.

    `quote` is put before and after each date.
    """
    plain = fold(normalize(text))
    if not DIGIT.search(plain):
        return text  # every date has a year
    if len(plain) != len(text):
        return text  # the positions of the dates are not known
    found: dict[int, tuple[int, PartialDate]] = {}
    for match in chain.from_iterable(each.finditer(plain) for each in _PATTERNS):
        date, (start, stop) = _date(match), match.span()
        if date is not None and not any(
            start < end and first < stop for first, (end, _) in found.items()
        ):
            found[start] = stop, date
    for start, (stop, date) in sorted(found.items(), reverse=True):
        words = f"{quote}{date_in_words(date, locale)}{quote}"
        text = text[:start] + words + text[stop:]
    return text


def date_in_words(date: PartialDate, locale: Locale) -> str:
    """Return a date as texts write it: « 1er juin 2018 », `June 2018`, `2018`."""
    parts = [str(date.year)]
    if date.month is not None:
        parts.insert(0, _MONTH_NAMES[locale][date.month - 1])
    if date.day is not None:
        is_first = date.day == 1 and locale is Locale.FR
        parts.insert(0, "1er" if is_first else str(date.day))
    return " ".join(parts)


def date_of_property(text: str) -> PartialDate | None:
    """Parse the date of a file property: `2018-10-30T…`, `D:20181030…`."""
    day = PartialDate.parse(text[:10])
    if day is not None:
        return day
    match = _PDF.match(text)
    return PartialDate.parse("-".join(match.groups())) if match is not None else None


def _date(match: re.Match[str]) -> PartialDate | None:
    parts = match.groupdict()
    month = int(parts["month"]) if "month" in parts else _MONTHS[parts["name"]]
    text = f"{parts['year'] or '20' + parts['short']}-{month:02d}"
    return PartialDate.parse(
        f"{text}-{int(parts['day']):02d}" if "day" in parts else text
    )


def _includes(exact: PartialDate, other: PartialDate) -> bool:
    """Return whether a date is equal to another, or more exact."""
    return (exact.year, exact.month) == (other.year, other.month) and (
        other.day is None or other.day == exact.day
    )
