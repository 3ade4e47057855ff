"""Reads `curations.yaml`: records that staff put first, or leave out, for a query."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from indexer.analysis.normalization import query_key
from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping, Scalar
from indexer.model.curations import Curation, Curations
from indexer.model.ids import RecordId
from indexer.model.problems import Problem, ProblemCode


def read_curations(
    path: Path, display_path: str, known: Container[RecordId], problems: list[Problem]
) -> Curations:
    """Read the curations of records that exist.

    Args:
        path: the file; without one, there is no curation.
        display_path: its path in problems.
        known: the ids of the records of the content.
        problems: the problems of the other curations are appended to it.

    Returns:
        The valid curations, in the order of the file.
    """
    if not path.exists():
        return Curations()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Mapping):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_CURATIONS.at(display_path, value.line))
        return Curations()
    fields = FieldReader(value, display_path, problems)
    first, hidden = (
        tuple(_curations(fields, name, known)) for name in ("first", "hidden")
    )
    fields.finish()
    return Curations(first, hidden)


def _curations(
    fields: FieldReader, name: str, known: Container[RecordId]
) -> Iterator[Curation]:
    for item in fields.mappings(name):
        query = item.text("query", required=True)
        target = item.text("record", required=True)
        reason = item.text("reason", required=True)
        role = item.text("by", required=True)
        day = item.day("date")
        item.finish()
        record = RecordId.parse(target)
        if target and (record is None or record not in known):
            item.report(
                ProblemCode.DANGLING_LINK, "record", field="record", target=target
            )
        elif query and not query_key(query):
            item.report(ProblemCode.INVALID_CURATIONS, "query")
        elif record is not None and query and reason and role:
            yield Curation(query, query_key(query), record, reason, role, day)
