"""Prints the nDCG@10 of the judged queries: `make relevance`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from indexer.pipeline import Locations, open_stored_engine, read_corpus, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.relevance.measures import measure_all, table
from tests.support.builders import PROJECT


def main() -> None:
    """Index documents/ in a temporary folder, run the queries and print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        locations = Locations(PROJECT / "documents", root / "index", root / "instance")
        rebuild(open_stored_engine(locations), read_corpus(locations))
        click.echo(table(measure_all(create_app(Settings(locations)))))


main()
