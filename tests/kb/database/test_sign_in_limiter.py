"""Tests of the limit of sign-in attempts, with simulated attackers."""

import datetime as dt
import heapq
import subprocess
import sys
from pathlib import Path

import pytest

from kb.database.model import FailedSignIns, Refusal, Role
from kb.database.sign_in_limiter import MAX_WAIT_S, delay_s
from kb.database.staff_database import StaffDatabase
from tests.support.builders import PROJECT
from tests.support.disks import no_room
from tests.support.matrix import matrix
from tests.support.staff import NEW_PASSWORD, PASSWORD, HandClock, a_state, an_account

LEA = "lea@example.org"


def allowed(
    database: StaffDatabase, count: int, email: str = LEA, address: str = "::1"
) -> int:
    """Attempt `count` times, and return how many were allowed."""
    return sum(
        database.sign_in_limiter.attempt(email, address) is None for _ in range(count)
    )


def wait_s(database: StaffDatabase, address: str, device: str | None = None) -> int:
    """Attempt once, and return the seconds to wait: 0 if the attempt was allowed."""
    refusal = database.sign_in_limiter.attempt(LEA, address, device=device)
    return 0 if refusal is None else refusal.wait_s


def attack(
    database: StaffDatabase, clock: HandClock, addresses: list[str], minutes: int
) -> int:
    """Attempt from all addresses as early as allowed; return the number of guesses."""
    end = clock.now + dt.timedelta(minutes=minutes)
    queue = [(clock.now, address) for address in addresses]
    guesses = 0
    while queue[0][0] < end:
        clock.now, address = heapq.heappop(queue)
        wait = wait_s(database, address)
        guesses += wait == 0
        again = clock.now + dt.timedelta(seconds=max(wait, 1))
        heapq.heappush(queue, (again, address))
    clock.now = end
    return guesses


def seconds_until_allowed(
    database: StaffDatabase, clock: HandClock, address: str, attackers: list[str]
) -> int:
    """Return how long a newcomer waits who obeys, while attackers go first."""
    start = clock.now
    while (wait := wait_s(database, address)) > 0:
        clock.advance(seconds=wait)
        assert (clock.now - start).total_seconds() <= MAX_WAIT_S
        for each in attackers:
            wait_s(database, each)
    return int((clock.now - start).total_seconds())


@pytest.mark.parametrize("count", [0, 4, 5, 6, 9, 14, 15, 99, 10**9])
def test_the_delay_doubles_up_to_ten_minutes(count: int) -> None:
    """0 for five attempts, then 1, 2, 4 … 512, 600 seconds."""
    expected = 0 if count < 5 else min(600, 2 ** min(count - 5, 20))

    assert delay_s(count) == expected


def test_five_attempts_then_growing_delays(
    database: StaffDatabase, clock: HandClock
) -> None:
    """Unknown accounts have the same delays; the delay begins at the last attempt."""
    assert allowed(database, 8) == 5
    for delay in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600):
        assert wait_s(database, "::1") == delay
        clock.advance(seconds=delay - 1)
        assert wait_s(database, "::1") == 1
        clock.advance(seconds=1)
        assert wait_s(database, "::1") == 0

    clock.advance(hours=1)

    assert allowed(database, 8) == 5


def test_refused_attempts_do_not_prolong_the_wait(
    database: StaffDatabase, clock: HandClock
) -> None:
    """Somebody may press the button again and again."""
    attack(database, clock, ["192.0.2.1"], minutes=30)
    first = wait_s(database, "192.0.2.1")

    for second in range(min(first, 50)):
        assert wait_s(database, "192.0.2.1") == first - second
        clock.advance(seconds=1)


@pytest.mark.parametrize("number", [7, pytest.param(200, marks=pytest.mark.long)])
def test_a_known_device_is_never_delayed_by_strangers(
    database: StaffDatabase, clock: HandClock, number: int
) -> None:
    """Neither through the account nor through a shared address."""
    attackers = [f"198.51.{each}.1" for each in range(number)]
    for _ in range(3):
        attack(database, clock, attackers, minutes=5)

        assert wait_s(database, attackers[0], device="of Léa") == 0

        database.sign_in_limiter.succeed(LEA, device="of Léa")


