"""The report card of a file: its content, its defects, and a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.errors import FileUnreadableError
from indexer.extraction.fingerprints import (
    Fingerprint,
    duplicate_of,
    fingerprint_of,
    near_duplicates,
    sibling_of,
)
from indexer.extraction.unreadable_messages import unreadable_message
from indexer.model.document import BlockType
from indexer.model.ids import Locale
from indexer.model.problems import Message, message
from indexer.model.readings import FileReading
from indexer.model.report_cards import MissingProperty, ReportCard, Verdict

_MAX_LOST_SHARE = 0.2
_NEAR_DUPLICATE_SHARE = 0.8
_MIN_WORDS = 30
_MIN_PAGES_FOR_HEADINGS = 8

CardFinding = tuple[Verdict, Message]


def report_card(
    answer: FileReading | FileUnreadableError,
    known: Sequence[Fingerprint] = (),
    *,
    fingerprint: Fingerprint | None = None,
    proposals: int | None = None,
) -> ReportCard:
    """Return the report card of a file, compared with the known files.

    `fingerprint` is that of the file, if the caller has computed it already.
    """
    if isinstance(answer, FileUnreadableError):
        reasons = (unreadable_message(answer),)
        return ReportCard(answer.name, Verdict.REFUSED, reasons)
    fingerprint = fingerprint or fingerprint_of(answer)
    duplicate = duplicate_of(fingerprint, known)
    similar = () if duplicate else near_duplicates(fingerprint, known)
    findings = [
        *_page_findings(answer),
        *_text_findings(answer),
        *_similarity_findings(
            duplicate, [(other.name, other.share) for other in similar]
        ),
    ]
    pages = answer.pages
    return ReportCard(
        name=answer.name,
        verdict=_worst(findings),
        reasons=tuple(text for _, text in findings),
        type=answer.type,
        pages=len(pages),
        words=_words(answer),
        empty_pages=tuple(
            page.number
            for page in pages
            if not (page.words or page.is_scanned or page.is_unreadable)
        ),
        scanned_pages=tuple(page.number for page in pages if page.is_scanned),
        unreadable_pages=tuple(page.number for page in pages if page.is_unreadable),
        recognised_pages=tuple(page.number for page in pages if page.is_recognised),
        locales=tuple(_locales(answer)),
        repairs=answer.repairs,
        duplicate_of=duplicate,
        near_duplicates=similar,
        sibling_of="" if duplicate else sibling_of(fingerprint, known),
        missing_properties=tuple(_missing_properties(answer)),
        is_tagged=answer.is_tagged,
        has_macros=answer.has_macros,
        proposals=proposals,
    )


def _worst(findings: Sequence[CardFinding]) -> Verdict:
    order = list(Verdict)
    return max(
        (verdict for verdict, _ in findings), key=order.index, default=Verdict.GOOD
    )


def _words(reading: FileReading) -> int:
    return sum(len(block.text.split()) for block in reading.document.blocks)


def _page_findings(reading: FileReading) -> Iterator[CardFinding]:
    """Yield findings on pages without a readable text, or read by OCR."""
    pages = reading.pages
    lost = [page for page in pages if page.is_scanned or page.is_unreadable]
    recognised = [page for page in lost if page.is_recognised]
    lost = [page for page in lost if not page.is_recognised]
    verdict = Verdict.USABLE
    if len(lost) > _MAX_LOST_SHARE * len(pages):
        verdict = Verdict.NEEDS_WORK
    scanned = [page.number for page in lost if page.is_scanned]
    unreadable = [page.number for page in lost if not page.is_scanned]
    if scanned:
        yield (
            verdict,
            message(
                "pages that are images, whose text is not read: %(pages)s; text "
                "recognition (tesseract) can read them",
                pages=ranges(scanned),
            ),
        )
    if unreadable:
        yield (
            verdict,
            message(
                "pages whose font maps letters to other letters, and whose text is "
                "left out: %(pages)s",
                pages=ranges(unreadable),
            ),
        )
    if recognised:
        yield (
            Verdict.USABLE,
            message(
                "pages whose text was recognised in images, to be proofread: %(pages)s",
                pages=ranges([page.number for page in recognised]),
            ),
        )


def _text_findings(reading: FileReading) -> Iterator[CardFinding]:
    if _words(reading) < _MIN_WORDS:
        yield Verdict.NEEDS_WORK, message("it contains hardly any words")
    if reading.locale is None:
        yield Verdict.USABLE, message("its language is neither French nor English")
    has_headings = any(
        block.type is BlockType.HEADING for block in reading.document.blocks
    )
    if not has_headings and len(reading.pages) >= _MIN_PAGES_FOR_HEADINGS:
        yield Verdict.USABLE, message("no titles were found in it")
    if reading.has_macros:
        yield (
            Verdict.USABLE,
            message("it contains macros; they were neither run nor kept"),
        )
    if reading.is_tagged is False:
        yield (
            Verdict.GOOD,
            message("it is not tagged for screen readers: the text page replaces it"),
        )


def _similarity_findings(
    duplicate: str, similar: Sequence[tuple[str, float]]
) -> Iterator[CardFinding]:
    if duplicate:
        yield (
            Verdict.NEEDS_WORK,
            message("it is the same file as %(name)s, byte for byte", name=duplicate),
        )
    for name, share in similar:
        verdict = (
            Verdict.NEEDS_WORK if share >= _NEAR_DUPLICATE_SHARE else Verdict.USABLE
        )
        yield (
            verdict,
            message(
                "%(percent)s%% of its passages are also in %(name)s",
                percent=round(100 * share),
                name=name,
            ),
        )


def _locales(reading: FileReading) -> Iterator[tuple[Locale | None, int, int]]:
    """Yield runs of pages in one language; a page without one joins the run before."""
    start = end = 0
    current: Locale | None = None
    for page in reading.pages:
        if not page.words and not start:
            continue
        if page.locale in {current, None} and start:
            end = page.number
            continue
        if start:
            yield current, start, end
        current, start, end = page.locale, page.number, page.number
    if start:
        yield current, start, end
    elif reading.locale is not None:
        yield reading.locale, 0, 0


def _missing_properties(reading: FileReading) -> Iterator[MissingProperty]:
    properties = reading.properties
    if not properties.title:
        yield MissingProperty.TITLE
    if not properties.authors:
        yield MissingProperty.AUTHORS
    if not properties.created:
        yield MissingProperty.DATE
    if not properties.language:
        yield MissingProperty.LANGUAGE


def ranges(numbers: Sequence[int]) -> str:
    """Format page numbers as ranges: `1-3, 7`."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in spans
    )
