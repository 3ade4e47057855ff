"""Learns the weights by which the title of a cover is chosen, and measures them.

    python -m benchmarks.title_weights [--write]

The covers are those of `tests/indexer/extraction/report/covers.jsonl.xz`, in sets that
different people wrote. Each set is first measured with weights learnt from the others;
`--write` then stores the weights learnt from all of them.

The weights are those of a conditional logit: the probability that a candidate is the
title is proportional to the exponential of its score (McFadden, 1974, "Conditional
logit analysis of qualitative choice behavior"). They maximise the likelihood of the
titles that people read, less half of `PENALTY` times the sum of their squares.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from indexer.extraction.report.cover import Cover
from indexer.extraction.report.title_candidates import clean_title, title_candidates
from indexer.extraction.report.title_features import (
    TitlePage,
    title_features,
    title_key,
)
from indexer.extraction.report.titles import WEIGHTS_FILE
from indexer.model.document import Block, BlockType
from indexer.model.readings import FileProperties

COVERS = Path("tests/indexer/extraction/report/covers.jsonl.xz")
PENALTY = 0.1
STEPS = 250
RATE = 0.06

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ReadCover:
    """A cover, the set that it is in, and the readings of its title that are right."""

    name: str
    set: str
    cover: Cover
    titles: frozenset[str]


@dataclass(frozen=True)
class Example:
    """The features of the candidates of a cover, in rows, and which are right."""

    features: Array
    is_right: NDArray[np.bool_]


def read_covers(path: Path = COVERS) -> list[ReadCover]:
    """Read the covers of a file: a JSON object on each line.

    Raises:
        OSError: the file can't be read.
    """
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [_read_cover(json.loads(line)) for line in lines]


def _read_cover(fields: Mapping[str, Any]) -> ReadCover:
    blocks = [
        Block(
            BlockType(each["type"]),
            each["text"],
            page=each["page"],
            level=each["level"],
            cells=tuple(each["cells"]),
            lines=tuple(each["lines"]),
        )
        for each in fields["blocks"]
    ]
    name = fields["name"]
    properties = FileProperties(title=fields["property_title"])
    keys = frozenset(map(title_key, fields["titles"]))
    return ReadCover(name, fields["set"], Cover((), blocks, properties, name), keys)


def examples(covers: Iterable[ReadCover], names: Mapping[str, int]) -> list[Example]:
    """Return the candidates of covers as rows of numbers, one column for each name."""
    made = []
    for each in covers:
        page = TitlePage(each.cover)
        candidates = list(title_candidates(each.cover))
        rows = np.zeros((len(candidates), len(names)))
        for row, candidate in zip(rows, candidates, strict=True):
            for name, value in title_features(candidate, page).items():
                row[names[name]] = value
        right = [title_key(clean_title(c.text)) in each.titles for c in candidates]
        made.append(Example(rows, np.array(right)))
    return made


def feature_names(covers: Iterable[ReadCover]) -> dict[str, int]:
    """Return the names of all features of covers, numbered."""
    names = {
        name
        for each in covers
        for candidate in title_candidates(each.cover)
        for name in title_features(candidate, TitlePage(each.cover))
    }
    return {name: number for number, name in enumerate(sorted(names))}


def learn(known: Sequence[Example]) -> Array:
    """Return the weights of the features, by gradient ascent (Adam)."""
    weights = np.zeros(known[0].features.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = -PENALTY * weights / len(known)
        for each in known:
            scores = each.features @ weights
            shares = np.exp(scores - scores.max())
            right = shares * each.is_right
            if right.any():
                change = right / right.sum() - shares / shares.sum()
                gradient += change @ each.features / len(known)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights += RATE * mean / (1 - 0.9**step) / size
    return weights


def right_count(weights: Array, known: Iterable[Example]) -> int:
    """Return for how many covers the candidate of the highest score is the title."""
    return sum(
        bool(each.is_right[int(np.argmax(each.features @ weights))]) for each in known
    )


@click.command()
@click.option("--write", is_flag=True, help="Store the weights learnt from all covers.")
def main(*, write: bool) -> None:
    """Measure each set of covers with weights learnt from the others."""
    covers = read_covers()
    names = feature_names(covers)
    by_set: dict[str, list[Example]] = defaultdict(list)
    for cover, example in zip(covers, examples(covers, names), strict=True):
        by_set[cover.set].append(example)
    for name, own in by_set.items():
        others = [e for other, es in by_set.items() if other != name for e in es]
        click.echo(f"{name}: {right_count(learn(others), own)} of {len(own)}")
    everything = [example for own in by_set.values() for example in own]
    weights = learn(everything)
    click.echo(
        f"all, as learnt: {right_count(weights, everything)} of {len(everything)}"
    )
    if write:
        stored = {
            name: round(float(weights[number]), 2) for name, number in names.items()
        }
        WEIGHTS_FILE.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
