"""Covers that say the document is not public, and covers that only seem to."""
# ruff: noqa: E501, RUF001  # covers as they are written, some in Greek

from pathlib import Path

import pytest

from indexer.extraction.report.metadata import find_metadata
from indexer.extraction.report.restrictions import closed_words
from indexer.model.document import Block, BlockType, FileProperties
from indexer.model.proposals import ExtractedFact, MetadataField
from tests.support.documents import a_document

TITLE = "# Deliverable D3.2\n# Night buses and safety in five towns\n"

H2020_GRID = """
| Dissemination level | |
| PU | Public | {pu} |
| PP | Restricted to other programme participants (incl. Commission Services) | {pp} |
| RE | Restricted to a group specified by the consortium | {re} |
| CO | Confidential, only for members of the consortium | {co} |
"""
HORIZON_GRID = """
Dissemination level
{pu} PU – Public, fully open, e.g. web (Deliverables flagged as public)
{sen} SEN – Sensitive, limited under the conditions of the Grant Agreement
{res} Classified R-UE/EU-R – EU RESTRICTED under the Commission Decision No2015/444
{con} Classified C-UE/EU-C – EU CONFIDENTIAL under the Commission Decision No2015/444
"""


def h2020(**ticked: str) -> str:
    """Return the dissemination levels of Horizon 2020, with ticks."""
    return H2020_GRID.format(**{"pu": "", "pp": "", "re": "", "co": "", **ticked})


def horizon(**ticked: str) -> str:
    """Return the dissemination levels of Horizon Europe, with ticks."""
    boxes = dict.fromkeys(("pu", "sen", "res", "con"), "☐")
    return HORIZON_GRID.format(**boxes | ticked)


CLOSED = {
    "en treated": "The information in this document shall be treated as strictly "
    "confidential.",
    "en treated, alone": "To be treated as strictly confidential",
    "en disclosed": "This document and its contents shall not be disclosed to third "
    "parties without the written consent of the LAMPTOWN consortium.",
    "en copied and disclosed": "This document contains information which is proprietary "
    "to the NIGHTBUS consortium. It shall not be copied, reproduced or disclosed, in "
    "whole or in parts, except with its prior consent.",
    "en internal": "For internal use only",
    "en internal, sentence": "This report is intended for internal use of the project "
    "partners.",
    "en consortium": "Distribution is restricted to members of the consortium and the "
    "Commission services.",
    "en consortium, report": "This deliverable is restricted to the consortium.",
    "en stamp": "CONFIDENTIAL",
    "en stamp with project": "NIGHTBUS – D3.2 – Strictly confidential",
    "en not public": "This report is not intended for publication.",
    "en do not circulate": "Draft – do not circulate",
    "eu restricted": "RESTREINT UE/EU RESTRICTED",
    "eu mark in capitals": "EU RESTRICTED",
    "sensitive": "SENSITIVE",
    "tlp": "TLP:AMBER",
    "law enforcement": "Law Enforcement Sensitive – official use only",
    "level code": "Dissemination level: CO",
    "level code in a cell": "| Dissemination level | CO |",
    "level named": "Dissemination Level: Confidential, only for members of the "
    "consortium (including the Commission Services)",
    "level with a legend": "Dissemination level (PU/PP/RE/CO): RE",
    "level pp": "| Type | Report | Dissemination level | PP |",
    "level sen": "Dissemination level: SEN - Sensitive",
    "level eu-res": "| Dissemination level: | EU-RES |",
    "level in the next block": "Dissemination level\nCO",
    "level in the next row": "| No. | Type | Dissemination level |\n| D3.2 | R | CO |",
    "grid co": h2020(co="X"),
    "grid re": h2020(re="☒"),
    "grid with two boxes": h2020(pu="☐", pp="☐", re="☐", co="☒"),
    "horizon sen": horizon(sen="☒"),
    "horizon restricted": horizon(res="☒"),
    "inline boxes": "Dissemination level: ☐ PU ☒ CO ☐ RE",
    "inline boxes after": "Dissemination level: PU [ ] PP [ ] RE [x] CO [ ]",
    "fr stamp": "CONFIDENTIEL – NE PAS DIFFUSER",
    "fr internal": "Document à usage interne",
    "fr level": "Niveau de diffusion : restreint",
    "fr sentence": "Le présent document est strictement confidentiel et ne peut être "
    "divulgué à des tiers.",
    "fr reserved": "Ce livrable est réservé aux membres du consortium.",
    "de stamp": "Streng vertraulich",
    "de vs": "VS – Nur für den Dienstgebrauch",
    "de sentence": "Dieses Dokument ist vertraulich und darf nicht an Dritte "
    "weitergegeben werden.",
    "de internal": "Nur für den internen Gebrauch",
    "de level": "Verbreitungsgrad: Vertraulich",
    "es sentence": "Este documento es confidencial y no podrá ser divulgado a terceros.",
    "es internal": "Para uso interno",
    "es level": "Nivel de difusión: Confidencial",
    "it sentence": "Il presente documento è strettamente riservato e non può essere "
    "divulgato a terzi.",
    "it internal": "Ad uso interno",
    "it level": "Livello di diffusione: Riservato",
    "nl sentence": "Dit document is vertrouwelijk en mag niet aan derden worden "
    "verstrekt.",
    "nl internal": "Uitsluitend voor intern gebruik",
    "pt sentence": "Este documento é confidencial e não pode ser divulgado a terceiros.",
    "pt level": "Nível de disseminação: Confidencial",
    "pl sentence": "Niniejszy dokument jest poufny i nie może być udostępniany osobom "
    "trzecim.",
    "pl internal": "Wyłącznie do użytku wewnętrznego",
    "pl level": "Poziom upowszechniania: poufny",
    "el stamp": "ΑΥΣΤΗΡΩΣ ΕΜΠΙΣΤΕΥΤΙΚΟ",
    "el sentence": "Το παρόν έγγραφο είναι εμπιστευτικό και δεν επιτρέπεται να "
    "κοινοποιηθεί σε τρίτους.",
    "el level": "Επίπεδο διάδοσης: Εμπιστευτικό",
}

