"""The staff database, with all its parts."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from kb.database.accounts import Accounts
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock, utc_now
from kb.database.connection import Database
from kb.database.counts import DailyCounts, SearchCounts
from kb.database.errors import DatabaseUnavailableError
from kb.database.identities import Identities
from kb.database.migrate import ensure_migrated
from kb.database.model import SessionLife
from kb.database.second_factors import FactorCipher, SecondFactors
from kb.database.sessions import Devices, Sessions
from kb.database.sign_in_limiter import FailedSignInCounter, SignInLimiter
from kb.database.tables import typed_searches, unfound_searches


class StaffDatabase:
    """The parts of the staff database: accounts, sessions, audit log, counters."""

    def __init__(
        self,
        path: Path,
        secret: bytes,
        *,
        life: SessionLife | None = None,
        clock: Clock = utc_now,
    ) -> None:
        ensure_migrated(path)
        self.database = Database(path)
        self.audit = AuditLog(self.database, clock)
        self.accounts = Accounts(self.database, self.audit, clock)
        self.devices = Devices(self.database, clock, secret)
        self.failed_sign_ins = FailedSignInCounter(self.database, clock)
        self.sessions = Sessions(
            self.database,
            self.audit,
            self.failed_sign_ins,
            clock,
            life or SessionLife(),
        )
        self.daily_counts = DailyCounts(self.database, clock)
        self.identities = Identities(self.database, self.audit)
        self.second_factors = SecondFactors(
            self.database, self.audit, clock, FactorCipher(secret)
        )
        with suppress(DatabaseUnavailableError):  # a full disk: the next start does it
            self.second_factors.encrypt_stored()
        self.sign_in_limiter = SignInLimiter(
            self.database, self.failed_sign_ins, clock, secret
        )
        self.zero_result_searches = SearchCounts(self.database, clock, unfound_searches)
        self.typed_searches = SearchCounts(self.database, clock, typed_searches)

    def check(self) -> None:
        """Read one row, as a health check.

        Raises:
            DatabaseUnavailableError: the file is missing or can't be read.
        """
        if not self.database.path.exists():
            raise DatabaseUnavailableError(self.database.path, "missing")
        with self.database.reading() as connection:
            connection.exec_driver_sql("SELECT id FROM accounts LIMIT 1").first()
