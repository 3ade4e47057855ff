"""Names of files and ids of records: made safe, and made unique."""

import itertools
import re
import unicodedata
from collections.abc import Callable

from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import Kind, RecordId
from kb.publishing.errors import NotFoundError

MAX_NAME_BYTES = 120
MAX_SUFFIX_CHARACTERS = 10
MAX_SLUG_CHARACTERS = 60

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\ud800-\udfff\ufffd-\uffff#%]+')


def safe_name(name: str) -> str:
    """Return a file name that any file system and any URL can hold, close to `name`."""
    name = unicodedata.normalize("NFC", name)
    printable = "".join(
        char if char.isprintable() or char.isspace() else "-" for char in name
    )
    clean = " ".join(_UNSAFE.sub("-", printable).split()).strip(". ")
    stem, point, suffix = clean.rpartition(".")
    if not point:
        stem, suffix = clean, ""
    room = MAX_NAME_BYTES - len(suffix.encode()) - 1
    stem = stem.encode()[: max(room, 1)].decode("utf-8", "ignore").strip(". ") or "file"
    is_suffix = suffix and len(suffix) <= MAX_SUFFIX_CHARACTERS
    return f"{stem}.{suffix}" if is_suffix else stem


def unique_name(name: str, is_used: Callable[[str], bool]) -> str:
    """Return `name`, or the first unused of `name-2.pdf`, `name-3.pdf` and so on."""
    stem, point, suffix = name.rpartition(".")
    if not point:
        return unique_slug(name, is_used)
    return unique_slug(stem, is_used, f".{suffix}")


def unique_slug(slug: str, is_used: Callable[[str], bool], suffix: str = "") -> str:
    """Return `slug`, or the first unused of `slug-2`, `slug-3` and so on."""
    numbered = (f"{slug}-{number}{suffix}" for number in itertools.count(2))
    names = itertools.chain([slug + suffix], numbered)
    return next(name for name in names if not is_used(name))


def slug_of(text: str) -> str:
    """Return an id: the words of a text without accents, joined by hyphens."""
    words = re.findall(r"[a-z0-9]+", fold(normalize(text)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > MAX_SLUG_CHARACTERS:
            break
        slug = longer
    return slug or "-".join(words)[:MAX_SLUG_CHARACTERS].strip("-") or "document"


def slug_of_code(code: str) -> str:
    """Return the id of a code: `D2.6` becomes `d2.6`, and `D2.6-v2` `d2.6-v2`."""
    number, _, version = fold(normalize(code)).partition("-v")
    parts = [re.findall(r"[a-z0-9]+", text) for text in (number, version)]
    return "-v".join(filter(None, map(".".join, parts)))


def record_id_of(text: str) -> RecordId:
    """Read an id such as `practices/milan-stolen-bikes`.

    Unlike `RecordId.parse`, it accepts any folder name as a slug.

    Raises:
        NotFoundError: the text is not an id.
    """
    folder, _, slug = text.partition("/")
    kind = Kind.from_folder(folder)
    if kind is None or slug in {"", ".", ".."} or "/" in slug:
        raise NotFoundError(text)
    return RecordId(kind, slug)


def record_of_owner(owner: str) -> RecordId:
    """Return the record of an owner such as `d2.6` or `deliverables/d2.6`."""
    return RecordId.parse(owner) or RecordId(Kind.DELIVERABLE, owner)
