"""Learns the weights by which titles, dates and projects are chosen; measures them.

    python -m benchmarks.cover_weights [--write]

The covers are those of `tests/indexer/extraction/report/covers.jsonl.xz`, in sets that
different people wrote. Each set is first measured with weights learnt from the others;
`--write` then stores the weights learnt from all of them.

The weights are those of a conditional logit (see `learnt_weights.py`). They maximise
the likelihood of the answers of a reader, less half of a penalty times the sum of the
squares of their distances to what is expected of them (`cover_priors.py`).
"""

import json
import lzma
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.cover_priors import DATE_PRIORS, PROJECT_PRIORS, TITLE_PRIORS
from indexer.extraction.report.cover import Cover
from indexer.extraction.report.cover_date import (
    DATE_WEIGHTS,
    DatePage,
    date_features,
    no_date_features,
)
from indexer.extraction.report.date_candidates import date_candidates
from indexer.extraction.report.learnt_weights import Features, shares
from indexer.extraction.report.project_candidates import project_candidates
from indexer.extraction.report.project_name import PROJECT_WEIGHTS, project_features
from indexer.extraction.report.project_page import ProjectPage, no_project_features
from indexer.extraction.report.title_candidates import clean_title, title_candidates
from indexer.extraction.report.title_words import title_key
from indexer.extraction.report.titles import (
    TITLE_WEIGHTS,
    TitlePage,
    find_title,
    title_features,
)
from indexer.model.document import Block, BlockType, FileProperties

COVERS = Path("tests/indexer/extraction/report/covers.jsonl.xz")
STEPS = 250
RATE = 0.06

Array = NDArray[np.float64]
Answers = Iterator[tuple[str, Features]]


@dataclass(frozen=True)
class ReadCover:
    """A cover, the set that it is in, and the answers of a reader.

    Attributes:
        margins: the running headers and footers.
        titles: the readings of its title that are right.
        dates: the dates that are right; an empty text if it has none.
        projects: the names of the project; an empty text if none is right too.

    Without any, a cover is not read for that.
    """

    name: str
    set: str
    cover: Cover
    margins: Sequence[Block]
    titles: frozenset[str]
    dates: frozenset[str]
    projects: frozenset[str]


@dataclass(frozen=True)
class Subject:
    """What is read on a cover: its answers with their features, and which are right."""

    name: str
    weights_file: Path
    penalty: float
    priors: Mapping[str, float]
    answers: Callable[[ReadCover], Answers]
    right_answers: Callable[[ReadCover], frozenset[str]]


@dataclass(frozen=True)
class Example:
    """The answers of a cover, their features in rows, and which are right.

    `is_right` has the exact answers, from which weights are learnt; `is_accepted` also
    those with words more: "LIFE NAME" for "NAME".
    """

    answers: Sequence[str]
    features: Array
    is_right: NDArray[np.bool_]
    is_accepted: NDArray[np.bool_]


def read_covers(path: Path = COVERS) -> list[ReadCover]:
    """Read the covers of a file: a JSON object on each line.

    Raises:
        OSError: the file can't be read.
    """
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [_read_cover(json.loads(line)) for line in lines]


def _read_cover(fields: Mapping[str, Any]) -> ReadCover:
    properties = FileProperties(
        title=fields["property_title"], created=fields["created"]
    )
    return ReadCover(
        fields["name"],
        fields["set"],
        Cover(
            (),
            _blocks(fields["blocks"]),
            properties,
            fields["name"],
            _blocks(fields["ending"]),
        ),
        [Block(BlockType.PARAGRAPH, text) for text in fields["margins"]],
        frozenset(map(title_key, fields["titles"])),
        frozenset(fields["dates"]),
        _names_of(fields["projects"]),
    )


def _names_of(projects: Sequence[str] | None) -> frozenset[str]:
    return (
        frozenset() if projects is None else frozenset(map(title_key, projects or [""]))
    )


def _blocks(fields: Iterable[Mapping[str, Any]]) -> list[Block]:
    return [
        Block(
            BlockType(each["type"]),
            each["text"],
            page=each["page"],
            level=each["level"],
            cells=tuple(each["cells"]),
            lines=tuple(each["lines"]),
            size=each["size"],
        )
        for each in fields
    ]


def _titles(read: ReadCover) -> Answers:
    page = TitlePage(read.cover)
    for each in title_candidates(read.cover):
        yield title_key(clean_title(each.text)), title_features(each, page)


def _dates(read: ReadCover) -> Answers:
    title = _title(read)
    candidates = list(date_candidates(read.cover, title, read.margins))
    page = DatePage(read.cover, title, candidates)
    yield "", no_date_features(page)
    for each in candidates:
        yield str(each.date), date_features(each, page)


