"""Tests of accounts, links, passwords and sessions, without the web."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.database.errors import AccountError, AccountFault, PasswordError, PasswordFault
from kb.database.model import LINK_HOURS, Role
from kb.database.passwords import check_password
from kb.database.staff_database import StaffDatabase
from tests.support.disks import no_room
from tests.support.staff import PASSWORD, HandClock, actions, an_account

OTHER = "une autre phrase, tout à fait"


def test_a_new_database_has_no_account(database: StaffDatabase) -> None:
    """There is no default password."""
    assert database.accounts.all() == ()
    assert database.sessions.sign_in("admin", "admin", browser="") is None


def test_a_link_expires(database: StaffDatabase, clock: HandClock) -> None:
    """A link in an old mail is unknown."""
    token = database.accounts.add("lea@example.org", Role.EDITOR, actor="kb staff")
    clock.advance(hours=LINK_HOURS, seconds=-1)
    assert database.accounts.find_by_link(token) is not None

    clock.advance(seconds=1)

    assert database.accounts.use_link(token, PASSWORD) is None


def test_a_link_of_a_clock_that_was_ahead_is_unknown(
    database: StaffDatabase, clock: HandClock
) -> None:
    """It would be valid for years."""
    clock.advance(days=3652)
    token = database.accounts.add("lea@example.org", Role.EDITOR, actor="kb staff")

    clock.advance(days=-3652)

    assert database.accounts.use_link(token, PASSWORD) is None


def test_a_new_link_replaces_the_earlier_one(database: StaffDatabase) -> None:
    """An account has one valid link at most."""
    first = database.accounts.add("lea@example.org", Role.EDITOR, actor="kb staff")
    account = database.accounts.find("lea@example.org")

    second = database.accounts.reset(account.id, actor="kb staff")

    assert database.accounts.use_link(first, PASSWORD) is None
    assert database.accounts.use_link(second, PASSWORD) is not None


def test_only_digests_of_secrets_are_stored(
    database: StaffDatabase, tmp_path: Path
) -> None:
    """The file has no password, link or session token."""
    link = database.accounts.add("paul@example.org", Role.ADMIN, actor="kb staff")
    an_account(database)
    session = database.sessions.sign_in("lea@example.org", PASSWORD, browser="")

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("staff.db*"))

    assert session is not None
    for secret in (link, session, PASSWORD):
        assert secret.encode() not in stored
    assert b"$argon2id$" in stored


@pytest.mark.parametrize(
    "email",
    [
        *("", "lea", "lea@", "@example.org", "lea@example", "a b@example.org"),
        *("lea@example.org\nBcc: x@y.z", "<lea@example.org>", f"{'a' * 300}@b.org"),
        "lea@example.org, paul@example.org",
    ],
)
def test_invalid_addresses_are_rejected(database: StaffDatabase, email: str) -> None:
    """A typing error creates no account."""
    with pytest.raises(AccountError) as caught:
        database.accounts.add(email, Role.EDITOR, actor="kb staff")

    assert caught.value.fault is AccountFault.BAD_EMAIL
    assert database.accounts.all() == ()


def test_an_address_has_one_account(database: StaffDatabase) -> None:
    """Addresses are normalized."""
    an_account(database)

    with pytest.raises(AccountError) as caught:
        database.accounts.add("LEA@EXAMPLE.ORG", Role.ADMIN, actor="kb staff")

    assert caught.value.fault is AccountFault.EXISTS
    assert database.accounts.find("lea@example.org").role is Role.EDITOR


@pytest.mark.parametrize(
    ("password", "fault"),
    [("onze lettre", PasswordFault.TOO_SHORT), ("x" * 257, PasswordFault.TOO_LONG)],
)
def test_the_length_of_a_password_has_limits(
    password: str, fault: PasswordFault
) -> None:
    """Length and a list decide, not character classes."""
    with pytest.raises(PasswordError) as caught:
        check_password(password, email="lea.durand@example.org")

    assert caught.value.fault is fault
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password",
    ["trois vaches sur un pont", "correct cheval pile agrafe", "émeraude à vélo !"],
)
def test_passphrases_are_accepted(password: str) -> None:
    """Spaces and accents are allowed."""
    check_password(password, email="lea@example.org")


def test_passwords_are_normalized(database: StaffDatabase) -> None:
    """Systems send é as one character or two."""
    composed = "une forêt à l’été"
    an_account(database, password=composed)

    decomposed = unicodedata.normalize("NFD", composed)

    assert decomposed != composed
    assert database.sessions.sign_in("lea@example.org", decomposed, browser="")


def test_a_session_expires_when_idle(database: StaffDatabase, clock: HandClock) -> None:
    """After eight hours."""
    an_account(database)
    token = database.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    assert token is not None
    for _ in range(3):
        clock.advance(hours=7)
        assert database.sessions.find(token) is not None

    clock.advance(hours=8)

    assert database.sessions.find(token) is None


def test_a_session_of_a_clock_that_was_ahead_has_ended(
    database: StaffDatabase, clock: HandClock
) -> None:
    """It would last for years; a clock set back by some minutes ends no session."""
    an_account(database)
    token = database.sessions.sign_in("lea@example.org", PASSWORD, browser="")
    assert token is not None
    clock.advance(minutes=-30)
    assert database.sessions.find(token) is not None

    clock.advance(days=-3652)

    assert database.sessions.find(token) is None


def test_a_session_expires_when_used(database: StaffDatabase, clock: HandClock) -> None:
    """After seven days."""
    an_account(database)
    token = database.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    assert token is not None
    for _ in range(27):
        clock.advance(hours=6)
        assert database.sessions.find(token) is not None

    clock.advance(hours=6)

    assert database.sessions.find(token) is None
    assert database.sessions.of(database.accounts.find("lea@example.org")) == ()


def test_a_full_disk_does_not_end_sessions(
    database: StaffDatabase, clock: HandClock
) -> None:
    """The time of last use can't be stored, but the request works."""
    an_account(database, "lea@example.org")
    token = database.sessions.sign_in("lea@example.org", PASSWORD, browser="")
    assert token is not None
    clock.advance(hours=1)

    with no_room():
        session = database.sessions.find(token)

    assert session is not None
    again = database.sessions.find(token)
    assert again is not None
    assert database.sessions.of(session.account)[0].seen_at == clock.now


