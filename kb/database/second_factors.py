"""The second factor of accounts: codes of an application (RFC 6238), recovery codes.

The secret of the codes is stored encrypted: the check needs it. Of recovery codes, only
the digests are stored.
"""

import base64
import hmac
import secrets
import sqlite3

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kb.core.sqlite import Store, to_seconds
from kb.database.accounts import end_sessions
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock
from kb.database.errors import UnreadableFactorError
from kb.database.model import Account, AuditAction, FactorCheck
from kb.database.secret_tokens import token_hash

_PREFIX = "fernet:"
_INFO = b"kb: secrets of second factors"
_KEY_BYTES = 32


class FactorCipher:
    """Encrypts and decrypts the secret of an account with one key.

    The encrypted text has the number of the account: in the row of another account it
    cannot be read.
    """

    def __init__(self, instance_secret: bytes) -> None:
        self._instance_secret = instance_secret

    def encrypt(self, account_id: int, secret: str) -> str:
        """Return the text to store for a secret."""
        plain = f"{account_id}:{secret}".encode()
        return f"{_PREFIX}{self._fernet().encrypt(plain).decode()}"

    def decrypt(self, account_id: int, stored: str) -> str:
        """Return the secret of a stored text.

        Raises:
            UnreadableFactorError: it was encrypted with another key, or changed.
        """
        if not is_encrypted(stored):
            return stored
        try:
            plain = self._fernet().decrypt(stored.removeprefix(_PREFIX))
        except InvalidToken as error:
            raise UnreadableFactorError from error
        owner, _, secret = plain.decode().partition(":")
        if owner != str(account_id):
            raise UnreadableFactorError
        return secret

    def _fernet(self) -> Fernet:
        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_INFO)
        key = derived.derive(self._instance_secret)
        return Fernet(base64.urlsafe_b64encode(key))


def is_encrypted(stored: str) -> bool:
    """Return whether a stored text is encrypted: earlier releases stored the secret."""
    return stored.startswith(_PREFIX)


STEP_S = 30
TOLERATED_STEPS = 1
"""A code of the step before or after is valid too: clocks differ."""

RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP, _GROUPS = 4, 3
MAX_CODE_CHARACTERS = 40


