"""Messages in the words of earlier releases, as tasks and extractions store them.

The catalog translates the present words only.
"""

from __future__ import annotations

from indexer.model.problems import Message

_CHECK_SENDER = "check with the person who sent it"
_NO_TEXT = (
    "no readable text: it has none, or its font does not identify its letters; ask for "
    "another file, or read it with text recognition"
)
_CRASHED = (
    "the program that reads files failed on it, although it may be sound: save it in "
    "another format, and tell the person who runs this service"
)
_DAMAGED = "it is damaged or incomplete: open it and save it again, or ask for another"
_EXPANDS = (
    "it unpacks to far more data than its size suggests, as malicious files do: save "
    f"it again with smaller images, or {_CHECK_SENDER}"
)
_XML = f"it contains XML entities, as malicious files do: {_CHECK_SENDER}"
_WRONG_NAME = "its name does not match its type, %(type)s: rename it"
_TOO_MANY = "not accepted: %(most)s files at most at once; send it again"

REWORDED = {
    # Why a file can't be read.
    "its pages are pictures, and no text can be read in them: install tesseract with "
    "French and English (Debian: apt install tesseract-ocr tesseract-ocr-fra) and read "
    "it with recognition, or ask for a file with text": (
        "its pages are images with no readable text: install tesseract with French and "
        "English (Debian: apt install tesseract-ocr tesseract-ocr-fra) and read it "
        "with text recognition, or ask for a file with text"
    ),
    "its pages are pictures, and no text can be read in them: read it with recognition "
    "(kb add --ocr), or ask for a file with text": (
        "its pages are images with no readable text: read it with text recognition (kb "
        "add --ocr), or ask for a file with text"
    ),
    "its name does not tell what it is, for it is of type %(type)s: name it so": (
        _WRONG_NAME
    ),
    "its name says another type, but it is of type %(type)s: rename it": _WRONG_NAME,
    "it can't be opened: check that it is there, and that you may read it": (
        "it cannot be opened: check that it exists, and that you have permission to "
        "read it"
    ),
    "it needs a password: save it without one, and add that": (
        "it needs a password: save a copy without one, and send the copy"
    ),
    "it is damaged or cut short: open it, save it again, or ask for another": _DAMAGED,
    "it is damaged or cut short: open it and save it again, or ask for another": (
        _DAMAGED
    ),
    "it unpacks to far more than it should, as hostile files do: save it again with "
    "smaller pictures, or ask who sent it": _EXPANDS,
    "it unpacks to far more than it should, as hostile files do: save it again with "
    "smaller pictures, or check with whoever sent it": _EXPANDS,
    "it holds XML with entities, as hostile files do: ask who sent it": _XML,
    "it holds XML with entities, as hostile files do: check with whoever sent it": _XML,
    "no readable text: it has none, or its font does not say what its letters mean: "
    "ask for another file, or read it with recognition": _NO_TEXT,
    "no readable text: it has none, or its font does not say what its letters mean; "
    "ask for another file, or read it with recognition": _NO_TEXT,
    "it takes too long to be read: save it again, or split it": (
        "it takes too long to read: save it again, or split it"
    ),
    "it takes too much memory to be read: save it again, or split it": (
        "it takes too much memory to read: save it again, or split it"
    ),
    "its reader failed on it: save it again, or ask for another": _CRASHED,
    "reading it failed: save it again, or ask for another": _CRASHED,
    # Report cards and proposals.
    "a heading that names a town, with a text under it": (
        "a heading that names a town, followed by a text"
    ),
    "pages that are pictures, and whose text is not read: %(pages)s; with tesseract, "
    "recognition reads them": (
        "pages that are images, whose text is not read: %(pages)s; text recognition "
        "(tesseract) can read them"
    ),
    "pages whose letters stand for others, and whose text is left out: %(pages)s": (
        "pages whose font maps letters to other letters, and whose text is left out: "
        "%(pages)s"
    ),
    "pages whose text was recognised in pictures, and should be read through: "
    "%(pages)s": (
        "pages whose text was recognised in images, to be proofread: %(pages)s"
    ),
    "it holds hardly any words": "it contains hardly any words",
    "it holds macros; they were neither run nor kept": (
        "it contains macros; they were neither run nor kept"
    ),
    "it is not tagged for screen readers: the text page stands in for it": (
        "it is not tagged for screen readers: the text page replaces it"
    ),
    "of a hundred of its passages, %(percent)s are in %(name)s too": (
        "%(percent)s%% of its passages are also in %(name)s"
    ),
    # Tasks.
    "nothing was changed: %(path)s can't be written (%(reason)s)": (
        "nothing was changed: %(path)s cannot be written (%(reason)s)"
    ),
    "the history can't be read: %(path)s (%(reason)s)": (
        "the history cannot be read: %(path)s (%(reason)s)"
    ),
    "nothing was changed: %(path)s, which announces a change that was begun, is "
    "damaged (%(reason)s): move it elsewhere, then try again": (
        "nothing was changed: the journal entry %(path)s of an interrupted change is "
        "damaged (%(reason)s): move it elsewhere, then try again"
    ),
    "%(what)s is not there any more": "%(what)s no longer exists",
    "%(what)s is there already": "%(what)s already exists",
    "%(record)s has problems to be mended first: %(count)s": (
        "%(record)s has problems to correct first: %(count)s"
    ),
    "the folder of the content is not there": "the content folder does not exist",
    "it can't be written here (%(reason)s)": "it cannot be written here (%(reason)s)",
    "it can't be copied (%(reason)s)": "it cannot be copied (%(reason)s)",
    "it is too large: the most is %(most)s megabytes for one file": (
        "it is too large: %(most)s megabytes at most for one file"
    ),
    "it was not taken: %(most)s files at once are the most; send it again": _TOO_MANY,
    "it was not taken: %(most)s files at most at once; send it again": _TOO_MANY,
    "already there: the same bytes as %(holder)s": (
        "already present: identical to %(holder)s"
    ),
    "published as %(id)s; proposals that wait for a person: %(count)s": (
        "published as %(id)s; proposals awaiting a decision: %(count)s"
    ),
    "no text was recognised in its pictures: ask for a file with text": (
        "no text was recognised in its images: ask for a file with text"
    ),
    "no text was recognised in its pictures": "no text was recognised in its images",
    "pages whose pictures were read as text: %(count)s": (
        "pages whose text was recognised in images: %(count)s"
    ),
    "the record that it was for is not published, or has no such file": (
        "its record is not published, or has no such file"
    ),
    "it is the very file that is published": "it is identical to the published file",
    "it says that it is not for the public (“%(words)s”): put it into a draft of the "
    "record, where you are asked before it is published": (
        "it says that it is not for the public (“%(words)s”): put it into a draft of "
        "the record, where a confirmation is asked before publishing"
    ),
    "quotations that the new file does not hold: %(count)s; the desk lists them, and "
    "visitors go on reading them": (
        "quotations missing from the new file: %(count)s; the dashboard lists them, "
        "and visitors still see them"
    ),
    "the draft that it was for was published or thrown away: send it again from the "
    "record": (
        "its draft was published or deleted: send the file again from the record"
    ),
    "the draft has this very file already": "the draft already contains this file",
}
"""The present words of each message that an earlier release may have stored."""


def present_words(stored: Message) -> Message:
    """Return a stored message in the words that the catalog translates."""
    template = REWORDED.get(stored.template, stored.template)
    return Message(template, stored.values)
