"""Makes `table.tsv.xz`, the shipped words of each language and their equivalents.

    python -m indexer.lexicon.make_table FOLDER

FOLDER holds dictionaries of FreeDict in the format of dictd (`freedict-eng-spa.dict.dz`
and so on; Debian packages them as `dict-freedict-eng-spa`). Only those that WikDict
made from Wiktionary are read: their licence, CC BY-SA, lets us ship what we derive.

There is no such dictionary between French and English, so ten languages stand between
them. Two words are equivalents when dictionaries of several languages lead from one to
the other, by words that lead to few others (Tanaka and Umemura, 1994, "Construction of
a bilingual dictionary intermediated by a third language").
"""

from __future__ import annotations

import gzip
import lzma
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.tokens import tokenize
from indexer.lexicon.shipped_table import SHIPPED_FILE
from indexer.model.ids import Locale

BETWEEN = ("bul", "cat", "ell", "fin", "jpn", "pol", "rus", "spa", "swe", "zho")
CODES = {Locale.FR: "fra", Locale.EN: "eng"}
MAX_EQUIVALENTS = 8
MIN_SHARE = 0.03
"""Of the strength of the best equivalent."""

PART_WEIGHT = 0.4
"""`bullying` is « harcèlement scolaire »: each of the two says a part of it."""

LONGEST = 40
RANK_LOSS = 0.3
OTHER_CLASS = 0.15
UNKNOWN_CLASS = 0.6

_HEADWORD = re.compile(r"(?P<word>.+?)(?: /.*/)? <(?P<pos>[^>]*)>")
_SENSE = re.compile(r"\d+\. ")
_ASIDE = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]")
_NEXT_SENSE = re.compile(r" \d+\.$")
_ARTICLES = {
    "fra": re.compile(r"^(?:le |la |les |l'|un |une |des |se |s'|du )"),
    "eng": re.compile(r"^(?:to |the |a |an )"),
}
_CLASSES = {"n": "noun", "pn": "name", "v": "verb", "adj": "adjective", "adv": "adverb"}

Sense = tuple[str, str]
"""A word of the language between, and its class (noun, verb…), or nothing."""

Strengths = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """A word of a dictionary, its class, and its translations."""

    word: str
    word_class: str
    translations: tuple[str, ...]


def read_dictionary(path: Path) -> Iterator[DictionaryEntry]:
    """Read a dictionary: a headword, then its translations, then what it means."""
    headword: re.Match[str] | None = None
    is_first = False
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"):
        found = _HEADWORD.fullmatch(line)
        if found is not None:
            headword, is_first = found, True
            continue
        if headword is not None and (is_first or _SENSE.match(line)):
            names = _NEXT_SENSE.sub("", _SENSE.sub("", line, count=1))
            pieces = (name.strip(" \\") for name in _ASIDE.sub("", names).split(","))
            yield DictionaryEntry(
                headword["word"],
                _CLASSES.get(headword["pos"].partition(",")[0].strip(), ""),
                tuple(p for p in pieces if p and len(p) < LONGEST),
            )
        is_first = False


def links(folder: Path, language: str, between: str) -> dict[str, dict[Sense, float]]:
    """Give the words of a language, each with the words between that it leads to."""
    found: dict[str, dict[Sense, float]] = defaultdict(lambda: defaultdict(float))
    for source, target in ((language, between), (between, language)):
        path = folder / f"freedict-{source}-{target}.dict.dz"
        for entry in read_dictionary(path) if path.exists() else ():
            for rank, name in enumerate(dict.fromkeys(entry.translations)):
                word, other = (
                    (entry.word, name) if source == language else (name, entry.word)
                )
                sense = (_without_marks(_cleaned(other, between)), entry.word_class)
                found[_cleaned(word, language)][sense] += 1 / (1 + RANK_LOSS * rank)
    return found


def strengths(folder: Path) -> Strengths:
    """Give, for each English word, how strongly each French word goes with it."""
    totals: Strengths = defaultdict(lambda: defaultdict(float))
    supports: dict[tuple[str, str], int] = defaultdict(int)
    for between in BETWEEN:
        one = _through(links(folder, "eng", between), links(folder, "fra", between))
        for english, french_words in one.items():
            for french, strength in french_words.items():
                totals[english][french] += strength
                supports[english, french] += 1
    return {
        english: {
            french: strength * supports[english, french] ** 0.5
            for french, strength in words.items()
        }
        for english, words in totals.items()
    }


