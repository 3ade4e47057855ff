"""Finds the recommendations and the practices inside a document."""

from __future__ import annotations

from indexer.extraction.likeness import merged
from indexer.extraction.outline import outline
from indexer.extraction.places import PlaceNames
from indexer.extraction.practices import find_practices
from indexer.extraction.recommendations import find_recommendations
from indexer.model.document import Document
from indexer.model.places import Gazetteer
from indexer.model.proposals import Proposal


def find_proposals(document: Document, gazetteer: Gazetteer) -> tuple[Proposal, ...]:
    """Give what a document recommends, then the practices that it tells of.

    Each stands once, whatever summary repeats it, with the words it was found by.
    """
    placed = outline(document)
    names = PlaceNames.of(gazetteer)
    return (
        *merged(find_recommendations(placed)),
        *merged(find_practices(placed, names)),
    )
