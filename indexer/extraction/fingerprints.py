"""Fingerprints of files, to find duplicates and translations."""

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
_SAMPLING_RATE = 8
"""Every eighth shingle is kept, selected by its digest, so the same in all files."""

_MAX_UNSAMPLED_SHINGLES = 400
_MIN_SHARE = 0.3
_MIN_SHARED = 3
_MIN_NUMBERS = 8
_MIN_NUMBERS_SHARE = 0.5
_MIN_NUMBERS_SHARE_OF_NAMESAKES = 0.25
_MAX_PAGES_DIFFERENCE = 0.3
_MAX_WORDS_DIFFERENCE = 0.35
_MAX_WORDS_DIFFERENCE_OF_SHORT_FILES = 150
_HEAD_BLOCKS = 60

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_CODE = re.compile(r"\b([DM])\s?(\d{1,2})[.\-_](\d{1,2})\b")
_LANGUAGE_CODE = re.compile(r"(?:^|[-_. ])(?:fr|en|fra|eng|vf|va|uk|gb)(?=$|[-_. ])")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The features of a file that are compared with those of other files."""

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
        """The name without its extension and language code."""
        stem = fold(normalize(PurePath(self.name).stem))
        return _LANGUAGE_CODE.sub("", stem).strip("-_. ")


def fingerprint_of(reading: FileReading) -> Fingerprint:
    """Return the fingerprint of a file."""
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
    matches = [f"{a}{int(b)}.{int(c)}" for a, b, c in _CODE.findall(text)]
    # The codes after the first are those of other deliverables.
    return frozenset(matches[:1])


def _numbers(blocks: Iterable[Block]) -> frozenset[str]:
    """Return the numbers of three digits or more, which a translation keeps."""
    numbers = set()
    for block in blocks:
        for matches in _NUMBER.findall(block.text):
            digits = re.sub(r"\D", "", matches)
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
    if len(digests) <= _MAX_UNSAMPLED_SHINGLES:
        return frozenset(digests)
    return frozenset(digest for digest in digests if digest % _SAMPLING_RATE == 0)


def _digest(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def duplicate_of(fingerprint: Fingerprint, known: Iterable[Fingerprint]) -> str:
    """Return the name of a file with the same bytes; "" if there is none."""
    return next(
        (other.name for other in known if other.sha256 == fingerprint.sha256), ""
    )


def near_duplicates(
    fingerprint: Fingerprint, known: Iterable[Fingerprint]
) -> tuple[SimilarFile, ...]:
    """Return the files that share many shingles with one, the most similar first."""
    matches = []
    for other in known:
        if other.sha256 == fingerprint.sha256:
            continue
        share = _shared_share(fingerprint.shingles, other.shingles)
        if share >= _MIN_SHARE:
            matches.append(SimilarFile(other.name, round(share, 2)))
    return tuple(sorted(matches, key=lambda similar: -similar.share))


def _shared_share(fingerprint: frozenset[int], other: frozenset[int]) -> float:
    if len(other) > _MAX_UNSAMPLED_SHINGLES >= len(fingerprint):
        fingerprint = frozenset(
            digest for digest in fingerprint if digest % _SAMPLING_RATE == 0
        )
    if len(fingerprint) > _MAX_UNSAMPLED_SHINGLES >= len(other):
        other = frozenset(digest for digest in other if digest % _SAMPLING_RATE == 0)
    shared = len(fingerprint & other)
    if shared < _MIN_SHARED and shared < len(fingerprint):
        return 0.0
    return shared / max(1, len(fingerprint))


def sibling_of(fingerprint: Fingerprint, known: Iterable[Fingerprint]) -> str:
    """Return the name of the file that is a translation of one; "" if there is none.

    Numbers, deliverable codes, file names and lengths are compared.
    """
    if fingerprint.locale is None:
        return ""
    others = [other for other in known if other.locale is fingerprint.locale.other]
    best = max(
        others, key=lambda other: _translation_score(fingerprint, other), default=None
    )
    if best is None or _translation_score(fingerprint, best) <= 0:
        return ""
    return best.name


def _translation_score(fingerprint: Fingerprint, other: Fingerprint) -> float:
    """Return a score for being translations of each other; 0 if they are not."""
    numbers = _jaccard(fingerprint.numbers, other.numbers)
    has_numbers = min(len(fingerprint.numbers), len(other.numbers)) >= _MIN_NUMBERS
    has_code = bool(fingerprint.codes & other.codes)
    has_name = (
        len(fingerprint.bare_name) > 3 and fingerprint.bare_name == other.bare_name
    )
    if fingerprint.codes and other.codes and not has_code:
        return 0.0
    if has_code or has_name:
        is_similar = not has_numbers or numbers >= _MIN_NUMBERS_SHARE_OF_NAMESAKES
        return 1.0 + numbers if is_similar and _same_length(fingerprint, other) else 0.0
    is_similar = has_numbers and numbers >= _MIN_NUMBERS_SHARE
    return numbers if is_similar and _same_length(fingerprint, other) else 0.0


def _jaccard(fingerprint: frozenset[str], other: frozenset[str]) -> float:
    return len(fingerprint & other) / max(1, len(fingerprint | other))


def _same_length(fingerprint: Fingerprint, other: Fingerprint) -> bool:
    if not fingerprint.pages or not other.pages:
        # French has about a fifth more words than English.
        longest = max(fingerprint.words, other.words)
        return abs(fingerprint.words - other.words) <= max(
            _MAX_WORDS_DIFFERENCE_OF_SHORT_FILES, _MAX_WORDS_DIFFERENCE * longest
        )
    difference = abs(fingerprint.pages - other.pages)
    return difference <= max(
        2, _MAX_PAGES_DIFFERENCE * max(fingerprint.pages, other.pages)
    )
