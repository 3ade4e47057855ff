"""Tests of the choice of a title for a reader."""

import pytest

from indexer.model.ids import Locale
from indexer.model.record_parts import Title, localized_title

FR, EN = Locale.FR, Locale.EN


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ({FR: "Lampes", EN: "Lamps"}, Title("Lamps")),
        ({FR: "Lampes"}, Title("Lampes", "fr")),
        ({FR: "Lampes", EN: ""}, Title("Lampes", "fr")),
        ({}, Title("lamps-1")),
    ],
)
def test_a_title_falls_back_to_the_other_locale(
    titles: dict[Locale, str], expected: Title
) -> None:
    """An English reader gets the French title with its language, or the default."""
    assert localized_title(titles, EN, "lamps-1") == expected
