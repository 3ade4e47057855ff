"""Dates and numbers in the words of a language."""

from __future__ import annotations

import re

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal

from indexer.model.dates import PartialDate
from indexer.model.ids import Locale

_SKELETONS = {"day": "yMMMMd", "month": "yMMMM", "year": "y"}
_BABEL_LOCALES = {Locale.FR: "fr", Locale.EN: "en_GB"}


def date_text(date: PartialDate, locale: Locale) -> str:
    """Write a date as precisely as it is known: « 7 décembre 2018 », « août 2017 »."""
    name = _BABEL_LOCALES[locale]
    if date.day is not None:
        return _first_of_month(format_date(date.first_day, "long", locale=name), locale)
    if date.month is not None:
        return str(format_skeleton("yMMMM", date.first_day, locale=name))
    return str(date.year)


def period_text(
    start: PartialDate | None, end: PartialDate | None, locale: Locale
) -> str:
    """Write a period, or one date when it has no end."""
    if start is None:
        return ""
    if end is None or end == start:
        return date_text(start, locale)
    skeleton = _SKELETONS[_coarser(_precision(start), _precision(end))]
    text = format_interval(
        start.first_day, end.first_day, skeleton, locale=_BABEL_LOCALES[locale]
    )
    return _first_of_month(str(text), locale)


def number_text(number: int, locale: Locale) -> str:
    """Write a number with the separators of a language."""
    return str(format_decimal(number, locale=_BABEL_LOCALES[locale]))


def _precision(date: PartialDate) -> str:
    if date.day is not None:
        return "day"
    return "month" if date.month is not None else "year"


def _coarser(one: str, other: str) -> str:
    order = list(_SKELETONS)
    return max(one, other, key=order.index)


def _first_of_month(text: str, locale: Locale) -> str:
    return re.sub(r"^1(?= [^\d])", "1er", text) if locale is Locale.FR else text
