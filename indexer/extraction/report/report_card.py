"""The report card of a file: its content, its defects, and a verdict; also as text.

A file that can't be read has a message with the reason and the remedy.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from indexer.errors import FileUnreadableError
from indexer.extraction.fingerprints import (
    Fingerprint,
    duplicate_of,
    fingerprint_of,
    near_duplicates,
    sibling_of,
)
from indexer.model.document import (
    BlockType,
    FilePage,
    FileProperties,
    FileReading,
    MissingProperty,
    ReportCard,
    SimilarFile,
    Unreadable,
    Verdict,
)
from indexer.model.ids import Locale
from indexer.model.problems import Message, Translate, message

_MESSAGES: dict[str, Message] = {
    Unreadable.MISSING: message(
        "it cannot be opened: check that it exists, and that you have permission to "
        "read it"
    ),
    Unreadable.EMPTY: message("it is empty: send it again, or ask for another"),
    Unreadable.ENCRYPTED: message(
        "it needs a password: save a copy without one, and send the copy"
    ),
    Unreadable.DAMAGED: message(
        "it is damaged or incomplete: open it and save it again, or ask for another"
    ),
    Unreadable.UNKNOWN_TYPE: message(
        "files of its type are not read: save it as PDF, DOCX, ODT, PPTX, HTML, "
        "Markdown or text"
    ),
    Unreadable.TOO_LARGE: message("it is too large to be read: split it"),
    Unreadable.TOO_MANY_PAGES: message("it has too many pages to be read: split it"),
    Unreadable.EXPANDS_TOO_MUCH: message(
        "it unpacks to far more data than its size suggests, as malicious files do: "
        "save it again with smaller images, or check with the person who sent it"
    ),
    Unreadable.DANGEROUS_XML: message(
        "it contains XML entities, as malicious files do: check with the person who "
        "sent it"
    ),
    Unreadable.NO_TEXT: message(
        "no readable text: it has none, or its font does not identify its letters; "
        "ask for another file, or read it with text recognition"
    ),
    Unreadable.SCANNED: message(
        "its pages are images with no readable text: install tesseract with French and "
        "English (Debian: apt install tesseract-ocr tesseract-ocr-fra) and read it "
        "with text recognition, or ask for a file with text"
    ),
    Unreadable.TOO_SLOW: message(
        "it takes too long to read: save it again, or split it"
    ),
    Unreadable.TOO_MUCH_MEMORY: message(
        "it takes too much memory to read: save it again, or split it"
    ),
    Unreadable.CRASHED: message(
        "the program that reads files failed on it, although it may be sound: save it "
        "in another format, and tell the person who runs this service"
    ),
}
_SCANNED_WITH_OCR = message(
    "its pages are images with no readable text: read it with text recognition (kb "
    "add --ocr), or ask for a file with text"
)


def unreadable_message(error: FileUnreadableError, *, has_ocr: bool = False) -> Message:
    """Return the reason and the remedy for a file that can't be read.

    `has_ocr` is whether scanned pages can be recognised on this machine.
    """
    if error.reason == Unreadable.SCANNED and has_ocr:
        return _SCANNED_WITH_OCR
    if error.reason == Unreadable.WRONG_EXTENSION:
        return message(
            "its name does not match its type, %(type)s: rename it",
            type=error.detail.upper(),
        )
    return _MESSAGES[error.reason]


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
        *_page_findings(answer.pages),
        *_text_findings(answer, fingerprint.words),
        *_similarity_findings(duplicate, similar),
    ]
    pages = answer.pages
    return ReportCard(
        name=answer.name,
        verdict=_worst(findings),
        reasons=tuple(text for _, text in findings),
        type=answer.type,
        pages=len(pages),
        words=fingerprint.words,
        empty_pages=tuple(
            page.number
            for page in pages
            if not (page.words or page.is_scanned or page.is_unreadable)
        ),
        scanned_pages=tuple(page.number for page in pages if page.is_scanned),
        unreadable_pages=tuple(page.number for page in pages if page.is_unreadable),
        recognised_pages=tuple(page.number for page in pages if page.is_recognised),
        locales=_locales(answer),
        repairs=answer.repairs,
        duplicate_of=duplicate,
        near_duplicates=similar,
        sibling_of="" if duplicate else sibling_of(fingerprint, known),
        missing_properties=_missing_properties(answer.properties),
        is_tagged=answer.is_tagged,
        has_macros=answer.has_macros,
        proposals=proposals,
    )


def _worst(findings: Iterable[CardFinding]) -> Verdict:
    verdicts = (verdict for verdict, _ in findings)
    return max(verdicts, key=list(Verdict).index, default=Verdict.GOOD)


def _missing_properties(properties: FileProperties) -> tuple[MissingProperty, ...]:
    values = {
        MissingProperty.TITLE: properties.title,
        MissingProperty.AUTHORS: properties.authors,
        MissingProperty.DATE: properties.created,
        MissingProperty.LANGUAGE: properties.language,
    }
    return tuple(name for name, value in values.items() if not value)


def _page_findings(pages: Sequence[FilePage]) -> Iterator[CardFinding]:
    """Yield findings on pages without a readable text, or read by OCR."""
    defective = [page for page in pages if page.is_scanned or page.is_unreadable]
    lost = [page for page in defective if not page.is_recognised]
    is_bad = len(lost) > _MAX_LOST_SHARE * len(pages)
    verdict = Verdict.NEEDS_WORK if is_bad else Verdict.USABLE
    if scanned := ranges(page.number for page in lost if page.is_scanned):
        text = message(
            "pages that are images, whose text is not read: %(pages)s; text "
            "recognition (tesseract) can read them",
            pages=scanned,
        )
        yield verdict, text
    if unreadable := ranges(page.number for page in lost if not page.is_scanned):
        text = message(
            "pages whose font maps letters to other letters, and whose text is "
            "left out: %(pages)s",
            pages=unreadable,
        )
        yield verdict, text
    if recognised := ranges(page.number for page in defective if page.is_recognised):
        text = message(
            "pages whose text was recognised in images, to be proofread: %(pages)s",
            pages=recognised,
        )
        yield Verdict.USABLE, text


def _text_findings(reading: FileReading, words: int) -> Iterator[CardFinding]:
    if words < _MIN_WORDS:
        yield Verdict.NEEDS_WORK, message("it contains hardly any words")
    if reading.locale is None:
        yield Verdict.USABLE, message("its language is neither French nor English")
    blocks = reading.document.blocks
    has_headings = any(block.type is BlockType.HEADING for block in blocks)
    if not has_headings and len(reading.pages) >= _MIN_PAGES_FOR_HEADINGS:
        yield Verdict.USABLE, message("no titles were found in it")
    if reading.has_macros:
        text = message("it contains macros; they were neither run nor kept")
        yield Verdict.USABLE, text
    if reading.is_tagged is False:
        text = message("it is not tagged for screen readers: the text page replaces it")
        yield Verdict.GOOD, text


def _similarity_findings(
    duplicate: str, similar: Sequence[SimilarFile]
) -> Iterator[CardFinding]:
    if duplicate:
        text = message("it is the same file as %(name)s, byte for byte", name=duplicate)
        yield Verdict.NEEDS_WORK, text
    for file in similar:
        is_copy = file.share >= _NEAR_DUPLICATE_SHARE
        text = message(
            "%(percent)s%% of its passages are also in %(name)s",
            percent=round(100 * file.share),
            name=file.name,
        )
        yield Verdict.NEEDS_WORK if is_copy else Verdict.USABLE, text


def _locales(reading: FileReading) -> tuple[tuple[Locale | None, int, int], ...]:
    """Return runs of pages in one language; a page without one joins the last run."""
    runs: list[tuple[Locale | None, int, int]] = []
    for page in reading.pages:
        if runs and page.locale in {runs[-1][0], None}:
            runs[-1] = (*runs[-1][:2], page.number)
        elif runs or page.words:
            runs.append((page.locale, page.number, page.number))
    if not runs and reading.locale is not None:
        return ((reading.locale, 0, 0),)
    return tuple(runs)


def ranges(numbers: Iterable[int]) -> str:
    """Format page numbers as ranges: `1-3, 7`."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return ", ".join(
        f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans
    )