def test_session_ids_and_digests_are_no_tokens(database: StaffDatabase) -> None:
    """Neither opens a session."""
    account = an_account(database)
    database.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    session = database.sessions.of(account)[0]

    for guess in ("", "1", str(session.id), "x" * 10_000, "\0", "é"):
        assert database.sessions.find(guess) is None


@pytest.mark.parametrize("change", ["disable", "reset"])
def test_disabling_an_account_ends_its_sessions(
    database: StaffDatabase, change: str
) -> None:
    """Its password does not work either."""
    account = an_account(database)
    an_account(database, "admin@example.org", Role.ADMIN)
    token = database.sessions.sign_in("lea@example.org", PASSWORD, browser="") or ""

    getattr(database.accounts, change)(account.id, actor="admin@example.org")

    assert database.sessions.find(token) is None
    assert database.sessions.sign_in("lea@example.org", PASSWORD, browser="") is None


def test_an_enabled_account_keeps_its_password(database: StaffDatabase) -> None:
    """Its role is unchanged too."""
    account = an_account(database)
    database.accounts.disable(account.id, actor="kb staff")
    with pytest.raises(AccountError):
        database.accounts.reset(account.id, actor="kb staff")

    database.accounts.enable(account.id, actor="kb staff")

    assert database.sessions.sign_in("lea@example.org", PASSWORD, browser="")


def test_the_last_administrator_is_kept(database: StaffDatabase) -> None:
    """One who never signed in does not count."""
    account = an_account(database, role=Role.ADMIN)
    database.accounts.add("never@example.org", Role.ADMIN, actor="kb staff")

    changes: tuple[Callable[[], None], ...] = (
        lambda: database.accounts.disable(account.id, actor="x"),
        lambda: database.accounts.change_role(account.id, Role.EDITOR, actor="x"),
    )
    for change in changes:
        with pytest.raises(AccountError) as caught:
            change()
        assert caught.value.fault is AccountFault.LAST_ADMIN

    an_account(database, "paul@example.org", Role.ADMIN)
    database.accounts.change_role(account.id, Role.EDITOR, actor="x")
    assert database.accounts.find("lea@example.org").role is Role.EDITOR


def test_account_actions_are_in_the_audit_log(database: StaffDatabase) -> None:
    """An unknown address is not logged: it may be a password."""
    account = an_account(database)
    token = database.sessions.sign_in("lea@example.org", PASSWORD, browser="") or ""
    database.sessions.sign_in("lea@example.org", "wrong", browser="")
    database.sessions.sign_in("my secret typed in the wrong place", "x", browser="")
    session = database.sessions.find(token)
    assert session is not None
    database.accounts.change_password(account, OTHER, except_session=session.id)
    database.sessions.end(session)
    database.accounts.change_role(account.id, Role.PUBLISHER, actor="kb staff")
    database.accounts.disable(account.id, actor="kb staff")

    lea = "lea@example.org"
    assert actions(database) == [
        ("test", "account-added", lea),
        (lea, "password-set", lea),
        (lea, "signed-in", lea),
        (lea, "sign-in-failed", lea),
        ("?", "sign-in-failed", ""),
        (lea, "password-changed", lea),
        (lea, "signed-out", lea),
        ("kb staff", "role-changed", lea),
        ("kb staff", "account-disabled", lea),
    ]