@pytest.mark.parametrize("number", [7, pytest.param(200, marks=pytest.mark.long)])
def test_a_new_device_waits_at_most_ten_minutes(
    database: StaffDatabase, clock: HandClock, number: int
) -> None:
    """Even if attackers are always quicker."""
    attackers = [f"198.51.{each}.1" for each in range(number)]
    attack(database, clock, attackers, minutes=12)

    waited = seconds_until_allowed(database, clock, "192.0.2.1", attackers)

    assert 0 < waited <= MAX_WAIT_S


@pytest.mark.parametrize(
    ("number", "most"),
    [(1, 16), (7, 30), pytest.param(200, 420, marks=pytest.mark.long)],
)
def test_the_guesses_of_attackers_are_limited(
    database: StaffDatabase, clock: HandClock, number: int, most: int
) -> None:
    """In half an hour: the doubling delays, then one guess per address and wait."""
    attackers = [f"198.51.{each}.1" for each in range(number)]

    assert attack(database, clock, attackers, minutes=30) <= most


@pytest.mark.parametrize("days", [-365, 365])
def test_a_clock_that_jumps_locks_nobody_out(
    database: StaffDatabase, clock: HandClock, days: int
) -> None:
    """Nobody waits longer than ten minutes, after the jump and after its correction."""
    attackers = [f"198.51.100.{each}" for each in range(20)]
    for jump in (days, -days):
        attack(database, clock, attackers, minutes=10)
        for _ in range(9):
            wait_s(database, "192.0.2.7", device="of Léa")
        clock.advance(days=jump)

        waited = seconds_until_allowed(database, clock, "192.0.2.1", attackers)

        assert waited <= MAX_WAIT_S
        assert wait_s(database, "192.0.2.7", device="of Léa") <= MAX_WAIT_S


def test_a_device_has_its_own_delays(database: StaffDatabase) -> None:
    """Whoever stole the cookie may guess as slowly as strangers, alone."""
    waits = [wait_s(database, "192.0.2.1", device="stolen") for _ in range(7)]

    assert waits == [0] * 5 + [1, 1]
    assert wait_s(database, "192.0.2.1", device="other") == 0
    assert allowed(database, 8) == 5
    database.sign_in_limiter.succeed(LEA, device="stolen")
    assert wait_s(database, "192.0.2.1", device="stolen") == 0


def test_the_first_refusal_is_marked(database: StaffDatabase, clock: HandClock) -> None:
    """The audit log has one line for the refusals of an hour."""
    allowed(database, 5)

    refusals = [
        database.sign_in_limiter.attempt(LEA, f"192.0.2.{each}") for each in range(3)
    ]

    assert [each.is_first for each in refusals if each] == [True, False, False]
    clock.advance(hours=1)
    allowed(database, 5)
    again = database.sign_in_limiter.attempt(LEA, "::1")
    assert again is not None
    assert again.is_first


def test_addresses_are_normalized(database: StaffDatabase) -> None:
    """Upper case, spaces and wide letters count for one account."""
    written = [LEA, " LEA@example.org", "\uff2cea@example.org", "lea@EXAMPLE.org "] * 3

    passed = [database.sign_in_limiter.attempt(each, "::1") is None for each in written]

    assert sum(passed) == 5


@pytest.mark.load
@pytest.mark.parametrize(
    ("pattern", "limit"),
    matrix(
        ("192.0.2.{}", 200),
        ("2001:db8:0:{:x}::1", 60),
        rest=(
            ("192.0.2.1", 40),
            ("192.0.{}.1", 250),
            ("2001:db8::{:x}", 40),
            ("2001:db8:0:{:x}00::1", 100),
            ("2001:db8:{:x}::1", 250),
            ("::ffff:192.0.2.1", 40),
            ("not an address", 40),
        ),
    ),
)
def test_a_network_has_a_limit_for_all_accounts(
    database: StaffDatabase, clock: HandClock, pattern: str, limit: int
) -> None:
    """An attacker with many addresses tries one password on all accounts."""

    def attempts() -> list[Refusal | None]:
        return [
            database.sign_in_limiter.attempt(f"{each}@b.org", pattern.format(each))
            for each in range(250)
        ]

    tried = attempts()

    assert tried.count(None) == limit
    assert all(each.wait_s <= MAX_WAIT_S for each in tried if each)
    clock.advance(seconds=MAX_WAIT_S)
    assert attempts().count(None) == limit


def test_refusals_of_a_network_do_not_delay_an_account(database: StaffDatabase) -> None:
    """One address can't use the attempts of all strangers."""
    for each in range(40):
        allowed(database, 1, email=f"{each}@example.org", address="192.0.2.1")
    assert allowed(database, 500, address="192.0.2.1") == 0

    assert allowed(database, 5, address="198.51.100.1") == 5


