"""The command `kb import`: takes over the content of another service."""

import time
from collections.abc import Iterator
from pathlib import Path

import click

from indexer.model.problems import Message, message
from indexer.terminal import Context, change_report, print_status
from kb.cli.command_services import ACTOR, open_services
from kb.publishing.changes.repository import open_repository
from kb.publishing.imports.corpus_import import CorpusImport, import_corpus


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_(context: Context, file: Path) -> None:
    """Import the content of another service from FILE, made by kb export corpus.

    Adds the records of FILE to documents/, and replaces those that have the same id;
    each change is in the history, from where it can be undone. Other records stay.
    Everything is imported or nothing: FILE is verified first. Then updates the index.
    """
    services = open_services()
    repository = open_repository(services.settings.locations)
    for line in _report(import_corpus(repository, file, actor=ACTOR)):
        context.echo(line)
    started = time.monotonic()
    change = services.content.update_index()
    took_s = time.monotonic() - started
    print_status(change_report(change, took_s, context.translate))


def _report(done: CorpusImport) -> Iterator[Message]:
    yield message(
        "records added: %(added)s; changed: %(changed)s; the same: %(same)s",
        added=len(done.added),
        changed=len(done.changed),
        same=done.unchanged,
    )
    for name in done.kept:
        yield message(
            "%(name)s differs from that of the archive and was kept: compare them",
            name=name,
        )
