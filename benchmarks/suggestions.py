"""Times suggestions over the real records, and over made-up titles by the thousand.

    python -m benchmarks.suggestions [--titles N] [--rounds N]

What is typed is typed letter by letter, as a visitor would, slips included.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import EditionEntry, RecordEntry
from indexer.model.results import Suggestion
from indexer.pipeline import open_stored_engine, read_corpus, rebuild
from indexer.search.suggester import Suggester
from kb.core.settings import read_settings
from tests.support.builders import Workspace

TYPED = (
    "cyberharcèlement",
    "cybrharcelment",
    "vélos volés",
    "police de la ville",
    "lodnres",
    "stolen bikes",
    "zzzzzzzz",
)
MADE_UP_WORDS = 30_000
SYLLABLES = "ba ce di fa gu la me ni po ra se ti vo cha bre tion tude eur ité ance"


def keystrokes() -> Iterator[tuple[str, Locale]]:
    """Give what stands in the box after each letter, in both languages."""
    for text in TYPED:
        for stop in range(1, len(text) + 1):
            for locale in Locale:
                yield text[:stop], locale


def made_up_entries(titles: int, real: list[str]) -> Iterator[RecordEntry]:
    """Make records of which the titles have real words and made-up ones."""
    chance = random.Random(4)  # noqa: S311  # the same titles at each run
    syllables = SYLLABLES.split()
    words = [
        "".join(chance.choices(syllables, k=chance.randint(2, 5)))
        for _ in range(MADE_UP_WORDS)
    ]
    for number in range(titles // len(Locale)):
        editions = {}
        for locale in Locale:
            chosen = chance.choices(real, k=5) + chance.choices(words, k=3)
            chance.shuffle(chosen)
            title = " ".join(chosen).capitalize()
            editions[locale] = EditionEntry(title, "", ())
        yield RecordEntry(RecordId(Kind.PRACTICE, f"r{number}"), editions, {})


def report(
    suggest: Callable[[str, Locale], tuple[Suggestion, ...]], rounds: int
) -> None:
    """Ask for suggestions after each keystroke, some rounds, and print the times."""
    taken: dict[tuple[str, Locale], list[float]] = {}
    for _ in range(rounds):
        for typed in keystrokes():
            started = time.perf_counter()
            suggest(*typed)
            taken.setdefault(typed, []).append(time.perf_counter() - started)
    first = max(times[0] for times in taken.values()) * 1000
    usual = {typed: statistics.median(times) * 1000 for typed, times in taken.items()}
    slowest = max(usual, key=lambda typed: usual[typed])
    print(
        f"  median {statistics.median(usual.values()):.2f} ms, "
        f"slowest {usual[slowest]:.2f} ms ({slowest[0]!r}), "
        f"slowest first time {first:.2f} ms"
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        workspace = Workspace(Path(name))
        workspace.documents.symlink_to(read_settings({}).locations.documents)
        corpus = read_corpus(workspace.locations)
        engine = open_stored_engine(workspace.locations)
        rebuild(engine, corpus)
        print(f"{len(corpus.records)} records")
        report(engine.suggest, options.rounds)
    titles = [
        edition.title
        for record in corpus.records.values()
        for edition in record.editions
    ]
    real = [word for title in titles for word in title.split()]
    entries = list(made_up_entries(options.titles, real))
    started = time.perf_counter()
    suggester = Suggester(entries)
    print(f"{options.titles} titles, read in {time.perf_counter() - started:.2f} s")
    report(partial(suggester.suggest, limit=8), options.rounds)


if __name__ == "__main__":
    main()
