"""Limits sign-in attempts, counted in the database for all worker processes."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, select, text
from sqlalchemy.exc import SQLAlchemyError

from kb.database.accounts import normalized_email
from kb.database.clock import Clock, to_timestamp
from kb.database.connection import Database
from kb.database.model import Refusal
from kb.database.tables import attempts

PER_PAIR = RateLimitItemPerMinute(5, 15, "pair")
PER_ACCOUNT = RateLimitItemPerMinute(30, 60, "account")
PER_ADDRESS = RateLimitItemPerMinute(60, 15, "address")
IPV6_NETWORK = 64

# After a clock was set back, an old count may expire too late: it is started again.
_INCREMENT = text(
    """
    INSERT INTO attempts (key, count, expires_at)
    VALUES (:key, :amount, :now + :expiry)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN expires_at BETWEEN :now + 1 AND :now + :expiry
            THEN count + :amount ELSE :amount END,
        expires_at = CASE WHEN expires_at BETWEEN :now + 1 AND :now + :expiry
            THEN expires_at ELSE :now + :expiry END
    RETURNING count
    """
)


class DatabaseStorage(Storage):
    """A storage of the package `limits`, in the database.

    The package's own storages work in one process, or need a server.
    """

    STORAGE_SCHEME = None

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """The base class of the errors of this storage."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Increment and return a count in one statement, without a race."""
        now = to_timestamp(self._clock())
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.expires_at <= now))
            counted = connection.execute(
                _INCREMENT, {"key": key, "amount": amount, "now": now, "expiry": expiry}
            )
            return int(counted.scalar_one())

    def get(self, key: str) -> int:
        """Return the count of a key."""
        query = (
            select(attempts.c.count)
            .where(attempts.c.key == key)
            .where(attempts.c.expires_at > to_timestamp(self._clock()))
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one_or_none() or 0)

    def get_expiry(self, key: str) -> float:
        """Return when a count expires."""
        query = select(attempts.c.expires_at).where(attempts.c.key == key)
        with self._database.reading() as connection:
            expires_at = connection.execute(query).scalar_one_or_none()
        return float(
            expires_at if expires_at is not None else to_timestamp(self._clock())
        )

    def check(self) -> bool:
        """Return whether the storage works."""
        self.get("")
        return True

    def reset(self) -> int | None:
        """Delete all counts."""
        with self._database.writing() as connection:
            return connection.execute(delete(attempts)).rowcount

    def clear(self, key: str) -> None:
        """Delete a count."""
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == key))


class SignInLimiter:
    """Counts sign-in attempts by account, IP address and both, before each check.

    An IP address is stored as a keyed digest, for an hour at most.
    """

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._storage = DatabaseStorage(database, clock)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._clock = clock
        self._secret = secret

    def attempt(self, email: str, address: str) -> Refusal | None:
        """Count an attempt; return a refusal if there were too many."""
        # Attempts refused for their IP address are not counted for the account, which
        # other people must still be able to use.
        for item, key in self._keys(email, address):
            if not self._limiter.hit(item, key):
                return self._refusal(item, key)
        return None

    def succeed(self, email: str, address: str) -> None:
        """Delete the counts of an account; that of the IP address stays."""
        for item, key in self._keys(email, address):
            if item is not PER_ADDRESS:
                self._limiter.clear(item, key)

    def _keys(self, email: str, address: str) -> tuple[tuple[RateLimitItem, str], ...]:
        account = self._digest(normalized_email(email))
        network = self._digest(_network(address))
        return (
            (PER_ADDRESS, network),
            (PER_PAIR, f"{account}.{network}"),
            (PER_ACCOUNT, account),
        )

    def _refusal(self, item: RateLimitItem, key: str) -> Refusal:
        until = self._limiter.get_window_stats(item, key).reset_time
        count = self._storage.get(item.key_for(key))
        wait_s = max(1, int(until - self._clock().timestamp()))
        return Refusal(wait_s, is_first=count == item.amount + 1)

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    """Return the network of an IP address: one IPv6 client has very many addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed.packed, IPV6_NETWORK), strict=False))
    return str(parsed)
