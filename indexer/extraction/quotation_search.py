"""Search for the exact words of a quotation in a document.

Case, white space, line breaks, hyphens, ligatures, accents and punctuation do not
count: so a quotation still matches when a reader gets better at them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from indexer.analysis.normalization import fold, normalize
from indexer.model.document import Document


@dataclass(frozen=True, slots=True)
class SearchableText:
    """Letters and digits of a document; `starts` has the offset of each block."""

    text: str
    starts: tuple[int, ...]
    pages: tuple[int | None, ...]

    def pages_of(self, quotation: str) -> tuple[int | None, ...] | None:
        """Return the pages on which a quotation starts; None if it is not found."""
        needle = searchable(quotation)
        if not needle:
            return None
        pages: list[int | None] = []
        position = self.text.find(needle)
        while position >= 0:
            pages.append(self._page_at(position))
            position = self.text.find(needle, position + 1)
        return tuple(pages) or None

    def _page_at(self, position: int) -> int | None:
        return self.pages[bisect_right(self.starts, position) - 1]


def searchable(text: str) -> str:
    """Return the letters and digits of a text, in lower case without accents."""
    return "".join(char for char in fold(normalize(text)) if char.isalnum())


def searchable_text(document: Document) -> SearchableText:
    """Return the searchable text of a document."""
    texts = [searchable(block.text) for block in document.blocks]
    return SearchableText(
        "".join(texts),
        tuple(accumulate(map(len, texts[:-1]), initial=0)),
        tuple(block.page for block in document.blocks),
    )
