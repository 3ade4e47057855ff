"""Checks what needs the files themselves: quotations, and whether they can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.reading import RECORD_FILE, read_record
from indexer.extraction.quotations import Letters, document_letters
from indexer.model.ids import RecordId
from indexer.model.problems import Problem, Severity, message
from indexer.model.readings import FileReading
from indexer.model.records import (
    Deliverable,
    OriginalFile,
    Practice,
    Quotation,
    Recommendation,
    Record,
)
from indexer.texts import FileTexts, Notify


def check_files(
    corpus: Corpus, texts: FileTexts, root: Path, *, notify: Notify = lambda _: None
) -> Iterator[Problem]:
    """Give the quotations that are no longer in their file, and files without a text.

    Files that were not read before are read now, which may take a while.
    """
    texts.read_missing(corpus.records.values(), notify=notify)
    yield from _unreadable_files(corpus, texts, root)
    letters: dict[tuple[RecordId, str], Letters | None] = {}
    for record in corpus.records.values():
        if isinstance(record, Practice | Recommendation) and record.quotations:
            folder = root / record.id.kind.folder / record.id.slug
            shown = f"{root.name}/{record.id}"
            yield from _lost(record, folder, shown, corpus, texts, letters)


def check_quotations(
    record: Record, folder: Path, corpus: Corpus, texts: FileTexts
) -> Iterator[Problem]:
    """Give the quotations of one record, in its folder, that are not in their file.

    Files that were not read yet are taken to hold them.
    """
    if isinstance(record, Practice | Recommendation) and record.quotations:
        shown = f"{folder.parent}/{folder.name}"
        yield from _lost(record, folder, shown, corpus, texts, {})


def _unreadable_files(
    corpus: Corpus, texts: FileTexts, root: Path
) -> Iterator[Problem]:
    for record in corpus.records.values():
        for file in record.files if isinstance(record, Deliverable) else ():
            answer = texts.answer(record.id, file)
            if not isinstance(answer, FileReading):
                yield Problem(
                    f"{root.name}/{record.id}/files/{file.name}",
                    1,
                    message(
                        "the text of the file can't be read ({reason})",
                        reason=answer.reason,
                    ),
                    message(
                        "replace it with one that has text; until then it is shown, "
                        "but not searched"
                    ),
                    Severity.WARNING,
                )


def _lost(  # what is quoted where, and what was read for it
    record: Practice | Recommendation,
    folder: Path,
    shown: str,
    corpus: Corpus,
    texts: FileTexts,
    letters: dict[tuple[RecordId, str], Letters | None],
) -> Iterator[Problem]:
    lines = read_record(folder, record.id, shown).lines.get("quotations", ())
    for position, quotation in enumerate(record.quotations):
        key = (quotation.deliverable, quotation.file)
        if key not in letters:
            letters[key] = _letters(corpus, texts, *key)
        held = letters[key]
        if held is None:
            continue  # told where the file is
        line = lines[position] if position < len(lines) else 1
        yield from _differences(quotation, held, f"{shown}/{RECORD_FILE}", line)


def _letters(
    corpus: Corpus, texts: FileTexts, record_id: RecordId, name: str
) -> Letters | None:
    file = _file(corpus, record_id, name)
    reading = texts.reading(record_id, file) if file is not None else None
    return document_letters(reading.document) if reading is not None else None


def _file(corpus: Corpus, record_id: RecordId, name: str) -> OriginalFile | None:
    record = corpus.get(record_id)
    return record.file(name) if isinstance(record, Deliverable) else None


def _differences(
    quotation: Quotation, letters: Letters, path: str, line: int
) -> Iterator[Problem]:
    pages = letters.pages_of(quotation.text)
    if pages is None:
        yield Problem(
            path,
            line,
            message(
                "the quotation “{words}” is not in '{file}'",
                words=_beginning(quotation.text),
                file=quotation.file,
            ),
            message("quote the file word for word, or remove the quotation"),
        )
    elif quotation.page is not None and quotation.page not in pages:
        yield Problem(
            path,
            line,
            message(
                "the quotation “{words}” is not on page {page} of '{file}'",
                words=_beginning(quotation.text),
                page=quotation.page,
                file=quotation.file,
            ),
            message("write page: {page}", page=pages[0])
            if pages[0] is not None
            else message("remove the page: this file has none"),
        )


def _beginning(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= 8 else f"{' '.join(words[:8])}…"
