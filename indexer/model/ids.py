"""Locales, kinds of record, and record ids."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

# File systems limit names to 255 bytes; prefixes and suffixes are added to slugs.
SLUG_PATTERN = re.compile(r"(?=[^/]{1,150}(?:/|\Z))[a-z0-9]+(?:[.-][a-z0-9]+)*")


class Locale(StrEnum):
    """A language of the knowledge base."""

    FR = "fr"
    EN = "en"

    # `Enum.__hash__` is written in Python, and a page hashes thousands of members.
    __hash__ = str.__hash__

    @property
    def other(self) -> "Locale":
        """The other locale."""
        return Locale.EN if self is Locale.FR else Locale.FR


class Kind(StrEnum):
    """The kinds of records."""

    DELIVERABLE = "deliverable"
    PRACTICE = "practice"
    RECOMMENDATION = "recommendation"
    NEED = "need"
    EVENT = "event"
    THEME = "theme"
    TERM = "term"
    PAGE = "page"

    # `Enum.__hash__` is written in Python, and a page hashes thousands of members.
    __hash__ = str.__hash__

    @property
    def folder(self) -> str:
        """The folder under `documents/`, which is also the path segment of URLs."""
        return "glossary" if self is Kind.TERM else f"{self.value}s"

    @classmethod
    def from_folder(cls, folder: str) -> "Kind | None":
        """Return the kind of a folder, or None."""
        return next((kind for kind in cls if kind.folder == folder), None)


@dataclass(frozen=True, slots=True, order=True)
class RecordId:
    """The kind and slug of a record, unique in the corpus; `str` is its URL path."""

    kind: Kind
    slug: str

    def __str__(self) -> str:
        return f"{self.kind.folder}/{self.slug}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse `practices/milan-stolen-bikes`, or `practice/…` as JSON names the kind.

        Return None for any other form.
        """
        folder, _, slug = text.partition("/")
        kind = next((kind for kind in Kind if folder in {kind.folder, kind}), None)
        if kind is None or not SLUG_PATTERN.fullmatch(slug):
            return None
        return cls(kind, slug)
