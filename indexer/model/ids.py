"""Locales, kinds of record, and the id that names a record everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

# A longer name, with what is put before and after it, is one that no disk takes.
SLUG_PATTERN = re.compile(r"(?=.{1,150}\Z)[a-z0-9]+(?:[.-][a-z0-9]+)*")


class Locale(StrEnum):
    """A language of the knowledge base."""

    FR = "fr"
    EN = "en"

    # That of `Enum` is written in Python; a page takes some thousands.
    __hash__ = str.__hash__

    @property
    def other(self) -> Locale:
        """The other of the two."""
        return Locale.EN if self is Locale.FR else Locale.FR


class Kind(StrEnum):
    """What a record is."""

    DELIVERABLE = "deliverable"
    PRACTICE = "practice"
    RECOMMENDATION = "recommendation"
    NEED = "need"
    EVENT = "event"
    THEME = "theme"
    TERM = "term"
    PAGE = "page"

    # That of `Enum` is written in Python; a page takes some thousands.
    __hash__ = str.__hash__

    @property
    def folder(self) -> str:
        """The folder under `documents/`, which is also the word in an address."""
        return "glossary" if self is Kind.TERM else f"{self.value}s"

    @classmethod
    def from_folder(cls, folder: str) -> Kind | None:
        """Find the kind that lives in a folder, if there is one."""
        return next((kind for kind in cls if kind.folder == folder), None)


@dataclass(frozen=True, slots=True, order=True)
class RecordId:
    """A kind and a name: unique in the corpus, and the end of an address."""

    kind: Kind
    slug: str

    def __str__(self) -> str:
        return f"{self.kind.folder}/{self.slug}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `practices/milan-stolen-bikes`; None when it is not of that form."""
        folder, _, slug = text.partition("/")
        kind = Kind.from_folder(folder)
        if kind is None or not SLUG_PATTERN.fullmatch(slug):
            return None
        return cls(kind, slug)
