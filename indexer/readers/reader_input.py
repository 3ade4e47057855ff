"""A file as its reader receives it, and the reading that a reader returns."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.errors import FileUnreadableError
from indexer.model.document import (
    Block,
    Document,
    FilePage,
    FileProperties,
    FileReading,
    FileType,
    Unreadable,
)
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS, Limits

_NO_PROPERTIES = FileProperties()
_MAX_MARGINS = 200
"""More different headers and footers are page numbers or dates."""


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """The name, bytes and type of a file; `tesseract` is "" where OCR is off."""

    name: str
    content: bytes
    type: FileType
    limits: Limits = DEFAULT_LIMITS
    tesseract: str = ""

    def reading(
        self,
        blocks: Iterable[Block],
        *,
        pages: Sequence[FilePage] = (),
        properties: FileProperties = _NO_PROPERTIES,
        has_macros: bool = False,
        margins: Iterable[Block] = (),
    ) -> FileReading:
        """Return the reading of this file with these blocks.

        Of equal headers or footers in `margins`, the first is returned.

        Raises:
            FileUnreadableError: there are no blocks.
        """
        document = Document(tuple(blocks))
        if not document.blocks:
            raise self.error(Unreadable.NO_TEXT)
        return FileReading(
            name=self.name,
            sha256=hashlib.sha256(self.content).hexdigest(),
            size_bytes=len(self.content),
            type=self.type,
            document=document,
            pages=tuple(pages),
            properties=properties,
            has_macros=has_macros,
            margins=tuple(_first_of_each(margins)),
        )

    def error(self, reason: Unreadable, detail: str = "") -> FileUnreadableError:
        """Return the error to raise when the file can't be read."""
        return FileUnreadableError(self.name, reason, detail)


def _first_of_each(blocks: Iterable[Block]) -> Iterable[Block]:
    firsts: dict[str, Block] = {}
    for block in blocks:
        if block.text and len(firsts) < _MAX_MARGINS:
            firsts.setdefault(block.text, block)
    return firsts.values()


def page_of(number: int, blocks: Iterable[Block]) -> FilePage:
    """Return a page with the number of words of its blocks."""
    return FilePage(number, words=count_words(blocks))


def count_words(blocks: Iterable[Block]) -> int:
    """Count the words of blocks."""
    return sum(len(block.text.split()) for block in blocks)
