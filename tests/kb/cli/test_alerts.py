"""The commands `kb alerts …`."""

import csv
import datetime as dt
import io

from click.testing import CliRunner, Result

from kb.alerts.store import AlertStore
from kb.cli.main import main
from tests.support.builders import Workspace
from tests.support.mail import SENDER, mail_server
from tests.support.server import service_environment

START = dt.datetime(2020, 1, 6, tzinfo=dt.UTC)


def run(content: Workspace, *arguments: str, url: str = "") -> Result:
    """Run `kb alerts`."""
    environ = service_environment(content.root, content.documents, port=8000)
    if url:
        environ |= {"KB_SMTP_URL": url, "KB_MAIL_FROM": SENDER}
    environ |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    return CliRunner().invoke(main, ("alerts", *arguments), env=environ)


def test_what_is_stored_about_an_address_can_be_printed_and_deleted(
    content: Workspace,
) -> None:
    """Whoever asks gets it; the others stay."""
    store = AlertStore(content.locations.instance / "alerts.db")
    for name in ("a", "b"):
        store.subscribe(f"{name}@example.org", "fr", "q=lampe", (), START)

    printed = run(content, "export", "--address", "A@example.org").stdout
    deleted = run(content, "delete", "A@example.org")

    rows = list(csv.reader(io.StringIO(printed)))
    assert rows[1:] == [["a@example.org", "fr", "q=lampe", "2020-01-06", "0", "week"]]
    assert deleted.stdout == "1 deleted\n"
    assert [each.address for each in store.all()] == ["b@example.org"]


def test_due_alerts_are_sent(content: Workspace) -> None:
    """As `kb serve` does every hour."""
    store = AlertStore(content.locations.instance / "alerts.db")
    store.subscribe("a@example.org", "fr", "", (), START)

    with mail_server() as mailbox:
        sent = run(content, "send", url=mailbox.url)

    assert sent.exit_code == 0, sent.stderr
    assert sent.stdout == "messages sent: 1\n"
    assert mailbox.messages[0]["From"] == SENDER
    assert "nouvelles fiches" in mailbox.messages[0]["Subject"]


def test_without_a_mail_server_the_command_says_what_to_set(content: Workspace) -> None:
    """It exits as for wrong usage."""
    refused = run(content, "send")

    assert refused.exit_code == 2
    assert "KB_SMTP_URL" in refused.stderr