def test_a_success_takes_back_its_own_attempt(database: StaffDatabase) -> None:
    """Strangers can't observe it; without cookies, staff may sign in often."""
    for _ in range(9):
        assert allowed(database, 1) == 1
        database.sign_in_limiter.succeed(LEA)

    assert allowed(database, 8) == 5


def test_sessions_have_their_own_counts(database: StaffDatabase) -> None:
    """Strangers can't keep somebody from changing the password."""
    allowed(database, 99)
    limiter = database.sign_in_limiter

    refusals = [limiter.attempt_in_session(1) for _ in range(7)]

    assert [each is None for each in refusals] == [True] * 5 + [False] * 2
    assert limiter.attempt_in_session(2) is None
    limiter.succeed_in_session(1)
    assert limiter.attempt_in_session(1) is None


def test_failed_attempts_are_counted_for_the_owner(
    database: StaffDatabase, clock: HandClock
) -> None:
    """Wrong passwords and refusals, once; nothing is stored about unknown accounts."""
    account = an_account(database, LEA)
    start = clock.now
    for _ in range(8):
        clock.advance(seconds=1)
        for email in (LEA, "nobody@example.org"):
            if database.sign_in_limiter.attempt(email, "::1") is None:
                database.sessions.sign_in(email, "wrong", browser="")

    failed = database.failed_sign_ins.take(account)

    assert failed == FailedSignIns(8, start + dt.timedelta(seconds=1), clock.now)
    assert database.failed_sign_ins.take(account) is None
    with database.store.reading() as connection:
        rows = connection.execute("SELECT count(*) FROM failed_sign_ins")
        assert rows.fetchone()[0] == 0


def test_a_success_is_no_failed_attempt(database: StaffDatabase) -> None:
    """The owner reads about failures only."""
    account = an_account(database, LEA)
    database.sign_in_limiter.attempt(LEA, "::1")

    assert database.sessions.sign_in(LEA, PASSWORD, browser="")

    assert database.failed_sign_ins.take(account) is None


def test_failed_attempts_are_shown_despite_a_full_disk(database: StaffDatabase) -> None:
    """They are shown again later."""
    account = an_account(database, LEA)
    database.sessions.sign_in(LEA, "wrong", browser="")

    with no_room():
        failed = database.failed_sign_ins.take(account)

    assert failed is not None
    assert database.failed_sign_ins.take(account) == failed


def test_a_device_is_known_to_its_account_only(database: StaffDatabase) -> None:
    """A token of one account is worth nothing for another."""
    lea = an_account(database, LEA)
    paul = an_account(database, "paul@example.org")
    token = database.devices.remember(lea, "")

    assert database.devices.find(" Léa@example.org".replace("é", "e"), token)
    assert database.devices.find("paul@example.org", token) is None
    assert database.devices.find("nobody@example.org", token) is None
    assert database.devices.find(LEA, "") is None
    assert database.devices.find(LEA, f"{token}x") is None
    assert database.devices.remember(lea, token) == token
    assert database.devices.remember(paul, token) != token
    assert (
        database.devices.remember(lea, "planted by somebody") != "planted by somebody"
    )


def test_a_device_expires_unless_it_is_used(
    database: StaffDatabase, clock: HandClock
) -> None:
    """After 400 days; a clock that jumps by a year forgets no device."""
    account = an_account(database, LEA)
    token = database.devices.remember(account, "")
    clock.advance(days=365)
    assert database.devices.find(LEA, token)
    clock.advance(days=-730)
    assert database.devices.find(LEA, token)
    clock.advance(days=365 + 399)
    database.devices.remember(account, token)
    clock.advance(days=399)
    assert database.devices.find(LEA, token)

    clock.advance(days=1)

    assert database.devices.find(LEA, token) is None


@pytest.mark.parametrize("change", ["password", "reset", "disable"])
def test_devices_end_with_the_password(database: StaffDatabase, change: str) -> None:
    """As sessions do, except the session that changed the password."""
    account = an_account(database, LEA)
    an_account(database, "admin@example.org", Role.ADMIN)
    token = database.devices.remember(account, "")

    if change == "password":
        database.accounts.change_password(account, NEW_PASSWORD, except_session=1)
    else:
        getattr(database.accounts, change)(account.id, actor="admin@example.org")

    assert database.devices.find(LEA, token) is None


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
