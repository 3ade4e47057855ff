"""Known devices: browsers that signed in to an account, found again by a token.

A device signs nobody in. Its attempts to sign in are counted apart from those of
strangers, so that no stranger can delay them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from sqlalchemy import delete, insert, select, update

from kb.core.email_address import normalized_email
from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.model import DEVICE_DAYS, Account
from kb.database.secret_tokens import new_token, token_hash
from kb.database.tables import accounts, devices


class Devices:
    """The devices of all accounts; only the digest of their tokens is stored."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret

    def account_name(self, email: str) -> str:
        """Return a name for an account, with or without one, that hides its address."""
        text = f"device of {normalized_email(email)}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:16]

    def find(self, email: str, token: str) -> str | None:
        """Return the digest of a token, if it is that of a device of this account."""
        digest = token_hash(token)
        query = (
            select(devices.c.token_hash)
            .join(accounts, devices.c.account_id == accounts.c.id)
            .where(accounts.c.email == normalized_email(email))
            .where(devices.c.token_hash == digest)
            .where(devices.c.expires_at > self._clock())
        )
        return None if self._database.first(query) is None else digest

    def remember(self, account: Account, token: str) -> str:
        """Renew the device of a token, or add a device; return its token."""
        now = self._clock()
        expires_at = now + dt.timedelta(days=DEVICE_DAYS)
        renew = (
            update(devices)
            .where(devices.c.token_hash == token_hash(token))
            .where(devices.c.account_id == account.id)
            .values(expires_at=expires_at)
        )
        with self._database.writing() as connection:
            connection.execute(delete(devices).where(devices.c.expires_at <= now))
            if connection.execute(renew).rowcount:
                return token
            new = new_token()
            values = {"token_hash": token_hash(new), "account_id": account.id}
            connection.execute(insert(devices).values(expires_at=expires_at, **values))
            return new
