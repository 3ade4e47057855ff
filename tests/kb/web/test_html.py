"""The text of a record becomes the sections of its page."""

from __future__ import annotations

from flask import Flask

from indexer.model.ids import Locale
from indexer.model.long_text import LongText
from indexer.model.records import Edition
from kb.web.markup import PageSection, sections


def cut(app: Flask, text: str) -> tuple[PageSection, ...]:
    """Cut a text for a French reader."""
    edition = Edition(
        locale=Locale.FR, title="Titre", summary="Résumé", body=LongText(text)
    )
    with app.test_request_context("/fr/"):
        return sections(edition, Locale.FR)


def test_a_text_is_cut_at_its_headings(app: Flask) -> None:
    """Each has a place of its own, to which links lead."""
    found = cut(app, "Avant.\n\n## L’été à *Riga*\n\nUn.\n\n## Après\n\nDeux.")

    assert [(each.title, each.anchor) for each in found] == [
        ("", ""),
        ("L’été à Riga", "l-ete-a-riga"),
        ("Après", "apres"),
    ]
    assert "<p>Un.</p>" in found[1].html


def test_a_heading_within_a_quotation_or_a_list_cuts_nothing(app: Flask) -> None:
    """What stands in something else is a part of it."""
    found = cut(app, "## Un\n\n> ## Cité\n>\n> Mots.\n\n- ## Compté\n\n## Deux\n\nFin.")

    assert [each.title for each in found] == ["Un", "Deux"]
    assert found[0].html.count("<h2") == 2


def test_links_to_records_and_tables_are_made_ready(app: Flask) -> None:
    """A link leads to the page in the reader's language; a wide table is scrolled."""
    text = "Voir [l’atelier](events/w9#suite).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"

    (section,) = cut(app, text)

    assert 'href="/fr/events/w9#suite"' in section.html
    assert '<div class="scroll" tabindex="0"><table>' in section.html
