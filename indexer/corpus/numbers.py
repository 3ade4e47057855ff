"""Numbers in French and English texts, in digits and in words, in one notation.

« 1 030 » and `1,030` are one number; so are « 20 h 30 » and `8.30pm`, « 1er » and
`first`, « trois » and 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from indexer.analysis.normalization import fold
from indexer.corpus.number_words import (
    COUNTING_WORDS,
    NUMBER_WORDS,
    ORDINAL_ENDINGS,
    compound_value,
)
from indexer.model.ids import Locale


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text: as written, its position, and its values.

    An ambiguous number has several values: `1990s` is 1990 or 90. A number with
    `is_loose` is rather a word (`one`, `second`, `half`), which the other language
    may do without.
    """

    text: str
    start: int
    values: frozenset[str]
    is_loose: bool = False


# Each pattern reads a text in linear time, whatever its signs.
_ADDRESS = re.compile(
    r"\]\([^()\s]*\)|<[^<>\n]*>|(?:https?://|www\.)[^\s»]+"
    r"|[^\s@]{1,64}@[^\s@]{1,190}\.[a-z]{2,}\b"
)

_SPACE = "[ \u00a0\u202f\u2009]"
_GROUPS = {Locale.FR: _SPACE, Locale.EN: f"(?:{_SPACE}|,)"}
_POINTS = {Locale.FR: "[.,]", Locale.EN: r"\."}
_UNITS = "(?:cm|km|kg|mm|min|mn|Mo|Go|MB|GB|TB|px|[gjms])"

_DIGITS = {
    locale: re.compile(
        rf"""
    (?<![\w.]) (?:
        (?P<hour> \d{{1,2}} ) {_SPACE}? h(?:eures?)?
            (?: {_SPACE}? (?P<minute> [0-5]\d ) )? \b
      | (?P<clock> \d{{1,2}} (?: [.:] [0-5]\d )? ) {_SPACE}? (?P<half> [ap] ) \.? m\b
      | (?P<time> \d{{1,2}} : [0-5]\d ) \b
      | (?P<ordinal> \d+ ) {ORDINAL_ENDINGS[locale]} \b
      | (?P<decade> \d+0 ) s \b
      | (?P<years> (?:19|20)\d\d ) [-–/] (?P<last> \d\d ) \b (?! [-–] )
      | (?P<number>
            (?: \d{{1,3}} (?: {_GROUPS[locale]} \d{{3}} (?!\d) )+ | \d+ )
            (?: {_POINTS[locale]} \d+ )?
        ) (?! \.? \d )
        (?: {_SPACE}? (?P<multiple> k | M | bn | m | [Mm]ille | [Mm]illions?
            | [Mm]illiards? | thousand | billions? ) \b
          | {_UNITS} \b | (?! \w ) )
    )
  | (?P<code> (?<!\w) [@\#]? (?=[\w@]{{0,40}}\d) (?=[\w@]{{0,40}}[^\W\d_])
        \w+ (?: [@.\-] \w+)* )
    """,
        re.VERBOSE,
    )
    for locale in Locale
}

_MULTIPLES = {
    "k": 10**3,
    "mille": 10**3,
    "thousand": 10**3,
    "million": 10**6,
    "bn": 10**9,
    "milliard": 10**9,
    "billion": 10**9,
}
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_JOINT = re.compile(r"[-\s\u2010\u2011]+(?:(?:et|and)[-\s\u2010\u2011]+)?")


def numbers(text: str, locale: Locale) -> Iterator[NumberMention]:
    """Yield the numbers of a text; those of addresses are left out."""
    text = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    return chain(_in_digits(text, locale), _in_words(text, locale))


def _in_digits(text: str, locale: Locale) -> Iterator[NumberMention]:
    for match in _DIGITS[locale].finditer(text):
        yield NumberMention(match[0], match.start(), frozenset(_values(match, locale)))


def _values(match: re.Match[str], locale: Locale) -> Iterator[str]:
    """Yield the values of a number in digits, by the kind that was recognised."""
    part = match.groupdict()
    if part["hour"] or part["time"]:
        hour, _, minute = (part["time"] or "").partition(":")
        yield from _times(part["hour"] or hour, part["minute"] or minute or "0")
    elif part["clock"]:
        hour, _, minute = part["clock"].replace(".", ":").partition(":")
        yield _time(int(hour) % 12 + 12 * (part["half"] == "p"), int(minute or 0))
    elif part["decade"]:
        yield from (part["decade"], part["decade"][-2:])
    elif part["years"]:
        yield from (part["years"], part["years"][:2] + part["last"])
    elif part["ordinal"]:
        yield _plain(Decimal(part["ordinal"]))
    elif part["number"]:
        yield from _multiplied(part["number"], part["multiple"] or "", locale)
    else:
        yield part["code"].casefold().replace("-", "")


def _times(hour: str, minute: str) -> Iterator[str]:
    yield _time(int(hour), int(minute))
    if not int(minute):
        yield str(int(hour))  # A number of hours is no time of the day.


def _time(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02}"


def _multiplied(digits: str, multiple: str, locale: Locale) -> Iterator[str]:
    plain = re.sub(_SPACE, "", digits)
    number = Decimal(plain.replace(",", "." if locale is Locale.FR else ""))
    yield _plain(number * _MULTIPLES.get(multiple.lower().removesuffix("s"), 1))
    if multiple in {"m", "M"}:
        yield _plain(number * 10**6)  # Or metres.


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _in_words(text: str, locale: Locale) -> Iterator[NumberMention]:
    """Yield the numbers in words; « vingt-cinq » is 25, and perhaps 20 or 5."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if fold(match[0].lower()) not in NUMBER_WORDS[locale]:
            continue
        if run and not _JOINT.fullmatch(text, run[-1].end(), match.start()):
            yield _mention(text, run, locale)
            run = []
        run.append(match)
    if run:
        yield _mention(text, run, locale)


def _mention(text: str, run: list[re.Match[str]], locale: Locale) -> NumberMention:
    words = [fold(match[0].lower()) for match in run]
    values = [NUMBER_WORDS[locale][word] for word in words]
    parts = {value for each in values for value in each}
    start = run[0].start()
    return NumberMention(
        text[start : run[-1].end()],
        start,
        frozenset(map(str, {compound_value(each[0] for each in values), *parts})),
        is_loose=len(run) > 1 or words[0] not in COUNTING_WORDS[locale],
    )
