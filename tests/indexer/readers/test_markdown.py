"""From Markdown to safe HTML, and to blocks."""

from __future__ import annotations

import pytest

from indexer.model.document import BlockType
from indexer.readers.markdown import read_markdown, slugify, to_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        '<a href="data:text/html,x">x</a>',
        '<p style="position:fixed" onclick="x()">x</p>',
        "<iframe src=https://example.org></iframe>",
    ],
)
def test_nothing_harmful_is_left(text: str) -> None:
    """Staff paste from anywhere; visitors run none of it."""
    html = to_html(text)

    for harm in (
        "<script",
        "onerror",
        "javascript:",
        "data:",
        "style=",
        "onclick",
        "<iframe",
    ):
        assert harm not in html


def test_headings_have_anchors_and_leave_level_one_to_the_page() -> None:
    """A passage links to its section."""
    html = to_html("# Été à l’hôtel\n\n## Suite")

    assert '<h2 id="ete-a-l-hotel">' in html
    assert '<h2 id="suite">' in html


def test_the_blocks_of_a_text() -> None:
    """Paragraphs, list items and table rows are what is searched."""
    document = read_markdown(
        "Avant.\n\n## Titre\n\n- un\n- deux *mots*\n\n"
        "| A | B |\n| - | - |\n| 1 | 2 |\n\n> cité"
    )

    texts = [(block.type, block.text) for block in document.blocks]
    assert texts == [
        (BlockType.PARAGRAPH, "Avant."),
        (BlockType.HEADING, "Titre"),
        (BlockType.PARAGRAPH, "un"),
        (BlockType.PARAGRAPH, "deux mots"),
        (BlockType.PARAGRAPH, "A : B"),
        (BlockType.PARAGRAPH, "1 : 2"),
        (BlockType.PARAGRAPH, "cité"),
    ]
    assert document.blocks[1].anchor == "titre"


def test_a_heading_without_letters_still_has_an_anchor() -> None:
    """An anchor can't be empty."""
    assert slugify("« … »") == "section"
