"""Makes `table.tsv.xz`, the shipped words of each language and their equivalents.

    python -m benchmarks.word_table FOLDER

FOLDER contains FreeDict dictionaries in dictd format (`freedict-eng-spa.dict.dz` and so
on; Debian packages them as `dict-freedict-eng-spa`). Use only those that WikDict made
from Wiktionary: their licence, CC BY-SA, allows derived works.

No such dictionary exists between French and English, so the table is made through ten
pivot languages. Two words are equivalents when they share translations, in several
pivot languages, that translate few other words (Tanaka and Umemura, 1994, "Construction
of a bilingual dictionary intermediated by a third language").
"""

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
from indexer.lexicon.lexicon import SHIPPED_FILE
from indexer.model.ids import Locale

PIVOT_LANGUAGES = ("bul", "cat", "ell", "fin", "jpn", "pol", "rus", "spa", "swe", "zho")
MAX_EQUIVALENTS = 8
MIN_SHARE = 0.03
"""Minimal score of an equivalent, as a share of the best one's."""

PART_WEIGHT = 0.4
"""Weight of each word of an expression: `bullying` is « harcèlement scolaire »."""

MAX_LENGTH = 40
RANK_DECAY = 0.3
OTHER_CLASS_FACTOR = 0.15
UNKNOWN_CLASS_FACTOR = 0.6

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
"""A word of a pivot language, and its word class or an empty text."""

WordScores = dict[str, dict[str, float]]
PairScores = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """A word of a dictionary, its class, and its translations."""

    word: str
    word_class: str
    translations: tuple[str, ...]


def read_dictionary(path: Path) -> Iterator[DictionaryEntry]:
    """Yield the entries of a dictionary: headwords, translations, then definitions."""
    headword: re.Match[str] | None = None
    is_first = False
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"):
        match = _HEADWORD.fullmatch(line)
        if match is not None:
            headword, is_first = match, True
            continue
        if headword is not None and (is_first or _SENSE.match(line)):
            names = _NEXT_SENSE.sub("", _SENSE.sub("", line, count=1))
            parts = (name.strip(" \\") for name in _ASIDE.sub("", names).split(","))
            yield DictionaryEntry(
                headword["word"],
                _CLASSES.get(headword["pos"].partition(",")[0].strip(), ""),
                tuple(p for p in parts if p and len(p) < MAX_LENGTH),
            )
        is_first = False


def pivot_senses(
    folder: Path, language: str, pivot: str
) -> dict[str, dict[Sense, float]]:
    """Return the words of a language, each with its weighted pivot translations."""
    senses: dict[str, dict[Sense, float]] = defaultdict(lambda: defaultdict(float))
    for source, target in ((language, pivot), (pivot, language)):
        path = folder / f"freedict-{source}-{target}.dict.dz"
        for entry in read_dictionary(path) if path.exists() else ():
            for rank, name in enumerate(dict.fromkeys(entry.translations)):
                word, other = (
                    (entry.word, name) if source == language else (name, entry.word)
                )
                sense = (_without_accents(_cleaned(other, pivot)), entry.word_class)
                senses[_cleaned(word, language)][sense] += 1 / (1 + RANK_DECAY * rank)
    return senses


def pair_scores(folder: Path) -> PairScores:
    """Return the score of each pair of an English and a French word."""
    scores: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for pivot in PIVOT_LANGUAGES:
        by_pair = _joined_by_pivot(
            pivot_senses(folder, "eng", pivot), pivot_senses(folder, "fra", pivot)
        )
        for pair, score in by_pair.items():
            scores[pair].append(score)
    return {pair: sum(each) * len(each) ** 0.5 for pair, each in scores.items()}


def _joined_by_pivot(
    english: dict[str, dict[Sense, float]], french: dict[str, dict[Sense, float]]
) -> PairScores:
    """Return the scores of the pairs of words that share a pivot translation."""
    by_pivot: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for word, senses in french.items():
        total = sum(senses.values())
        for (pivot, word_class), weight in senses.items():
            by_pivot[pivot].append((word, word_class, weight / total))
    scores: PairScores = defaultdict(float)
    for word, senses in english.items():
        total = sum(senses.values())
        for (pivot, word_class), weight in senses.items():
            others = by_pivot.get(pivot, ())
            total_share = sum(share for _, _, share in others)
            for other, other_class, share in others:
                factor = _class_factor(word_class, other_class)
                scores[word, other] += factor * weight / total * share / total_share
    return scores


