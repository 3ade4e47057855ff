"""Errors of the staff database."""

from enum import StrEnum

from indexer.errors import IndexerError
from kb.core.storage_errors import StorageError


class DatabaseUnavailableError(StorageError):
    """The staff database can't be opened or migrated."""


class AccountFault(StrEnum):
    """Why a change of an account is rejected."""

    BAD_EMAIL = "bad-email"
    EXISTS = "exists"
    UNKNOWN = "unknown"
    LAST_ADMIN = "last-admin"
    DISABLED = "disabled"


class AccountError(IndexerError):
    """A rejected change of an account."""

    def __init__(self, fault: AccountFault, email: str) -> None:
        super().__init__(f"{fault}: {email}")
        self.fault = fault
        self.email = email


class PasswordFault(StrEnum):
    """Why a password is rejected."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    COMMON = "common"
    OWN_NAME = "own-name"


class PasswordError(IndexerError):
    """A rejected password; the error does not hold the password itself."""

    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class UnreadableFactorError(IndexerError):
    """The secret of a second factor was encrypted with another key, or changed."""


class IdentityFault(StrEnum):
    """Why an identity at the provider signs nobody in; the values are stored."""

    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"
    DISABLED = "disabled"
    BOUND_ELSEWHERE = "bound-elsewhere"
    """The account of this address is bound to another identity."""


class IdentityError(IndexerError):
    """An identity that signs nobody in.

    `account` is the address of the account that it does not open; empty without one.
    """

    def __init__(self, fault: IdentityFault, account: str = "") -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.account = account