def _through(
    english: dict[str, dict[Sense, float]], french: dict[str, dict[Sense, float]]
) -> Strengths:
    """Join two languages by the words between them."""
    back: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for word, senses in french.items():
        total = sum(senses.values())
        for (between, word_class), weight in senses.items():
            back[between].append((word, word_class, weight / total))
    found: Strengths = defaultdict(lambda: defaultdict(float))
    for word, senses in english.items():
        total = sum(senses.values())
        for (between, word_class), weight in senses.items():
            reached = back.get(between, ())
            spread = sum(share for _, _, share in reached)
            for other, other_class, share in reached:
                likeness = _likeness(word_class, other_class)
                found[word][other] += likeness * weight / total * share / spread
    return found


def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return UNKNOWN_CLASS
    return 1.0 if one == other else OTHER_CLASS


def _cleaned(word: str, language: str) -> str:
    plain = unicodedata.normalize("NFC", word).strip().lower().replace("’", "'")
    return _ARTICLES[language].sub("", plain) if language in _ARTICLES else plain


def _without_marks(word: str) -> str:
    # Dictionaries of Russian and Greek mark the stress, or do not.
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def equivalents(found: Strengths) -> dict[Locale, dict[str, list[str]]]:
    """Give the table: by a word of each language, its equivalents, the best first."""
    by_word: dict[Locale, Strengths] = {
        locale: defaultdict(lambda: defaultdict(float)) for locale in Locale
    }
    for english, french_words in found.items():
        english_words = _words(english)
        for french, strength in french_words.items():
            its_words = _words(french)
            _lead(by_word, Locale.EN, english_words, its_words, strength)
            _lead(by_word, Locale.FR, its_words, english_words, strength)
    return {locale: _table(by_word[locale], locale) for locale in Locale}


def _lead(
    by_word: dict[Locale, Strengths],
    locale: Locale,
    source: list[str],
    target: list[str],
    strength: float,
) -> None:
    # Only a whole word leads somewhere: « scolaire » is not `bullying`, nor is `get`
    # what `get up` is. An expression is reached through each of its words.
    told = [word for word in target if not is_stop_word(word, locale.other)]
    if len(source) != 1 or is_stop_word(source[0], locale) or not told:
        return
    weight = strength * (1 if len(target) == 1 else PART_WEIGHT / len(told) ** 0.5)
    for word in told:
        by_word[locale][source[0]][word] += weight


def _words(text: str) -> list[str]:
    words = [token.text for token in tokenize(text)]
    # A compound is one word, not its parts.
    return words[-1:] if words[-1:] == ["".join(words[:-1])] else words


def _table(by_word: Strengths, locale: Locale) -> dict[str, list[str]]:
    families: Strengths = defaultdict(lambda: defaultdict(float))
    named: dict[str, tuple[float, str]] = {}
    for word, others in by_word.items():
        family = word_forms(word, locale)[0]
        named[family] = max(named.get(family, (0.0, "")), (sum(others.values()), word))
        for other, strength in others.items():
            families[family][other] += strength
    return {
        named[family][1]: best
        for family, others in sorted(families.items())
        if (best := _best(others, locale.other))
    }


def _best(others: dict[str, float], locale: Locale) -> list[str]:
    """Give the strongest words, one of each family."""
    families: dict[str, tuple[float, float, str]] = {}
    for word, strength in others.items():
        family = word_forms(word, locale)[0]
        total, best, name = families.get(family, (0.0, 0.0, ""))
        if strength > best:
            best, name = strength, word
        families[family] = (total + strength, best, name)
    ranked = sorted(families.values(), key=lambda item: (-item[0], item[2]))
    floor = MIN_SHARE * ranked[0][0]
    return [
        name for total, _, name in ranked[:MAX_EQUIVALENTS] if name and total >= floor
    ]


def write_table(table: dict[Locale, dict[str, list[str]]], path: Path) -> None:
    """Write the table, compressed."""
    lines = [
        "\t".join((locale.value, word, " ".join(others)))
        for locale, words in table.items()
        for word, others in sorted(words.items())
    ]
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))


def main() -> None:
    """Make the table from the dictionaries of a folder, and say how large it is."""
    table = equivalents(strengths(Path(sys.argv[1])))
    write_table(table, SHIPPED_FILE)
    for locale, words in table.items():
        sys.stdout.write(f"{locale}: {len(words)} words\n")


if __name__ == "__main__":
    main()
