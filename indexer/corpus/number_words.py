"""The words for numbers of French and English, without accents, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
