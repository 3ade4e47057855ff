"""Writes decisions on one query into `judgements.yaml` and `curations.yaml`.

Both files are also edited by hand: what is written about other queries, and comments,
stay as they are.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import yaml

from indexer.analysis.tokens import query_key, tokenize
from indexer.corpus.corpus import CURATION_FILE
from indexer.corpus.shared_files import JUDGEMENT_FILE, read_curations, read_judgements
from indexer.errors import IndexerError
from indexer.files import write_file_atomically
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
from kb.core.locks import exclusive_lock
from kb.publishing.records.yaml_blocks import quoted_yaml

WAIT_S = 10.0
KEYWORDS = 3
"""A query of more words is a sentence."""

ReadT = TypeVar("ReadT")


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
        (e for e in queries if e.locale is locale and query_key(e.text) == key), None
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
    with _locked(locations):
        documents = locations.documents
        _write_curations(documents / CURATION_FILE, decision, known)
        _write_judgements(documents / JUDGEMENT_FILE, decision, known)


@contextmanager
def _locked(locations: Locations) -> Iterator[None]:
    locations.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = locations.instance / "decisions.lock"
    with exclusive_lock(lock, DecisionError(), timeout_s=WAIT_S):
        yield


def _write_curations(
    path: Path, decision: SearchDecision, known: frozenset[RecordId]
) -> None:
    def read(file: Path, problems: list[Problem]) -> Curations:
        return read_curations(file, path.name, known, problems)

    before, text = _read(path, read)
    key = query_key(decision.text)
    mine = decision.curations
    wanted = Curations(
        (*(each for each in before.first if each.key != key), *mine.first),
        (*(each for each in before.hidden if each.key != key), *mine.hidden),
    )
    if wanted == before:
        return
    for section, entries in (("first", mine.first), ("hidden", mine.hidden)):
        text = _without_items(
            text, section, lambda item: query_key(str(item.get("query", ""))) == key
        )
        text = _with_lines(text, section, [_curation_line(each) for each in entries])
    _write(path, text, read, wanted)


def _write_judgements(
    path: Path, decision: SearchDecision, known: frozenset[RecordId]
) -> None:
    def read(file: Path, problems: list[Problem]) -> dict[str, JudgedQuery]:
        queries = read_judgements(file, path.name, known, problems)
        return {each.id: each for each in queries}

    before, text = _read(path, read)
    old = find_judged(tuple(before.values()), decision.text, decision.locale)
    new = _judged(decision, old)
    wanted = {name: each for name, each in before.items() if each is not old}
    if new is not None:
        wanted[new.id] = new
    if wanted == before:
        return
    if old is not None:
        text = _without_items(text, "", lambda item: item.get("id") == old.id)
    if new is not None:
        text = f"{text.rstrip()}\n{_judgement_text(new)}".lstrip()
    _write(path, text, read, wanted)


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


def _curation_line(curation: Curation) -> str:
    fields = {
        "query": quoted_yaml(curation.query),
        "record": str(curation.record),
        "reason": quoted_yaml(curation.reason),
        "by": quoted_yaml(curation.role),
        "date": curation.day.isoformat(),
    }
    return f"  - {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}"


def _judgement_text(judged: JudgedQuery) -> str:
    lines = [
        f"- id: {judged.id}",
        f"  text: {quoted_yaml(judged.text)}",
        f"  locale: {judged.locale}",
        f"  type: {judged.type}",
        "  grades:",
        *(
            f"    {record}: {grade.value}"
            for record, grade in sorted(
                judged.grades.items(), key=lambda each: (-each[1], str(each[0]))
            )
        ),
    ]
    return "\n".join(lines) + "\n"


def _read(
    path: Path, read: Callable[[Path, list[Problem]], ReadT]
) -> tuple[ReadT, str]:
    problems: list[Problem] = []
    value = read(path, problems)
    if problems:
        raise DecisionError(path.name)
    return value, path.read_text("utf-8") if path.exists() else ""


def _write(
    path: Path,
    text: str,
    read: Callable[[Path, list[Problem]], ReadT],
    wanted: ReadT,
) -> None:
    """Write a text if the site reads the wanted value from it."""
    problems: list[Problem] = []
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_text(text, "utf-8")
        value = read(temporary, problems)
    finally:
        temporary.unlink(missing_ok=True)
    if problems or value != wanted:
        raise DecisionError(path.name)
    write_file_atomically(path, text.encode())


def _without_items(
    text: str, section: str, is_removed: Callable[[Mapping[str, object]], bool]
) -> str:
    """Return a YAML text without some items of a list: of a field, or of the file."""
    lines = text.splitlines(keepends=True)
    removed: set[int] = set()
    for node in _items(yaml.compose(text, Loader=yaml.CSafeLoader), section):
        item = {name.value: value.value for name, value in node.value}
        if is_removed(item):
            removed.update(range(node.start_mark.line, _last_line(node) + 1))
    return "".join(line for number, line in enumerate(lines) if number not in removed)


def _last_line(node: yaml.Node) -> int:
    """Return the number of the last line of a value, without the comments after it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(_last_line(value) for _, value in node.value)
    line: int = node.end_mark.line
    return line


def _items(root: yaml.Node | None, section: str) -> Iterator[yaml.MappingNode]:
    node = root
    if section and isinstance(root, yaml.MappingNode):
        node = next((v for name, v in root.value if name.value == section), None)
    if isinstance(node, yaml.SequenceNode):
        yield from (n for n in node.value if isinstance(n, yaml.MappingNode))


def _with_lines(text: str, section: str, added: Sequence[str]) -> str:
    """Return a YAML text with items added at the end of the list of a field."""
    if not added:
        return text
    lines = text.splitlines()
    starts = [line.split("#")[0].split("[")[0].strip() for line in lines]
    header = starts.index(f"{section}:") if f"{section}:" in starts else None
    if header is None:
        return "\n".join([*lines, f"{section}:", *added, ""])
    lines[header] = f"{section}:"
    end = header + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " -#"):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], *added, *lines[end:], ""])
