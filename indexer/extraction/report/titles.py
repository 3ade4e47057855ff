"""The title of a document: the candidate on its cover with the highest score.

The score of a candidate is the sum of its features, each with its weight. The weights
were learnt from covers (`benchmarks/cover_weights.py`); so is how likely the best one
is the title.
"""

from __future__ import annotations

import re
from pathlib import Path

from indexer.extraction.proposals.wording import title_of, word_count
from indexer.extraction.report.cover import Cover, block_fact, property_fact
from indexer.extraction.report.learnt_weights import read_weights, score, shares
from indexer.extraction.report.title_candidates import (
    Candidate,
    clean_title,
    declared_title,
    title_candidates,
    without_code,
)
from indexer.extraction.report.title_features import (
    TitlePage,
    is_never_a_title,
    is_same_title,
    title_features,
    title_key,
)
from indexer.model.document import Block
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

TITLE_WEIGHTS = Path(__file__).with_name("title_weights.json")

HIGH, MEDIUM = 0.9, 0.5
"""The probabilities from which a title is likely, and rather likely."""

_AFTER_DASH = re.compile(r"\s+[–—|-]\s+(?P<rest>.+)")
_ANNUAL = re.compile(
    r"(?:annual|activity) (?:activity )?report|rapport (?:annuel|d[’']activités?)"
    r"|rapport annuel d[’']activités?|bilan (?:annuel|d[’']activités?)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?")


def find_title(cover: Cover) -> ExtractedFact | None:
    """Return the title of a document: that of its cover, else of the file name."""
    page = TitlePage(cover)
    weights = read_weights(TITLE_WEIGHTS)
    scored = [
        (score(title_features(each, page), weights), each)
        for each in title_candidates(cover)
    ]
    possible = [(value, each) for value, each in scored if _may_be_title(each)]
    if not possible:
        return _title_of_name(cover)
    _, best = max(possible, key=lambda each: each[0])
    probabilities = shares([_key(e) for _, e in scored], [value for value, _ in scored])
    # A block says where on the page a title is that the property repeats.
    on_page = (each for _, each in possible if each.block and _key(each) == _key(best))
    best = next(on_page, best)
    return _confirmed(best, cover) or _fact(best, probabilities[_key(best)], cover)


def _may_be_title(candidate: Candidate) -> bool:
    """Return whether a text may be a title: after a code, "Technical report" is one."""
    has_code = without_code(candidate.text) != candidate.text
    return has_code or not is_never_a_title(clean_title(candidate.text))


def _confirmed(candidate: Candidate, cover: Cover) -> ExtractedFact | None:
    """Return the title if the property of the file has it too, in its fuller form.

    The property has small letters where a cover has capitals, and may have a subtitle
    more; that of a web page also has the name of the site.
    """
    block, declared = candidate.block, clean_title(declared_title(cover))
    if block is None or is_never_a_title(declared):
        return None
    title = clean_title(candidate.text)
    if not is_same_title(title_key(declared), title_key(title)):
        return None
    is_fuller = len(title) > len(declared) and not title.isupper()
    rest = _AFTER_DASH.match(declared, len(title))
    is_other = rest is not None and title_key(rest["rest"]) not in title_key(
        " ".join(each.text for each in cover.first_page)
    )
    own = title if cover.is_web_page or is_fuller or is_other else declared
    return block_fact(MetadataField.TITLE, block, own)


def _fact(candidate: Candidate, probability: float, cover: Cover) -> ExtractedFact:
    title = _with_year(clean_title(candidate.text), candidate, cover)
    if candidate.block is None:
        block = _block_with(title_key(title), cover)
        if block is not None:
            return block_fact(MetadataField.TITLE, block, title)
        return property_fact(MetadataField.TITLE, "title", title)
    likelihood = Likelihood.LOW
    if probability >= MEDIUM:
        likelihood = Likelihood.HIGH if probability >= HIGH else Likelihood.MEDIUM
    return block_fact(
        MetadataField.TITLE, candidate.block, title, likelihood=likelihood
    )


def _with_year(title: str, candidate: Candidate, cover: Cover) -> str:
    """Return the title of an annual report with the year that is alone below it."""
    following = cover.first_page[candidate.stop : candidate.stop + 1]
    if candidate.stop and following and _ANNUAL.fullmatch(title):
        year = following[0].text.strip()
        return f"{title} {year}" if _YEAR.fullmatch(year) else title
    return title


def _block_with(key: str, cover: Cover) -> Block | None:
    """Return the first block that has a text of three words or more as a part."""
    if len(key.split()) <= 2:
        return None
    return next((each for each in cover.blocks if key in title_key(each.text)), None)


def _title_of_name(cover: Cover) -> ExtractedFact | None:
    name = without_code(cover.stem)
    if word_count(name) >= (2 if name == cover.stem else 1):
        title = title_of(re.sub(r"[-.]+", " ", name))
        return property_fact(MetadataField.TITLE, "name", title)
    return None


def _key(candidate: Candidate) -> str:
    return title_key(clean_title(candidate.text))