OPEN = {
    "level pu": "Dissemination level: PU",
    "level public": "| Dissemination level | Public |",
    "level public named": "Dissemination level: PU – Public, fully open",
    "level public in a row": "| No. | Type | Dissemination level |\n| D3.2 | R | PU |",
    "level in the next block": "Dissemination level\nPublic",
    "fr level": "Niveau de diffusion : public",
    "de level": "Verbreitungsgrad: öffentlich",
    "es level": "Nivel de difusión: Público",
    "it level": "Livello di diffusione: Pubblico",
    "pl level": "Poziom upowszechniania: publiczny",
    "el level": "Επίπεδο διάδοσης: Δημόσιο",
    "unclassified": "Classification: unclassified",
    "tlp": "TLP:CLEAR",
    "grid pu": h2020(pu="X"),
    "grid pu, boxes": h2020(pu="☒", pp="☐", re="☐", co="☐"),
    "horizon pu": horizon(pu="☒"),
    "inline boxes": "Dissemination level: ☒ PU ☐ CO ☐ RE",
    "legend": "Dissemination level: PU\nPU = Public, PP = Restricted to other programme "
    "participants, RE = Restricted to a group, CO = Confidential, only for members of "
    "the consortium",
    "legend in notes": "| Dissemination level | PU |\n^ PU: Public\n^ RE: Restricted to "
    "a group specified by the consortium\n^ CO: Confidential, only for members",
    "copyright": "© NIGHTBUS consortium 2021. This document may not be copied, "
    "reproduced or modified, in whole or in part, without written permission.",
    "licence": "This report may not be distributed for commercial purposes.",
    "disclaimer": "The views expressed in this report are those of the authors. The "
    "European Commission is not responsible for any use of the information it contains.",
    "not confidential": "This document contains no confidential information.",
    "fr not confidential": "Ce document ne contient aucune information confidentielle.",
    "public version": "This is the public version of a confidential deliverable.",
    "subject": "# Confidential informants in night buses\nConfidential reporting lines "
    "helped the towns to hear witnesses again.",
    "subject, verb": "This report describes how calls are kept confidential by the towns.",
    "subject, contents": "This deliverable presents the management of classified and "
    "sensitive information in the project.",
    "subject, interviews": "Interviews were confidential, and names have been changed.",
    "subject, internal use": "The police of Newtown built an app for internal use.",
    "subject, disclosure": "Personal data of passengers shall not be disclosed to third "
    "parties.",
    "fr subject": "La diffusion des bonnes pratiques\nLes appels restent confidentiels.",
    "fr subject, title": "# Les lignes d’écoute confidentielles\nCe rapport montre "
    "comment les appels sont traités de façon confidentielle.",
    "de subject": "# Vertrauliche Meldestellen\nDieser Bericht zeigt, wie Hinweise "
    "vertraulich behandelt werden.",
    "es subject": "Este informe explica cómo se tratan los datos confidenciales.",
    "it subject": "# Segnalazioni riservate\nQuesto rapporto descrive come le "
    "segnalazioni restano riservate.",
    "nl subject": "# Vertrouwelijk melden\nDit rapport toont hoe meldingen vertrouwelijk "
    "worden behandeld.",
    "restricted areas": "# Restricted areas and night buses",
    "sensitivity": "# Sensitive places\nSensitivity: how towns listen.",
    "dissemination plan": "# Dissemination and exploitation plan\nDissemination: website, "
    "newsletter, social media, restricted events for the police.",
    "security section": "Security classification is dealt with in D1.2.",
}


