"""Benchmark of hostile Markdown: what each text costs the service.

    python -m benchmarks.hostile_texts [--texts N --size CHARACTERS --first SEED]

Prints the texts that raise an exception, and those that take longest to check, to index
and to render, in seconds of processor time.
"""

import heapq
import time

import click
from flask import Flask

from indexer.corpus.editions import read_edition
from indexer.corpus.typography import typeset
from indexer.extraction.passages import split_passages
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Problem
from indexer.readers.markdown import read_markdown
from kb.web.records.markup import sections
from tests.support.hostile_texts import hostile_text

SHOWN = 10
FRONT_MATTER = "---\ntitle: Title\nsummary: Summary\n---\n"


@click.command()
@click.option("--texts", default=1000, show_default=True, help="Number of texts.")
@click.option("--size", default=20_000, show_default=True, help="Characters of each.")
@click.option("--first", default=0, show_default=True, help="Seed of the first text.")
def main(texts: int, size: int, first: int) -> None:
    """Time the check, the indexing and the page of generated texts."""
    costs: list[tuple[float, int, str]] = []
    rejected = failed = 0
    with Flask("benchmark").test_request_context():
        for seed in range(first, first + texts):
            text = hostile_text(seed, size)
            try:
                steps = _steps(text)
            except Exception as error:  # noqa: BLE001  # it is what is looked for
                failed += 1
                click.echo(f"seed {seed}: {error!r}")
                continue
            rejected += len(steps) == 1
            costs += [(cost_s, seed, step) for step, cost_s in steps.items()]
    click.echo(f"{texts} texts of {size} characters: {rejected} rejected by the check")
    click.echo(f"exceptions: {failed}")
    for cost_s, seed, step in heapq.nlargest(SHOWN, costs):
        click.echo(f"{cost_s:.2f} s  {step:5}  seed {seed}")


def _steps(text: str) -> dict[str, float]:
    """Return the processor time of each step; only of the check if it rejects."""
    problems: list[Problem] = []
    started = time.process_time()
    read = read_edition(
        (FRONT_MATTER + text).encode("utf-8", "replace"),
        kind=Kind.PRACTICE,
        locale=Locale.FR,
        path="fr.md",
        problems=problems,
    )
    checked = time.process_time()
    if read is None:
        return {"check": checked - started}
    _index(read[0])
    indexed = time.process_time()
    sections(read[0], Locale.FR)
    return {
        "check": checked - started,
        "index": indexed - checked,
        "page": time.process_time() - indexed,
    }


def _index(edition: Edition) -> int:
    document = read_markdown(typeset(str(edition.body), edition.locale))
    return len(list(split_passages(document, edition.locale)))


if __name__ == "__main__":
    main()
