"""The commands `kb alerts …`: e-mail alerts, and the addresses they go to."""

import csv
import os
import sys

import click

from indexer.model.problems import message
from indexer.terminal import WRONG_USAGE, Context, print_error
from kb.alerts.store import AlertStore
from kb.alerts.weekly import send_due_alerts
from kb.app import create_app
from kb.core.mail import normalized_email
from kb.core.settings import read_settings

NICENESS = 10


@click.group()
def alerts() -> None:
    """Send e-mail alerts; export or delete the addresses they go to."""


@alerts.command("send")
@click.pass_obj
def alerts_send(context: Context) -> None:
    """Send the alerts that are due, and the messages that wait.

    An alert is due a week after its last check. `kb serve` runs this command every
    hour; run it from a timer only if the service does not run all the time. Reads the
    content and the index; writes KB_INSTANCE/alerts.db and KB_INSTANCE/mail.db.
    """
    settings = read_settings()
    if settings.mail is None:
        print_error(
            message("set KB_SMTP_URL and KB_MAIL_FROM first").text(context.translate)
        )
        sys.exit(WRONG_USAGE)
    # Visitors come first, where the service runs on the same machine.
    os.nice(NICENESS)
    sent = send_due_alerts(create_app(settings))
    context.notify(message("messages sent: %(count)s", count=sent))


@alerts.command("export")
@click.option("--address", default="", help="Only the alerts of this address.")
def alerts_export(*, address: str) -> None:
    """Print all alerts as CSV: address, language, search, day.

    Changes nothing on disk.
    """
    found = _store().all(normalized_email(address))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("address", "language", "search", "since"))
    for alert in found:
        day = alert.created_at.date().isoformat()
        rows.writerow((alert.address, alert.locale, alert.query, day))


@alerts.command("delete")
@click.argument("address")
@click.pass_obj
def alerts_delete(context: Context, address: str) -> None:
    """Delete all alerts of ADDRESS, and so the address. Writes KB_INSTANCE/alerts.db.

    Backups made before still contain the address.
    """
    count = _store().delete_address(normalized_email(address))
    context.notify(message("%(count)s deleted", count=count))


def _store() -> AlertStore:
    return AlertStore(read_settings().alerts_file)
