"""The differences between two states of a record, by field and by paragraph."""

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import TEXT_NAMES
from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.history.history import History
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    ItemValues,
    read_values,
)
from kb.publishing.storage.folders import FolderState

MAX_WORDS_COMPARED = 2000
"""Longer paragraphs are marked as a whole: the time of a comparison is quadratic."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A part of a text; `is_marked` if the other text does not have it."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A changed, added or removed value, list item or paragraph.

    An addition has no `old`, a removal no `new`.
    """

    file: str
    field: str
    old: tuple[DiffPiece, ...]
    new: tuple[DiffPiece, ...]

    @property
    def locale(self) -> Locale | None:
        """The language of the text; None for facts."""
        name = self.file.removesuffix(".md")
        return Locale(name) if name != self.file and name in list(Locale) else None

    @property
    def key(self) -> str:
        """The key of the difference, stable when its field changes elsewhere."""
        text = f"{self.old_text}\0{self.new_text}"
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def old_text(self) -> str:
        """The old text."""
        return "".join(piece.text for piece in self.old)

    @property
    def new_text(self) -> str:
        """The new text."""
        return "".join(piece.text for piece in self.new)


def compare_states(
    kind: Kind, history: History, before: FolderState | None, after: FolderState | None
) -> tuple[Difference, ...]:
    """Return the differences between two stored states, originals included.

    Raises:
        NotFoundError: a text of a state is not stored.
    """
    in_texts = compare_texts(kind, history.texts(before), history.texts(after))
    return (*in_texts, *_in_originals(before, after))


def compare_texts(
    kind: Kind, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Return the differences between the texts of two states of a record."""
    old, new = read_values(kind, before), read_values(kind, after)
    return tuple(
        difference
        for name in TEXT_NAMES
        for difference in _in_file(
            kind, name, (old, before.get(name, "")), (new, after.get(name, ""))
        )
    )


def _in_file(
    kind: Kind, name: str, old: tuple[FormValues, str], new: tuple[FormValues, str]
) -> Iterator[Difference]:
    if old[1] == new[1]:
        return
    differences: list[Difference] = []
    if name not in (*old[0].raw, *new[0].raw):
        for each in SCHEMAS[kind].fields_of(name):
            was, now = (
                rows_of(each, values.of_file(name).get(each.name, ""))
                for values, _ in (old, new)
            )
            differences += _in_rows(name, each.name, was, now)
    # Comments, unknown fields and invalid YAML are compared line by line.
    yield from differences or _in_rows(name, "", old[1].split("\n"), new[1].split("\n"))


def rows_of(each: Field, value: FormValue) -> list[str]:
    """Return the rows of a value that are compared: list items, or paragraphs."""
    return [_row_text(entry) for entry in _entries(each, value)]


def _entries(each: Field, value: FormValue) -> list[str | ItemValues]:
    if not isinstance(value, str):
        return list(value)
    if each.type is Shape.LONG_TEXT or each.name == BODY:
        return [*paragraphs_of(value)]
    return [value] if value else []


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text."""
    return [part for part in _PARAGRAPHS.split(text) if part.strip()]


def _row_text(item: str | ItemValues) -> str:
    if isinstance(item, str):
        return item
    return "; ".join(f"{name}: {text}" for name, text in item.items())


def merge_difference(
    each: Field, theirs: FormValue, ours: FormValue, key: str
) -> FormValue:
    """Return `ours`, in which the difference of `key` is replaced by that of `theirs`.

    Other paragraphs and list items of `ours` stay.
    """
    old, new = _entries(each, theirs), _entries(each, ours)
    was, now = [_row_text(entry) for entry in old], [_row_text(entry) for entry in new]
    merged: list[str | ItemValues] = []
    for i, j in aligned_rows(was, now):
        is_theirs = difference("", "", _at(was, i), _at(now, j)).key == key
        index, entries = (i, old) if is_theirs else (j, new)
        if index is not None:
            merged.append(entries[index])
    texts = [entry for entry in merged if isinstance(entry, str)]
    if isinstance(ours, str) and isinstance(theirs, str):
        return "\n\n".join(text.strip("\n") for text in texts)
    items = tuple(entry for entry in merged if not isinstance(entry, str))
    return items or tuple(texts)


def _in_rows(
    file: str, field: str, old: Sequence[str], new: Sequence[str]
) -> Iterator[Difference]:
    for i, j in aligned_rows(old, new):
        was, now = _at(old, i), _at(new, j)
        if was != now:
            yield difference(file, field, was, now)


def aligned_rows(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[int | None, int | None]]:
    """Yield the indices of corresponding rows; None for an added or removed row."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        paired = min(b - a, d - c)
        yield from zip(range(a, a + paired), range(c, c + paired), strict=True)
        yield from ((i, None) for i in range(a + paired, b))
        yield from ((None, j) for j in range(c + paired, d))


def _at(rows: Sequence[str], index: int | None) -> str | None:
    return None if index is None else rows[index]


def difference(file: str, field: str, old: str | None, new: str | None) -> Difference:
    """Return the difference of two texts; None for one that is absent."""
    if old is not None and new is not None:
        return Difference(file, field, *_marked(old, new))
    pieces = (
        () if text is None else (DiffPiece(text, is_marked=True),)
        for text in (old, new)
    )
    return Difference(file, field, *pieces)


def _marked(old: str, new: str) -> tuple[tuple[DiffPiece, ...], tuple[DiffPiece, ...]]:
    """Mark the words of each text that the other does not have."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MAX_WORDS_COMPARED:
        return (DiffPiece(old, is_marked=True),), (DiffPiece(new, is_marked=True),)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    codes = matcher.get_opcodes()
    return (
        _pieces((before[a:b], tag != "equal") for tag, a, b, _, _ in codes),
        _pieces((after[c:d], tag != "equal") for tag, _, _, c, d in codes),
    )


def _pieces(runs: Iterator[tuple[list[str], bool]]) -> tuple[DiffPiece, ...]:
    return tuple(
        DiffPiece("".join(words), is_marked=is_marked)
        for words, is_marked in runs
        if words
    )


def _in_originals(
    before: FolderState | None, after: FolderState | None
) -> Iterator[Difference]:
    old = dict(before.files) if before is not None else {}
    new = dict(after.files) if after is not None else {}
    start = f"{FILES_FOLDER}/"
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name) or not name.startswith(start):
            continue
        yield Difference(
            name,
            FILES_FOLDER,
            _file_pieces(name, old.get(name)),
            _file_pieces(name, new.get(name)),
        )


def _file_pieces(name: str, sha256: str | None) -> tuple[DiffPiece, ...]:
    if sha256 is None:
        return ()
    shown = name.removeprefix(f"{FILES_FOLDER}/")
    return (
        DiffPiece(f"{shown} "),
        DiffPiece(f"(SHA-256 {sha256[:12]}…)", is_marked=True),
    )
