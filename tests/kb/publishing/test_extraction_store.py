"""Extractions on disk keep the keys of earlier versions."""

from __future__ import annotations

import json
from pathlib import Path

from indexer.model.ids import Kind, Locale
from indexer.model.problems import message
from indexer.model.proposals import (
    ExtractedFact,
    FactOrigin,
    Likelihood,
    MetadataField,
    Proposal,
)
from indexer.model.readings import TextRepair
from indexer.model.report_cards import MissingProperty, ReportCard, Verdict
from kb.publishing.extractions.extraction_store import Extraction, ExtractionStore

EXTRACTION = Extraction(
    "ab" * 32,
    "report.pdf",
    (
        ExtractedFact(
            MetadataField.TITLE, ("Lamps",), FactOrigin("Lamps", 1), Likelihood.HIGH
        ),
    ),
    (
        Proposal(
            Kind.PRACTICE,
            "Lamps",
            "The city lights the lamps.",
            Locale.EN,
            Likelihood.LOW,
            message("labelled as a recommendation"),
        ),
    ),
    ReportCard(
        "report.pdf",
        Verdict.GOOD,
        (),
        repairs=TextRepair(spaces=2),
        missing_properties=(MissingProperty.DATE,),
    ),
)


def test_stored_keys_are_those_of_earlier_versions(tmp_path: Path) -> None:
    """Extractions saved by an earlier version still load, with their decisions."""
    store = ExtractionStore(tmp_path)
    store.save(EXTRACTION)
    (path,) = tmp_path.rglob("*.json")
    stored = json.loads(path.read_text("utf-8"))

    assert stored["facts"][0]["whence"]["page"] == 1
    assert stored["facts"][0]["sureness"] == "high"
    assert stored["proposals"][0]["sureness"] == "low"
    assert stored["card"]["mended"]["spaces"] == 2
    assert stored["card"]["lacks"] == ["date"]
    loaded = store.load(EXTRACTION.key)
    assert (loaded.facts, loaded.card) == (EXTRACTION.facts, EXTRACTION.card)
    assert loaded.proposals[0].likelihood is Likelihood.LOW
