"""Finds a quotation in a document again, word by word.

Case, spaces, line ends, hyphens, ligatures, accents and punctuation do not count: a
reader that gets better at words must not lose what was quoted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.analysis.normalization import fold, normalize
from indexer.model.document import Document


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a document in a row, with the page of each block."""

    text: str
    starts: tuple[int, ...]
    pages: tuple[int | None, ...]

    def pages_of(self, quotation: str) -> tuple[int | None, ...] | None:
        """Give the pages that a quotation begins on; None when it is not there."""
        sought = letters_of(quotation)
        if not sought:
            return None
        found: list[int | None] = []
        position = self.text.find(sought)
        while position >= 0:
            found.append(self._page_at(position))
            position = self.text.find(sought, position + 1)
        return tuple(found) or None

    def _page_at(self, position: int) -> int | None:
        block = sum(start <= position for start in self.starts) - 1
        return self.pages[block]


def letters_of(text: str) -> str:
    """Keep what makes words, in one spelling, and nothing between."""
    return "".join(char for char in fold(normalize(text)) if char.isalnum())


def document_letters(document: Document) -> Letters:
    """Give the letters of a document, to look for many quotations in."""
    texts = [letters_of(block.text) for block in document.blocks]
    return Letters(
        "".join(texts),
        tuple(_starts(len(text) for text in texts)),
        tuple(block.page for block in document.blocks),
    )


def _starts(lengths: Iterable[int]) -> Iterable[int]:
    position = 0
    for length in lengths:
        yield position
        position += length
