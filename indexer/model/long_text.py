"""Long texts, stored as UTF-8 or on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable


class LongText:
    """A text stored in UTF-8, converted by `str` and compared by content.

    A `str` with one character outside Latin-1, such as a curly apostrophe, uses two
    bytes for each character, and most texts are never read.
    """

    __slots__ = ("_content", "_digest", "_size")

    def __init__(self, text: str | bytes) -> None:
        """Store a text, or bytes of valid UTF-8."""
        content = text.encode("utf-8") if isinstance(text, str) else text
        self._content: bytes | Callable[[], bytes] = content
        self._size = len(content)
        self._digest = b""

    def spool(self, read: Callable[[], bytes]) -> None:
        """Replace the text in memory with a function that reads it from a file."""
        _ = self.digest
        self._content = read

    @property
    def utf8(self) -> bytes:
        """The text in UTF-8."""
        content = self._content
        return content if isinstance(content, bytes) else content()

    @property
    def digest(self) -> bytes:
        """The BLAKE2b digest of the text, used for comparison."""
        if not self._digest:
            self._digest = hashlib.blake2b(self.utf8, digest_size=16).digest()
        return self._digest

    def __reduce__(self) -> tuple[type[LongText], tuple[bytes]]:
        """Pickle the text itself, wherever it is stored."""
        return LongText, (self.utf8,)

    def __str__(self) -> str:
        return self.utf8.decode("utf-8")

    def __repr__(self) -> str:
        """Return the digest and the size, as texts are long."""
        return f"Text({self.digest.hex()}, {len(self)} bytes)"

    def __len__(self) -> int:
        """Return the size in bytes."""
        return self._size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LongText) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


NO_TEXT = LongText("")
