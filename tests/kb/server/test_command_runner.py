"""The commands that the service runs from time to time."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from kb.alerts.store import AlertStore, Every
from kb.server.periodic_tasks import CommandRunner
from tests.support.builders import Workspace
from tests.support.mail import SENDER, mail_server
from tests.support.polling import wait_until
from tests.support.server import service_environment

LONG_AGO = dt.datetime(2020, 1, 6, tzinfo=dt.UTC)


def test_the_command_runs_in_a_process_of_its_own(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads the same settings as the service; the next run is an hour later."""
    store = AlertStore(content.locations.instance / "alerts.db")
    store.subscribe("a@example.org", "fr", "", (), LONG_AGO)
    environ = service_environment(content.root, content.documents, port=8000)
    runner = CommandRunner("alerts", "send", every_s=3600, first_after_s=0)

    with mail_server() as mailbox:
        environ |= {"KB_SMTP_URL": mailbox.url, "KB_MAIL_FROM": SENDER}
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        runner.run_if_due()
        wait_until(lambda: len(mailbox.messages) == 1)
    runner.stop()
    store.subscribe("b@example.org", "fr", "", (), LONG_AGO)
    runner.run_if_due()

    assert len(store.due(Every.WEEK, LONG_AGO + Every.WEEK.interval)) == 1, (
        "not before an hour has passed"
    )


def test_a_command_can_be_made_due(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change, the dump is made before anybody requests it."""
    environ = service_environment(content.root, content.documents, port=8000)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    is_due: list[bool] = []
    runner = CommandRunner(
        *("export", "dump"),
        every_s=3600,
        first_after_s=3600,
        has_work=lambda: bool(is_due),
        check_every_s=0,
    )
    folder = Path(environ["KB_INSTANCE"]) / "dump"

    # Another test may have requested the dump of the content that this one copies.
    shutil.rmtree(folder, ignore_errors=True)

    runner.run_if_due()
    assert not folder.exists(), "it is not due"
    is_due.append(True)
    runner.run_if_due()

    wait_until(lambda: len(list(folder.glob("*.gz"))) == 2, timeout_s=300)
    runner.stop()
