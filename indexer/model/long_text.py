"""A long text, kept in as little room as costs nothing to make."""

from __future__ import annotations

import hashlib
from typing import Protocol

DIGEST_BYTES = 16


class SpooledText(Protocol):
    """Bytes that lie outside memory."""

    def read(self) -> bytes:
        """Give them back."""
        ...


class LongText:
    """A text in UTF-8; `str` gives it, and it is equal to any that says the same.

    One sign that Latin-1 lacks, such as an apostrophe, makes Python keep a text in two
    bytes for each sign, and most texts are not asked for.
    """

    __slots__ = ("_digest", "_held", "_size")

    def __init__(self, text: str | bytes) -> None:
        """Take a text, or bytes that are known to be UTF-8."""
        content = text.encode("utf-8") if isinstance(text, str) else text
        self._held: bytes | SpooledText = content
        self._size = len(content)
        self._digest = b""

    @property
    def is_in_memory(self) -> bool:
        """Whether the text lies in memory, and nowhere else."""
        return isinstance(self._held, bytes)

    def put(self, elsewhere: SpooledText) -> None:
        """Keep what this says elsewhere, where it stands already, and not in memory."""
        _ = self.digest
        self._held = elsewhere

    @property
    def utf8(self) -> bytes:
        """The text in UTF-8."""
        held = self._held
        return held if isinstance(held, bytes) else held.read()

    @property
    def digest(self) -> bytes:
        """What tells this text from any other."""
        if not self._digest:
            digest = hashlib.blake2b(self.utf8, digest_size=DIGEST_BYTES)
            self._digest = digest.digest()
        return self._digest

    def __str__(self) -> str:
        return self.utf8.decode("utf-8")

    def __repr__(self) -> str:
        """Give what tells it from any other text: a digest."""
        return f"Text({self.digest.hex()}, {len(self)} bytes)"

    def __len__(self) -> int:
        """Give its size in bytes."""
        return self._size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LongText) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


NO_TEXT = LongText("")
