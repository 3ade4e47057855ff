"""Dates and numbers as texts of a language."""

import datetime as dt
import re
from functools import lru_cache

import babel
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

from indexer.model.codes import UNKNOWN_LANGUAGE
from indexer.model.dates import PartialDate
from indexer.model.ids import Locale

MAX_CACHED_TEXTS = 4096

BABEL_LOCALES = {Locale.FR: "fr", Locale.EN: "en_GB"}


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def date_text(date: PartialDate, locale: Locale) -> str:
    """Return a date, as precise as it is known: « 7 décembre 2018 », « août 2017 »."""
    name = BABEL_LOCALES[locale]
    if date.day is not None:
        text = format_date(date.first_day, "long", locale=name)
        return re.sub(r"^1(?= [^\d])", "1er", text) if locale is Locale.FR else text
    if date.month is not None:
        return str(format_skeleton("yMMMM", date.first_day, locale=name))
    return str(date.year)


def day_and_month(date: PartialDate, locale: Locale) -> str:
    """Return a date without its year: « 7 décembre », « août », or "" for a year."""
    if date.month is None:
        return ""
    text = date_text(date, locale)
    return text.removesuffix(str(date.year)).strip()


def language_name(code: str, locale: Locale) -> str:
    """Return the name of a language inside a sentence; the code itself if unknown."""
    if code == UNKNOWN_LANGUAGE and locale is Locale.EN:
        return "an unknown language"
    try:
        named = babel.Locale(code).get_language_name(BABEL_LOCALES[locale])
    except babel.UnknownLocaleError:
        named = None
    return named or code


def country_name(code: str, locale: Locale) -> str:
    """Return the name of a country, or of the European Union, by its code; else ""."""
    return babel.Locale(BABEL_LOCALES[locale][:2]).territories.get(code.upper(), "")


def period_text(
    start: PartialDate | None, end: PartialDate | None, locale: Locale
) -> str:
    """Return a period, or a single date without an end; "" without a start."""
    if start is None:
        return ""
    if end is None or end == start:
        return date_text(start, locale)
    if start.month is None or end.month is None:
        return f"{start.year}–{end.year}" if start.year != end.year else str(start.year)
    if start.day and end.day and (start.year, start.month) == (end.year, end.month):
        month = date_text(PartialDate(start.year, start.month), locale)
        first = "1er" if start.day == 1 and locale is Locale.FR else start.day
        return f"{first}–{end.day} {month}"
    return f"{date_text(start, locale)} – {date_text(end, locale)}"


def day_and_hour(time: dt.datetime, locale: Locale) -> str:
    """Return a date and an hour in the time zone of the server."""
    local, name = time.astimezone(), BABEL_LOCALES[locale]
    day = format_date(local, "medium", locale=name)
    return f"{day}, {format_time(local, 'short', locale=name)}"


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def number_text(number: int, locale: Locale) -> str:
    """Return a number with the separators of a language."""
    return str(format_decimal(number, locale=BABEL_LOCALES[locale]))
