"""Prints the nDCG@10 of the judged queries: `make relevance`.

`KB_ENGINE` and the settings of a cluster choose the engine, as for `kb`.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import click

from indexer.pipeline import Locations, open_stored_engine, read_corpus, rebuild
from kb.app import create_app
from kb.core.settings import Settings, read_settings
from tests.relevance.measures import measure_all, table
from tests.support.builders import PROJECT


def main() -> None:
    """Index documents/ in a temporary folder, run the queries and print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        # An index of its own: the one that `kb` uses stays as it is.
        asked = read_settings().locations
        locations = Locations(
            PROJECT / "documents",
            root / "index",
            root / "instance",
            asked.engine,
            replace(asked.cluster, index=f"{asked.cluster.index}-judged"),
        )
        rebuild(open_stored_engine(locations), read_corpus(locations))
        click.echo(table(measure_all(create_app(Settings(locations)))))


main()
