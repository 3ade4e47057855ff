"""Accounts, links, passwords and sessions, as far as no browser is needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.database.errors import AccountError, AccountFault, PasswordError, PasswordFault
from kb.database.model import LINK_HOURS, Role
from kb.database.passwords import check_password
from kb.database.staff_database import StaffDatabase
from tests.support.disks import no_room
from tests.support.staff import PASSWORD, HandClock, a_state, actions, an_account

OTHER = "une autre phrase, tout à fait"


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands still."""
    return HandClock()


@pytest.fixture
def state(tmp_path: Path, clock: HandClock) -> StaffDatabase:
    """Give an empty database."""
    return a_state(tmp_path, clock)


def test_there_is_no_account_at_first(state: StaffDatabase) -> None:
    """No default, so none that everybody knows."""
    assert state.accounts.all() == ()
    assert state.sessions.sign_in("admin", "admin", browser="") is None


def test_a_link_sets_a_password_once(state: StaffDatabase) -> None:
    """Who finds it later finds nothing."""
    token = state.accounts.add(" Léa@Example.org ", Role.EDITOR, actor="kb staff")

    assert state.accounts.use_link(token, PASSWORD) is not None

    assert state.accounts.use_link(token, OTHER) is None
    assert state.accounts.find_by_link(token) is None
    assert state.sessions.sign_in("léa@example.org", PASSWORD, browser="")
    assert not state.sessions.sign_in("léa@example.org", OTHER, browser="")


def test_a_link_expires(state: StaffDatabase, clock: HandClock) -> None:
    """A letter that lies in a mailbox for a year opens nothing."""
    token = state.accounts.add("lea@example.org", Role.EDITOR, actor="kb staff")
    clock.advance(hours=LINK_HOURS, seconds=-1)
    assert state.accounts.find_by_link(token) is not None

    clock.advance(seconds=1)

    assert state.accounts.use_link(token, PASSWORD) is None


def test_a_new_link_replaces_the_one_before(state: StaffDatabase) -> None:
    """At most one is good."""
    first = state.accounts.add("lea@example.org", Role.EDITOR, actor="kb staff")
    account = state.accounts.find("lea@example.org")

    second = state.accounts.reset(account.id, actor="kb staff")

    assert state.accounts.use_link(first, PASSWORD) is None
    assert state.accounts.use_link(second, PASSWORD) is not None


def test_a_refused_password_does_not_use_the_link_up(state: StaffDatabase) -> None:
    """The form is shown again, and must still work."""
    token = state.accounts.add("lea@example.org", Role.EDITOR, actor="kb staff")

    with pytest.raises(PasswordError):
        state.accounts.use_link(token, "short")

    assert state.accounts.use_link(token, PASSWORD) is not None


def test_only_digests_of_secrets_are_kept(state: StaffDatabase, tmp_path: Path) -> None:
    """Who steals the file gets neither passwords, nor links, nor sessions."""
    link = state.accounts.add("paul@example.org", Role.ADMIN, actor="kb staff")
    an_account(state)
    session = state.sessions.sign_in("lea@example.org", PASSWORD, browser="")

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("staff.db*"))

    assert session is not None
    for secret in (link, session, PASSWORD):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


@pytest.mark.parametrize(
    "email",
    [
        *("", "lea", "lea@", "@example.org", "lea@example", "a b@example.org"),
        *("lea@example.org\nBcc: x@y.z", "<lea@example.org>", f"{'a' * 300}@b.org"),
        "lea@example.org, paul@example.org",
    ],
)
def test_what_is_no_address_is_refused(state: StaffDatabase, email: str) -> None:
    """A slip at the terminal makes no account."""
    with pytest.raises(AccountError) as caught:
        state.accounts.add(email, Role.EDITOR, actor="kb staff")

    assert caught.value.fault is AccountFault.BAD_EMAIL
    assert state.accounts.all() == ()


def test_an_address_has_one_account(state: StaffDatabase) -> None:
    """However it is typed."""
    an_account(state)

    with pytest.raises(AccountError) as caught:
        state.accounts.add("LEA@EXAMPLE.ORG", Role.ADMIN, actor="kb staff")

    assert caught.value.fault is AccountFault.EXISTS
    assert state.accounts.find("lea@example.org").role is Role.EDITOR


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("onze lettre", PasswordFault.TOO_SHORT),
        ("x" * 257, PasswordFault.TOO_LONG),
        ("Passwordpassword", PasswordFault.COMMON),
        ("motdepasse1234567", PasswordFault.COMMON),
        ("Mot-de-passe 2026", PasswordFault.COMMON),
        ("azertyuiopqs", PasswordFault.COMMON),
        ("aaaaaaaaaaaaaaaa", PasswordFault.COMMON),
        ("123456789012", PasswordFault.COMMON),
        ("abcabcabcabcabcd", PasswordFault.COMMON),
        ("abcdefghijklmn", PasswordFault.COMMON),
        ("lea.durand@example.org", PasswordFault.OWN_NAME),
        ("lea-durand-2026", PasswordFault.OWN_NAME),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(
    password: str, fault: PasswordFault
) -> None:
    """Length and a list: no rule on capitals, figures or signs."""
    with pytest.raises(PasswordError) as caught:
        check_password(password, email="lea.durand@example.org")

    assert caught.value.fault is fault
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password",
    ["trois vaches sur un pont", "correct cheval pile agrafe", "émeraude à vélo !"],
)
def test_a_long_phrase_is_welcome(password: str) -> None:
    """Spaces, accents and all."""
    check_password(password, email="lea@example.org")


