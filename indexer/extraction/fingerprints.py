"""Whether two files are one document, its translation, or a sibling.

Fingerprints find duplicates among many files; `compare` weighs the features of two.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from pathlib import PurePath

from rapidfuzz import fuzz

from indexer.analysis.record_codes import base_code, find_codes
from indexer.analysis.tokens import fold, normalize
from indexer.model.document import FileReading, SimilarFile
from indexer.model.ids import Locale

_SHINGLE_WORDS = 8
_SAMPLING_RATE = 8
"""One in eight shingles is compared, selected by its digest: the same in all files."""

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
_LANGUAGE_CODE = re.compile(r"(?:^|[-_. ])(?:fr|en|fra|eng|vf|va|uk|gb)(?=$|[-_. ])")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The features of a file that are compared with those of other files."""

    name: str
    sha256: str
    locale: Locale | None
    pages: int
    words: int
    code: str
    numbers: frozenset[str]
    shingles: frozenset[int]

    @property
    def bare_name(self) -> str:
        """The name without its extension and language code."""
        stem = fold(normalize(PurePath(self.name).stem))
        return _LANGUAGE_CODE.sub("", stem).strip("-_. ")


def fingerprint_of(reading: FileReading) -> Fingerprint:
    """Return the fingerprint of a file."""
    texts = [block.text for block in reading.document.blocks]
    return Fingerprint(
        name=reading.name,
        sha256=reading.sha256,
        locale=reading.locale,
        pages=len(reading.pages),
        words=sum(len(text.split()) for text in texts),
        code=_code(reading, texts),
        numbers=frozenset(_numbers(texts)),
        shingles=_shingles(texts),
    )


def _code(reading: FileReading, texts: Sequence[str]) -> str:
    """Return the first deliverable code; later codes refer to other deliverables."""
    parts = [PurePath(reading.name).stem, reading.properties.title]
    codes = find_codes(" ".join([*parts, *texts[:_HEAD_BLOCKS]]))
    return base_code(next(codes, ""))


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    """Yield the numbers of three digits or more, which translations share."""
    for text in texts:
        for number in _NUMBER.findall(text):
            digits = re.sub(r"\D", "", number)
            if len(digits) >= 3:
                yield digits


def _shingles(texts: Iterable[str]) -> frozenset[int]:
    words = [word for text in texts for word in _WORD.findall(fold(normalize(text)))]
    last = max(1, len(words) - _SHINGLE_WORDS + 1)
    digests = frozenset(
        _digest(" ".join(words[start : start + _SHINGLE_WORDS]))
        for start in range(last)
    )
    return digests if len(digests) <= _MAX_UNSAMPLED_SHINGLES else _sample(digests)


