"""A long text, kept in as little room as costs nothing to make."""

from __future__ import annotations

import hashlib


class Text:
    """A text in UTF-8; `str` gives it, and it is equal to any that says the same.

    One sign that Latin-1 lacks, such as an apostrophe, makes Python keep a text in two
    bytes for each sign, and most texts are not asked for.
    """

    __slots__ = ("_utf8",)

    def __init__(self, text: str) -> None:
        self._utf8 = text.encode("utf-8")

    @classmethod
    def of_utf8(cls, content: bytes) -> Text:
        """Take bytes that are known to be UTF-8, as they are."""
        text = cls("")
        text._utf8 = content
        return text

    def __str__(self) -> str:
        return self._utf8.decode("utf-8")

    def __repr__(self) -> str:
        """Give what tells it from any other text: a digest."""
        digest = hashlib.blake2b(self._utf8, digest_size=16).hexdigest()
        return f"Text({digest}, {len(self)} bytes)"

    def __len__(self) -> int:
        """Give its size in bytes."""
        return len(self._utf8)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and other._utf8 == self._utf8

    def __hash__(self) -> int:
        return hash(self._utf8)


NO_TEXT = Text("")
