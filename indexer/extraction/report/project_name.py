"""The name of the project that a document is a deliverable of.

It is the candidate on the pages of the cover with the highest score, unless the score
of the answer that there is none is higher. The weights were learnt from covers
(`benchmarks/cover_weights.py`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indexer.extraction.report.cover import Cover, block_fact, property_fact
from indexer.extraction.report.cover_words import is_kind, stands_for
from indexer.extraction.report.learnt_weights import (
    Features,
    read_weights,
    score,
    shares,
)
from indexer.extraction.report.project_candidates import (
    LONE_ACRONYM,
    PARTS,
    NamePlace,
    ProjectCandidate,
    project_candidates,
)
from indexer.extraction.report.project_page import (
    DELIVERABLE_NEAR,
    GRANT_NUMBER_NEAR,
    PROGRAMME_NEAR,
    ProjectPage,
    is_sentence,
    no_project_features,
    text_features,
)
from indexer.extraction.report.title_words import (
    has_kind,
    is_never_a_title,
    is_publisher,
    title_key,
)
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_CAPITALS = (
    r"(?!(?:PROJECT|PROJET|LIFE|INTERREG|H2020|DELIVERABLE|LIVRABLE|NETWORK|RÉSEAU"
    r"|CONSORTIUM|OUTPUT)\b)[A-ZÀ-Þ’-]{3,}"
)
"""A word in capitals that does not announce a name."""


_BODIES = frozenset(
    "eurojust europol interpol frontex cepol fra emcdda euda enisa eucpn efus fesu ffsu"
    " defus unodc unicri osce unesco onu un-habitat iclei eurocities polis cnil anssi"
    " inhesj ihemi sgcipd cipdr anct ocde oecd oms who insee enisa dgpn dggn".split()
)
"""Acronyms of bodies that publish on security."""


_HYPHENATED = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ’']+(?:-[A-ZÀ-Þ]?[a-zß-ÿ’']+)+")
"""A name of a place or a person: "Val-de-Meurve"."""


_BODY = re.compile(
    r"(?:european |réseau|network|union|ligue|league|cent(?:re|er)|société|society"
    r"|fédération|federation|alliance|unit|service|cellule|amt)\b",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(
    r"[\W_]+(?:\d{6,8}[\W_]+)?(?:WP\d+[\W_]+)?"
    r"(?:deliverable|livrable|output|résultat|D(?:EL)?\s?-?\d|[LO]\.?\w?\d|IO\s?\d)",
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"\W*(?:n\s?[°º]|no\.|issue|vol|numéro|hors-série)\W*\d", re.IGNORECASE
)
"""The number of an issue below the name of a series."""


_LARGER = 1.1
_LONG = 5
"""The letters of a name that is not only the initials of another."""


SAID_OF_A_PROJECT = (
    "before the word project",
    "after the word project",
    "before partners",
    "after partners",
    "before a number",
    "after a number",
    "before a code",
    "is a project",
    "is of this document",
)
"""The features by which a text says that a name is that of a project."""


_ALONE = frozenset({NamePlace.LABEL, NamePlace.LINE, NamePlace.PART})
_EVIDENCE = (
    "label",
    "full label",
    "beside the word project",
    "after a programme",
    "file name has it",
    "margin",
    "stands for words beside it",
    "is funded",
    "project after its words",
    "before a code in the file name",
    "before a code in the property",
    *(
        f"{words}{suffix}"
        for words in SAID_OF_A_PROJECT
        for suffix in ("", " in a sentence", " after the first page")
    ),
)
PROJECT_WEIGHTS = Path(__file__).with_name("project_weights.json")
LIKELY = 0.8
"""The probability from which a name without a label is rather likely."""


_NONE = ""


def find_project(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return the name of the project, mostly its acronym, or None without one.

    Args:
        cover: the first pages of the document.
        title: its title.
        margins: its running headers and footers.
    """
    weights = read_weights(PROJECT_WEIGHTS)
    page = ProjectPage(cover, margins, title.value if title is not None else "")
    candidates = project_candidates(cover, margins)
    scores = [
        score(no_project_features(page), weights),
        *(
            score(project_features(candidate, page), weights)
            for candidate in candidates.values()
        ),
    ]
    found = shares([_NONE, *candidates], scores)
    best = max(found, key=lambda key: found[key])
    return None if best == _NONE else _fact(candidates[best], found[best])