def _digest(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _sample(digests: frozenset[int]) -> frozenset[int]:
    return frozenset(digest for digest in digests if digest % _SAMPLING_RATE == 0)


def duplicate_of(fingerprint: Fingerprint, known: Iterable[Fingerprint]) -> str:
    """Return the name of a file with the same bytes; "" if there is none."""
    return next(
        (other.name for other in known if other.sha256 == fingerprint.sha256), ""
    )


def near_duplicates(
    fingerprint: Fingerprint, known: Iterable[Fingerprint]
) -> tuple[SimilarFile, ...]:
    """Return the files that share many shingles with one, the most similar first."""
    shares = [
        (other.name, _shared_share(fingerprint.shingles, other.shingles))
        for other in known
        if other.sha256 != fingerprint.sha256
    ]
    similar = [
        SimilarFile(name, round(share, 2))
        for name, share in shares
        if share >= _MIN_SHARE
    ]
    return tuple(sorted(similar, key=lambda file: -file.share))


def common_share(fingerprint: Fingerprint, other: Fingerprint) -> float:
    """Return the share of one file's passages in the other, whichever is larger."""
    own, others = fingerprint.shingles, other.shingles
    return round(max(_shared_share(own, others), _shared_share(others, own)), 2)


def _shared_share(shingles: frozenset[int], other: frozenset[int]) -> float:
    if len(other) > _MAX_UNSAMPLED_SHINGLES >= len(shingles):
        shingles = _sample(shingles)
    elif len(shingles) > _MAX_UNSAMPLED_SHINGLES >= len(other):
        other = _sample(other)
    shared = len(shingles & other)
    if shared < _MIN_SHARED and shared < len(shingles):
        return 0.0
    return shared / max(1, len(shingles))


def sibling_of(fingerprint: Fingerprint, known: Iterable[Fingerprint]) -> str:
    """Return the name of the file that is a translation of one; "" if there is none.

    Numbers, deliverable codes, file names and lengths are compared.
    """
    if fingerprint.locale is None:
        return ""
    scores = [
        (_translation_score(fingerprint, other), other.name)
        for other in known
        if other.locale is fingerprint.locale.other
    ]
    score, name = max(scores, key=itemgetter(0), default=(0.0, ""))
    return name if score > 0 else ""


def _translation_score(fingerprint: Fingerprint, other: Fingerprint) -> float:
    """Return a score for being translations of each other; 0 if they are not."""
    has_code = bool(fingerprint.code) and fingerprint.code == other.code
    if (fingerprint.code and other.code and not has_code) or not _have_similar_lengths(
        fingerprint, other
    ):
        return 0.0
    shared = fingerprint.numbers & other.numbers
    share = len(shared) / max(1, len(fingerprint.numbers | other.numbers))
    has_numbers = min(len(fingerprint.numbers), len(other.numbers)) >= _MIN_NUMBERS
    bare_name = fingerprint.bare_name
    if has_code or (len(bare_name) > 3 and bare_name == other.bare_name):
        is_similar = not has_numbers or share >= _MIN_NUMBERS_SHARE_OF_NAMESAKES
        return 1.0 + share if is_similar else 0.0
    return share if has_numbers and share >= _MIN_NUMBERS_SHARE else 0.0


def _have_similar_lengths(fingerprint: Fingerprint, other: Fingerprint) -> bool:
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


MIN_SHARE = 0.5
"""The share of text in common from which documents resemble."""

_MIN_TITLE_SCORE = 88
_MIN_TITLE_WORDS = 2


class Agreement(StrEnum):
    """Whether a feature of two documents is the same."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DocumentIdentity:
    """The features of a document; a feature that it does not state is empty."""

    code: str = ""
    titles: tuple[str, ...] = ()
    project: str = ""
    grants: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the features of two documents agree; `share` is that of their common text."""

    code: Agreement
    project: Agreement
    title: Agreement
    language: Agreement
    date: Agreement
    share: float


def compare(own: DocumentIdentity, other: DocumentIdentity, share: float) -> Evidence:
    """Compare the features of two documents.

    Args:
        own: A document.
        other: The other document.
        share: The share of the text of one that is also in the other, from 0 to 1.
    """
    return Evidence(
        code=_agreement(
            own.code and other.code, base_code(own.code) == base_code(other.code)
        ),
        project=_compare_projects(own, other),
        title=_agreement(
            own.titles and other.titles,
            any(_is_same_title(a, b) for a in own.titles for b in other.titles),
        ),
        language=_agreement(
            own.languages and other.languages,
            bool({*own.languages} & {*other.languages}),
        ),
        date=_agreement(
            own.date and other.date,
            own.date.startswith(other.date) or other.date.startswith(own.date),
        ),
        share=share,
    )


def resembles(evidence: Evidence) -> bool:
    """Return whether a person must be asked if two documents are the same."""
    is_code = evidence.code is Agreement.SAME
    return (
        (is_code and evidence.project is not Agreement.DIFFERENT)
        or evidence.title is Agreement.SAME
        or evidence.share >= MIN_SHARE
    )


def is_same_project(project: str, other: str) -> bool:
    """Return whether two texts name one project; one may also have its full title."""
    names, others = _names(project), _names(other)
    return bool(names and others) and (names[0] in others or others[0] in names)


def _agreement(known: object, same: object) -> Agreement:
    if not known:
        return Agreement.UNKNOWN
    return Agreement.SAME if same else Agreement.DIFFERENT


def _compare_projects(own: DocumentIdentity, other: DocumentIdentity) -> Agreement:
    if own.project and other.project:
        return _agreement(own.project, is_same_project(own.project, other.project))
    return _agreement(
        own.grants and other.grants,
        any(_is_same_grant(a, b) for a in own.grants for b in other.grants),
    )


def _is_same_grant(grant: str, other: str) -> bool:
    """Return whether two numbers are the same; one may be the end of the other.

    Extractions of earlier versions store `060234` for `2019-1-NL01-KA205-060234`.
    """
    end, other_end = (re.split(r"[-/]", each)[-1] for each in (grant, other))
    return grant in {other, other_end} or end == other


def _names(project: str) -> list[str]:
    """Return a project text as one name, and its words: the acronym is the first."""
    words = [re.sub(r"\W", "", each) for each in fold(normalize(project)).split()]
    words = [word for word in words if word]
    return [*words[:1], "".join(words), *words[1:]]


def _is_same_title(title: str, other: str) -> bool:
    """Return whether two titles are nearly the same; their numbers must be the same."""
    words, others = _words(title), _words(other)
    if min(len(words), len(others)) < _MIN_TITLE_WORDS:
        return words == others
    if _title_numbers(words) != _title_numbers(others):
        return False
    return fuzz.ratio(" ".join(words), " ".join(others)) >= _MIN_TITLE_SCORE


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", fold(normalize(title.replace("&", " and "))))


def _title_numbers(words: list[str]) -> list[str]:
    return [word for word in words if word.isdigit()]
