"""Finds the recommendations and the practices inside a document."""

from __future__ import annotations

from indexer.extraction.proposals.deduplication import merged_proposals
from indexer.extraction.proposals.heading_tree import outline
from indexer.extraction.proposals.place_names import PlaceNames
from indexer.extraction.proposals.practices import find_practices
from indexer.extraction.proposals.recommendations import find_recommendations
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
        *merged_proposals(find_recommendations(placed)),
        *merged_proposals(find_practices(placed, names)),
    )
