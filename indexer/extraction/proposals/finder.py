"""Proposals of a document: recommendations, then practices."""

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
    """Return the recommendations, then the practices, without duplicates."""
    blocks = outline(document)
    return (
        *merged_proposals(find_recommendations(blocks)),
        *merged_proposals(find_practices(blocks, PlaceNames(gazetteer))),
    )
