"""Fixtures of the tests of the staff database."""

from pathlib import Path

import pytest

from kb.database.staff_database import StaffDatabase
from tests.support.staff import HandClock, a_state


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that is set by hand."""
    return HandClock()


@pytest.fixture
def database(tmp_path: Path, clock: HandClock) -> StaffDatabase:
    """Return an empty database."""
    return a_state(tmp_path, clock)
