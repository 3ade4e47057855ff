"""Tells which files share passages, and which say the same in the other language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from indexer.analysis.normalization import fold, normalize
from indexer.model.document import Block, BlockType
from indexer.model.ids import Locale
from indexer.model.readings import FileReading
from indexer.model.report_cards import SimilarFile

_SHINGLE_WORDS = 8
_SAMPLE = 8
"""One shingle in so many is kept: those whose digest says so, in every file."""

_FEW_SHINGLES = 400
_LEAST_SHARE = 0.3
_FEWEST_SHARED = 3
_LEAST_NUMBERS = 8
_LEAST_NUMBERS_SHARE = 0.5
_NAMED_NUMBERS_SHARE = 0.25
_PAGES_APART = 0.3
_WORDS_APART = 0.35
_FEW_WORDS = 150
_HEAD_BLOCKS = 60

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_CODE = re.compile(r"\b([DM])\s?(\d{1,2})[.\-_](\d{1,2})\b")
_LANGUAGE_PART = re.compile(r"(?:^|[-_. ])(?:fr|en|fra|eng|vf|va|uk|gb)(?=$|[-_. ])")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a file to compare others with it."""

    name: str
    sha256: str
    locale: Locale | None
    pages: int
    words: int
    headings: int
    codes: frozenset[str]
    numbers: frozenset[str]
    shingles: frozenset[int]

    @property
    def bare_name(self) -> str:
        """Its name without what tells the language or the type."""
        stem = fold(normalize(PurePath(self.name).stem))
        return _LANGUAGE_PART.sub("", stem).strip("-_. ")


def fingerprint_of(reading: FileReading) -> Fingerprint:
    """Make the fingerprint of a file."""
    blocks = reading.document.blocks
    return Fingerprint(
        name=reading.name,
        sha256=reading.sha256,
        locale=reading.locale,
        pages=len(reading.pages),
        words=sum(len(block.text.split()) for block in blocks),
        headings=sum(block.type is BlockType.HEADING for block in blocks),
        codes=_codes(reading),
        numbers=_numbers(blocks),
        shingles=_shingles(blocks),
    )


def _codes(reading: FileReading) -> frozenset[str]:
    head = [block.text for block in islice(reading.document.blocks, _HEAD_BLOCKS)]
    text = " ".join([PurePath(reading.name).stem, reading.properties.title, *head])
    found = [f"{a}{int(b)}.{int(c)}" for a, b, c in _CODE.findall(text)]
    # A file that names many codes is about others.
    return frozenset(found[:1])


def _numbers(blocks: Iterable[Block]) -> frozenset[str]:
    """Give the numbers that a translation keeps: long ones, decimals, years."""
    numbers = set()
    for block in blocks:
        for found in _NUMBER.findall(block.text):
            digits = re.sub(r"\D", "", found)
            if len(digits) >= 3:
                numbers.add(digits)
    return frozenset(numbers)


def _shingles(blocks: Iterable[Block]) -> frozenset[int]:
    words = [
        word for block in blocks for word in _WORD.findall(fold(normalize(block.text)))
    ]
    last = max(1, len(words) - _SHINGLE_WORDS + 1)
    digests = {
        _digest(" ".join(words[start : start + _SHINGLE_WORDS]))
        for start in range(last)
    }
    if len(digests) <= _FEW_SHINGLES:
        return frozenset(digests)
    return frozenset(digest for digest in digests if digest % _SAMPLE == 0)


def _digest(text: str) -> int:
    made = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(made, "big")


def duplicate_of(mine: Fingerprint, known: Iterable[Fingerprint]) -> str:
    """Give the name of a file of the same bytes, or nothing."""
    return next((other.name for other in known if other.sha256 == mine.sha256), "")


def near_duplicates(
    mine: Fingerprint, known: Iterable[Fingerprint]
) -> tuple[SimilarFile, ...]:
    """Give the files that share many passages with one, the nearest first."""
    found = []
    for other in known:
        if other.sha256 == mine.sha256:
            continue
        share = _shared(mine.shingles, other.shingles)
        if share >= _LEAST_SHARE:
            found.append(SimilarFile(other.name, round(share, 2)))
    return tuple(sorted(found, key=lambda one: -one.share))


def _shared(mine: frozenset[int], theirs: frozenset[int]) -> float:
    if len(theirs) > _FEW_SHINGLES >= len(mine):
        mine = frozenset(digest for digest in mine if digest % _SAMPLE == 0)
    if len(mine) > _FEW_SHINGLES >= len(theirs):
        theirs = frozenset(digest for digest in theirs if digest % _SAMPLE == 0)
    shared = len(mine & theirs)
    if shared < _FEWEST_SHARED and shared < len(mine):
        return 0.0
    return shared / max(1, len(mine))


def sibling_of(mine: Fingerprint, known: Iterable[Fingerprint]) -> str:
    """Give the name of the file that says the same in the other language, or nothing.

    Words differ; numbers, codes, names and lengths remain.
    """
    if mine.locale is None:
        return ""
    others = [other for other in known if other.locale is mine.locale.other]
    best = max(others, key=lambda other: _kinship(mine, other), default=None)
    if best is None or _kinship(mine, best) <= 0:
        return ""
    return best.name


def _kinship(mine: Fingerprint, other: Fingerprint) -> float:
    """Tell how likely one is a translation of the other; 0 when it is not."""
    numbers = _alike(mine.numbers, other.numbers)
    enough = min(len(mine.numbers), len(other.numbers)) >= _LEAST_NUMBERS
    has_code = bool(mine.codes & other.codes)
    has_name = len(mine.bare_name) > 3 and mine.bare_name == other.bare_name
    if mine.codes and other.codes and not has_code:
        return 0.0
    if has_code or has_name:
        is_like = not enough or numbers >= _NAMED_NUMBERS_SHARE
        return 1.0 + numbers if is_like and _same_length(mine, other) else 0.0
    is_like = enough and numbers >= _LEAST_NUMBERS_SHARE
    return numbers if is_like and _same_length(mine, other) else 0.0


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / max(1, len(mine | theirs))


def _same_length(mine: Fingerprint, other: Fingerprint) -> bool:
    if not mine.pages or not other.pages:
        # French takes some fifth more words; a part of a report takes far fewer.
        most = max(mine.words, other.words)
        return abs(mine.words - other.words) <= max(_FEW_WORDS, _WORDS_APART * most)
    apart = abs(mine.pages - other.pages)
    return apart <= max(2, _PAGES_APART * max(mine.pages, other.pages))
