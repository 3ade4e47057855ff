"""Reads `judgements.yaml`: queries, and the records that answer them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from enum import StrEnum
from pathlib import Path

from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping, Scalar, Sequence
from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import Grade, JudgedQuery, QueryType
from indexer.model.problems import Problem, ProblemCode

JUDGEMENT_FILE = "judgements.yaml"


class _GradeText(StrEnum):
    """The grades as they are written."""

    NOT = "0"
    LITTLE = "1"
    PARTLY = "2"
    ANSWERS = "3"


def read_judgements(
    path: Path, display_path: str, known: Container[RecordId], problems: list[Problem]
) -> tuple[JudgedQuery, ...]:
    """Read the judged queries, without the grades of records that do not exist.

    Args:
        path: the file; without one, no query is judged.
        display_path: its path in problems.
        known: the ids of the records of the content.
        problems: problems are appended to it.
    """
    if not path.exists():
        return ()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Sequence):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_JUDGEMENTS.at(display_path, value.line))
        return ()
    return tuple(_queries(value, display_path, known, problems))


def judgement_problems(root: Path, known: Container[RecordId]) -> tuple[Problem, ...]:
    """Return the problems of the judged queries in the folder of the content."""
    problems: list[Problem] = []
    read_judgements(
        root / JUDGEMENT_FILE, f"{root.name}/{JUDGEMENT_FILE}", known, problems
    )
    return tuple(problems)


def _queries(
    value: Sequence, path: str, known: Container[RecordId], problems: list[Problem]
) -> Iterator[JudgedQuery]:
    seen: dict[str, str] = {}
    for item in value.items:
        if not isinstance(item, Mapping):
            problems.append(ProblemCode.INVALID_JUDGEMENTS.at(path, item.line))
            continue
        fields = FieldReader(item, path, problems)
        query_id = fields.text("id", required=True)
        text = fields.text("text", required=True)
        locale = fields.choice("locale", Locale, required=True)
        query_type = fields.choice("type", QueryType, required=True)
        grades = dict(_grades(fields, known))
        fields.finish()
        if query_id in seen:
            fields.report(ProblemCode.REPEATED_VALUE, "id", text=query_id, name="id")
        elif text and locale is not None and query_type is not None:
            seen[query_id] = text
            yield JudgedQuery(query_id, text, locale, query_type, grades)


def _grades(
    fields: FieldReader, known: Container[RecordId]
) -> Iterator[tuple[RecordId, Grade]]:
    grades = fields.mapping("grades")
    if grades is None:
        fields.report(ProblemCode.MISSING_FIELD, "grades", name="grades")
        return
    for target in grades.names():
        grade = grades.choice(target, _GradeText, required=True)
        record = RecordId.parse(target)
        if record is None or record not in known:
            grades.report(
                ProblemCode.DANGLING_LINK, target, field="grades", target=target
            )
        elif grade is not None:
            yield record, Grade(int(grade))
