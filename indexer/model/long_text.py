"""Long texts, stored as UTF-8."""

import hashlib


class LongText:
    """A text stored in UTF-8, converted by `str` and compared by content.

    A `str` with one character outside Latin-1, such as a curly apostrophe, uses two
    bytes for each character, and most texts are never read.
    """

    __slots__ = ("_digest", "utf8")

    def __init__(self, text: str | bytes) -> None:
        """Store a text, or bytes of valid UTF-8."""
        self.utf8 = text.encode("utf-8") if isinstance(text, str) else text
        self._digest = b""

    @property
    def digest(self) -> bytes:
        """The BLAKE2b digest of the text, used for comparison."""
        if not self._digest:
            self._digest = hashlib.blake2b(self.utf8, digest_size=16).digest()
        return self._digest

    def __reduce__(self) -> "tuple[type[LongText], tuple[bytes]]":
        """Pickle the text without its digest."""
        return LongText, (self.utf8,)

    def __str__(self) -> str:
        return self.utf8.decode("utf-8")

    def __repr__(self) -> str:
        """Return the digest and the size, as texts are long."""
        return f"Text({self.digest.hex()}, {len(self)} bytes)"

    def __len__(self) -> int:
        """Return the size in bytes."""
        return len(self.utf8)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LongText) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


NO_TEXT = LongText("")