def _fact(candidate: ProjectCandidate, probability: float) -> ExtractedFact:
    is_labelled = not candidate.places.isdisjoint(
        {NamePlace.LABEL, NamePlace.FULL_LABEL}
    )
    likelihood = Likelihood.LOW
    if probability >= LIKELY:
        likelihood = Likelihood.HIGH if is_labelled else Likelihood.MEDIUM
    if candidate.block is None:
        is_named = NamePlace.FILE_NAME in candidate.places
        name = "name" if is_named else "title"
        return property_fact(MetadataField.PROJECT, name, candidate.name)
    return block_fact(
        MetadataField.PROJECT, candidate.block, candidate.name, likelihood=likelihood
    )


def project_features(candidate: ProjectCandidate, page: ProjectPage) -> Features:
    """Return the features of a candidate, by name; each is a number, mostly 0 or 1."""
    found: dict[str, float] = {place.value: 1 for place in candidate.places}
    key = title_key(candidate.name)
    found |= _letter_features(candidate)
    found |= _place_features(candidate, key, page)
    found |= text_features(candidate, key, page)
    found |= _evidence_features(found)
    return {name: float(value) for name, value in found.items() if value}


def _evidence_features(found: Mapping[str, float]) -> dict[str, float]:
    count = sum(bool(found.get(name)) for name in _EVIDENCE)
    return {
        "no evidence": count == 0,
        "two kinds of evidence": count == 2,
        "three kinds of evidence": count == 3,
        "four kinds of evidence or more": count >= 4,
    }


def _letter_features(candidate: ProjectCandidate) -> dict[str, float]:
    name = candidate.name
    count = len(name.split())
    is_acronym = LONE_ACRONYM.fullmatch(name) is not None
    is_alone = not candidate.places.isdisjoint(_ALONE)
    return {
        "acronym": is_acronym and is_alone,
        "acronym with small letters": is_acronym and is_alone and not name.isupper(),
        "acronym of five letters or more": is_acronym and is_alone and len(name) >= 5,
        "acronym in a text": is_acronym and not is_alone,
        "long acronym in a text": is_acronym and not is_alone and len(name) >= 5,
        "words in capitals alone": count > 1 and name.isupper() and is_alone,
        "one word in small letters": count == 1 and not is_acronym,
        "two or three words": count in {2, 3},
        "four words or more": count >= 4,
        "words joined by hyphens": _HYPHENATED.fullmatch(name) is not None,
        "begins in lower case": name[:1].islower(),
        "has a digit": any(map(str.isdigit, name)),
        "has a sign": not name.replace(" ", "").isalnum(),
        "publisher": is_publisher(name) or name.casefold() in _BODIES,
        "kind": has_kind(name) or is_kind(name),
        "never a title": is_never_a_title(name),
    }


def _place_features(
    candidate: ProjectCandidate, key: str, page: ProjectPage
) -> dict[str, float]:
    found: dict[str, float] = {
        "in the title": f" {key} " in f" {page.title_key} ",
        "the title": key == page.title_key,
        "stands for a body of the page": any(
            stands_for(key, title_key(line)) for line in page.bodies
        ),
        "file name has it": key.replace(" ", "") in page.stem,
        "property has it": f" {key} " in f" {page.property_title} "
        and key not in page.title_key,
        "beside words in capitals": _is_in_capitals(candidate.name, page),
        "value of another label": _is_other_value(candidate.name, page),
        "before a code in the file name": _is_before_code(
            candidate.name, page.cover.stem
        ),
        "long name before a code in the file name": len(candidate.name) >= _LONG
        and _is_before_code(candidate.name, page.cover.stem),
        "before a code in the property": _is_before_code(
            candidate.name, page.cover.properties.title
        ),
        "end of the title of a web page": page.cover.is_web_page
        and page.property_title.endswith(f" {key}"),
        "the page has it in small letters": _in_small_letters(candidate.name, page),
    }
    return (
        found if candidate.number < 0 else found | _front_features(candidate, key, page)
    )


