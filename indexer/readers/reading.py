"""Reads a file in this process: its type, then the reader of that type.

Files come from anyone: only `worker.py`, which has limits, calls this on them.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from indexer.errors import FileUnreadableError
from indexer.model.readings import FileReading, FileType, Unreadable
from indexer.readers.detection import detect_type
from indexer.readers.docx import read_docx
from indexer.readers.languages import with_languages
from indexer.readers.limits import DEFAULT_LIMITS, Limits
from indexer.readers.markdown import read_markdown_file
from indexer.readers.odt import read_odt
from indexer.readers.pdf.reader import read_pdf
from indexer.readers.pptx import read_pptx
from indexer.readers.sources import Source
from indexer.readers.text import read_text
from indexer.readers.webpages import read_webpage

_READERS: dict[FileType, Callable[[Source], FileReading]] = {
    FileType.PDF: read_pdf,
    FileType.DOCX: read_docx,
    FileType.ODT: read_odt,
    FileType.PPTX: read_pptx,
    FileType.HTML: read_webpage,
    FileType.MARKDOWN: read_markdown_file,
    FileType.TEXT: read_text,
}


def read(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, tesseract: str = ""
) -> FileReading:
    """Read a file of any type that can be read.

    Raises:
        FileUnreadableError: it can't be read, holds no text, or costs too much.
    """
    content = _content(path, limits)
    kind = detect_type(path.name, content)
    source = Source(path.name, content, kind, limits, tesseract)
    return with_languages(_READERS[kind](source))


def _content(path: Path, limits: Limits) -> bytes:
    try:
        facts = path.stat()
        # To open a pipe would be to wait for what it says.
        if not stat.S_ISREG(facts.st_mode):
            raise FileUnreadableError(path.name, Unreadable.UNKNOWN_TYPE)
        if facts.st_size > limits.file_bytes:
            raise FileUnreadableError(path.name, Unreadable.TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        detail = error.strerror or ""
        raise FileUnreadableError(path.name, Unreadable.MISSING, detail) from error
