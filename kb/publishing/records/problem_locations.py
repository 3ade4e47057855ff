"""Locates the problems of a record at form fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from indexer.corpus.editions import split_edition
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.corpus.yaml_lines import Mapping as YamlMapping
from indexer.corpus.yaml_lines import Sequence as YamlSequence
from indexer.corpus.yaml_lines import YamlSyntaxError, read_yaml
from indexer.model.ids import Kind
from indexer.model.problems import Problem, ProblemCode
from indexer.model.schema.frame import BODY, FramePart
from kb.publishing.records.practice_frame import section_at
from kb.publishing.records.yaml_blocks import YamlBlock, split_blocks


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A problem, with its file, field and index in a list.

    `field` is empty for a problem of the whole file; `item` counts from 0.
    """

    file: str
    field: str
    item: int | None
    problem: Problem


def locate(
    problems: Sequence[Problem], texts: Mapping[str, str], kind: Kind | None = None
) -> tuple[LocatedProblem, ...]:
    """Return the problems with their fields; `texts` are the files of the record.

    In the text of a practice, the field is that of a section: `body-results`.
    """
    is_framed = kind is Kind.PRACTICE
    return tuple(_located(problem, texts, is_framed=is_framed) for problem in problems)


def _located(
    problem: Problem, texts: Mapping[str, str], *, is_framed: bool
) -> LocatedProblem:
    path = PurePosixPath(problem.path)
    if path.parent.name == FILES_FOLDER:
        return LocatedProblem(RECORD_FILE, FILES_FOLDER, None, problem)
    name = path.name
    text = texts.get(name, "").replace("\r\n", "\n")
    if problem.code is ProblemCode.MISSING_TEXT:
        return LocatedProblem(name, "title", None, problem)
    if problem.code is ProblemCode.MISSING_FIELD and _is_of_file(problem, text):
        return LocatedProblem(name, problem.what.values["name"], None, problem)
    field, item = _at(name, text, problem.line)
    if field == BODY and is_framed:
        field = _framed_field(text, problem.line)
    return LocatedProblem(name, field, item, problem)


def _framed_field(text: str, line: int) -> str:
    """Return the field of the section at a line; that of the first part for none."""
    parts = split_edition(text.encode("utf-8"))
    key = ""
    if parts is not None:
        body = parts.body.decode("utf-8")
        blank = len(body) - len(body.lstrip("\n"))
        key = section_at(body.strip("\n"), line - parts.body_line - blank)
    return f"{BODY}-{key or next(iter(FramePart)).value}"


def _is_of_file(problem: Problem, text: str) -> bool:
    """Return whether the file lacks the field, rather than a list item."""
    name = problem.what.values["name"]
    line = text.split("\n")[problem.line - 1 : problem.line]
    return not any(each.lstrip().startswith("- ") for each in line) or any(
        each.startswith(f"{name}:") for each in line
    )


def _at(name: str, text: str, line: int) -> tuple[str, int | None]:
    """Return the field of a line of a file, and the index in its list."""
    front, first_line = text, 1
    if name != RECORD_FILE:
        parts = split_edition(text.encode("utf-8"))
        if parts is None:
            return "", None
        if line >= parts.body_line:
            return BODY, None
        front, first_line = parts.fields, parts.fields_line
    blocks, _ = split_blocks(front, first_line=first_line)
    for block in blocks:
        if 0 <= line - block.line < len(block.lines):
            return block.name, _item_at(block, line)
    return "", None


def _item_at(block: YamlBlock, line: int) -> int | None:
    try:
        read = read_yaml("\n".join(block.lines), first_line=block.line)
    except YamlSyntaxError:
        return None
    value = read.entries[block.name][0] if isinstance(read, YamlMapping) else None
    if not isinstance(value, YamlSequence):
        return None
    started = [n for n, item in enumerate(value.items) if item.line <= line]
    is_flow = len({item.line for item in value.items}) < len(value.items)
    # A flow sequence on one line: the index is unknown.
    return None if not started or is_flow else started[-1]
