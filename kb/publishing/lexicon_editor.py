"""Changes a pair of words in `documents/lexicon.yaml`, and nothing else in it.

The file is written by hand too: its comments and its order stay as they are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Set
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import LEXICON_FILE
from indexer.corpus.lexicon_file import read_corrections
from indexer.errors import IndexerError
from indexer.files import write_file_atomically
from indexer.model.problems import Problem
from indexer.model.word_links import Corrections, WordPair
from indexer.pipeline import Locations

WAIT_S = 10.0
MAX_CHARACTERS = 60
_PLAIN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


class LexiconSection(StrEnum):
    """Whether two words always go together, or never."""

    ALWAYS = "always"
    NEVER = "never"


class PairFault(StrEnum):
    """Why a pair is refused."""

    NOT_ONE_WORD = "not-one-word"
    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    BUSY = "busy"


class PairError(IndexerError):
    """A pair that is refused; `field` names the word that is wrong, if one is."""

    def __init__(self, fault: PairFault, field: str = "") -> None:
        super().__init__(f"{fault} {field}".strip())
        self.fault = fault
        self.field = field


def add_pair(locations: Locations, section: LexiconSection, pair: WordPair) -> None:
    """Add a pair, as the last of its section; all is written, or nothing.

    Raises:
        PairError: a word is not one word, the pair is there, or the file is damaged.
        OSError: the file can't be written.
    """
    for field, word in (("fr", pair.french), ("en", pair.english)):
        if not _is_one_word(word):
            raise PairError(PairFault.NOT_ONE_WORD, field)
    with _alone(locations) as path:
        known = _read(path)
        if pair in (*known.always, *known.never):
            raise PairError(PairFault.KNOWN)
        always, never = set(known.always), set(known.never)
        (always if section is LexiconSection.ALWAYS else never).add(pair)
        text = path.read_text("utf-8") if path.exists() else ""
        wanted = with_pair(text, section, pair)
        if not _gives(wanted, path, always, never):
            raise PairError(PairFault.UNREADABLE)
        write_file_atomically(path, wanted.encode())


def remove_pair(locations: Locations, pair: WordPair) -> LexiconSection:
    """Take a pair out of the file; all is written, or nothing. Tell where it stood.

    Raises:
        PairError: the pair is not there, or the file is damaged.
        OSError: the file can't be written.
    """
    with _alone(locations) as path:
        known = _read(path)
        if pair not in (*known.always, *known.never):
            raise PairError(PairFault.UNKNOWN)
        always, never = set(known.always) - {pair}, set(known.never) - {pair}
        text = path.read_text("utf-8")
        wanted = next(
            (each for each in _shorter(text) if _gives(each, path, always, never)), None
        )
        if wanted is None:
            raise PairError(PairFault.UNREADABLE)
        write_file_atomically(path, wanted.encode())
    return LexiconSection.ALWAYS if pair in known.always else LexiconSection.NEVER


@contextmanager
def _alone(locations: Locations) -> Iterator[Path]:
    """Keep others from changing the file meanwhile; give where it lies."""
    lock = FileLock(locations.instance / "lexicon.lock", timeout=WAIT_S, mode=0o600)
    locations.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        lock.acquire()
    except Timeout as error:
        raise PairError(PairFault.BUSY) from error
    try:
        yield locations.documents / LEXICON_FILE
    finally:
        lock.release()


def _read(path: Path) -> Corrections:
    problems: list[Problem] = []
    known = read_corrections(path, path.name, problems)
    if problems:
        raise PairError(PairFault.UNREADABLE)
    return known


def _gives(
    wanted: str, path: Path, always: Set[WordPair], never: Set[WordPair]
) -> bool:
    """Tell whether a text, read as the site will read it, gives what is meant."""
    problems: list[Problem] = []
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(wanted, "utf-8")
        found = read_corrections(beside, path.name, problems)
    finally:
        beside.unlink(missing_ok=True)
    return not problems and (set(found.always), set(found.never)) == (always, never)


def _shorter(text: str) -> Iterator[str]:
    """Give the text without one of its items, each in turn.

    A section whose last item goes is written as an empty list.
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
        kept = [*lines[:start], *lines[end:]]
        yield "\n".join(kept) + "\n"
        above = start - 1
        if above >= 0 and re.fullmatch(r"\w+\s*:\s*", lines[above]):
            kept[above] = f"{lines[above].rstrip()} []"
            yield "\n".join(kept) + "\n"


def with_pair(text: str, section: LexiconSection, pair: WordPair) -> str:
    """Give the text of the file with one more pair, its comments as they were."""
    lines = text.splitlines()
    head = re.compile(rf"{section.value}\s*:\s*(?:\[\s*\])?\s*(#.*)?")
    at = next((i for i, line in enumerate(lines) if head.fullmatch(line)), None)
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
