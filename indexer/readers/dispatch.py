"""Reads a file in this process: its type, then its reader, then its languages.

Files come from strangers: only the worker of the sandbox calls this on them.
"""

import io
import lzma
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from indexer.errors import FileUnreadableError
from indexer.model.document import (
    Block,
    BlockType,
    Document,
    FileReading,
    FileType,
    Unreadable,
)
from indexer.model.ids import Locale
from indexer.readers.groups import consecutive_groups, heaviest
from indexer.readers.markdown import read_markdown_file
from indexer.readers.office.docx_reader import read_docx
from indexer.readers.office.odt_reader import read_odt
from indexer.readers.office.pptx_reader import read_pptx
from indexer.readers.pdf.pdf_reader import read_pdf
from indexer.readers.plain_text import read_plain_text
from indexer.readers.reader_input import ReaderInput
from indexer.readers.sandbox.protocol import Limits
from indexer.readers.type_detection import detect_type
from indexer.readers.web.saved_pages import read_webpage

_WORD = re.compile(r"[^\W\d_]+")
_MIN_WORDS = 8
_MIN_CONFIDENCE = 0.8
_BLOCKS_PER_PART = 30
_LANGUAGES = (
    "ar bg ca cs da de el en es et eu fi fr ga gl hr hu is it lb lt lv mk mt nl no pl "
    "pt ro ru sk sl sq sr sv tr uk"
).split()
"""Languages of Europe and its neighbours; more of them would only cost accuracy.

Without its own language, a Serbian text would be taken for Bulgarian, and surely so.
"""


@cache
def load_model() -> LanguageIdentifier:
    """Return the model with our languages only, loaded at the first call.

    py3langid's own loader unpacks 68 MB into the temporary folder, and keeps the
    columns of its 142 languages.
    """
    content = lzma.decompress((MODEL_DIR / MODEL_FILE).read_bytes())
    with np.load(io.BytesIO(content), allow_pickle=False) as model:
        names = model["classes"].tolist()
        columns = [index for index, name in enumerate(names) if name in _LANGUAGES]
        return LanguageIdentifier(
            model["ptc"][:, columns],
            model["pc"][columns],
            [names[index] for index in columns],
            model["nextmove"].data,
            model["out_feat"].tolist(),
            norm_probs=True,
            tk_row=model["nextmove_row"].tolist(),
        )


def language_of(text: str) -> str:
    """Return the ISO 639 code of the language of a text.

    It is "" for fewer than eight words, and when the model's probability is low (names,
    codes, two languages in equal parts).
    """
    if len(_WORD.findall(text)) < _MIN_WORDS:
        return ""
    language, confidence = load_model().classify(text)
    return str(language) if confidence >= _MIN_CONFIDENCE else ""


def with_languages(reading: FileReading) -> FileReading:
    """Return a reading with the language of the file and of each of its pages.

    The file's language is that of most of its characters, page by page; a file without
    pages is classified in parts of thirty blocks. A page has a locale if its language
    is French or English.
    """
    texts = _texts_by_page(reading.document.blocks)
    languages = {page: language_of(text) for page, text in texts.items()}
    votes = [(name, len(texts[page])) for page, name in languages.items() if name]
    pages = tuple(
        replace(page, locale=_locale_of(languages.get(page.number, "")))
        for page in reading.pages
    )
    ours = ((locale, count) for name, count in votes if (locale := _locale_of(name)))
    return replace(
        reading,
        pages=pages,
        locale=heaviest(ours, None),
        language=heaviest(votes, ""),
    )


def _locale_of(language: str) -> Locale | None:
    return Locale(language) if language in set(Locale) else None


def _texts_by_page(blocks: Sequence[Block]) -> dict[int, str]:
    """Join the texts of each page; parts without a page have negative numbers."""
    parts: dict[int, list[str]] = {}
    for index, block in enumerate(blocks):
        part = -1 - index // _BLOCKS_PER_PART if block.page is None else block.page
        parts.setdefault(part, []).append(block.text)
    return {part: " ".join(texts) for part, texts in parts.items()}


_READERS: dict[FileType, Callable[[ReaderInput], FileReading]] = {
    FileType.PDF: read_pdf,
    FileType.DOCX: read_docx,
    FileType.ODT: read_odt,
    FileType.PPTX: read_pptx,
    FileType.HTML: read_webpage,
    FileType.MARKDOWN: read_markdown_file,
    FileType.TEXT: read_plain_text,
}


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
