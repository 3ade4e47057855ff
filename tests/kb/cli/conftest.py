"""Fixtures of the tests of the commands."""

import pytest
from click.testing import CliRunner, Result

from kb.cli.main import main
from tests.support.builders import Workspace


class RunKb:
    """Runs `kb` with arguments."""

    def __call__(self, *args: str) -> Result:
        """Run it once."""
        return CliRunner().invoke(main, args)


@pytest.fixture
def run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> RunKb:
    """Return the command `kb` over a copy of the small corpus."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("KB_DOCUMENTS", str(workspace.documents))
    monkeypatch.setenv("KB_INDEX", str(workspace.locations.index))
    monkeypatch.setenv("KB_INSTANCE", str(workspace.locations.instance))
    return RunKb()