class SecondFactors:
    """The second factors of all accounts. Each change adds a line to the audit log."""

    def __init__(
        self, store: Store, audit: AuditLog, clock: Clock, cipher: FactorCipher
    ) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._cipher = cipher

    def encrypt_stored(self) -> int:
        """Encrypt the secrets that an earlier release stored; return their number.

        Raises:
            DatabaseUnavailableError: the database can't be read or written.
        """
        plain = "SELECT account_id, secret FROM second_factors"
        if all(is_encrypted(secret) for _, secret in self._store.rows(plain)):
            return 0
        count = 0
        with self._store.writing() as connection:
            # SQLite then overwrites the old text in the file.
            connection.execute("PRAGMA secure_delete = ON")
            for account_id, secret in connection.execute(plain).fetchall():
                if not is_encrypted(secret):
                    count += 1
                    connection.execute(
                        "UPDATE second_factors SET secret = ? WHERE account_id = ?",
                        (self._cipher.encrypt(account_id, secret), account_id),
                    )
        return count

    def has(self, account: Account) -> bool:
        """Return whether an account must give a code when it signs in."""
        query = "SELECT 1 FROM second_factors WHERE account_id = ?"
        return self._store.first(query, account.id) is not None

    def ask(self, account: Account) -> None:
        """Begin the grace after which the account must have a factor, once."""
        self._store.execute(
            "UPDATE accounts SET factor_asked_at = ?"
            " WHERE id = ? AND factor_asked_at IS NULL",
            *(to_seconds(self._clock()), account.id),
        )

    def turn_on(
        self, account: Account, secret: str, code: str, *, session: int | None = None
    ) -> tuple[str, ...] | None:
        """Store a secret that a code proves; return recovery codes, or None.

        All sessions of the account end but `session`: they began without the factor.
        None is returned for a wrong code, and for an account that has a factor.
        """
        step = self._step_of(secret, code)
        with self._store.writing() as connection:
            if step is None or self._stored(connection, account) is not None:
                return None
            connection.execute(
                "INSERT INTO second_factors (account_id, secret, last_step)"
                " VALUES (?, ?, ?)",
                (account.id, self._cipher.encrypt(account.id, secret), step),
            )
            codes = _renew(connection, account)
            end_sessions(connection, account.id, but=session)
            self._log(connection, account, AuditAction.SECOND_FACTOR_ON)
        return codes

    def check(self, account: Account, code: str) -> FactorCheck:
        """Return whether a code is right, and use it up: no code is valid twice.

        A recovery code is right also where the secret cannot be decrypted.
        """
        text = code[:MAX_CODE_CHARACTERS].replace(" ", "").lower()
        result = FactorCheck.WRONG
        with self._store.writing() as connection:
            try:
                if self._use_code(connection, account, text):
                    return FactorCheck.RIGHT
            except UnreadableFactorError:
                result = FactorCheck.UNREADABLE
            if _use_recovery_code(connection, account, text.replace("-", "")):
                self._log(connection, account, AuditAction.RECOVERY_CODE_USED)
                return FactorCheck.RIGHT
            self._log(connection, account, AuditAction.SECOND_FACTOR_FAILED)
        return result

    def renew_recovery_codes(self, account: Account) -> tuple[str, ...]:
        """Replace the recovery codes of an account, and return the new ones."""
        with self._store.writing() as connection:
            codes = _renew(connection, account)
            self._log(connection, account, AuditAction.RECOVERY_CODES_RENEWED)
        return codes

    def recovery_count(self, account: Account) -> int:
        """Return how many recovery codes an account has left."""
        query = "SELECT code_hash FROM recovery_codes WHERE account_id = ?"
        return len(self._store.rows(query, account.id))

    def turn_off(
        self, account: Account, *, actor: str, session: int | None = None
    ) -> bool:
        """Delete the factor and the recovery codes; return whether there was one.

        All sessions of the account end but `session`. An actor other than the owner
        of the account also gives it a new grace: the phone may be lost.
        """
        with self._store.writing() as connection:
            if actor != account.email:
                connection.execute(
                    "UPDATE accounts SET factor_asked_at = NULL WHERE id = ?",
                    (account.id,),
                )
            _delete_recovery_codes(connection, account)
            deleted = connection.execute(
                "DELETE FROM second_factors WHERE account_id = ?", (account.id,)
            )
            if not deleted.rowcount:
                return False
            end_sessions(connection, account.id, but=session)
            action = AuditAction.SECOND_FACTOR_OFF
            self._audit.append(connection, actor, action, account.email)
        return True

    def _use_code(
        self, connection: sqlite3.Connection, account: Account, code: str
    ) -> bool:
        stored = self._stored(connection, account)
        if stored is None:
            return False
        step = self._step_of(self._cipher.decrypt(account.id, stored), code)
        if step is None:
            return False
        used = connection.execute(
            "UPDATE second_factors SET last_step = ?"
            " WHERE account_id = ? AND last_step < ?",
            (step, account.id, step),
        )
        return bool(used.rowcount)

    def _stored(self, connection: sqlite3.Connection, account: Account) -> str | None:
        query = "SELECT secret FROM second_factors WHERE account_id = ?"
        row = connection.execute(query, (account.id,)).fetchone()
        return None if row is None else str(row[0])

    def _step_of(self, secret: str, code: str) -> int | None:
        """Return the step of time that a code is valid for, or None."""
        now = int(self._clock().timestamp()) // STEP_S
        generator = pyotp.TOTP(secret)
        for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1):
            expected = generator.generate_otp(step)
            if hmac.compare_digest(expected.encode(), code.encode()):
                return step
        return None

    def _log(
        self, connection: sqlite3.Connection, account: Account, action: AuditAction
    ) -> None:
        self._audit.append(connection, account.email, action, account.email)


def _use_recovery_code(
    connection: sqlite3.Connection, account: Account, code: str
) -> bool:
    used = connection.execute(
        "DELETE FROM recovery_codes WHERE account_id = ? AND code_hash = ?",
        (account.id, token_hash(code)),
    )
    return bool(used.rowcount)


def _delete_recovery_codes(connection: sqlite3.Connection, account: Account) -> None:
    connection.execute("DELETE FROM recovery_codes WHERE account_id = ?", (account.id,))


def _renew(connection: sqlite3.Connection, account: Account) -> tuple[str, ...]:
    _delete_recovery_codes(connection, account)
    plain = [
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP * _GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    connection.executemany(
        "INSERT INTO recovery_codes (code_hash, account_id) VALUES (?, ?)",
        [(token_hash(code), account.id) for code in plain],
    )
    return tuple(
        "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
        for code in plain
    )
