"""Makes `spellings.txt.xz`, the words and names that the search never corrects.

    python -m benchmarks.spellings

It needs the package wordfreq (word frequencies of both languages, CC BY-SA 4.0) and the
command `hunspell` with Debian's hunspell-fr-comprehensive, hunspell-en-us and
hunspell-en-gb. A spelling is written if the speller knows it, or if it may be a name:
frequent, and not a slip for a word of one language that is far more frequent in it.
"""

import lzma
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA
from wordfreq import get_frequency_dict

from indexer.analysis.tokens import fold
from indexer.lexicon.lexicon import SPELLINGS_FILE
from indexer.search.fuzzy_words import MIN_LENGTH

SPELLERS = {"fr": ("fr",), "en": ("en_US", "en_GB")}

MIN_NAME_FREQUENCY = 10 ** (1.7 - 9)
"""Once in 20 million words."""

SLIP_RATIO = 100
"""`goverment` is 350 times as rare as `government`, `recieve` 126 times."""

DOUBLED_RATIO = 5
"""The ratio of a word with a letter doubled, or single: `harrassment`."""

NEW_NAMES = """
anthropic bereal bluesky briefcam cellebrite chatgpt claude copilot deepseek deezer
doctolib elevenlabs gemini grok kick lecornu mastodon midjourney mistral omegle onlyfans
openai perplexity pharos replika retailleau revolut roblox shein sora starmer temu
threads tiktok twitch vinted waze whatsapp yubo zelensky
"""
"""Names of services and people, newer than the frequencies, which are of 2021."""

_DOUBLED = re.compile(r"(.)\1")


def known_words(words: Iterable[str], speller: str) -> set[str]:
    """Return the words that a speller knows."""
    asked = list(words)
    command = ["hunspell", "-l", "-i", "utf-8", "-d", speller]
    unknown = subprocess.run(  # noqa: S603
        command, input="\n".join(asked), capture_output=True, text=True, check=True
    )
    return set(asked).difference(unknown.stdout.split("\n"))


def read_words(language: str) -> tuple[dict[str, float], set[str]]:
    """Return the folded words of a language, each with its frequency, and the known."""
    frequencies: defaultdict[str, float] = defaultdict(float)
    spellings = [word for word in get_frequency_dict(language, "large") if _fits(word)]
    for word in spellings:
        frequencies[fold(word)] += get_frequency_dict(language, "large")[word]
    forms = [*spellings, *(word.capitalize() for word in spellings)]
    known = set().union(*(known_words(forms, each) for each in SPELLERS[language]))
    return dict(frequencies), {fold(word.lower()) for word in known}


def _fits(word: str) -> bool:
    return word.isalpha() and len(word) >= MIN_LENGTH and fold(word).isascii()


def names(frequencies: dict[str, float], known: set[str]) -> Iterator[str]:
    """Yield the frequent words that no speller knows, and that are no likely slip."""
    by_part: defaultdict[str, list[str]] = defaultdict(list)
    for word in known.intersection(frequencies):
        for part in _parts(word):
            by_part[part].append(word)
    for word, frequency in frequencies.items():
        if frequency >= MIN_NAME_FREQUENCY:
            near = {other for part in _parts(word) for other in by_part.get(part, ())}
            if not any(_is_slip(word, other, frequencies) for other in near):
                yield word


def _is_slip(word: str, other: str, frequencies: dict[str, float]) -> bool:
    if other[0] != word[0] or OSA.distance(word, other) != 1:
        return False
    is_doubled = _DOUBLED.sub(r"\1", word) == _DOUBLED.sub(r"\1", other)
    ratio = DOUBLED_RATIO if is_doubled else SLIP_RATIO
    return frequencies[other] > ratio * frequencies[word]


def _parts(word: str) -> set[str]:
    """Return a word, and what remains of it without one of its letters."""
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


def main() -> None:
    """Make the file, and print how many spellings it has."""
    by_language = [read_words(language) for language in SPELLERS]
    known = set().union(*(known for _, known in by_language))
    possible, slips = set(), set()
    for frequencies, _ in by_language:
        frequent = {w for w, f in frequencies.items() if f >= MIN_NAME_FREQUENCY}
        of_language = set(names(frequencies, known))
        possible |= of_language
        slips |= frequent - of_language
    spellings = known | (possible - slips) | set(NEW_NAMES.split())
    text = "".join(f"{word}\n" for word in sorted(spellings))
    SPELLINGS_FILE.write_bytes(lzma.compress(text.encode(), preset=9))
    sys.stdout.write(f"{len(spellings)} spellings\n")


if __name__ == "__main__":
    main()
