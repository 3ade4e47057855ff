"""Makes the report card of a file: what it holds, what is wrong with it, a verdict."""

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

_MANY_LOST = 0.2
_NEARLY_SAME = 0.8
_FEW_WORDS = 30
_PAGES_FOR_TITLES = 8

CardContent = tuple[Verdict, Message]


def report_card(
    answer: FileReading | FileUnreadableError,
    known: Sequence[Fingerprint] = (),
    *,
    mine: Fingerprint | None = None,
    proposals: int | None = None,
) -> ReportCard:
    """Make the card of a file that was read, or refused, beside others known.

    `mine` is its own fingerprint, when it was taken before.
    """
    if isinstance(answer, FileUnreadableError):
        reasons = (unreadable_message(answer),)
        return ReportCard(answer.name, Verdict.REFUSED, reasons)
    mine = mine or fingerprint_of(answer)
    duplicate = duplicate_of(mine, known)
    near = () if duplicate else near_duplicates(mine, known)
    findings = [
        *_of_pages(answer),
        *_of_text(answer),
        *_of_others(duplicate, [(one.name, one.share) for one in near]),
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
        mended=answer.mended,
        duplicate_of=duplicate,
        near_duplicates=near,
        sibling_of="" if duplicate else sibling_of(mine, known),
        lacks=tuple(_lacks(answer)),
        is_tagged=answer.is_tagged,
        has_macros=answer.has_macros,
        proposals=proposals,
    )


def _worst(findings: Sequence[CardContent]) -> Verdict:
    order = list(Verdict)
    return max(
        (verdict for verdict, _ in findings), key=order.index, default=Verdict.GOOD
    )


def _words(reading: FileReading) -> int:
    return sum(len(block.text.split()) for block in reading.document.blocks)


def _of_pages(reading: FileReading) -> Iterator[CardContent]:
    """Tell of pages whose text is lost, or was seen in a picture."""
    pages = reading.pages
    lost = [page for page in pages if page.is_scanned or page.is_unreadable]
    seen = [page for page in lost if page.is_recognised]
    lost = [page for page in lost if not page.is_recognised]
    verdict = Verdict.USABLE
    if len(lost) > _MANY_LOST * len(pages):
        verdict = Verdict.NEEDS_WORK
    scanned = [page.number for page in lost if page.is_scanned]
    garbled = [page.number for page in lost if not page.is_scanned]
    if scanned:
        yield (
            verdict,
            message(
                "pages that are images, whose text is not read: %(pages)s; text "
                "recognition (tesseract) can read them",
                pages=ranges(scanned),
            ),
        )
    if garbled:
        yield (
            verdict,
            message(
                "pages whose font maps letters to other letters, and whose text is "
                "left out: %(pages)s",
                pages=ranges(garbled),
            ),
        )
    if seen:
        yield (
            Verdict.USABLE,
            message(
                "pages whose text was recognised in images, to be proofread: %(pages)s",
                pages=ranges([page.number for page in seen]),
            ),
        )


def _of_text(reading: FileReading) -> Iterator[CardContent]:
    if _words(reading) < _FEW_WORDS:
        yield Verdict.NEEDS_WORK, message("it contains hardly any words")
    if reading.locale is None:
        yield Verdict.USABLE, message("its language is neither French nor English")
    titles = any(block.type is BlockType.HEADING for block in reading.document.blocks)
    if not titles and len(reading.pages) >= _PAGES_FOR_TITLES:
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


def _of_others(
    duplicate: str, near: Sequence[tuple[str, float]]
) -> Iterator[CardContent]:
    if duplicate:
        yield (
            Verdict.NEEDS_WORK,
            message("it is the same file as %(name)s, byte for byte", name=duplicate),
        )
    for name, share in near:
        verdict = Verdict.NEEDS_WORK if share >= _NEARLY_SAME else Verdict.USABLE
        yield (
            verdict,
            message(
                "%(percent)s%% of its passages are also in %(name)s",
                percent=round(100 * share),
                name=name,
            ),
        )


def _locales(reading: FileReading) -> Iterator[tuple[Locale | None, int, int]]:
    """Give the languages of pages; pages too short to tell go with those before."""
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


def _lacks(reading: FileReading) -> Iterator[MissingProperty]:
    said = reading.properties
    if not said.title:
        yield MissingProperty.TITLE
    if not said.authors:
        yield MissingProperty.AUTHORS
    if not said.created:
        yield MissingProperty.DATE
    if not said.language:
        yield MissingProperty.LANGUAGE


def ranges(numbers: Sequence[int]) -> str:
    """Write page numbers shortly: `1-3, 7`."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in spans
    )
