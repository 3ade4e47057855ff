"""Messages with the reason why a file can't be read, and the remedy."""

from __future__ import annotations

from indexer.errors import FileUnreadableError
from indexer.model.problems import Message, message
from indexer.model.readings import Unreadable

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
