"""Long texts, stored as UTF-8."""

import hashlib


class LongText:
    """A text stored in UTF-8, converted by `str` and compared by content.

    A `str` with one character outside Latin-1, such as a curly apostrophe, uses two
    bytes for each character, and most texts are never read.
    """

    __slots__ = ("utf8",)

    def __init__(self, text: str | bytes) -> None:
        """Store a text, or bytes of valid UTF-8."""
        self.utf8 = text.encode("utf-8") if isinstance(text, str) else text

    def __str__(self) -> str:
        return self.utf8.decode("utf-8")

    def __repr__(self) -> str:
        """Return a digest and the size, as texts are long."""
        digest = hashlib.blake2b(self.utf8, digest_size=16).hexdigest()
        return f"Text({digest}, {len(self)} bytes)"

    def __len__(self) -> int:
        """Return the size in bytes."""
        return len(self.utf8)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LongText) and other.utf8 == self.utf8

    def __hash__(self) -> int:
        return hash(self.utf8)


NO_TEXT = LongText("")
