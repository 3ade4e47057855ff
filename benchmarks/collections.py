"""Reads test collections, and measures rankings on them.

A collection is a folder with `corpus.jsonl.gz` (_id, title, text, lang),
`queries.jsonl` (_id, text, lang and, where texts of the other language are sought,
target_lang) and `qrels.tsv` (query, document, grade; one line of titles). Texts that
say the same in two languages share a `pair`.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Text:
    """A text to find."""

    id: str
    title: str
    text: str
    lang: str
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A query; `target_lang` is the only language that texts are wanted in, if any."""

    id: str
    text: str
    lang: str
    target_lang: str = ""
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, queries, and which texts answer which queries, how well."""

    texts: tuple[Text, ...]
    topics: tuple[Topic, ...]
    grades: Mapping[str, Mapping[str, int]]


Rankings = Mapping[str, Sequence[str]]
"""By query: the texts that were found, the best first."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the queries that have an answer, each from 0 to 1."""

    ndcg10: float
    mrr10: float
    recall100: float


def read_collection(folder: Path) -> Collection:
    """Read a collection from its folder.

    Raises:
        OSError: one of its files is missing.
    """
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = tuple(_text(json.loads(line)) for line in lines)
    topics = tuple(
        _topic(json.loads(line))
        for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()
    )
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        topic, text, grade = line.split("\t")
        grades[topic][text] = int(grade)
    return Collection(texts, topics, grades)


def _text(fields: Mapping[str, str]) -> Text:
    return Text(
        fields["_id"],
        fields.get("title") or "",
        fields.get("text") or "",
        fields["lang"],
        fields.get("pair", ""),
    )


def _topic(fields: Mapping[str, str]) -> Topic:
    return Topic(
        fields["_id"],
        fields["text"],
        fields["lang"],
        fields.get("target_lang", ""),
        fields.get("pair", ""),
    )


def measure(rankings: Rankings, grades: Mapping[str, Mapping[str, int]]) -> Measures:
    """Measure rankings against the grades.

    nDCG is that of Järvelin and Kekäläinen (2002) with the gain 2 ** grade - 1.
    """
    judged = [topic for topic in rankings if any(grades.get(topic, {}).values())]
    found = [(rankings[topic], grades[topic]) for topic in judged]
    count = max(1, len(found))
    return Measures(
        ndcg10=sum(_ndcg(ranking, of) for ranking, of in found) / count,
        mrr10=sum(_reciprocal_rank(ranking, of) for ranking, of in found) / count,
        recall100=sum(_recall(ranking, of) for ranking, of in found) / count,
    )


def _ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    def gain(values: Sequence[int]) -> float:
        return sum(
            (2.0**value - 1) / math.log2(rank + 2) for rank, value in enumerate(values)
        )

    best = sorted(grades.values(), reverse=True)[:depth]
    return gain([grades.get(text, 0) for text in ranking[:depth]]) / gain(best)


def _reciprocal_rank(
    ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10
) -> float:
    ranks = (n for n, text in enumerate(ranking[:depth], 1) if grades.get(text, 0))
    return 1 / next(ranks, math.inf)


def _recall(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    relevant = {text for text, grade in grades.items() if grade}
    return len(relevant.intersection(ranking[:DEPTH])) / len(relevant)
