"""The features by which two documents are compared, and whether they resemble."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.extraction.report.deliverable_codes import base_code
from indexer.model.ids import Locale

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
    """The features of a document; what it does not state is empty."""

    code: str = ""
    titles: tuple[str, ...] = ()
    project: str = ""
    grants: tuple[str, ...] = ()
    locales: tuple[Locale, ...] = ()
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
            own.locales and other.locales, bool({*own.locales} & {*other.locales})
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
    words = [each for each in words if each]
    return [*words[:1], "".join(words), *words[1:]]


def _is_same_title(title: str, other: str) -> bool:
    """Return whether two titles are nearly the same; their numbers must be the same."""
    words, others = _words(title), _words(other)
    if min(len(words), len(others)) < _MIN_TITLE_WORDS:
        return words == others
    if _numbers(words) != _numbers(others):
        return False
    return fuzz.ratio(" ".join(words), " ".join(others)) >= _MIN_TITLE_SCORE


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", fold(normalize(title.replace("&", " and "))))


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if word.isdigit()]
