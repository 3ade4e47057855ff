"""Every error that the indexer raises on purpose.

An error carries facts (a path, a text), never translated prose: whoever shows it
chooses the words and the language.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class IndexerError(Exception):
    """The base of all errors below."""


class CorpusMissingError(IndexerError):
    """`documents/` is not where it was said to be, or can't be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no folder of documents can be read here")
        self.path = path


class QueryFault(StrEnum):
    """Why a query is refused, one word for each reason."""

    TOO_LONG = "too-long"
    UNKNOWN_VALUE = "unknown-value"
    BAD_PAGE = "bad-page"
    BAD_SORT = "bad-sort"
    BAD_LOCALE = "bad-locale"


class QueryError(IndexerError):
    """A search that is refused: `fault` says why, `field` and `value` where.

    `choices` are the values that it could have, when they are few.
    """

    def __init__(
        self,
        fault: QueryFault,
        *,
        field: str = "",
        value: str = "",
        choices: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{fault}: {field}={value!r}")
        self.choices = choices
        self.fault = fault
        self.field = field
        self.value = value


class PageOutOfRangeError(IndexerError):
    """The page asked for is after the last one."""

    def __init__(self, page: int, pages: int) -> None:
        super().__init__(f"page {page} of {pages}")
        self.page = page
        self.pages = pages


class IndexUnavailableError(IndexerError):
    """There is no index that can be trusted; a rebuild will make one."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class IndexBusyError(IndexerError):
    """Another process has been writing the index for too long."""

    def __init__(self, path: Path, waited_s: float) -> None:
        super().__init__(f"{path}: still being written after {waited_s:.0f} s")
        self.path = path
        self.waited_s = waited_s


class IndexWriteError(IndexerError):
    """The index could not be written; the last good one still answers."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class FileUnreadableError(IndexerError):
    """A file can't be read, or holds no text: `reason` is one of `model.readings`."""

    def __init__(self, name: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{name}: {reason}" + (f" ({detail})" if detail else ""))
        self.name = name
        self.reason = reason
        self.detail = detail
