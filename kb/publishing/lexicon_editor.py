"""Adds and removes pairs of words in `documents/lexicon.yaml`.

The file is also edited by hand: an edit changes neither its comments nor its order.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import LEXICON_FILE
from indexer.corpus.shared_files import read_corrections
from indexer.errors import IndexerError
from indexer.files import write_file_atomically
from indexer.model.problems import Problem
from indexer.model.word_links import Corrections, WordPair
from indexer.pipeline import Locations
from kb.core.locks import exclusive_lock

WAIT_S = 10.0
MAX_CHARACTERS = 60
_PLAIN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


class LexiconSection(StrEnum):
    """The section of a pair: always translated, or never."""

    ALWAYS = "always"
    NEVER = "never"


class PairFault(StrEnum):
    """Why a pair is rejected."""

    NOT_ONE_WORD = "not-one-word"
    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    BUSY = "busy"


class PairError(IndexerError):
    """A rejected pair; `field` names the wrong word, if one is."""

    def __init__(self, fault: PairFault, field: str = "") -> None:
        super().__init__(f"{fault} {field}".strip())
        self.fault = fault
        self.field = field


def add_pair(locations: Locations, section: LexiconSection, pair: WordPair) -> None:
    """Append a pair to its section.

    Raises:
        PairError: a word is not one word, the pair exists, or the file is damaged.
        OSError: the file can't be written.
    """
    for field, word in (("fr", pair.french), ("en", pair.english)):
        if not _is_one_word(word):
            raise PairError(PairFault.NOT_ONE_WORD, field)
    with _locked(locations) as path:
        known = _read(path)
        if pair in (*known.always, *known.never):
            raise PairError(PairFault.KNOWN)
        always, never = set(known.always), set(known.never)
        (always if section is LexiconSection.ALWAYS else never).add(pair)
        text = path.read_text("utf-8") if path.exists() else ""
        _write_first(path, [with_pair(text, section, pair)], always, never)


def remove_pair(locations: Locations, pair: WordPair) -> LexiconSection:
    """Remove a pair, and return the section that it was in.

    Raises:
        PairError: the pair does not exist, or the file is damaged.
        OSError: the file can't be written.
    """
    with _locked(locations) as path:
        known = _read(path)
        if pair not in (*known.always, *known.never):
            raise PairError(PairFault.UNKNOWN)
        always, never = set(known.always) - {pair}, set(known.never) - {pair}
        texts = _without_each_item(path.read_text("utf-8"))
        _write_first(path, texts, always, never)
    return LexiconSection.ALWAYS if pair in known.always else LexiconSection.NEVER


@contextmanager
def _locked(locations: Locations) -> Iterator[Path]:
    """Hold the lock of the lexicon, and yield its path."""
    locations.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = locations.instance / "lexicon.lock"
    with exclusive_lock(lock, PairError(PairFault.BUSY), timeout_s=WAIT_S):
        yield locations.documents / LEXICON_FILE


def _read(path: Path) -> Corrections:
    problems: list[Problem] = []
    known = read_corrections(path, path.name, problems)
    if problems:
        raise PairError(PairFault.UNREADABLE)
    return known


def _write_first(
    path: Path, texts: Iterable[str], always: Set[WordPair], never: Set[WordPair]
) -> None:
    """Write the first text that, parsed as the site does, has exactly these pairs."""
    for text in texts:
        if _parse(text, path) == (always, never):
            write_file_atomically(path, text.encode())
            return
    raise PairError(PairFault.UNREADABLE)


def _parse(text: str, path: Path) -> tuple[Set[WordPair], Set[WordPair]] | None:
    problems: list[Problem] = []
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_text(text, "utf-8")
        parsed = read_corrections(temporary, path.name, problems)
    finally:
        temporary.unlink(missing_ok=True)
    return None if problems else (set(parsed.always), set(parsed.never))


def _without_each_item(text: str) -> Iterator[str]:
    """Yield the text without one of its list items, for each item.

    A section that loses its only item becomes an empty list.
    """
    lines = text.splitlines()
    for start, line in enumerate(lines):
        item = re.match(r"(\s*)- ", line)
        if item is None:
            continue
        end = start + 1
        deeper = re.compile(rf"{item[1]}\s+[^\s#-]")
        while end < len(lines) and deeper.match(lines[end]):
            end += 1
        remaining = [*lines[:start], *lines[end:]]
        yield "\n".join(remaining) + "\n"
        above = start - 1
        if above >= 0 and re.fullmatch(r"\w+\s*:\s*", lines[above]):
            remaining[above] = f"{lines[above].rstrip()} []"
            yield "\n".join(remaining) + "\n"


def with_pair(text: str, section: LexiconSection, pair: WordPair) -> str:
    """Return the text of the file with one more pair and the same comments."""
    lines = text.splitlines()
    header = re.compile(rf"{section.value}\s*:\s*(?:\[\s*\])?\s*(#.*)?")
    at = next((i for i, line in enumerate(lines) if header.fullmatch(line)), None)
    if at is None:
        lines += [f"{section.value}:", _item("  ", pair)]
        return "\n".join(lines) + "\n"
    lines[at] = re.sub(r":\s*\[\s*\]", ":", lines[at])
    end, indent = at + 1, "  "
    for number in range(at + 1, len(lines)):
        item = re.match(r"(\s*)- ", lines[number])
        if item is not None:
            indent = item[1]
        if item is not None or re.match(r"\s+[^\s#]", lines[number]):
            end = number + 1
        elif lines[number].strip() and not lines[number].lstrip().startswith("#"):
            break
    lines.insert(end, _item(indent, pair))
    return "\n".join(lines) + "\n"


def _item(indent: str, pair: WordPair) -> str:
    return f"{indent}- {{fr: {_scalar(pair.french)}, en: {_scalar(pair.english)}}}"


def _scalar(word: str) -> str:
    if _PLAIN.fullmatch(word) and "'" not in word:
        return word
    return "'" + word.replace("'", "''") + "'"


def _is_one_word(word: str) -> bool:
    is_short = 0 < len(word) <= MAX_CHARACTERS and word.isprintable()
    return is_short and not re.search(r"\s", word) and any(tokenize(word))
