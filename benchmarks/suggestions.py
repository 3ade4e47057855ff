"""Benchmark of suggestions on the real records and on generated titles.

    python -m benchmarks.suggestions [--titles N] [--rounds N]

Texts are typed letter by letter, and some have slips.
"""

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
from indexer.pipeline import open_corpus, open_stored_engine, rebuild
from indexer.search.suggester import NamePart, NameSet, Suggester
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
GENERATED_WORDS = 30_000
SYLLABLES = "ba ce di fa gu la me ni po ra se ti vo cha bre tion tude eur ité ance"


def keystrokes() -> Iterator[tuple[str, Locale]]:
    """Yield the text of the search box after each letter, in both languages."""
    for text in TYPED:
        for stop in range(1, len(text) + 1):
            for locale in Locale:
                yield text[:stop], locale


def generated_entries(titles: int, real: list[str]) -> Iterator[RecordEntry]:
    """Yield records whose titles mix real and generated words."""
    rng = random.Random(4)  # noqa: S311  # fixed seed
    syllables = SYLLABLES.split()
    words = [
        "".join(rng.choices(syllables, k=rng.randint(2, 5)))
        for _ in range(GENERATED_WORDS)
    ]
    for number in range(titles // len(Locale)):
        editions = {}
        for locale in Locale:
            chosen = rng.choices(real, k=5) + rng.choices(words, k=3)
            rng.shuffle(chosen)
            title = " ".join(chosen).capitalize()
            editions[locale] = EditionEntry(title, "", ())
        yield RecordEntry(RecordId(Kind.PRACTICE, f"r{number}"), editions, {})


def print_times(
    suggest: Callable[[str, Locale], tuple[Suggestion, ...]], rounds: int
) -> None:
    """Request suggestions after each keystroke, several rounds, and print the times."""
    times_of: dict[tuple[str, Locale], list[float]] = {}
    for _ in range(rounds):
        for typed in keystrokes():
            started = time.perf_counter()
            suggest(*typed)
            times_of.setdefault(typed, []).append(time.perf_counter() - started)
    first = max(times[0] for times in times_of.values()) * 1000
    medians = {
        typed: statistics.median(times) * 1000 for typed, times in times_of.items()
    }
    slowest = max(medians, key=lambda typed: medians[typed])
    print(
        f"  median {statistics.median(medians.values()):.2f} ms, "
        f"slowest {medians[slowest]:.2f} ms ({slowest[0]!r}), "
        f"slowest first time {first:.2f} ms"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        workspace = Workspace(Path(name))
        workspace.documents.symlink_to(read_settings({}).locations.documents)
        corpus = open_corpus(workspace.locations).read()
        engine = open_stored_engine(workspace.locations)
        rebuild(engine, corpus)
        print(f"{len(corpus.records)} records")
        print_times(engine.suggest, options.rounds)
    titles = [
        edition.title
        for record in corpus.records.values()
        for edition in record.editions
    ]
    real = [word for title in titles for word in title.split()]
    entries = list(generated_entries(options.titles, real))
    started = time.perf_counter()
    suggester = Suggester(NamePart(NameSet(entries)))
    print(f"{options.titles} titles, read in {time.perf_counter() - started:.2f} s")
    print_times(partial(suggester.suggest, limit=8), options.rounds)


if __name__ == "__main__":
    main()
