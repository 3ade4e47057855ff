"""Styles without the branches that an item never reaches."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from kb.citations import references
from kb.citations.references import ItemShape, reduced_style

STYLES = sorted((Path(references.__file__).parent / "styles").glob("*.csl"))

PAGE = {
    "id": "page",
    "type": "webpage",
    "title": "Lamps: why they go out?",
    "author": [{"literal": "European Forum"}],
    "container-title": "Innovation and Security",
    "issued": {"date-parts": [[2026, 3, 1]]},
    "language": "en",
    "URL": "https://example.org/en/practices/lamps",
    "accessed": {"date-parts": [[2026, 11, 27]]},
}
REPORT = {
    **PAGE,
    "type": "report",
    "author": [{"family": "Martin", "given": "A."}, {"literal": "EOS"}],
    "publisher": "MEDI@4SEC",
    "number": "12",
}


def without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return an item without some of its variables."""
    return {name: value for name, value in item.items() if name not in names}


ITEMS = {
    "page": PAGE,
    "report": without(REPORT, "container-title"),
    "report whose number is a code": REPORT | {"number": "D9.1"},
    "report without number": without(REPORT, "number"),
    "report without date": without(REPORT, "issued", "container-title"),
    "date in words": PAGE | {"issued": {"literal": "s. d."}},
    "without author": without(REPORT, "author"),
    "article without date": without(PAGE, "issued"),
    "only a title": {"id": "page", "type": "webpage", "title": "Lamps"},
}


def reference(style: CitationStylesStyle, item: dict[str, Any]) -> str:
    """Return the reference to an item, as the style formats it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = CitationStylesBibliography(style, CiteProcJSON([item]), formatter.plain)
        made.register(Citation([CitationItem(item["id"])]))
        return "".join(str(each) for each in made.bibliography())


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_reduced_style_gives_the_reference_of_the_whole_style(
    path: Path, item: dict[str, Any]
) -> None:
    """A style is reduced to be quick; nobody may see it in what they cite."""
    whole = CitationStylesStyle(str(path), locale="fr-FR", validate=False)
    file = reduced_style(path, ItemShape.of(item))
    reduced = CitationStylesStyle(file, locale="fr-FR", validate=False)

    assert reference(reduced, item) == reference(whole, item) != ""


def test_a_reduced_style_is_small() -> None:
    """Most of Chicago is about laws, films and manuscripts."""
    path = next(each for each in STYLES if each.stem == "chicago-en")

    reduced = reduced_style(path, ItemShape.of(PAGE)).getvalue()

    assert len(reduced) < path.stat().st_size / 4