FOLDER = Path(__file__).parent
CLOSED_LINES = (FOLDER / "closed_lines.txt").read_text("utf-8").splitlines()
OPEN_LINES = (FOLDER / "open_lines.txt").read_text("utf-8").splitlines()


def restriction_of(
    text: str,
    margins: tuple[str, ...] = (),
    properties: FileProperties | None = None,
) -> ExtractedFact | None:
    """Return the fact that a document is not public, or None."""
    facts = find_metadata(
        a_document(text),
        properties or FileProperties(),
        "report.pdf",
        tuple(Block(BlockType.NOTE, each, page=2) for each in margins),
    )
    return closed_words(facts)


@pytest.mark.parametrize("cover", [*CLOSED.values(), *CLOSED_LINES])
def test_a_closed_cover_is_detected(cover: str) -> None:
    """The fact has the words of the cover and their page."""
    fact = restriction_of(f"{TITLE}{cover}\n=== 2\nBuses run all night.")

    assert fact is not None
    assert fact.field is MetadataField.RESTRICTION
    assert fact.origin.page == 1
    assert fact.value.split()[0] in cover.replace("|", " ").split()


@pytest.mark.parametrize("cover", [*OPEN.values(), *OPEN_LINES])
def test_an_open_cover_is_not(cover: str) -> None:
    """A public level, a copyright notice and a text about secrets are no warnings."""
    assert restriction_of(f"{TITLE}{cover}\n=== 2\nBuses run all night.") is None


@pytest.mark.parametrize(
    "line",
    [
        "NIGHTBUS D3.2 CONFIDENTIAL",
        "Confidential | 3",
        "GA 123456 – Restricted to the consortium – page 4",
        "Diffusion restreinte",
        "Vertraulich © 2021 NIGHTBUS",
    ],
)
def test_a_header_or_footer_is_detected(line: str) -> None:
    """The cover itself may say nothing."""
    fact = restriction_of(f"{TITLE}Buses run all night.", (line,))

    assert fact is not None
    assert fact.origin.page == 2


@pytest.mark.parametrize(
    "line", ["Night buses and confidential calls", "NIGHTBUS D3.2 Public", "12 | D3.2"]
)
def test_an_ordinary_header_is_not(line: str) -> None:
    """A header with the title of the report is no mark."""
    assert restriction_of(f"{TITLE}Buses run all night.", (line,)) is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Confidential", True),
        ("Classification: Internal", True),
        ("Sensitivity: Public", False),
        ("buses, towns, confidential calls", False),
    ],
)
def test_properties_are_searched(label: str, *, expected: bool) -> None:
    """Office programs store a classification among the properties."""
    fact = restriction_of(
        f"{TITLE}Buses run all night.", (), FileProperties(labels=(label,))
    )

    assert (fact is not None) is expected


def test_a_mark_in_the_text_after_the_cover_is_ignored() -> None:
    """The report may reproduce a form that is confidential."""
    pages = "\n=== 2\nBuses.\n=== 3\nBuses.\n=== 9\nCONFIDENTIAL"

    assert restriction_of(TITLE + pages) is None
