"""Adds our own passwords to `common_passwords.sha256`.

    python -m kb.database.common_passwords.make_list

The list was made in the same way from the lists that `LICENSE` names. No entry is ever
removed.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from kb.database.common_passwords.guessable import (
    DIGEST_BYTES,
    LIST_FILE,
    MAX_WORD,
    MIN_WORD,
    SYMBOLS,
    digest,
    folded,
)

OWN_FILE = Path(__file__).with_name("own_passwords.txt")
MIN_STEM = 5
"""A password that ends with digits is listed without them too, if so much is left."""

_DIGITS = "0123456789"


def read_own() -> list[str]:
    """Return the passwords of our own file, one a line."""
    return OWN_FILE.read_text("utf-8").splitlines()


def words_of(entry: str) -> Iterator[str]:
    """Yield the folded forms of an entry that are listed: no digits alone."""
    plain = "".join(sign for sign in folded(entry) if sign not in SYMBOLS)
    stem = plain.rstrip(_DIGITS)
    for word in (plain, stem if len(stem) >= MIN_STEM else plain):
        if MIN_WORD <= len(word) <= MAX_WORD and not word.isdigit():
            yield word


def read_digests() -> set[bytes]:
    """Return the digests of the list."""
    content = LIST_FILE.read_bytes()
    starts = range(0, len(content), DIGEST_BYTES)
    return {content[start : start + DIGEST_BYTES] for start in starts}


def add_own() -> int:
    """Write the list with our own passwords, and return the number of its entries."""
    own = {digest(word) for entry in read_own() for word in words_of(entry)}
    digests = sorted(read_digests() | own)
    LIST_FILE.write_bytes(b"".join(digests))
    return len(digests)


if __name__ == "__main__":
    sys.stdout.write(f"{add_own()} entries\n")
