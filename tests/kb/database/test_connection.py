"""The connections to the staff database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.builders import PROJECT
from tests.support.staff import a_state

FORKS = """
import os, sys
from pathlib import Path
from tests.support.staff import a_state
state = a_state(Path(sys.argv[1]))
with state.database.reading() as connection:
    inherited = connection.connection.dbapi_connection
child = os.fork()
with state.database.reading() as connection:
    is_inherited = connection.connection.dbapi_connection is inherited
state.audit.add("parent" if child else "child", "signed-in")
if not child:
    os._exit(is_inherited)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.load
def test_a_forked_child_opens_its_own_connections(tmp_path: Path) -> None:
    """SQLite connections must not be used after a fork: the file may be damaged."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", FORKS, str(tmp_path)], cwd=PROJECT, check=False
    )

    assert done.returncode == 0
    lines = a_state(tmp_path).audit.newest(limit=9)
    assert {line.actor for line in lines} == {"parent", "child"}
