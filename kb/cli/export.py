"""The commands `kb export …`: copies of the content for other services and people."""

import os
from importlib.metadata import version
from pathlib import Path

import click

from indexer.model.ids import Locale
from indexer.model.problems import message
from indexer.terminal import Context, print_status
from kb.app import create_app
from kb.backup.corpus_bag import BagSource, write_corpus_bag
from kb.backup.errors import system_error
from kb.citations.cited_work import PUBLISHER_NAME
from kb.cli.backup import verified_file
from kb.cli.command_services import open_services, with_locked_content
from kb.core.settings import Settings
from kb.open_data.dump import DumpFormat, prepared_dump
from kb.site_copy.daily_files import write_daily_files
from kb.site_copy.site_writer import write_site_copy
from kb.web.licence import LICENCE_ID

NICENESS = 10


@click.group()
def export() -> None:
    """Export the content, or the complete public site, as files."""


@export.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def corpus(context: Context, file: Path) -> None:
    """Export the content to FILE, an archive that kb import reads.

    FILE is a zip that contains a BagIt bag: records, texts, originals and licences,
    with their checksums. Contains no accounts, drafts or history: use kb backup for
    them. Writes FILE only once it is complete and verified.
    """
    settings = open_services().settings
    with with_locked_content(settings.locations):
        count = write_corpus_bag(settings.locations, file, _bag_source(settings))
    context.notify(verified_file(file, count))


def _bag_source(settings: Settings) -> BagSource:
    return BagSource(
        organization=settings.notices[Locale.EN].publisher_name
        or PUBLISHER_NAME.text(Locale.EN),
        url=settings.own_url,
        licence=LICENCE_ID,
        program=f"innovation-security-kb {version('innovation-security-kb')}",
    )


@export.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def site(context: Context, folder: Path) -> None:
    """Write the complete public site to FOLDER, as files to open without a network.

    FOLDER is new, empty, or an earlier copy, which is replaced. Open its index.html:
    the pages in both languages, the originals and a search work from a disk, a USB key
    or an intranet. Each page states the day of the copy and links to its original: set
    KB_BASE_URL to the address of the site. Updates the index first.
    """
    services = open_services()
    services.content.update_index()
    done = write_site_copy(create_app(services=services), services, folder)
    context.notify(
        message(
            "%(folder)s: %(pages)s pages, %(files)s files, %(size)s MB",
            folder=folder,
            pages=done.pages,
            files=done.files,
            size=f"{done.size_bytes / 1_000_000:.1f}",
        )
    )


@export.command("dump")
def export_dump() -> None:
    """Make the dump of the present content, unless it is made already.

    `kb serve` runs this command after each change and each day, so that no request
    waits. Writes KB_INSTANCE/dump, and deletes the dump of earlier content.
    """
    # Visitors come first, where the service runs on the same machine.
    os.nice(NICENESS)
    services = open_services()
    app = create_app(services=services)
    # The records have absolute addresses: those that a visitor sees.
    with app.test_request_context(base_url=services.settings.own_url):
        paths = [prepared_dump(dump_format, system_error) for dump_format in DumpFormat]
    for path in paths:
        print_status(str(path))


@export.command("offline")
def export_offline() -> None:
    """Make what is read without a network: the copy as a zip, and its small search.

    `kb serve` runs this command each day. Writes KB_INSTANCE/offline, and deletes the
    files of earlier days. A site of more than 2,000 records has none.
    """
    # Visitors come first, where the service runs on the same machine.
    os.nice(NICENESS)
    services = open_services()
    files = write_daily_files(create_app(services=services), services)
    for name, size in files.sizes.items() if files else ():
        print_status(f"{name} {size}")
