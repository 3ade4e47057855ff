"""Tests of the identities of accounts at a provider, without the web."""

import pytest

from kb.core.sign_in_provider import ProviderIdentity
from kb.database.errors import IdentityError, IdentityFault
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from tests.support.staff import an_account

ISSUER = "https://login.example.org"
LEA = "lea@example.org"


@pytest.fixture
def database(database: StaffDatabase) -> StaffDatabase:
    """Return a database with two accounts."""
    an_account(database, LEA)
    an_account(database, "admin@example.org", Role.ADMIN)
    return database


def a_person(subject: str = "1", email: str = LEA) -> ProviderIdentity:
    """Return a person whose address is verified."""
    return ProviderIdentity(ISSUER, subject, email, is_verified=True)


def test_nothing_is_bound_before_a_session_starts(database: StaffDatabase) -> None:
    """The code of a second factor may still be missing."""
    checked = database.identities.check(a_person())
    assert not database.accounts.find(LEA).is_bound

    assert database.sessions.start(checked, browser="") is not None

    assert database.accounts.find(LEA).is_bound


def test_of_two_persons_who_sign_in_together_one_is_bound(
    database: StaffDatabase,
) -> None:
    """Both had the address of the account, one after the other."""
    first = database.identities.check(a_person("1"))
    second = database.identities.check(a_person("2"))

    assert database.sessions.start(first, browser="") is not None
    assert database.sessions.start(second, browser="") is None

    bound = database.identities.of(first.account)
    assert bound is not None
    assert bound.subject == "1"


def test_a_person_is_bound_to_one_account(database: StaffDatabase) -> None:
    """Their address had changed between two sign-ins that end together."""
    first = database.identities.check(a_person())
    second = database.identities.check(a_person(email="admin@example.org"))
    database.sessions.start(first, browser="")

    assert database.sessions.start(second, browser="") is None
    assert database.identities.check(a_person(email="")).account.email == LEA


def test_the_same_subject_of_another_issuer_is_another_person(
    database: StaffDatabase,
) -> None:
    """Subjects are unique for one issuer only."""
    checked = database.identities.check(a_person())
    database.sessions.start(checked, browser="")
    other = ProviderIdentity("https://id.example.org", "1", LEA, is_verified=True)

    with pytest.raises(IdentityError) as caught:
        database.identities.check(other)

    assert caught.value.fault is IdentityFault.BOUND_ELSEWHERE


def test_an_account_that_was_closed_meanwhile_starts_no_session(
    database: StaffDatabase,
) -> None:
    """Nor is it bound."""
    checked = database.identities.check(a_person())
    database.accounts.disable(checked.account.id, actor="test")

    assert database.sessions.start(checked, browser="") is None
    assert database.identities.of(checked.account) is None


def test_a_new_link_keeps_the_identity(database: StaffDatabase) -> None:
    """A forgotten password has nothing to do with it."""
    checked = database.identities.check(a_person())
    database.sessions.start(checked, browser="")

    database.accounts.reset(checked.account.id, actor="test")

    assert database.identities.check(a_person()).account.email == LEA


@pytest.mark.parametrize(
    "email", ["LEA@Example.org", "lea@example.org", " lea@example.org "]
)
def test_capitals_and_blanks_of_an_address_do_not_matter(
    database: StaffDatabase, email: str
) -> None:
    """As in the form of the password."""
    assert database.identities.check(a_person(email=email)).account.email == LEA


@pytest.mark.parametrize("email", ["\uff4cea@example.org", "lea@exa\u2098ple.org"])
def test_an_address_that_only_looks_alike_finds_no_account(
    database: StaffDatabase, email: str
) -> None:
    """NFKC would turn the letter into the one of the account."""
    with pytest.raises(IdentityError) as caught:
        database.identities.check(a_person(email=email))

    assert caught.value.fault is IdentityFault.UNVERIFIED


def test_an_accented_address_finds_its_account(database: StaffDatabase) -> None:
    """In the form in which accounts are stored."""
    an_account(database, "l\u00e9a@example.org")

    checked = database.identities.check(a_person(email="l\u00e9a@example.org"))

    assert checked.account.email == "l\u00e9a@example.org"
