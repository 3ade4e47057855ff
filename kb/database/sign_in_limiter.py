"""Slows down whoever guesses. Attempts are counted in the database, for all workers."""

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
from kb.database.clock import Clock, seconds
from kb.database.connection import Database
from kb.database.model import Refusal
from kb.database.tables import attempts

PER_PAIR = RateLimitItemPerMinute(5, 15, "pair")
PER_ACCOUNT = RateLimitItemPerMinute(30, 60, "account")
PER_ADDRESS = RateLimitItemPerMinute(60, 15, "address")
IPV6_NETWORK = 64

# A count that ends later than one begun now was begun by a clock that ran ahead, and
# was set back since: it would close an account for as long as that.
_COUNT = text(
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
    """Keeps the counts of the package `limits` in the database.

    Its own storages hold for one process, or need another service.
    """

    STORAGE_SCHEME = None

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong here."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in one statement: of attempts at once, each has its own number."""
        now = seconds(self._clock())
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.expires_at <= now))
            counted = connection.execute(
                _COUNT, {"key": key, "amount": amount, "now": now, "expiry": expiry}
            )
            return int(counted.scalar_one())

    def get(self, key: str) -> int:
        """Give the count of a key."""
        query = (
            select(attempts.c.count)
            .where(attempts.c.key == key)
            .where(attempts.c.expires_at > seconds(self._clock()))
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one_or_none() or 0)

    def get_expiry(self, key: str) -> float:
        """Tell when a count begins anew."""
        query = select(attempts.c.expires_at).where(attempts.c.key == key)
        with self._database.reading() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return float(found if found is not None else seconds(self._clock()))

    def check(self) -> bool:
        """Tell whether counting works."""
        self.get("")
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        with self._database.writing() as connection:
            return connection.execute(delete(attempts)).rowcount

    def clear(self, key: str) -> None:
        """Forget a count."""
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == key))


class SignInLimiter:
    """Counts each attempt before it is looked at, by account, by address and by both.

    An address is kept as a digest with the secret of the service, for an hour at most.
    """

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._storage = DatabaseStorage(database, clock)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._clock = clock
        self._secret = secret

    def attempt(self, email: str, address: str) -> Refusal | None:
        """Count an attempt to sign in; give a refusal when there were too many."""
        # The first that refuses ends it: what one address tries in vain must not close
        # the account to everybody else.
        for item, key in self._keys(email, address):
            if not self._limiter.hit(item, key):
                return self._refusal(item, key)
        return None

    def succeed(self, email: str, address: str) -> None:
        """Forget the attempts on an account; those from the address stay counted."""
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
    """Give the network of an address: one reader of IPv6 has very many addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found.packed, IPV6_NETWORK), strict=False))
    return str(found)
