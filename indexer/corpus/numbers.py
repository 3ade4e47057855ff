"""Numbers in French and English texts, in digits and in words, in one notation.

« 1 030 » and `1,030` are one number; so are « 20 h 30 » and `8.30pm`, « 1er » and
`first`, « trois » and 3.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from indexer.analysis.tokens import fold
from indexer.model.ids import Locale

ORDINAL_ENDINGS = {
    Locale.FR: "(?:er|re|e|ère|ème|nde?)s?",
    Locale.EN: "(?:st|nd|rd|th)",
}
"""The endings of ordinal numbers in digits, as regular expressions."""

_CARDINALS = {
    Locale.FR: "un deux trois quatre cinq six sept huit neuf dix onze douze treize "
    "quatorze quinze seize",
    Locale.EN: "one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
}

# Each line is a value, or several, and the words that may express it.
_OTHER_WORDS = {
    Locale.FR: """
0 zero minuit
1 une premier premiere premiers premieres
2 double second seconde deuxieme
3 troisieme tiers trimestre triple
4 quatrieme
5 cinquieme
6 sixieme semestre
7 septieme
8 huitieme
9 neuvieme
10 dixieme dizaine dizaines decennie
12 douzaine midi
19 xixe
20 vingt vingts vingtaine vingtieme xxe
21 xxie
30 trente trentaine
40 quarante quarantaine
50 cinquante cinquantaine moitie
60 soixante soixantaine
100 cent cents centaine siecle
1000 mille millier
1000000 million millions
1000000000 milliard milliards
30,50 demi demie
4,15,25 quart
2,15 quinzaine
""",
    Locale.EN: """
0 zero midnight
1 a an once first
2 both pair twice double second fortnight
3 third thrice triple
4 fourth
5 fifth
6 sixth
7 seventh
8 eighth
9 ninth
10 tenth decade
11 eleventh
12 twelfth dozen noon midday
20 twenty twentieth
30 thirty
40 forty
50 fifty
60 sixty
70 seventy
80 eighty
90 ninety
100 hundred century
1000 thousand
1000000 million
1000000000 billion
6,30,50 half
3,4,15,25 quarter
2,14,15 fortnight
""",
}

NumberWords = Mapping[str, tuple[int, ...]]


def _number_words(locale: Locale) -> NumberWords:
    words: dict[str, tuple[int, ...]] = {
        word: (value,) for value, word in enumerate(_CARDINALS[locale].split(), 1)
    }
    for line in _OTHER_WORDS[locale].strip().split("\n"):
        values, *names = line.split()
        words |= dict.fromkeys(names, tuple(map(int, values.split(","))))
    return words


NUMBER_WORDS: Mapping[Locale, NumberWords] = {
    locale: _number_words(locale) for locale in Locale
}
"""The values of each word, the usual one first."""

COUNTING_WORDS: Mapping[Locale, frozenset[str]] = {
    locale: frozenset(words.split()[2:12]) - {"neuf"}
    for locale, words in _CARDINALS.items()
}
"""The words from three to twelve that are only numbers; « neuf » also means new."""


def compound_value(values: Iterable[int]) -> int:
    """Return the value of words in a row: 4, 20, 10 and 7 are 97; 2 and 1000, 2000."""
    total = current = 0
    for value in values:
        if value >= 1000:
            total, current = total + max(current, 1) * value, 0
        elif value == 100 or (value == 20 and current % 100 == 4):
            units = current % 100
            current += value * (units or 1) - units
        else:
            current += value
    return total + current


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
