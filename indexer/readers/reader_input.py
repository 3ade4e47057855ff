"""A file as its reader receives it, and the reading that a reader returns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.errors import FileUnreadableError
from indexer.model.document import Block, Document
from indexer.model.readings import (
    FilePage,
    FileProperties,
    FileReading,
    FileType,
    Unreadable,
)
from indexer.readers.sandbox.limits import DEFAULT_LIMITS, Limits

_NO_PROPERTIES = FileProperties()


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
    ) -> FileReading:
        """Return the reading of this file with these blocks.

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
        )

    def error(self, reason: Unreadable, detail: str = "") -> FileUnreadableError:
        """Return the error to raise when the file can't be read."""
        return FileUnreadableError(self.name, reason, detail)


def page_of(number: int, blocks: Iterable[Block]) -> FilePage:
    """Return a page with the number of words of its blocks."""
    return FilePage(number, words=count_words(blocks))


def count_words(blocks: Iterable[Block]) -> int:
    """Count the words of blocks."""
    return sum(len(block.text.split()) for block in blocks)
