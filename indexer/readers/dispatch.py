"""Reads a file in this process: detects its type, then calls the reader of that type.

Files come from strangers: only the worker of the sandbox calls this on them.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from indexer.errors import FileUnreadableError
from indexer.model.document import Block, BlockType, Document
from indexer.model.readings import FileReading, FileType, Unreadable
from indexer.readers.groups import consecutive_groups
from indexer.readers.language_detection import with_languages
from indexer.readers.markdown import read_markdown_file
from indexer.readers.office.docx_reader import read_docx
from indexer.readers.office.odt_reader import read_odt
from indexer.readers.office.pptx_reader import read_pptx
from indexer.readers.pdf.pdf_reader import read_pdf
from indexer.readers.plain_text import read_plain_text
from indexer.readers.reader_input import ReaderInput
from indexer.readers.sandbox.limits import DEFAULT_LIMITS, Limits
from indexer.readers.type_detection import detect_type
from indexer.readers.web.saved_pages import read_webpage

_READERS: dict[FileType, Callable[[ReaderInput], FileReading]] = {
    FileType.PDF: read_pdf,
    FileType.DOCX: read_docx,
    FileType.ODT: read_odt,
    FileType.PPTX: read_pptx,
    FileType.HTML: read_webpage,
    FileType.MARKDOWN: read_markdown_file,
    FileType.TEXT: read_plain_text,
}


def read(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, tesseract: str = ""
) -> FileReading:
    """Read a file of any supported type.

    Raises:
        FileUnreadableError: the file is damaged, empty, or exceeds a limit.
    """
    content = load(path, limits)
    return read_content(path.name, content, limits=limits, tesseract=tesseract)


def read_content(
    name: str, content: bytes, *, limits: Limits, tesseract: str = ""
) -> FileReading:
    """Read the content of a file; its name must agree with its type.

    Raises:
        FileUnreadableError: the content is damaged, empty, or exceeds a limit.
    """
    file_type = detect_type(name, content)
    reader_input = ReaderInput(name, content, file_type, limits, tesseract)
    reading = _READERS[file_type](reader_input)
    blocks = tuple(_with_joined_headings(reading.document.blocks))
    return with_languages(replace(reading, document=Document(blocks)))


def _with_joined_headings(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join a heading with the next line if that line begins in lower case."""
    for first, *others in consecutive_groups(blocks, _continues_heading):
        text = " ".join(block.text for block in (first, *others))
        yield replace(first, text=text, lines=()) if others else first


def _continues_heading(group: list[Block], block: Block) -> bool:
    last = group[-1]
    return (
        last.type is block.type is BlockType.HEADING
        and (last.level, last.page) == (block.level, block.page)
        and block.text[:1].islower()
    )


def load(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file.

    Raises:
        FileUnreadableError: it is missing, not a regular file, or too large.
    """
    try:
        status = path.stat()
        # Opening a pipe would block.
        if not stat.S_ISREG(status.st_mode):
            raise FileUnreadableError(path.name, Unreadable.UNKNOWN_TYPE)
        if status.st_size > limits.file_bytes:
            raise FileUnreadableError(path.name, Unreadable.TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        detail = error.strerror or ""
        raise FileUnreadableError(path.name, Unreadable.MISSING, detail) from error