def test_a_password_is_the_same_however_it_is_composed(state: StaffDatabase) -> None:
    """One system sends é as one letter, another as two."""
    composed = "une forêt à l’été"
    an_account(state, password=composed)

    decomposed = unicodedata.normalize("NFD", composed)

    assert decomposed != composed
    assert state.sessions.sign_in("lea@example.org", decomposed, browser="")


def test_a_session_ends_when_it_is_not_used(
    state: StaffDatabase, clock: HandClock
) -> None:
    """Eight hours: a night."""
    an_account(state)
    token = state.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    assert token is not None
    for _ in range(3):
        clock.advance(hours=7)
        assert state.sessions.find(token) is not None

    clock.advance(hours=8)

    assert state.sessions.find(token) is None


def test_a_session_ends_in_any_case(state: StaffDatabase, clock: HandClock) -> None:
    """Seven days, however much it is used."""
    an_account(state)
    token = state.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    assert token is not None
    for _ in range(27):
        clock.advance(hours=6)
        assert state.sessions.find(token) is not None

    clock.advance(hours=6)

    assert state.sessions.find(token) is None
    assert state.sessions.of(state.accounts.find("lea@example.org")) == ()


def test_a_full_disk_ends_no_session(state: StaffDatabase, clock: HandClock) -> None:
    """What somebody types then is still received, and shown to them again."""
    an_account(state, "lea@example.org")
    token = state.sessions.sign_in("lea@example.org", PASSWORD, browser="")
    assert token is not None
    clock.advance(hours=1)

    with no_room():
        found = state.sessions.find(token)

    assert found is not None
    again = state.sessions.find(token)
    assert again is not None
    assert state.sessions.of(found.account)[0].seen_at == clock.now


def test_a_guessed_session_is_nobody(state: StaffDatabase) -> None:
    """Neither the number of one, nor its digest, opens it."""
    account = an_account(state)
    state.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    session = state.sessions.of(account)[0]

    for guess in ("", "1", str(session.id), "x" * 10_000, "\0", "é"):
        assert state.sessions.find(guess) is None


def test_sign_out_everywhere_ends_all_sessions(state: StaffDatabase) -> None:
    """A phone was lost."""
    account = an_account(state)
    tokens = [
        state.sessions.sign_in("lea@example.org", PASSWORD, browser=each)
        for each in ("Firefox", "Safari")
    ]
    assert len(state.sessions.of(account)) == 2

    state.sessions.end_all(account)

    assert [state.sessions.find(token or "") for token in tokens] == [None, None]


def test_another_password_ends_the_other_sessions(state: StaffDatabase) -> None:
    """Whoever knew the old one is out; this browser stays."""
    account = an_account(state)
    other, own = (
        state.sessions.sign_in("lea@example.org", PASSWORD, browser=each) or ""
        for each in ("Firefox", "Safari")
    )
    session = state.sessions.find(own)
    assert session is not None

    state.accounts.change_password(account, OTHER, except_session=session.id)

    assert state.sessions.find(other) is None
    assert state.sessions.find(own) is not None


@pytest.mark.parametrize("change", ["disable", "reset"])
def test_closing_an_account_ends_its_sessions(
    state: StaffDatabase, change: str
) -> None:
    """Somebody left: at the next click they are out, and the password is dead."""
    account = an_account(state)
    an_account(state, "admin@example.org", Role.ADMIN)
    token = state.sessions.sign_in("lea@example.org", PASSWORD, browser="") or ""

    getattr(state.accounts, change)(account.id, actor="admin@example.org")

    assert state.sessions.find(token) is None
    assert state.sessions.sign_in("lea@example.org", PASSWORD, browser="") is None


def test_a_disabled_account_comes_back_as_it_was(state: StaffDatabase) -> None:
    """After a leave."""
    account = an_account(state)
    state.accounts.disable(account.id, actor="kb staff")
    with pytest.raises(AccountError):
        state.accounts.reset(account.id, actor="kb staff")

    state.accounts.enable(account.id, actor="kb staff")

    assert state.sessions.sign_in("lea@example.org", PASSWORD, browser="")


def test_the_last_administrator_stays(state: StaffDatabase) -> None:
    """Or nobody could let anybody in; one who never signed in does not count."""
    account = an_account(state, role=Role.ADMIN)
    state.accounts.add("never@example.org", Role.ADMIN, actor="kb staff")

    changes: tuple[Callable[[], None], ...] = (
        lambda: state.accounts.disable(account.id, actor="x"),
        lambda: state.accounts.change_role(account.id, Role.EDITOR, actor="x"),
    )
    for change in changes:
        with pytest.raises(AccountError) as caught:
            change()
        assert caught.value.fault is AccountFault.LAST_ADMIN

    an_account(state, "paul@example.org", Role.ADMIN)
    state.accounts.change_role(account.id, Role.EDITOR, actor="x")
    assert state.accounts.find("lea@example.org").role is Role.EDITOR


def test_all_that_is_done_with_accounts_is_in_the_log(state: StaffDatabase) -> None:
    """Who, what, on whom; what was typed as an unknown name is not kept."""
    account = an_account(state)
    token = state.sessions.sign_in("lea@example.org", PASSWORD, browser="") or ""
    state.sessions.sign_in("lea@example.org", "wrong", browser="")
    state.sessions.sign_in("my secret typed in the wrong place", "x", browser="")
    session = state.sessions.find(token)
    assert session is not None
    state.accounts.change_password(account, OTHER, except_session=session.id)
    state.sessions.end(session)
    state.accounts.change_role(account.id, Role.PUBLISHER, actor="kb staff")
    state.accounts.disable(account.id, actor="kb staff")

    lea = "lea@example.org"
    assert actions(state) == [
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
