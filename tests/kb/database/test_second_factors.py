"""Tests of stored second factors: their encryption, and what a lost key leaves."""

import sqlite3
from contextlib import closing

import pyotp
import pytest

from kb.database.errors import UnreadableFactorError
from kb.database.model import Account, FactorCheck
from kb.database.second_factors import FactorCipher, is_encrypted
from kb.database.staff_database import StaffDatabase
from tests.support.staff import SECRET, HandClock, an_account

PHONE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SECRET = b"the secret of another machine" * 3


def turn_on(database: StaffDatabase, clock: HandClock) -> tuple[Account, str]:
    """Turn the factor of a new account on; return the account and a recovery code."""
    account = an_account(database)
    code = pyotp.TOTP(PHONE).at(clock())
    codes = database.second_factors.turn_on(account, PHONE, code)
    assert codes is not None
    clock.advance(minutes=1)
    return account, codes[0]


def reopened(
    database: StaffDatabase, clock: HandClock, secret: bytes = SECRET
) -> StaffDatabase:
    """Return the same database in another process."""
    return StaffDatabase(database.store.path, secret, clock=clock)


def stored_secret(database: StaffDatabase) -> str:
    """Return the text in the column of the secret."""
    with closing(sqlite3.connect(database.store.path)) as connection:
        (text,) = connection.execute("SELECT secret FROM second_factors").fetchone()
    return str(text)


def test_the_secret_is_encrypted_and_the_recovery_codes_are_digests(
    database: StaffDatabase, clock: HandClock
) -> None:
    """A stolen copy of the database signs nobody in."""
    account, recovery_code = turn_on(database, clock)

    files = list(database.store.path.parent.glob("staff.db*"))

    for each in files:
        content = each.read_bytes()
        assert PHONE.encode() not in content
        assert recovery_code.replace("-", "").encode() not in content
    code = pyotp.TOTP(PHONE).at(clock())
    assert reopened(database, clock).second_factors.check(account, code) is (
        FactorCheck.RIGHT
    )


def test_a_secret_of_an_earlier_release_is_encrypted_at_the_start(
    database: StaffDatabase, clock: HandClock
) -> None:
    """The phone goes on working, and the file has the secret no more."""
    account, _ = turn_on(database, clock)
    path = database.store.path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE second_factors SET secret = ?", (PHONE,))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert PHONE.encode() in path.read_bytes()

    upgraded = reopened(database, clock)

    assert is_encrypted(stored_secret(upgraded))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert PHONE.encode() not in path.read_bytes()
    code = pyotp.TOTP(PHONE).at(clock())
    assert upgraded.second_factors.check(account, code) is FactorCheck.RIGHT
    assert upgraded.second_factors.encrypt_stored() == 0


def test_with_a_lost_key_only_a_recovery_code_is_right(
    database: StaffDatabase, clock: HandClock
) -> None:
    """The factor still protects the account, and can be set up anew."""
    account, recovery_code = turn_on(database, clock)

    other = reopened(database, clock, OTHER_SECRET).second_factors

    assert other.has(account)
    code = pyotp.TOTP(PHONE).at(clock())
    assert other.check(account, code) is FactorCheck.UNREADABLE
    assert other.check(account, recovery_code) is FactorCheck.RIGHT
    assert other.turn_off(account, actor="test")
    assert other.turn_on(account, PHONE, code) is not None


def test_the_secret_of_another_account_cannot_be_put_into_a_row() -> None:
    """Nor can a changed text be read."""
    cipher = FactorCipher(SECRET)
    stored = cipher.encrypt(1, PHONE)

    assert cipher.decrypt(1, stored) == PHONE
    for account_id, text in ((2, stored), (1, f"{stored[:-5]}AAAA=")):
        with pytest.raises(UnreadableFactorError):
            cipher.decrypt(account_id, text)
