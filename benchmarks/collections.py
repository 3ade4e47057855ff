"""Test collections, and measures of rankings on them.

A collection is a folder with `corpus.jsonl.gz` (_id, title, text, lang),
`queries.jsonl` (_id, text, lang and, for texts of the other language, target_lang) and
`qrels.tsv` (query, document, grade; one header line). A text and its translation share
a `pair`.
"""

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.judgements.measures import ndcg

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a collection."""

    id: str
    title: str
    text: str
    lang: str
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A query; `target_lang`, if not empty, is the only language of its results."""

    id: str
    text: str
    lang: str
    target_lang: str = ""
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, queries, and the grades of texts by query."""

    texts: tuple[Text, ...]
    topics: tuple[Topic, ...]
    grades: Mapping[str, Mapping[str, int]]


Rankings = Mapping[str, Sequence[str]]
"""The ids of the results of each query, best first."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the queries with a relevant text, each from 0 to 1."""

    ndcg10: float
    mrr10: float
    recall100: float


def read_collection(folder: Path) -> Collection:
    """Return the collection in a folder.

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


def evaluate(rankings: Rankings, grades: Mapping[str, Mapping[str, int]]) -> Measures:
    """Return the measures of rankings by the grades."""
    judged = [topic for topic in rankings if any(grades.get(topic, {}).values())]
    graded = [(rankings[topic], grades[topic]) for topic in judged]
    count = max(1, len(graded))
    return Measures(
        ndcg10=sum(ndcg(*each) for each in graded) / count,
        mrr10=sum(_reciprocal_rank(*each) for each in graded) / count,
        recall100=sum(_recall(*each) for each in graded) / count,
    )


def _reciprocal_rank(
    ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10
) -> float:
    ranks = (n for n, text in enumerate(ranking[:depth], 1) if grades.get(text, 0))
    return 1 / next(ranks, math.inf)


def _recall(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    relevant = {text for text, grade in grades.items() if grade}
    return len(relevant.intersection(ranking[:DEPTH])) / len(relevant)
