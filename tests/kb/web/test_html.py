"""The sections of a record's text."""

from flask import Flask

from indexer.model.edition import Edition
from indexer.model.ids import Locale
from indexer.model.long_text import LongText
from kb.web.records.markup import PageSection, sections


def cut(app: Flask, text: str) -> tuple[PageSection, ...]:
    """Return the sections of a text for a French reader."""
    edition = Edition(
        locale=Locale.FR, title="Titre", summary="Résumé", body=LongText(text)
    )
    with app.test_request_context("/fr/"):
        return sections(edition, Locale.FR)


def test_a_text_has_a_section_for_each_heading(app: Flask) -> None:
    """Each section has an anchor for links."""
    found = cut(app, "Avant.\n\n## L’été à *Riga*\n\nUn.\n\n## Après\n\nDeux.")

    assert [(each.title, each.anchor) for each in found] == [
        ("", ""),
        ("L’été à Riga", "l-ete-a-riga"),
        ("Après", "apres"),
    ]
    assert "<p>Un.</p>" in found[1].html


def test_a_heading_in_a_quotation_or_a_list_begins_no_section(app: Flask) -> None:
    """It belongs to the element around it."""
    found = cut(app, "## Un\n\n> ## Cité\n>\n> Mots.\n\n- ## Compté\n\n## Deux\n\nFin.")

    assert [each.title for each in found] == ["Un", "Deux"]
    assert found[0].html.count("<h2") == 2


def test_links_to_records_get_addresses_and_tables_scroll(app: Flask) -> None:
    """A link leads to the page in the reader's language."""
    text = "Voir [l’atelier](events/w9#suite).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"

    (section,) = cut(app, text)

    assert 'href="/fr/events/w9#suite"' in section.html
    assert '<div class="scroll" tabindex="0"><table>' in section.html