def _class_factor(one: str, other: str) -> float:
    if not one or not other:
        return UNKNOWN_CLASS_FACTOR
    return 1.0 if one == other else OTHER_CLASS_FACTOR


def _cleaned(word: str, language: str) -> str:
    plain = unicodedata.normalize("NFC", word).strip().lower().replace("’", "'")
    return _ARTICLES[language].sub("", plain) if language in _ARTICLES else plain


def _without_accents(word: str) -> str:
    # Some dictionaries of Russian and Greek mark the stress.
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def equivalents(scores: PairScores) -> dict[Locale, dict[str, list[str]]]:
    """Return, for each word of each language, its equivalents, best first."""
    by_word: dict[Locale, WordScores] = {
        locale: defaultdict(lambda: defaultdict(float)) for locale in Locale
    }
    for pair, score in scores.items():
        english, french = map(_words, pair)
        _add_equivalents(by_word, Locale.EN, english, french, score)
        _add_equivalents(by_word, Locale.FR, french, english, score)
    return {locale: _table(by_word[locale], locale) for locale in Locale}


def _add_equivalents(
    by_word: dict[Locale, WordScores],
    locale: Locale,
    source: list[str],
    target: list[str],
    score: float,
) -> None:
    # Expressions have no equivalents: « scolaire » does not mean `bullying`, nor `get`
    # the same as `get up`. Each word of an expression is an equivalent of a word.
    others = [word for word in target if not is_stop_word(word, locale.other)]
    if len(source) != 1 or is_stop_word(source[0], locale) or not others:
        return
    weight = score * (1 if len(target) == 1 else PART_WEIGHT / len(others) ** 0.5)
    for word in others:
        by_word[locale][source[0]][word] += weight


def _words(text: str) -> list[str]:
    words = [token.text for token in tokenize(text)]
    # The last token of a compound is the whole.
    return words[-1:] if words[-1:] == ["".join(words[:-1])] else words


def _table(by_word: WordScores, locale: Locale) -> dict[str, list[str]]:
    by_stem: WordScores = defaultdict(lambda: defaultdict(float))
    spellings: dict[str, tuple[float, str]] = {}
    for word, others in by_word.items():
        stem = word_forms(word, locale)[0]
        spelling = (sum(others.values()), word)
        spellings[stem] = max(spellings.get(stem, (0.0, "")), spelling)
        for other, score in others.items():
            by_stem[stem][other] += score
    return {
        spellings[stem][1]: best
        for stem, others in sorted(by_stem.items())
        if (best := _best(others, locale.other))
    }


def _best(others: dict[str, float], locale: Locale) -> list[str]:
    """Return the words with the best scores, one for each stem."""
    by_stem: dict[str, tuple[float, float, str]] = {}
    for word, score in others.items():
        stem = word_forms(word, locale)[0]
        total, best, name = by_stem.get(stem, (0.0, 0.0, ""))
        if score > best:
            best, name = score, word
        by_stem[stem] = (total + score, best, name)
    ranked = sorted(by_stem.values(), key=lambda item: (-item[0], item[2]))
    floor = MIN_SHARE * ranked[0][0]
    return [
        name for total, _, name in ranked[:MAX_EQUIVALENTS] if name and total >= floor
    ]


def write_table(table: dict[Locale, dict[str, list[str]]], path: Path) -> None:
    """Write a table as compressed tab-separated lines."""
    lines = [
        "\t".join((locale.value, word, " ".join(others)))
        for locale, words in table.items()
        for word, others in sorted(words.items())
    ]
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))


def main() -> None:
    """Make the table from the dictionaries of a folder, and print its size."""
    table = equivalents(pair_scores(Path(sys.argv[1])))
    write_table(table, SHIPPED_FILE)
    for locale, words in table.items():
        sys.stdout.write(f"{locale}: {len(words)} words\n")


if __name__ == "__main__":
    main()
