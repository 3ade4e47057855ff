"""Tests of how much each visitor adds to the counts of searches without results."""

import pytest

from indexer.model.ids import Locale
from kb.services import search_counter as search_allowance
from kb.services.search_counter import HOUR_S, SEARCHES_PER_HOUR, SearchAllowance


@pytest.fixture
def now() -> list[float]:
    """Return the time of the allowance, in a list of one number."""
    return [0.0]


@pytest.fixture
def allowance(now: list[float]) -> SearchAllowance:
    """Return an allowance whose time the test sets."""
    return SearchAllowance(lambda: now[0])


def test_a_repeated_search_counts_once_an_hour(
    allowance: SearchAllowance, now: list[float]
) -> None:
    """Otherwise one visitor would decide what is the most frequent."""

    def admits(address: str, text: str, locale: Locale = Locale.FR) -> bool:
        return allowance.admit(address, text, locale)

    assert admits("192.0.2.1", "drones")
    assert not admits("192.0.2.1", " Drones ")
    assert admits("192.0.2.1", "drones", Locale.EN)
    assert admits("192.0.2.2", "drones")
    now[0] += HOUR_S
    assert admits("192.0.2.1", "drones")


def test_a_network_has_a_limit_of_searches(
    allowance: SearchAllowance, now: list[float]
) -> None:
    """One client has very many addresses of IPv6."""

    def admitted() -> int:
        return sum(
            allowance.admit(f"2001:db8::{number:x}", f"made up {number}", Locale.FR)
            for number in range(500)
        )

    assert admitted() == SEARCHES_PER_HOUR
    assert allowance.admit("2001:db8:0:1::1", "made up 1", Locale.FR)
    now[0] += HOUR_S
    assert admitted() == SEARCHES_PER_HOUR


def test_the_memory_of_networks_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network that came first is forgotten first."""
    monkeypatch.setattr(search_allowance, "MAX_NETWORKS", 3)
    allowance = SearchAllowance()
    admitted = [
        allowance.admit(f"192.0.2.{number}", "drones", Locale.FR)
        for number in (1, 2, 3, 4, 4, 1)
    ]

    assert admitted == [True, True, True, True, False, True]
