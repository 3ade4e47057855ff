"""The errors of what the staff side keeps."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from indexer.errors import IndexerError
from indexer.model.problems import Message


class DatabaseUnavailableError(IndexerError):
    """The database of the staff side can't be opened or brought up to date."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    @property
    def message(self) -> Message:
        """Say it to who runs the service."""
        return Message(
            "%(path)s: %(reason)s", {"path": str(self.path), "reason": self.reason}
        )


class AccountFault(StrEnum):
    """Why a change of an account is refused."""

    BAD_EMAIL = "bad-email"
    EXISTS = "exists"
    UNKNOWN = "unknown"
    LAST_ADMIN = "last-admin"
    DISABLED = "disabled"


class AccountError(IndexerError):
    """A change of an account that is refused."""

    def __init__(self, fault: AccountFault, email: str) -> None:
        super().__init__(f"{fault}: {email}")
        self.fault = fault
        self.email = email


class PasswordFault(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    COMMON = "common"
    OWN_NAME = "own-name"


class PasswordError(IndexerError):
    """A password that is refused; the password itself is never kept in an error."""

    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(str(fault))
        self.fault = fault
