"""Writes decisions on one query into `judgements.yaml` and `curations.yaml`.

Both files are also edited by hand: what is written about other queries, and comments,
stay as they are.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.analysis.tokens import query_key, tokenize
from indexer.corpus.corpus_reader import CURATION_FILE
from indexer.corpus.shared_files import JUDGEMENT_FILE, read_curations, read_judgements
from indexer.errors import IndexerError
from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import (
    Curation,
    Curations,
    Grade,
    JudgedQuery,
    QueryType,
)
from indexer.model.problems import Problem
from indexer.pipeline import Locations
from kb.publishing.records.yaml_blocks import quoted_yaml, with_items, without_items
from kb.publishing.shared_files import SharedFile, file_lock

KEYWORDS = 3
"""A query of more words is a sentence."""


class DecisionError(IndexerError):
    """A decision that can't be written; `file` contains an error, if any does."""

    def __init__(self, file: str = "") -> None:
        super().__init__(file or "busy")
        self.file = file


@dataclass(frozen=True, slots=True)
class SearchDecision:
    """What staff decide on one query: how well records answer it, and their places.

    `curations` are those of this query: the records put first, in their order, and
    those left out.
    """

    text: str
    locale: Locale
    grades: Mapping[RecordId, Grade]
    curations: Curations


def find_judged(
    queries: Sequence[JudgedQuery], text: str, locale: Locale
) -> JudgedQuery | None:
    """Return the judged query of a text in a language, or None."""
    key = query_key(text)
    return next(
        (
            query
            for query in queries
            if query.locale is locale and query_key(query.text) == key
        ),
        None,
    )


def save_decision(
    locations: Locations, decision: SearchDecision, known: frozenset[RecordId]
) -> None:
    """Replace what the two files say about a query.

    Args:
        locations: where the files are.
        decision: what they are to say; without a grade, the query is not judged.
        known: the ids of the records of the content.

    Raises:
        DecisionError: a file contains an error, or another person is writing.
        OSError: a file can't be written.
    """
    with file_lock(locations, "decisions", DecisionError()):
        _write_curations(locations.documents / CURATION_FILE, decision, known)
        _write_judgements(locations.documents / JUDGEMENT_FILE, decision, known)


def _write_curations(
    path: Path, decision: SearchDecision, known: frozenset[RecordId]
) -> None:
    def read(file: Path, problems: list[Problem]) -> Curations:
        return read_curations(file, path.name, known, problems)

    file = SharedFile(path, read, DecisionError(path.name))
    before, text = file.load()
    key = query_key(decision.text)
    mine = decision.curations
    wanted = Curations(
        (*(old for old in before.first if old.key != key), *mine.first),
        (*(old for old in before.hidden if old.key != key), *mine.hidden),
    )
    if wanted == before:
        return
    for section, curations in (("first", mine.first), ("hidden", mine.hidden)):
        text = without_items(
            text, section, lambda item: query_key(str(item.get("query", ""))) == key
        )
        if curations:
            text = with_items(text, section, map(_curation_item, curations))
    file.save(text, wanted)


def _write_judgements(
    path: Path, decision: SearchDecision, known: frozenset[RecordId]
) -> None:
    def read(file: Path, problems: list[Problem]) -> dict[str, JudgedQuery]:
        queries = read_judgements(file, path.name, known, problems)
        return {judged.id: judged for judged in queries}

    file = SharedFile(path, read, DecisionError(path.name))
    before, text = file.load()
    old = find_judged(tuple(before.values()), decision.text, decision.locale)
    new = _judged(decision, old)
    wanted = {name: judged for name, judged in before.items() if judged is not old}
    if new is not None:
        wanted[new.id] = new
    if wanted == before:
        return
    if old is not None:
        text = without_items(text, "", lambda item: item.get("id") == old.id)
    if new is not None:
        text = f"{text.rstrip()}\n{_judgement_text(new)}".lstrip()
    file.save(text, wanted)


def _judged(decision: SearchDecision, old: JudgedQuery | None) -> JudgedQuery | None:
    """Return the judged query that a decision makes, in place of the old one."""
    if not decision.grades:
        return None
    if old is not None:
        return replace(old, grades=dict(decision.grades))
    return JudgedQuery(
        f"desk-{secrets.token_hex(4)}",
        decision.text,
        decision.locale,
        query_type(decision.text),
        dict(decision.grades),
    )


def query_type(text: str) -> QueryType:
    """Return the type of a query by the number of its words."""
    count = sum(1 for _ in tokenize(text))
    if count == 1:
        return QueryType.SINGLE
    return QueryType.KEYWORD if count <= KEYWORDS else QueryType.SENTENCE


def _curation_item(curation: Curation) -> str:
    fields = {
        "query": quoted_yaml(curation.query),
        "record": str(curation.record),
        "reason": quoted_yaml(curation.reason),
        "by": quoted_yaml(curation.role),
        "date": curation.day.isoformat(),
    }
    return f"{{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}"


def _judgement_text(judged: JudgedQuery) -> str:
    grades = sorted(judged.grades.items(), key=lambda pair: (-pair[1], str(pair[0])))
    lines = [
        f"- id: {judged.id}",
        f"  text: {quoted_yaml(judged.text)}",
        f"  locale: {judged.locale}",
        f"  type: {judged.type}",
        "  grades:",
        *(f"    {record}: {grade.value}" for record, grade in grades),
    ]
    return "\n".join([*lines, ""])
