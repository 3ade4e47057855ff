"""Lines that have the name of a programme and nothing else."""

import pytest

from indexer.extraction.report.cover_words import is_programme, without_programme


@pytest.mark.parametrize(
    "line",
    [
        "Interreg CENTRAL EUROPE",
        "Interreg NWE",
        "Interreg V-B North-West Europe",
        "Interreg 2 Seas",
        "Interreg IV A France-Wallonie-Vlaanderen — Fonds européen de développement",
        "Horizon 2020",
        "HORIZON EUROPE",
        "ISF-Police",
        "URBACT III",
        "ERASMUS+",
        "Erasmus+ Strategic Partnership in the field of Youth",
        "Co-funded by the Erasmus+ programme of the European Union",
        "Programme Interreg Europe 2014-2020",
    ],
)
def test_a_programme_is_no_project(line: str) -> None:
    """The words around the name add no other name."""
    assert is_programme(line)


@pytest.mark.parametrize(
    "line",
    [
        "Interreg CENTRAL EUROPE RIVER-SAFE",
        "Interreg NWE NIGHTLIFE",
        "URBACT SAFENIGHT",
        "Erasmus+ BRIDGE-YOUTH",
        "SAFE-LIFE",
        "Life in the city",
        "The cost of crime",
        "New horizons",
    ],
)
def test_a_project_of_a_programme_is_no_programme(line: str) -> None:
    """Nor are common words that are also names of programmes."""
    assert not is_programme(line)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Interreg CENTRAL EUROPE RIVER-SAFE", "RIVER-SAFE"),
        ("URBACT IV – Open Thresholds", "Open Thresholds"),
        ("Interreg ALPINE SPACE", ""),
        ("LIFE WETSTEPS", ""),
        ("The quays of LIFE", ""),
    ],
)
def test_a_name_is_after_its_programme(line: str, rest: str) -> None:
    """The name of a LIFE project begins with that of the programme."""
    assert without_programme(line) == rest
