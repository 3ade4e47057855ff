"""Markdown as sanitised HTML, and as blocks."""

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
def test_html_is_sanitised(text: str) -> None:
    """Scripts, handlers and unsafe URLs are removed."""
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


def test_headings_have_anchors_and_start_at_level_two() -> None:
    """The title of the page is the only h1."""
    html = to_html("# Été à l’hôtel\n\n## Suite")

    assert '<h2 id="ete-a-l-hotel">' in html
    assert '<h2 id="suite">' in html


def test_markdown_becomes_blocks() -> None:
    """Paragraphs, list items and table rows are blocks."""
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
        (BlockType.PARAGRAPH, "A\u00a0: B"),
        (BlockType.PARAGRAPH, "1\u00a0: 2"),
        (BlockType.PARAGRAPH, "cité"),
    ]
    assert document.blocks[1].anchor == "titre"


def test_a_heading_without_letters_has_an_anchor() -> None:
    """An anchor is never empty."""
    assert slugify("« … »") == "section"
