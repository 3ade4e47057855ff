"""The commands `kb alerts …`: e-mail alerts, and the addresses they go to."""

import csv
import os
import sys
from typing import BinaryIO

import click

from indexer.model.problems import message
from indexer.terminal import WRONG_USAGE, Context, print_error
from kb.alerts.due_alerts import send_due_alerts
from kb.alerts.store import AlertStore
from kb.app import create_app
from kb.core.mail import normalized_email
from kb.core.settings import read_settings
from kb.mail.message import bounced_address
from kb.services import Services
from kb.staff.contributions.contribution_mail import mail_arrivals

NICENESS = 10
MAX_BOUNCE_BYTES = 1_000_000


@click.group()
def alerts() -> None:
    """Send e-mail alerts; export or delete the addresses they go to."""


@alerts.command("send")
@click.pass_obj
def alerts_send(context: Context) -> None:
    """Send the alerts that are due, and the messages that wait.

    An alert is due a week or thirty days after its last check. Staff and senders of new
    messages receive an e-mail, ten minutes after the first. `kb serve` runs this
    command every hour, and after such messages; run it from a timer only if the service
    does not run all the time. Reads the content and the index; writes the databases of
    KB_INSTANCE that contain alerts, messages and mail.
    """
    settings = read_settings()
    if settings.mail is None:
        print_error(
            message("set KB_SMTP_URL and KB_MAIL_FROM first").text(context.translate)
        )
        sys.exit(WRONG_USAGE)
    # Visitors come first, where the service runs on the same machine.
    os.nice(NICENESS)
    app = create_app(settings)
    mail_arrivals(app)
    context.echo(message("messages sent: %(count)s", count=send_due_alerts(app)))


@alerts.command("export")
@click.option("--address", default="", help="Only the alerts of this address.")
def alerts_export(*, address: str) -> None:
    """Print all alerts as CSV: address, language, search, day, bounces, interval.

    Changes nothing on disk.
    """
    found = _store().all(normalized_email(address))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("address", "language", "search", "since", "bounces", "every"))
    for alert in found:
        day = alert.created_at.date().isoformat()
        asked = alert.address, alert.locale, alert.query, day
        rows.writerow((*asked, alert.bounces, alert.every))


@alerts.command("delete")
@click.argument("address")
@click.pass_obj
def alerts_delete(context: Context, address: str) -> None:
    """Delete all alerts of ADDRESS, and so the address. Writes KB_INSTANCE/alerts.db.

    Backups made before still contain the address.
    """
    count = _store().delete_address(normalized_email(address))
    context.echo(message("%(count)s deleted", count=count))


@alerts.command("bounce")
@click.argument("file", type=click.File("rb"), default="-")
@click.pass_obj
def alerts_bounce(context: Context, *, file: BinaryIO) -> None:
    """Count a message that a mail server returned: FILE, or standard input.

    Have the mail server pipe what KB_MAIL_FROM receives into this command. After three
    such messages about an address, its alerts are deleted. Any other message changes
    nothing. Writes KB_INSTANCE/alerts.db.
    """
    services = Services(read_settings())
    address = bounced_address(file.read(MAX_BOUNCE_BYTES), services.secret)
    if address:
        _store().count_bounce(address, services.clock())
    context.echo(message("counted: %(count)s", count=int(bool(address))))


def _store() -> AlertStore:
    return AlertStore(read_settings().alerts_file)
