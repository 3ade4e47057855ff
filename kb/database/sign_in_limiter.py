"""Limits sign-in attempts, counted in the database for all worker processes.

A browser that signed in to an account before has its own count ("device cookies" of
OWASP). All other browsers share a count per account, and its delay grows up to
`MAX_WAIT_S`. Each address waits for its own turn: it can neither take nor prolong the
turn of another address.
"""

import hashlib
import hmac
import ipaddress
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from kb.core.mail import normalized_email
from kb.core.networks import parse_address
from kb.core.sqlite import Store, from_seconds
from kb.database.clock import Clock
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import Account, FailedSignIns, Refusal

_COUNT_FAILURE = """
    INSERT INTO failed_sign_ins (account_id, count, first_at, last_at)
    SELECT id, 1, :now, :now FROM accounts WHERE email = :email
    ON CONFLICT (account_id) DO UPDATE SET
        count = count + 1, first_at = min(first_at, :now), last_at = :now
    """


class FailedSignInCounter:
    """Counts failed attempts per account."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, connection: sqlite3.Connection, email: str) -> None:
        """Count a failed attempt; an address without an account changes nothing.

        The caller's transaction writes something in both cases: the time of its commit
        does not reveal whether the account exists.
        """
        now = int(self._clock().timestamp())
        values = {"email": normalized_email(email), "now": now}
        connection.execute(_COUNT_FAILURE, values)

    def take(self, account: Account) -> FailedSignIns | None:
        """Return the failed attempts since the last call, and start again at zero."""
        row = self._store.first(
            "SELECT count, first_at, last_at FROM failed_sign_ins WHERE account_id = ?",
            account.id,
        )
        if row is None:
            return None
        count, first_at, last_at = row
        # After another attempt meanwhile, or on a full disk, they are returned again.
        with suppress(DatabaseUnavailableError):
            self._store.execute(
                "DELETE FROM failed_sign_ins WHERE account_id = ? AND count = ?",
                *(account.id, count),
            )
        return FailedSignIns(count, from_seconds(first_at), from_seconds(last_at))


FREE_ATTEMPTS = 5
"""The attempts without a delay: on an account by strangers, or by one device."""

MAX_WAIT_S = 10 * 60
"""The longest wait; also the window of time in which a network has its attempts."""

KEPT_S = 60 * 60
"""How long a count is kept after its last attempt."""

LINKS_PER_ACCOUNT = 3
"""The messages with a password link that an address receives within `KEPT_S`."""

LINK_SHARE = 4
"""A network may ask for a link this many times less often than it may sign in."""

IPV4_LIMITS = {32: 40, 24: 200}
IPV6_LIMITS = {64: 40, 56: 60, 48: 100}
"""The attempts of a network on all accounts, by the length of its prefix."""

_PUT = """
    INSERT INTO attempts (key, count, at) VALUES (:key, :count, :at)
    ON CONFLICT (key) DO UPDATE SET count = :count, at = :at
    """


class _Tries(NamedTuple):
    number: int
    at: int
    """The last attempt; for a network, the start of the window."""


def delay_s(count: int) -> int:
    """Return the delay after a number of attempts: 0, then 1, 2, 4 … seconds."""
    if count < FREE_ATTEMPTS:
        return 0
    return min(MAX_WAIT_S, 1 << min(count - FREE_ATTEMPTS, 30))


class SignInLimiter:
    """Counts sign-in attempts by device, account and network, before each check.

    E-mail and IP addresses are stored as keyed digests, for an hour after the last
    attempt.
    """

    def __init__(
        self, store: Store, failures: FailedSignInCounter, clock: Clock, secret: bytes
    ) -> None:
        self._store = store
        self._failures = failures
        self._clock = clock
        self._secret = secret

    def attempt(
        self, email: str, address: str, *, device: str | None = None
    ) -> Refusal | None:
        """Count an attempt; return a refusal if it comes too early.

        A refused attempt changes no count, so that impatience does not prolong a wait.

        Args:
            email: the e-mail address as typed.
            address: the IP address of the client.
            device: the digest of a device of this account; None for a stranger.
        """
        with self._store.writing() as connection:
            counts = _Counts(connection, self._clock)
            if device is None:
                refusal = self._attempt_of_stranger(counts, email, address)
            else:
                refusal = counts.attempt(f"device/{device}")
            if refusal is not None:
                self._failures.add(connection, email)
        return refusal

    def attempt_at_provider(self, address: str) -> Refusal | None:
        """Count a sign-in through the provider; return a refusal if there were many.

        The networks of the address have one count for it and for passwords.
        """
        return self._attempt_of_networks(self._network_limits(address))

    def attempt_in_session(self, session_id: int) -> Refusal | None:
        """Count an attempt to give the current password in a session."""
        return self._attempt(f"session/{session_id}")

    def succeed_in_session(self, session_id: int) -> None:
        """Forget the attempts of a session."""
        self._forget(f"session/{session_id}")

    def attempt_code(self, account_id: int) -> Refusal | None:
        """Count an attempt to give the code of the second factor of an account."""
        return self._attempt(f"code/{account_id}")

    def succeed_code(self, account_id: int) -> None:
        """Forget the attempts to give the code of an account."""
        self._forget(f"code/{account_id}")

    def attempt_link(self, address: str) -> Refusal | None:
        """Count a request for a password link; return a refusal to a busy network."""
        limits = self._network_limits(address, prefix="link-network")
        return self._attempt_of_networks(
            {key: limit // LINK_SHARE for key, limit in limits.items()}
        )

    def take_link(self, email: str) -> bool:
        """Count a message with a password link; False if the address has enough."""
        key = f"link/{self._account_key(email)}"
        with self._store.writing() as connection:
            counts = _Counts(connection, self._clock)
            count, start = counts.get(key)
            if count >= LINKS_PER_ACCOUNT:
                return False
            counts.put(key, count + 1, start)
        return True

    def succeed(self, email: str, *, device: str | None = None) -> None:
        """Forget the attempts of a device, or the successful attempt of a stranger.

        The other attempts of strangers still count: otherwise the delay would tell
        them that somebody signed in, and that the account exists.
        """
        if device is not None:
            self._forget(f"device/{device}")
            return
        self._store.execute(
            "UPDATE attempts SET count = count - 1 WHERE key = ? AND count > 0",
            self._account_key(email),
        )

    def _attempt(self, key: str) -> Refusal | None:
        with self._store.writing() as connection:
            return _Counts(connection, self._clock).attempt(key)

    def _attempt_of_networks(self, networks: Mapping[str, int]) -> Refusal | None:
        with self._store.writing() as connection:
            return _Counts(connection, self._clock).attempt_of_networks(networks)

    def _attempt_of_stranger(
        self, counts: "_Counts", email: str, address: str
    ) -> Refusal | None:
        account = self._account_key(email)
        networks = self._network_limits(address)
        waits = counts.closed(networks)
        # An address waits from its last attempt, or from its first refusal, whatever
        # others do meanwhile: nobody waits longer than the longest delay.
        turn = f"turn/{account}/{next(iter(networks))}"
        since, tried = counts.get(turn).at, counts.get(account).number
        waits[account] = since + delay_s(tried) - counts.now
        cause = max(waits, key=lambda key: waits[key])
        if waits[cause] > 0:
            counts.put(turn, 0, since)
            return counts.refusal(cause, waits[cause])
        for key in networks:
            counts.add_in_window(key)
        counts.put(account, tried + 1, counts.now)
        counts.put(turn, 0, counts.now)
        return None

    def _network_limits(
        self, address: str, *, prefix: str = "network"
    ) -> dict[str, int]:
        """Return the keys of the networks of an IP address, with their limits."""
        return {
            f"{prefix}/{self._digest(network)}": limit
            for network, limit in _networks(address).items()
        }

    def _forget(self, key: str) -> None:
        self._store.execute("DELETE FROM attempts WHERE key = ?", key)

    def _account_key(self, email: str) -> str:
        return f"account/{self._digest(normalized_email(email))}"

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]


class _Counts:
    """The counts during a write transaction.

    The clock is read inside the transaction: a later transaction never has an earlier
    time, unless the clock was set back. Counts of the future are then deleted.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self.now = int(clock().timestamp())
        self._connection = connection
        connection.execute(
            "DELETE FROM attempts WHERE at <= ? OR at > ?",
            (self.now - KEPT_S, self.now),
        )

    def get(self, key: str) -> _Tries:
        query = "SELECT count, at FROM attempts WHERE key = ?"
        row = self._connection.execute(query, (key,)).fetchone()
        return _Tries(0, self.now) if row is None else _Tries(*row)

    def put(self, key: str, count: int, at: int) -> None:
        self._connection.execute(_PUT, {"key": key, "count": count, "at": at})

    def attempt(self, key: str) -> Refusal | None:
        """Count an attempt by a browser that has its own count."""
        count, at = self.get(key)
        wait_s = at + delay_s(count) - self.now
        if wait_s > 0:
            return self.refusal(key, wait_s)
        self.put(key, count + 1, self.now)
        return None

    def attempt_of_networks(self, networks: Mapping[str, int]) -> Refusal | None:
        """Count an attempt by networks; return a refusal if one had too many."""
        waits = self.closed(networks)
        cause = max(waits, key=lambda key: waits[key])
        if waits[cause] > 0:
            return self.refusal(cause, waits[cause])
        for key in networks:
            self.add_in_window(key)
        return None

    def closed(self, networks: Mapping[str, int]) -> dict[str, int]:
        """Return how long each network must wait, by its limit."""
        return {
            network: start + MAX_WAIT_S - self.now if count >= limit else 0
            for network, limit in networks.items()
            for count, start in [self._window(network)]
        }

    def add_in_window(self, network: str) -> None:
        count, start = self._window(network)
        self.put(network, count + 1, start)

    def refusal(self, cause: str, wait_s: int) -> Refusal:
        """Return a refusal; the first of a cause in an hour is marked."""
        key = f"refused/{cause}"
        count, at = self.get(key)
        self.put(key, count + 1, at)
        return Refusal(wait_s, is_first=count == 0)

    def _window(self, network: str) -> _Tries:
        window = self.get(network)
        is_over = window.at + MAX_WAIT_S <= self.now
        return _Tries(0, self.now) if is_over else window


def _networks(address: str) -> dict[str, int]:
    """Return the networks of an IP address with their limits, the smallest first."""
    parsed = parse_address(address)
    if parsed is None:
        return {address: IPV4_LIMITS[32]}
    limits = IPV4_LIMITS if parsed.version == 4 else IPV6_LIMITS
    return {
        str(ipaddress.ip_network((parsed.packed, length), strict=False)): limit
        for length, limit in limits.items()
    }
