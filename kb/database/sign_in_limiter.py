"""Limits sign-in attempts, counted in the database for all worker processes."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import delete, text

from kb.core.networks import network_of
from kb.database.accounts import normalized_email
from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.model import Refusal
from kb.database.tables import attempts

# After a clock was set back, an old count may expire too late: it is started again.
_INCREMENT = text(
    """
    INSERT INTO attempts (key, count, expires_at)
    VALUES (:key, 1, :now + :seconds)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN expires_at BETWEEN :now + 1 AND :now + :seconds
            THEN count + 1 ELSE 1 END,
        expires_at = CASE WHEN expires_at BETWEEN :now + 1 AND :now + :seconds
            THEN expires_at ELSE :now + :seconds END
    RETURNING count, expires_at
    """
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of attempts in a fixed window of time."""

    attempts: int
    seconds: int


PER_PAIR = Limit(5, 15 * 60)
PER_ACCOUNT = Limit(30, 60 * 60)
PER_ADDRESS = Limit(60, 15 * 60)


class SignInLimiter:
    """Counts sign-in attempts by account, IP address and both, before each check.

    An IP address is stored as a keyed digest, for an hour at most.
    """

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret

    def attempt(self, email: str, address: str) -> Refusal | None:
        """Count an attempt; return a refusal if there were too many."""
        # Attempts refused for their IP address are not counted for the account, which
        # other people must still be able to use.
        for limit, key in self._keys(email, address).items():
            count, wait_s = self._increment(key, limit.seconds)
            if count > limit.attempts:
                return Refusal(wait_s, is_first=count == limit.attempts + 1)
        return None

    def succeed(self, email: str, address: str) -> None:
        """Delete the counts of an account; that of the IP address stays."""
        keys = self._keys(email, address)
        cleared = (keys[PER_PAIR], keys[PER_ACCOUNT])
        self._database.delete(delete(attempts).where(attempts.c.key.in_(cleared)))

    def _keys(self, email: str, address: str) -> dict[Limit, str]:
        account = self._digest(normalized_email(email))
        network = self._digest(network_of(address))
        return {
            PER_ADDRESS: f"address/{network}",
            PER_PAIR: f"pair/{account}.{network}",
            PER_ACCOUNT: f"account/{account}",
        }

    def _increment(self, key: str, seconds: int) -> tuple[int, int]:
        """Add one to a count; return the count, and the seconds until it expires."""
        now = int(self._clock().timestamp())
        values = {"key": key, "now": now, "seconds": seconds}
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.expires_at <= now))
            count, expires_at = connection.execute(_INCREMENT, values).one()
        return count, expires_at - now

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]
