"""The run of `kb relevance --store` after a change of the content."""

import pytest
from click.testing import CliRunner

from indexer.pipeline import open_stored_engine, update
from kb.cli.main import main
from kb.core.settings import Settings
from kb.judgements.judged_runs import read_run, run_state
from kb.server.periodic_tasks import judged_runner
from kb.services import Services
from tests.support.builders import Workspace

JUDGED = """\
- id: one
  text: lamps
  locale: en
  type: single
  grades: {practices/newtown-lamps: 3}
"""


def test_the_judged_searches_are_run_once_for_each_content(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When two checks saw the same; a run that fails does not begin anew at once."""
    update(open_stored_engine(content.locations), content.corpus)
    services = Services(Settings(content.locations))
    services.content.warm_up()
    is_due = judged_runner(services)._has_work  # noqa: SLF001  # what the watcher asks
    content.path("judgements.yaml").unlink(missing_ok=True)
    assert not is_due()

    content.path("judgements.yaml").write_text(JUDGED, "utf-8")
    assert [is_due() for _ in range(4)] == [False, True, False, False]

    monkeypatch.setenv("KB_DOCUMENTS", str(content.locations.documents))
    monkeypatch.setenv("KB_INDEX", str(content.locations.index))
    monkeypatch.setenv("KB_INSTANCE", str(content.locations.instance))
    ran = CliRunner().invoke(main, ["relevance", "--store"])

    assert ran.exit_code == 0, ran.output
    run = read_run(content.locations.instance)
    assert run.state == run_state(services)
    assert len(run.rankings) == 1
