"""Short texts that would cost minutes, and those that people write."""

from __future__ import annotations

import pytest

from indexer.corpus.markdown_limits import MAX_ODD, MAX_OPEN_BRACKETS, conversion_hazard

TANGLED = (
    "![",
    "[a][",
    "[a]\n[",
    "[[a]",
    "http://[",
    "[a](b",
    "![a](",
    "[a](<b>",
    '[a](b "c)',
    '[a]: <b "\n',
    "<a",
    "<p ",
    '<a "',
    "<http:",
    "<![CDATA[",
    "<![CDATA[>",
    "<b>",
    "> ",
    "- ",
    "1. ",
    "> + ",
)
WRITTEN = (
    "[a link](practices/x) and [another](https://example.org/x 'title').\n",
    'A [link](https://example.org "with a title"), an interval ]0, 1[, a list [sic].\n',
    "An interval [0, 1[ in each paragraph.\n\n",
    '<abbr title="l\'eau">H2O</abbr>, <b>bold</b> and a<sup>2</sup> < 3 > 2.\n',
    "Write to <mailto:ada@example.org> or see <https://example.org/>.\n",
    "> A quotation,\n> of two lines.\n\n",
    "```\nif a < b and b[0] > c[1]:\n```\n",
    "[Wiki](https://example.org/wiki/Police) [1](#a) ![alt](x.png)\n",
    "[Lille](https://example.org/wiki/Lille_(ville)_(Nord)) and more.\n",
    "A note[^1].\n\n[^1]: what it says.\n\n",
    "- a list\n    1. in a list\n        - and one more\n\n",
    f"{'* ' * 60}\n\n{'-' * 80}\n\n",
)


@pytest.mark.parametrize("piece", TANGLED)
def test_what_is_opened_again_and_again_is_a_tangle(piece: str) -> None:
    """An editor who pastes it would hold up every page of the service."""
    text = f"Des mots.\n\n{piece * 1000}x".encode()

    place = conversion_hazard(text)

    assert place is not None
    assert place >= text.index(b"\n\n")


def test_lists_that_stand_ever_further_in_are_a_tangle() -> None:
    """Four hundred of them exhaust the stack, and two hundred take a second."""
    deep = "\n".join("\t" * depth + "- a" for depth in range(100))

    assert conversion_hazard(deep.encode()) is not None
    assert conversion_hazard(b"    x = 1\n" * 200) is None


@pytest.mark.parametrize("piece", WRITTEN)
def test_what_people_write_is_none_however_much_of_it(piece: str) -> None:
    """A whole report has thousands of links."""
    assert conversion_hazard((piece * 2000).encode()) is None


def test_a_few_slips_are_none() -> None:
    """Who forgets to close a bracket or a tag is not refused for it."""
    slips = "![" * MAX_OPEN_BRACKETS + "\n\n" + "<a " * (MAX_ODD - 1)

    assert conversion_hazard(slips.encode()) is None
