"""The outbox: messages that wait, also those that an earlier release stored."""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

from kb.alerts.store import AlertStore
from kb.core.settings import MAIL_FILE
from kb.mail.outbox import Outbox

NOW = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def test_messages_that_waited_in_the_file_of_alerts_go_on(tmp_path: Path) -> None:
    """Earlier releases stored the messages to staff there too."""
    old = AlertStore(tmp_path / "alerts.db")
    old.migrations = old.migrations[:1]  # type: ignore[misc, assignment]  # of an earlier release
    old.execute(
        "INSERT INTO subscriptions VALUES ('id', ?, 'fr', 'q=lampe', '[]', 0, 0)",
        "jeanne@example.org",
    )
    for tries, next_at in ((0, NOW), (3, LATER)):
        old.execute(
            "INSERT INTO outbox (content, tries, next_at) VALUES (?, ?, ?)",
            *(b"To: a@example.org\n\ntext", tries, int(next_at.timestamp())),
        )

    store, outbox = AlertStore(old.path), Outbox(tmp_path / MAIL_FILE)
    (alert,) = store.all()

    assert alert.address == "jeanne@example.org"
    assert [message.tries for message in outbox.waiting(NOW)] == [0]
    assert [message.tries for message in outbox.waiting(LATER)] == [0, 3]
    assert b"a@example.org" not in store.path.read_bytes(), "deleted for good"
    with closing(sqlite3.connect(store.path)) as connection:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'outbox'"
        assert connection.execute(query).fetchone() is None
    store.all()
    assert len(outbox.waiting(LATER)) == 2, "moved once"


def test_no_message_makes_no_outbox(tmp_path: Path) -> None:
    """A service without a mail server stores none."""
    assert AlertStore(tmp_path / "alerts.db").all() == ()
    AlertStore(tmp_path / "alerts.db").migrate()

    assert not (tmp_path / MAIL_FILE).exists()
