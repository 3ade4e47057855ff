"""HTML as blocks."""

import pytest

from kb.briefs.rich_text import (
    Span,
    TextHeading,
    TextList,
    TextParagraph,
    TextQuote,
    TextTable,
    blocks_of,
    plain_blocks,
    plain_text,
)

BASE = "https://example.org/"


def paragraph(text: str) -> TextParagraph:
    """Return a paragraph of one span."""
    return TextParagraph((Span(text),))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a  </p>", paragraph("a")),
        ("loose <br>text", TextParagraph((Span("loose "), Span(" "), Span("text")))),
        ("<p><b>a</b> b</p>", TextParagraph((Span("a", is_bold=True), Span(" b")))),
        ("<ul><li>a</li></ul>", TextList(((paragraph("a"),),))),
        ("<ol><li><p>a</p></li></ol>", TextList(((paragraph("a"),),), is_ordered=True)),
        ("<blockquote><p>a</p></blockquote>", TextQuote((paragraph("a"),))),
        ("<pre>a\n</pre>", TextParagraph((Span("a", is_code=True),))),
        ("<div><p>a</p></div>", paragraph("a")),
        ("<h3>a</h3>", TextHeading((Span("a"),), 1)),
        (
            "<table><tr><th>a<th>b<tr><td>c</table>",
            TextTable(((Span("a"),), (Span("b"),)), (((Span("c"),), ()),)),
        ),
        (
            "<dl><dt>a<dd>b</dl>",
            TextParagraph((Span("a", is_bold=True),)),
        ),
    ],
)
def test_html_is_read_as_blocks(html: str, expected: object) -> None:
    """Each element of our Markdown has a block."""
    assert blocks_of(html, BASE)[0] == expected


def test_links_are_completed() -> None:
    """A relative address leads nowhere in a file."""
    (block,) = blocks_of('<p><a href="/fr/x">a</a></p>', BASE)

    assert block == TextParagraph((Span("a", url="https://example.org/fr/x"),))


def test_headings_go_down_one_level_at_a_time() -> None:
    """PDF/UA-1 asks for it, and readers follow."""
    blocks = blocks_of("<h5>a</h5><h3>b</h3><h4>c</h4>", BASE)

    assert [each.level for each in blocks if isinstance(each, TextHeading)] == [1, 1, 2]


@pytest.mark.parametrize("html", ["", "<hr>", "<p> </p>", "<ul></ul>", "<h3></h3>"])
def test_what_is_empty_is_left_out(html: str) -> None:
    """An empty heading or list would be announced."""
    assert blocks_of(html, BASE) == ()


def test_a_typed_text_has_a_paragraph_for_each_line() -> None:
    """Nothing of it is markup."""
    blocks = plain_blocks("a\n\n <b>b</b> \n")

    assert blocks == (paragraph("a"), paragraph("<b>b</b>"))
    assert plain_text(blocks) == "a\n<b>b</b>"
