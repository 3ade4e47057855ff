"""The type of a document from a line of its cover that names its kind alone."""

from __future__ import annotations

import re
from itertools import chain, takewhile

from indexer.extraction.report.cover import MIN_BODY_WORDS, Cover, block_fact
from indexer.model.document import BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from indexer.model.records import DeliverableType

_NUMBER = r"(?:\W+(?:no\.?|n\s?[°º])?\s*\d{1,3})?"
_KINDS = {
    kind: re.compile(rf"(?:{words}){_NUMBER}\W*", re.IGNORECASE)
    for kind, words in {
        DeliverableType.WORKSHOP_REPORT: (
            r"workshop report|(?:rapport|compte rendu) d(?:e l)?[’']atelier"
        ),
        DeliverableType.MANAGEMENT_REPORT: (
            r"(?:progress|periodic|management|mid-?term) report"
            r"|rapport (?:intermédiaire|périodique|de gestion|d[’']avancement)"
        ),
        DeliverableType.BOOKLET: r"booklet|brochure|leaflet|livret|dépliant",
        DeliverableType.CATALOGUE: r"catalogue|catalog|inventory|inventaire",
        DeliverableType.PLAN: (
            r"(?:action|local|strategic) plan|roadmap|plan (?:d[’']action|stratégique)"
            r"|feuille de route"
        ),
        DeliverableType.REPORT: (
            r"(?:(?:final|research|technical|study|evaluation|comparative|annual|public"
            r"|national|country|synthesis|thematic|survey|summary) ){1,2}report"
            r"|(?:white|green) paper|livre (?:blanc|vert)"
            r"|(?:practical|practitioner[’']?s|good practice|methodological) guide"
            r"|(?:training )?(?:handbook|manual)|guidelines"
            r"|rapport(?: (?:public|final|technique|annuel|comparatif|national"
            r"|thématique|de recherche|de synthèse"
            r"|d[’'](?:étude|évaluation|enquête))){1,2}"
            r"|guide (?:pratique|méthodologique|d[’']utilisation"
            r"|(?:de|des) bonnes pratiques)|manuel(?: de formation)?|étude|rapport"
            r"|report"
        ),
    }.items()
}
"""A brief and a summary have no type of their own."""


def is_kind(text: str) -> bool:
    """Return whether a text is the kind of a document and no more: "Final report"."""
    return any(pattern.fullmatch(text.strip()) for pattern in _KINDS.values())


def type_on_line(cover: Cover) -> ExtractedFact | None:
    """Return the type that a line of the first page names, above the body text.

    The line has nothing but the kind: « Guide pratique », "Final report".
    """
    front = takewhile(
        lambda block: len(block.text.split()) < MIN_BODY_WORDS, cover.first_page
    )
    for block in front:
        if block.type not in {BlockType.PARAGRAPH, BlockType.HEADING}:
            continue
        for line in chain((block.text,), block.lines):
            for kind, pattern in _KINDS.items():
                if pattern.fullmatch(line.strip()):
                    likelihood = Likelihood.MEDIUM
                    return block_fact(
                        MetadataField.TYPE, block, kind.value, likelihood=likelihood
                    )
    return None
