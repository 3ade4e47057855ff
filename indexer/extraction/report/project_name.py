"""The name of the project that a document is a deliverable of.

It is the candidate on the pages of the cover with the highest score, unless the score
of the answer that there is none is higher. The weights were learnt from covers
(`benchmarks/cover_weights.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.extraction.report.cover import Cover, block_fact, property_fact
from indexer.extraction.report.learnt_weights import read_weights, score, shares
from indexer.extraction.report.project_candidates import (
    NamePlace,
    ProjectCandidate,
    project_candidates,
)
from indexer.extraction.report.project_features import (
    ProjectPage,
    no_project_features,
    project_features,
)
from indexer.model.document import Block
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

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
        *(score(project_features(e, page), weights) for e in candidates.values()),
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