def _front_features(
    candidate: ProjectCandidate, key: str, page: ProjectPage
) -> dict[str, float]:
    """Return what the first line with a name on the first page, and others, say."""
    number = candidate.number
    own, block = page.front[number]
    following = page.front[number + 1][0] if number + 1 < len(page.front) else ""
    around = (following, page.front[number - 1][0] if number else "")
    is_line = NamePlace.LINE in candidate.places
    is_alone = not candidate.places.isdisjoint(_ALONE)
    is_part = NamePlace.PART in candidate.places
    is_heading = block.type is BlockType.HEADING
    rest = own.replace(candidate.name, " ")

    return {
        "largest letters": is_line and 0 < block.size == page.largest_size,
        "share of the largest letters": (is_line or is_part)
        and block.size / (page.largest_size or 1),
        "larger than the text": (is_line or is_part) and block.size > _LARGER,
        "smaller than the text": 0 < block.size < 1,
        "place": min(number, 10) / 10,
        "begins its line": not is_line
        and not is_part
        and own.startswith(f"{candidate.name} "),
        "before the number of an issue": _ISSUE.match(following) is not None,
        "first block": number == 0,
        "first block and line": number == 0 and is_line,
        "line that is a heading": is_line and is_heading,
        "line of a block": is_line and not is_heading,
        "highest heading": is_line and is_heading and (block.level or 1) == 1,
        "in a sentence": is_sentence(own) and not is_part,
        "one of several words in capitals": not is_part
        and not is_line
        and not is_sentence(own)
        and own.isupper(),
        "in the line of a body": is_publisher(own) and not is_alone,
        "line beside lines in capitals": candidate.name in block.lines
        and any(line.isupper() for line in block.lines if line != candidate.name),
        "a number of a grant above or below": _is_in(GRANT_NUMBER_NEAR, around),
        "a programme above or below": _is_in(PROGRAMME_NEAR, around),
        "a deliverable beside it": DELIVERABLE_NEAR.search(rest) is not None,
        "line above a phrase": is_line
        and 3 <= len(following.split()) <= 14
        and title_key(following) not in page.title_key,
        "line above the title": is_line
        and len(following.split()) > 1
        and page.title_key.startswith(title_key(following)[:40]),
        **_named_features(key, [*PARTS.split(rest), *([following] if is_line else [])]),
    }


def _named_features(key: str, beside: Iterable[str]) -> dict[str, float]:
    """Return whether a name stands for words beside it, or for those of a body."""
    named = [words for words in beside if stands_for(key, title_key(words))]
    is_body = any(map(_is_body, named))
    return {
        "stands for words beside it": bool(named) and not is_body,
        "stands for a body": is_body,
    }


def _is_in(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(pattern.search(text) for text in texts)


def _is_body(words: str) -> bool:
    return is_publisher(words) or _BODY.match(words.strip()) is not None


def _is_before_code(name: str, text: str) -> bool:
    """Return whether a text begins with a name and the code of a deliverable."""
    rest = text[len(name) :] if text.startswith(name) else ""
    return _CODE_FIRST.match(rest) is not None


def _is_other_value(name: str, page: ProjectPage) -> bool:
    """Return whether a name is in the value of a label for authors or partners."""
    return any(name in value for value in page.other_values)


def _is_in_capitals(name: str, page: ProjectPage) -> bool:
    """Return whether words in capitals are always beside a name of one word."""
    if " " in name:
        return False
    own = re.escape(name)
    beside = rf"(?:{_CAPITALS} (?:& )?{own}|{own} (?:& )?{_CAPITALS})"
    alone = re.sub(rf"(?<![\w-]){beside}(?![\w-])", " ", page.raw_text)
    return alone != page.raw_text and name not in alone


def _in_small_letters(name: str, page: ProjectPage) -> bool:
    """Return whether a page uses a name of one word as an ordinary word."""
    small = rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])"
    return " " not in name and re.search(small, page.raw_text) is not None