_VERDICTS = {
    Verdict.GOOD: message("good"),
    Verdict.USABLE: message("usable"),
    Verdict.NEEDS_WORK: message("needs work"),
    Verdict.REFUSED: message("refused"),
}
PROPERTY_NAMES = {
    MissingProperty.TITLE: message("title"),
    MissingProperty.AUTHORS: message("authors"),
    MissingProperty.DATE: message("date"),
    MissingProperty.LANGUAGE: message("language"),
}
LANGUAGE_NAMES = {
    Locale.FR: message("French"),
    Locale.EN: message("English"),
    None: message("another language"),
}


def card_text(card: ReportCard, translate: Translate = str) -> str:
    """Format a report card: its verdict, content and findings."""
    verdict = _VERDICTS[card.verdict].text(translate)
    headline = message("%(name)s: %(verdict)s", name=card.name, verdict=verdict)
    lines = [headline.text(translate)]
    if card.type is not None:
        lines += (f"  {line.text(translate)}" for line in _lines(card, translate))
    lines += (f"  - {reason.text(translate)}" for reason in card.reasons)
    return "\n".join(lines)


def _lines(card: ReportCard, translate: Translate) -> Iterator[Message]:
    yield message("type: %(type)s", type=card.type)
    if card.pages:
        yield message("pages: %(count)s", count=card.pages)
    yield message("words: %(count)s", count=card.words)
    yield from _page_lines(card)
    if card.locales:
        languages = ", ".join(_languages(card, translate))
        yield message("languages: %(languages)s", languages=languages)
    repairs = card.repairs
    if any((repairs.spaces, repairs.hyphens, repairs.accents)):
        yield message(
            "corrected: spaces %(spaces)s, hyphens %(hyphens)s, ligatures "
            "%(ligatures)s, accents %(accents)s",
            **asdict(repairs),
        )
    if card.sibling_of:
        yield message("in the other language: %(name)s", name=card.sibling_of)
    if card.missing_properties:
        names = (
            PROPERTY_NAMES[name].text(translate) for name in card.missing_properties
        )
        yield message(
            "missing from the file’s properties: %(lacks)s", lacks=", ".join(names)
        )
    if card.proposals is not None:
        yield message("proposals found: %(count)s", count=card.proposals)


def _page_lines(card: ReportCard) -> Iterator[Message]:
    if card.empty_pages:
        yield message("empty pages: %(pages)s", pages=ranges(card.empty_pages))
    if card.scanned_pages:
        yield message("scanned pages: %(pages)s", pages=ranges(card.scanned_pages))


def _languages(card: ReportCard, translate: Translate) -> Iterator[str]:
    for locale, first, last in card.locales:
        pages = f" ({ranges(range(first, last + 1))})" if first else ""
        yield LANGUAGE_NAMES[locale].text(translate) + pages
