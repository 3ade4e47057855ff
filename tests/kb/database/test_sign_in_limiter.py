"""Tests of the limit of sign-in attempts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kb.database.staff_database import StaffDatabase
from tests.support.builders import PROJECT
from tests.support.staff import HandClock, a_state

LEA = "lea@example.org"


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that is set by hand."""
    return HandClock()


@pytest.fixture
def database(tmp_path: Path, clock: HandClock) -> StaffDatabase:
    """Return an empty database."""
    return a_state(tmp_path, clock)


def allowed(
    database: StaffDatabase, count: int, email: str = LEA, address: str = "::1"
) -> int:
    """Attempt `count` times, and return how many were allowed."""
    return sum(
        database.sign_in_limiter.attempt(email, address) is None for _ in range(count)
    )


def test_five_attempts_then_a_wait(database: StaffDatabase, clock: HandClock) -> None:
    """Unknown accounts have the same limit."""
    assert allowed(database, 8) == 5
    refusal = database.sign_in_limiter.attempt(LEA, "::1")
    assert refusal is not None
    assert not refusal.is_first
    assert refusal.wait_s == 15 * 60

    clock.advance(minutes=15)

    assert allowed(database, 8) == 5


def test_a_clock_set_back_does_not_lock_an_account(
    database: StaffDatabase, clock: HandClock
) -> None:
    """A count that expires next year is started again."""
    clock.advance(days=365)
    assert allowed(database, 8) == 5

    clock.advance(days=-365)

    assert allowed(database, 8) == 5
    clock.advance(minutes=15)
    assert allowed(database, 8) == 5


def test_the_first_refusal_is_marked(database: StaffDatabase) -> None:
    """The audit log has one line for a series of refusals."""
    allowed(database, 5)

    refusals = [database.sign_in_limiter.attempt(LEA, "::1") for _ in range(3)]

    assert [each.is_first for each in refusals if each] == [True, False, False]


def test_addresses_are_normalized(
    database: StaffDatabase,
) -> None:
    """Upper case, spaces and wide letters count for one account."""
    written = [LEA, " LEA@example.org", "\uff2cea@example.org", "lea@EXAMPLE.org "] * 3

    passed = [database.sign_in_limiter.attempt(each, "::1") is None for each in written]

    assert sum(passed) == 5


def test_one_ip_address_does_not_lock_an_account(database: StaffDatabase) -> None:
    """An attacker must not lock staff out."""
    allowed(database, 500, address="192.0.2.1")

    assert allowed(database, 1, address="192.0.2.2") == 1


def test_many_ip_addresses_share_the_limit_of_an_account(
    database: StaffDatabase, clock: HandClock
) -> None:
    """Thirty attempts an hour."""
    passed = sum(allowed(database, 1, address=f"192.0.2.{each}") for each in range(100))

    assert passed == 30
    clock.advance(hours=1)
    assert allowed(database, 1) == 1


def test_one_ip_address_has_a_limit_for_all_accounts(database: StaffDatabase) -> None:
    """An attacker tries one password on all accounts."""
    passed = sum(
        allowed(database, 1, email=f"{each}@example.org") for each in range(200)
    )

    assert passed == 60


def test_an_ipv6_network_counts_as_one_address(database: StaffDatabase) -> None:
    """A client has a /64 network."""
    passed = sum(
        allowed(database, 1, address=f"2001:db8::{each:x}") for each in range(20)
    )

    assert passed == 5
    assert allowed(database, 1, address="2001:db8:0:1::1") == 1


def test_a_success_resets_the_counts(database: StaffDatabase) -> None:
    """Earlier errors do not count any more."""
    allowed(database, 4)

    database.sign_in_limiter.succeed(LEA, "::1")

    assert allowed(database, 8) == 5


def test_ip_addresses_are_not_stored(database: StaffDatabase, tmp_path: Path) -> None:
    """Only keyed digests are, until they expire."""
    allowed(database, 1, address="192.0.2.77")

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("staff.db*"))

    assert b"192.0.2.77" not in kept
    assert LEA.encode() not in kept


@pytest.mark.load
def test_the_limit_holds_across_processes(tmp_path: Path) -> None:
    """Concurrent attempts of several workers are counted together."""
    a_state(tmp_path)
    code = (
        "import sys; from pathlib import Path; "
        "from tests.support.staff import a_state; "
        "state = a_state(Path(sys.argv[1])); "
        "print(sum(state.sign_in_limiter.attempt('lea@example.org', '::1') is None "
        "for _ in range(20)))"
    )
    running = [
        subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]

    passed = [int(process.communicate()[0]) for process in running]

    assert sum(passed) == 5
