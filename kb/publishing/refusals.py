"""Says why a file can't be read, and what may be done about it."""

from __future__ import annotations

from indexer.errors import FileUnreadableError
from indexer.model.problems import Message, message
from indexer.model.readings import Unreadable

_REASONS: dict[Unreadable, Message] = {
    Unreadable.MISSING: message("it is not there, or may not be read"),
    Unreadable.EMPTY: message("it is empty"),
    Unreadable.ENCRYPTED: message(
        "it is locked by a password: save a copy without a password"
    ),
    Unreadable.DAMAGED: message("it is damaged or cut short: ask for it again"),
    Unreadable.WRONG_EXTENSION: message(
        "its name says another type than its content: correct the end of its name"
    ),
    Unreadable.UNKNOWN_TYPE: message(
        "it is of a type that is not read here: PDF, DOCX, ODT, PPTX, HTML, Markdown "
        "and text are"
    ),
    Unreadable.TOO_LARGE: message("it is too large"),
    Unreadable.TOO_MANY_PAGES: message("it has too many pages"),
    Unreadable.EXPANDS_TOO_MUCH: message(
        "it unpacks to far more than its size: it may be made to do harm"
    ),
    Unreadable.DANGEROUS_XML: message(
        "it holds XML that may be made to do harm: save it again in another program"
    ),
    Unreadable.NO_TEXT: message("no text can be read in it"),
    Unreadable.SCANNED: message(
        "its pages are pictures without a text: have them recognised (OCR)"
    ),
    Unreadable.TOO_SLOW: message("to read it takes too long"),
    Unreadable.TOO_MUCH_MEMORY: message("to read it takes too much memory"),
    Unreadable.CRASHED: message("the program that reads it failed"),
}


def refusal(error: FileUnreadableError) -> Message:
    """Say why a file can't be read."""
    reasons = {reason.value: told for reason, told in _REASONS.items()}
    return reasons.get(str(error.reason), message("it can't be read"))