def _projects(read: ReadCover) -> Answers:
    page = ProjectPage(read.cover, read.margins, _title(read))
    yield "", no_project_features(page)
    for key, each in project_candidates(read.cover, read.margins).items():
        yield key, project_features(each, page)


def _title(read: ReadCover) -> str:
    found = find_title(read.cover)
    return found.value if found is not None else ""


SUBJECTS = (
    Subject(
        "title", TITLE_WEIGHTS, 0.3, TITLE_PRIORS, _titles, lambda read: read.titles
    ),
    Subject("date", DATE_WEIGHTS, 1.0, DATE_PRIORS, _dates, lambda read: read.dates),
    Subject(
        "project",
        PROJECT_WEIGHTS,
        0.3,
        PROJECT_PRIORS,
        _projects,
        lambda read: read.projects,
    ),
)


def examples(
    subject: Subject, covers: Iterable[ReadCover], names: Mapping[str, int]
) -> list[Example]:
    """Return the answers of covers as rows of numbers, one column for each name."""
    made = []
    for read in covers:
        answers, rows = [], []
        for answer, features in subject.answers(read):
            row = np.zeros(len(names))
            for name, value in features.items():
                row[names[name]] = value
            answers.append(answer)
            rows.append(row)
        right = subject.right_answers(read)
        exact = np.array([answer in right for answer in answers])
        accepted = np.array([_is_accepted(answer, right) for answer in answers])
        is_right = exact if exact.any() or subject.name != "project" else accepted
        is_accepted = accepted if subject.name == "project" else exact
        made.append(Example(answers, np.array(rows), is_right, is_accepted))
    return made


def _is_accepted(answer: str, right: Iterable[str]) -> bool:
    return any(each == answer or (each and each in answer) for each in right)


def feature_names(subject: Subject, covers: Iterable[ReadCover]) -> dict[str, int]:
    """Return the names of all features of a subject, numbered.

    A feature that no cover has keeps what is expected of it.
    """
    names = {
        name
        for read in covers
        for _answer, features in subject.answers(read)
        for name in features
    }
    names.update(subject.priors)
    return {name: number for number, name in enumerate(sorted(names))}


def learn(
    subject: Subject, known: Sequence[Example], names: Mapping[str, int]
) -> Array:
    """Return the weights of the features, by gradient ascent (Adam)."""
    prior = np.array([subject.priors.get(name, 0.0) for name in names])
    lowest = np.where(prior > 0, 0.0, -np.inf)
    highest = np.where(prior < 0, 0.0, np.inf)
    weights = prior.copy()
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = -subject.penalty * (weights - prior) / len(known)
        for each in known:
            if not each.is_right.any():
                continue
            values = each.features @ weights
            parts = np.exp(values - values.max())
            right = parts * each.is_right
            change = right / right.sum() - parts / parts.sum()
            gradient += change @ each.features / len(known)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights += RATE * mean / (1 - 0.9**step) / size
        weights = np.clip(weights, lowest, highest)
    return weights


def right_count(weights: Array, known: Iterable[Example]) -> int:
    """Return for how many covers the likeliest answer is accepted."""
    count = 0
    for each in known:
        found = shares(each.answers, list(each.features @ weights))
        best = max(found, key=lambda answer: found[answer])
        count += bool(each.is_accepted[each.answers.index(best)])
    return count


def measure(subject: Subject, covers: Sequence[ReadCover], *, write: bool) -> None:
    """Print how many answers are right in each set, with weights of the others."""
    names = feature_names(subject, covers)
    by_set: dict[str, list[Example]] = defaultdict(list)
    for read, example in zip(covers, examples(subject, covers, names), strict=True):
        by_set[read.set].append(example)
    for name, own in by_set.items():
        others = [e for other, es in by_set.items() if other != name for e in es]
        count = right_count(learn(subject, others, names), own)
        click.echo(f"{subject.name}, {name}: {count} of {len(own)}")
    everything = [example for own in by_set.values() for example in own]
    weights = learn(subject, everything, names)
    count = right_count(weights, everything)
    click.echo(f"{subject.name}, all, as learnt: {count} of {len(everything)}")
    if write:
        stored = {
            name: round(float(weights[number]), 2) for name, number in names.items()
        }
        subject.weights_file.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


@click.command()
@click.option("--write", is_flag=True, help="Store the weights learnt from all covers.")
def main(*, write: bool) -> None:
    """Measure each set of covers with weights learnt from the others."""
    covers = read_covers()
    for subject in SUBJECTS:
        own = [each for each in covers if subject.right_answers(each)]
        measure(subject, own, write=write)


if __name__ == "__main__":
    main()
