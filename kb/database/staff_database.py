"""The staff database, with all its parts."""

from contextlib import suppress
from pathlib import Path

from kb.database.accounts import Accounts
from kb.database.audit_log import AuditLog, ClientAddresses
from kb.database.clock import Clock, utc_now
from kb.database.counts import DailyCounts, SearchCounts
from kb.database.cover_corrections import CoverCorrections
from kb.database.errors import DatabaseUnavailableError
from kb.database.identities import Identities
from kb.database.model import SessionLife
from kb.database.schema import StaffStore
from kb.database.second_factors import FactorCipher, SecondFactors
from kb.database.sessions import Devices, Sessions
from kb.database.sign_in_limiter import FailedSignInCounter, SignInLimiter
from kb.database.source_links import SourceLinks


class StaffDatabase:
    """The parts of the staff database: accounts, sessions, audit log, counters."""

    def __init__(
        self,
        path: Path,
        secret: bytes,
        *,
        life: SessionLife | None = None,
        clock: Clock = utc_now,
        clients: ClientAddresses | None = None,
    ) -> None:
        self.store = StaffStore(path)
        self.store.migrate()
        self.audit = AuditLog(self.store, clock, clients)
        self.accounts = Accounts(self.store, self.audit, clock)
        self.devices = Devices(self.store, clock, secret)
        self.failed_sign_ins = FailedSignInCounter(self.store, clock)
        self.sessions = Sessions(
            self.store,
            self.audit,
            self.failed_sign_ins,
            clock,
            life or SessionLife(),
        )
        self.daily_counts = DailyCounts(self.store, clock)
        self.identities = Identities(self.store, self.audit)
        self.second_factors = SecondFactors(
            self.store, self.audit, clock, FactorCipher(secret)
        )
        with suppress(DatabaseUnavailableError):  # a full disk: the next start does it
            self.second_factors.encrypt_stored()
        self.sign_in_limiter = SignInLimiter(
            self.store, self.failed_sign_ins, clock, secret
        )
        self.source_links = SourceLinks(self.store, clock)
        self.cover_corrections = CoverCorrections(self.store, clock)
        self.zero_result_searches = SearchCounts(self.store, clock, "unfound_searches")
        self.typed_searches = SearchCounts(self.store, clock, "typed_searches")

    def check(self) -> None:
        """Read one row, as a health check.

        Raises:
            DatabaseUnavailableError: the file is missing or can't be read.
        """
        if not self.store.path.exists():
            raise DatabaseUnavailableError(self.store.path, "missing")
        self.store.first("SELECT id FROM accounts LIMIT 1")
