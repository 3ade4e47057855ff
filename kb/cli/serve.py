"""The command `kb serve`."""

import os
import resource
import socket
import sys
import time

import click

from indexer.model.problems import Message, message
from indexer.pipeline import ChangeType
from indexer.terminal import Context, change_report, progress_bar
from kb.backup.restore import ensure_no_restore
from kb.cli.command_services import CommandError, record_external_edits
from kb.core.locks import is_served
from kb.core.settings import ServiceRole, Settings, read_settings
from kb.server.gunicorn import serve_forever
from kb.server.startup import prepare
from kb.services import Services

ENDING_S = 5.0
"""How long a service that was stopped or killed may keep its lock."""

LARGE_BYTES = 400_000_000
HTTPS_WITHOUT_PROXY = message(
    "KB_BASE_URL is an https address, but KB_PROXIES is 0: all visitors count as one "
    "address, and one of them can use up the sign-in attempts of all. Set KB_PROXIES "
    "to the number of reverse proxies in front of the service (usually 1)"
)
_RESTARTED = "_KB_BEGUN_AGAIN"
"""The environment variable that marks a restarted program: it restarts only once."""


@click.command()
@click.option(
    "--role",
    type=click.Choice([each.value for each in ServiceRole]),
    default=ServiceRole.WRITER.value,
    show_default=True,
    help="A reader has no staff pages, and follows copies of documents/ and of "
    "KB_INSTANCE/history that another machine sends; it writes neither.",
)
@click.option(
    "--beside",
    is_flag=True,
    help="Start although another service uses the same KB_INSTANCE, for a short time: "
    "two services that run for long write over each other's work.",
)
@click.pass_obj
def serve(context: Context, role: str, *, beside: bool) -> None:
    """Update the index, then serve until stopped.

    Writes the index when documents/ or the code changed since it was made, and follows
    documents/ while serving. Changes made by hand are recorded in KB_INSTANCE/history.
    Any interrupted change is completed first.
    """
    settings = read_settings().with_role(ServiceRole(role))
    translate, notify = context.translate, context.notify
    check_address(settings)
    if not beside:
        check_alone(settings)
    ensure_no_restore(settings.locations)
    services = Services(settings, notify=notify)
    recorded = None
    if not settings.is_reader:
        recorded = record_external_edits(settings.locations, notify)
    started = time.monotonic()
    change = prepare(services, notify=notify, progress=progress_bar(translate))
    if change is not None:
        took_s = time.monotonic() - started
        click.echo(change_report(change, took_s, translate))
        if change.type is ChangeType.REBUILT:
            restart_if_memory_grew()
    _announce(context, settings)
    serve_forever(services, recorded)


def _announce(context: Context, settings: Settings) -> None:
    """Print on stderr what the operator should change, and on stdout the address."""
    notify = context.notify
    if settings.is_https and not settings.proxies:
        notify(HTTPS_WITHOUT_PROXY)
    if settings.missing_values:
        notify(
            message(
                "settings without a value: %(names)s. The pages show “not given” in "
                "their place",
                names="; ".join(settings.missing_values),
            )
        )
    if settings.mail is not None and not settings.base_url:
        notify(
            message(
                "KB_BASE_URL is not set: the links in e-mail alerts begin with "
                "%(address)s",
                address=settings.own_url,
            )
        )
    address = f"http://{settings.host}:{settings.port}"
    context.echo(message("serving %(address)s (stop with Ctrl-C)", address=address))


def check_address(settings: Settings) -> None:
    """Bind the address of the settings and release it, before the slow start.

    Sockets that systemd or the previous service passes on are bound already.

    Raises:
        CommandError: another program listens there, or the address is not ours.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) or "GUNICORN_FD" in os.environ:
        return
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            where = f"KB_HOST={settings.host} KB_PORT={settings.port}"
            values = {"where": where, "reason": error.strerror or str(error)}
            raise CommandError(Message("%(where)s: %(reason)s", values)) from error


def check_alone(settings: Settings) -> None:
    """Wait a moment for a service that is ending; a hand-over runs beside the old one.

    Raises:
        CommandError: another service uses the same instance.
    """
    instance = settings.locations.instance
    if "GUNICORN_FD" in os.environ:
        return
    if is_served(instance, wait_s=ENDING_S):
        raise CommandError(
            message(
                "KB_INSTANCE=%(folder)s: another kb serve uses this folder. Stop it "
                "first; with --beside, this one starts all the same",
                folder=instance,
            )
        )


def restart_if_memory_grew() -> None:
    """Restart this program if the rebuild of the index used much memory.

    Freed memory does not all return to the system: after a rebuild of 100,000 passages,
    each worker would keep 190 MB more.
    """
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if peak_bytes < LARGE_BYTES or _RESTARTED in os.environ:
        return
    sys.stderr.flush()
    os.environ[_RESTARTED] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # ourselves
