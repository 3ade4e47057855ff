"""Markdown that takes minutes to convert is refused; ordinary Markdown is not."""

from __future__ import annotations

import pytest

from indexer.corpus.markdown_limits import (
    MAX_MALFORMED,
    MAX_OPEN_BRACKETS,
    conversion_hazard,
)

DANGEROUS = (
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
ORDINARY = (
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


@pytest.mark.parametrize("piece", DANGEROUS)
def test_a_construct_opened_a_thousand_times_is_refused(piece: str) -> None:
    """Converting it would block every page of the service."""
    text = f"Des mots.\n\n{piece * 1000}x".encode()

    offset = conversion_hazard(text)

    assert offset is not None
    assert offset >= text.index(b"\n\n")


def test_deeply_nested_lists_are_refused() -> None:
    """Four hundred levels exhaust the stack; two hundred take a second."""
    deep = "\n".join("\t" * depth + "- a" for depth in range(100))

    assert conversion_hazard(deep.encode()) is not None
    assert conversion_hazard(b"    x = 1\n" * 200) is None


@pytest.mark.parametrize("piece", ORDINARY)
def test_ordinary_markdown_is_accepted_at_any_length(piece: str) -> None:
    """A report may have thousands of links."""
    assert conversion_hazard((piece * 2000).encode()) is None


def test_a_few_unclosed_brackets_and_tags_are_accepted() -> None:
    """The limits are above what an editor forgets to close."""
    text = "![" * MAX_OPEN_BRACKETS + "\n\n" + "<a " * (MAX_MALFORMED - 1)

    assert conversion_hazard(text.encode()) is None
