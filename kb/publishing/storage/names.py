"""Names that files and records are kept under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from indexer.analysis.normalization import fold, normalize

MAX_NAME_BYTES = 120
MAX_SLUG_CHARACTERS = 60

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\ud800-\udfff\ufffd-\uffff#%]+')


def safe_name(name: str) -> str:
    """Give a name that any system and any address can hold, near to the one given."""
    name = unicodedata.normalize("NFC", name)
    printable = "".join(
        char if char.isprintable() or char.isspace() else "-" for char in name
    )
    clean = " ".join(_UNSAFE.sub("-", printable).split()).strip(". ")
    stem, point, ending = clean.rpartition(".")
    if not point:
        stem, ending = clean, ""
    room = MAX_NAME_BYTES - len(ending.encode()) - 1
    stem = stem.encode()[: max(room, 1)].decode("utf-8", "ignore").strip(". ") or "file"
    return f"{stem}.{ending}" if ending and len(ending) <= 10 else stem


def another_name(name: str, number: int) -> str:
    """Give a name beside one that is taken: `report-2.pdf`."""
    stem, point, ending = name.rpartition(".")
    return f"{stem}-{number}.{ending}" if point else f"{name}-{number}"


def slug_of(text: str) -> str:
    """Give an id: the words of a text without accents, joined by hyphens."""
    words = re.findall(r"[a-z0-9]+", fold(normalize(text)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > MAX_SLUG_CHARACTERS:
            break
        slug = longer
    return slug or "-".join(words)[:MAX_SLUG_CHARACTERS].strip("-") or "document"


def slug_of_code(code: str) -> str:
    """Give the id of a code: `D2.6` gives `d2.6`."""
    return ".".join(re.findall(r"[a-z0-9]+", fold(normalize(code))))


def free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Give an id that nothing has: the one wanted, else with a number after it."""
    if not is_taken(wanted):
        return wanted
    number = 2
    while is_taken(f"{wanted}-{number}"):
        number += 1
    return f"{wanted}-{number}"
