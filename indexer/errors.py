"""Errors that the indexer raises on purpose.

Errors have data (a path, a text) and no translated text: the command line and the site
choose the words and the language.
"""

from enum import StrEnum
from pathlib import Path


class IndexerError(Exception):
    """Base class of the errors of the indexer."""


class CorpusMissingError(IndexerError):
    """The folder of documents is missing or can't be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no folder of documents can be read here")
        self.path = path


class QueryFault(StrEnum):
    """Why a query is rejected."""

    TOO_LONG = "too-long"
    UNKNOWN_VALUE = "unknown-value"
    BAD_PAGE = "bad-page"
    BAD_SORT = "bad-sort"
    BAD_LOCALE = "bad-locale"
    BAD_PER_PAGE = "bad-per-page"
    BAD_CURSOR = "bad-cursor"
    """The cursor is of another list."""
    MALFORMED_CURSOR = "malformed-cursor"
    """The text has characters that no cursor has."""
    UNKNOWN_CHOICE = "unknown-choice"
    UNKNOWN_PARAMETER = "unknown-parameter"


class QueryError(IndexerError):
    """A rejected query: the fault, and the URL parameter with its value.

    `choices` are the valid values, when they are few.
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
    """The requested page of results is after the last one."""

    def __init__(self, page: int, pages: int) -> None:
        super().__init__(f"page {page} of {pages}")
        self.page = page
        self.pages = pages


class _IndexError(IndexerError):
    """An error of the index, with its folder and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> "tuple[type[_IndexError], tuple[Path, str]]":
        """Return how another process makes the same error."""
        return type(self), (self.path, self.reason)


class IndexUnavailableError(_IndexError):
    """There is no valid index; `kb index rebuild` makes one."""


class IndexWriteError(_IndexError):
    """The index could not be written; the previous generation stays current."""


class IndexBusyError(IndexerError):
    """Timeout: another process is still writing the index."""

    def __init__(self, path: Path, waited_s: float) -> None:
        super().__init__(f"{path}: still being written after {waited_s:.0f} s")
        self.path = path
        self.waited_s = waited_s


NOT_INDEXED_ERRORS = (IndexBusyError, IndexUnavailableError, IndexWriteError)
"""Errors after which the index still has the old content."""


class FileUnreadableError(IndexerError):
    """A file can't be read or has no text; `reason` is an `Unreadable` value."""

    def __init__(self, name: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{name}: {reason}" + (f" ({detail})" if detail else ""))
        self.name = name
        self.reason = reason
        self.detail = detail
