"""Who guesses is slowed down, over all processes."""

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
    """Give a clock that stands still."""
    return HandClock()


@pytest.fixture
def state(tmp_path: Path, clock: HandClock) -> StaffDatabase:
    """Give an empty database."""
    return a_state(tmp_path, clock)


def tries(
    state: StaffDatabase, count: int, email: str = LEA, address: str = "::1"
) -> int:
    """Try so many times; give how many were let through."""
    return sum(
        state.sign_in_limiter.attempt(email, address) is None for _ in range(count)
    )


def test_five_attempts_then_a_wait(state: StaffDatabase, clock: HandClock) -> None:
    """Known or not, an account answers the same."""
    assert tries(state, 8) == 5
    refusal = state.sign_in_limiter.attempt(LEA, "::1")
    assert refusal is not None
    assert not refusal.is_first
    assert refusal.wait_s == 15 * 60

    clock.advance(minutes=15)

    assert tries(state, 8) == 5


def test_a_clock_that_is_set_back_closes_no_account(
    state: StaffDatabase, clock: HandClock
) -> None:
    """A machine that started with the date of next year counted until then."""
    clock.advance(days=365)
    assert tries(state, 8) == 5

    clock.advance(days=-365)

    assert tries(state, 8) == 5
    clock.advance(minutes=15)
    assert tries(state, 8) == 5


def test_the_first_refusal_is_told(state: StaffDatabase) -> None:
    """The log has one line for a wave, not a million."""
    tries(state, 5)

    refusals = [state.sign_in_limiter.attempt(LEA, "::1") for _ in range(3)]

    assert [each.is_first for each in refusals if each] == [True, False, False]


def test_writing_the_address_otherwise_gives_no_more_tries(
    state: StaffDatabase,
) -> None:
    """Capitals, spaces, wide letters: one account."""
    written = [LEA, " LEA@example.org", "\uff2cea@example.org", "lea@EXAMPLE.org "] * 3

    passed = [state.sign_in_limiter.attempt(each, "::1") is None for each in written]

    assert sum(passed) == 5


def test_one_address_does_not_close_an_account_to_others(state: StaffDatabase) -> None:
    """An attacker must not be able to keep staff out."""
    tries(state, 500, address="192.0.2.1")

    assert tries(state, 1, address="192.0.2.2") == 1


def test_many_addresses_do_not_give_many_tries(
    state: StaffDatabase, clock: HandClock
) -> None:
    """Thirty in an hour on one account, wherever they come from."""
    passed = sum(tries(state, 1, address=f"192.0.2.{each}") for each in range(100))

    assert passed == 30
    clock.advance(hours=1)
    assert tries(state, 1) == 1


def test_one_address_does_not_go_through_all_accounts(state: StaffDatabase) -> None:
    """One password, tried on everybody."""
    passed = sum(tries(state, 1, email=f"{each}@example.org") for each in range(200))

    assert passed == 60


def test_a_network_of_ipv6_is_one_address(state: StaffDatabase) -> None:
    """Each home has more than the old internet."""
    passed = sum(tries(state, 1, address=f"2001:db8::{each:x}") for each in range(20))

    assert passed == 5
    assert tries(state, 1, address="2001:db8:0:1::1") == 1


def test_who_gets_in_begins_anew(state: StaffDatabase) -> None:
    """A slip in the morning is not held against anybody in the afternoon."""
    tries(state, 4)

    state.sign_in_limiter.succeed(LEA, "::1")

    assert tries(state, 8) == 5


def test_addresses_are_not_kept(state: StaffDatabase, tmp_path: Path) -> None:
    """Only digests with a secret, until the wait is over."""
    tries(state, 1, address="192.0.2.77")

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("staff.db*"))

    assert b"192.0.2.77" not in kept
    assert LEA.encode() not in kept


def test_the_throttle_holds_over_processes(tmp_path: Path) -> None:
    """Each worker counts what the others let through, at the very same time."""
    a_state(tmp_path).close()
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
