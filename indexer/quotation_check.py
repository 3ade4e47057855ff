"""Checks that read the files: quotations that differ, and files without a text."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from indexer.analysis.tokens import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE, read_record
from indexer.file_texts import FileTexts
from indexer.model.document import Document, FileReading
from indexer.model.problems import Notify, Problem, ProblemCode
from indexer.model.record import Record
from indexer.model.record_parts import OriginalFile, Quotation
from indexer.model.records import Deliverable, QuotingRecord


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


def check_files(
    corpus: Corpus, texts: FileTexts, root: Path, *, notify: Notify = lambda _: None
) -> Iterator[Problem]:
    """Yield problems: files without a text, and quotations that are not in their file.

    Files that are not in the reading cache are read now, which may take minutes.
    """
    texts.read_missing(corpus.records.values(), notify=notify)
    for record in corpus.records.values():
        for file in record.files if isinstance(record, Deliverable) else ():
            answer = texts.answer(record.id, file)
            if not isinstance(answer, FileReading):
                yield ProblemCode.FILE_WITHOUT_TEXT.at(
                    f"{root.name}/{record.id}/files/{file.name}", reason=answer.reason
                )
    yield from check_all_quotations(corpus, texts, root)


def check_all_quotations(
    corpus: Corpus, texts: FileTexts, root: Path
) -> Iterator[Problem]:
    """Yield a problem for each quotation of the corpus that is not in its file.

    A file that is not in the reading cache is not checked.
    """
    for record in corpus.records.values():
        if not isinstance(record, QuotingRecord) or not record.quotations:
            continue
        folder = root / record.id.kind.folder / record.id.slug
        path = f"{root.name}/{record.id}"
        yield from check_quotations(record, folder, path, corpus, texts)


def check_quotations(
    record: Record, folder: Path, display_path: str, corpus: Corpus, texts: FileTexts
) -> Iterator[Problem]:
    """Yield a problem for each quotation of one record that is not in its file.

    `display_path` is the path of the folder in problems. A file that is not in the
    reading cache is not checked.
    """
    if not isinstance(record, QuotingRecord):
        return
    path = f"{display_path}/{RECORD_FILE}"
    differences = [
        _difference(quotation, path, corpus, texts) for quotation in record.quotations
    ]
    if not any(differences):
        return  # The record file is parsed for line numbers only when needed.
    read = read_record(folder, record.id, display_path)
    for position, difference in enumerate(differences):
        if difference is not None:
            yield replace(difference, line=read.line("quotations", position))


def _difference(
    quotation: Quotation, path: str, corpus: Corpus, texts: FileTexts
) -> Problem | None:
    """Return the problem of a quotation, or None if the quotation is in its file.

    A missing or unread file is reported elsewhere, where it is listed.
    """
    record = corpus.get(quotation.deliverable)
    file = record.file(quotation.file) if isinstance(record, Deliverable) else None
    if record is None or file is None or not texts.has_text(file):
        return None
    pages = _pages(texts, file, texts.recognised(record), quotation.text)
    first_words = quotation.text.split()[:9]
    words = " ".join(first_words[:8]) + ("…" if len(first_words) > 8 else "")
    if not pages:
        return ProblemCode.LOST_QUOTATION.at(path, words=words, file=quotation.file)
    if quotation.page is None or quotation.page in pages:
        return None
    code = ProblemCode.WRONG_QUOTATION_PAGE
    if pages[0] is None:
        code = ProblemCode.FILE_WITHOUT_PAGES
    problem = code.at(path, words=words, page=quotation.page, file=quotation.file)
    return replace(problem, remedy=problem.remedy.with_values({"page": pages[0]}))


# A long report takes 0.1 s: the pages of quotations are cached, and the text of the
# last eight reports. `recognised` is part of the key, for OCR changes a text.
@lru_cache(maxsize=16_384)
def _pages(
    texts: FileTexts, file: OriginalFile, recognised: tuple[str, ...], words: str
) -> tuple[int | None, ...]:
    return _searchable_text(texts, file, recognised).pages_of(words) or ()


@lru_cache(maxsize=8)
def _searchable_text(
    texts: FileTexts, file: OriginalFile, _recognised: tuple[str, ...]
) -> SearchableText:
    reading = texts.known(file)
    return searchable_text(reading.document if reading is not None else Document(()))
