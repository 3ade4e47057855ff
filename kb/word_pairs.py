"""Adds a pair of words to `documents/lexicon.yaml`, and changes nothing else in it.

The file is written by hand too: its comments and its order stay as they are.
"""

from __future__ import annotations

import re
import secrets
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import LEXICON_FILE
from indexer.corpus.word_pairs import read_corrections
from indexer.errors import IndexerError
from indexer.model.lexicon import WordPair
from indexer.model.problems import Problem
from indexer.pipeline import Locations
from kb.atomic import replace_file

WAIT_S = 10.0
MAX_CHARACTERS = 60
_PLAIN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


class Section(StrEnum):
    """Whether two words always go together, or never."""

    ALWAYS = "always"
    NEVER = "never"


class PairFault(StrEnum):
    """Why a pair is refused."""

    NOT_ONE_WORD = "not-one-word"
    KNOWN = "known"
    UNREADABLE = "unreadable"
    BUSY = "busy"


class PairError(IndexerError):
    """A pair that is refused; `field` names the word that is wrong, if one is."""

    def __init__(self, fault: PairFault, field: str = "") -> None:
        super().__init__(f"{fault} {field}".strip())
        self.fault = fault
        self.field = field


def add_pair(locations: Locations, section: Section, pair: WordPair) -> None:
    """Add a pair, as the last of its section; all is written, or nothing.

    Raises:
        PairError: a word is not one word, the pair is there, or the file is damaged.
        OSError: the file can't be written.
    """
    for field, word in (("fr", pair.french), ("en", pair.english)):
        if not _is_one_word(word):
            raise PairError(PairFault.NOT_ONE_WORD, field)
    path = locations.documents / LEXICON_FILE
    lock = FileLock(locations.instance / "lexicon.lock", timeout=WAIT_S, mode=0o600)
    locations.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with lock:
            _add(path, section, pair)
    except Timeout as error:
        raise PairError(PairFault.BUSY) from error


def _add(path: Path, section: Section, pair: WordPair) -> None:
    problems: list[Problem] = []
    known = read_corrections(path, path.name, problems)
    if problems:
        raise PairError(PairFault.UNREADABLE)
    if pair in (*known.always, *known.never):
        raise PairError(PairFault.KNOWN)
    text = path.read_text("utf-8") if path.exists() else ""
    wanted = with_pair(text, section, pair)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # Read as the site will read it: only what gives the pairs that are meant is
        # put in place.
        beside.write_text(wanted, "utf-8")
        found = read_corrections(beside, path.name, problems)
    finally:
        beside.unlink(missing_ok=True)
    always, never = known.always, known.never
    if section is Section.ALWAYS:
        always = (*always, pair)
    else:
        never = (*never, pair)
    is_meant = (set(found.always), set(found.never)) == (set(always), set(never))
    if problems or not is_meant:
        raise PairError(PairFault.UNREADABLE)
    replace_file(path, wanted.encode())


def with_pair(text: str, section: Section, pair: WordPair) -> str:
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
