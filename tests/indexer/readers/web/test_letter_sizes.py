"""Large lines of a web page without headings, and bands of colour behind a cover."""

from pathlib import Path

import pytest

from indexer.model.document import BlockType
from tests.support.file_reading import read

BODY = "<p>" + "The partners met the residents of the district in each season. " * 8


def test_headings_have_the_size_of_their_tag(tmp_path: Path) -> None:
    """Unless a style says another."""
    path = tmp_path / "page.html"
    headings = '<h1>Back to the market</h1><h2 style="font-size: 12px">July</h2>'
    path.write_text(f"<body>{headings}{BODY}", "utf-8")

    sizes = [block.size for block in read(path).document.blocks]

    assert sizes == [2.0, 0.75, 1.0]


@pytest.mark.parametrize(
    "line",
    [
        '<p style="font-size:2.6em"><strong>Back to the market</strong></p>',
        '<p align="center"><font size="6"><b>Back to the market</b></font></p>',
        '<div style="color: red; FONT-SIZE: 28px">Back to the market</div>',
        '<p><span style="font-size: x-large">Back to the market</span></p>',
        '<p style="font-size: 200%">Back<br>to the market</p>',
    ],
)
def test_a_large_line_is_a_heading(tmp_path: Path, line: str) -> None:
    """Many pages made by programs have no h1."""
    path = tmp_path / "page.html"
    path.write_text(f"<body><p>A network</p>{line}<p>July 2022</p>{BODY}", "utf-8")

    headings = [
        block.text
        for block in read(path).document.blocks
        if block.type is BlockType.HEADING
    ]

    assert headings == ["Back to the market"]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Back to the market</p>",
        '<p style="font-size:16px">Back to the market</p>',
        '<p>Back to <span style="font-size:40px">the</span> market</p>',
        '<p style="font-size:9999999999999em">Back to the market</p>',
        '<p style="font-size:big">Back to the market</p>',
    ],
)
def test_other_lines_are_none(tmp_path: Path, line: str) -> None:
    """One word or a wrong size make no heading."""
    path = tmp_path / "page.html"
    path.write_text(f"<body>{line}{BODY}", "utf-8")

    types = {block.type for block in read(path).document.blocks}

    assert BlockType.HEADING not in types


def test_the_only_h1_above_the_main_part_is_read(tmp_path: Path) -> None:
    """Many sites have the title of a page in a header outside of `main`."""
    path = tmp_path / "page.html"
    header = (
        "<header><h1>After the last bus</h1><p>Published 9 February 2023</p></header>"
    )
    path.write_text(f"<body>{header}<main>{BODY}</main></body>", "utf-8")

    blocks = read(path).document.blocks

    assert [block.text for block in blocks[:2]] == [
        "After the last bus",
        "Published 9 February 2023",
    ]
    assert blocks[0].type is BlockType.HEADING
