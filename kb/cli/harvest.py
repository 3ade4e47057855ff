"""The command `kb harvest`: reads references of other services into the inbox."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

import click

from indexer.errors import FileUnreadableError
from indexer.extraction.report.report_card import unreadable_message
from indexer.model.problems import Message, Translate, message
from indexer.model.tables import MAX_ROWS, SentTable
from indexer.readers.sandbox.sandbox import IsolatedReader
from indexer.terminal import Context
from kb.cli.command_services import ACTOR, CommandError, open_services
from kb.core.link_client import LinkClient, LinkState, answer_message
from kb.publishing.changes.repository import open_repository
from kb.publishing.imports.record_tables import plan_rows
from kb.publishing.imports.table_inbox import (
    LIMITS,
    MAX_TABLE_BYTES,
    TableInbox,
    WaitingTable,
)
from kb.services import Services

_COMMUNITY = re.compile(r"(https?://[^/]+)/communities/([\w-]+)(?:/.*)?")
_URL = "sources.1.url"
_EXPIRED = "badResumptionToken"
_FINE = {"", "noRecordsMatch"}

Progress = Mapping[str, str]
"""The token of the next part, the first day of this list, and that of the next list."""


@click.command()
@click.argument("address")
@click.option("--set", "set_name", default="", help="Read only this set.")
@click.option("--limit", default=MAX_ROWS, help="Stop after this many references.")
@click.option("--pause", default=5.0, help="Seconds between two requests.")
@click.option("--private", is_flag=True, help="Allow addresses of private networks.")
@click.pass_obj
def harvest(
    context: Context,
    address: str,
    *,
    set_name: str,
    limit: int,
    pause: float,
    private: bool,
) -> None:
    """Read references from ADDRESS into the inbox of staff.

    ADDRESS is that of an OAI-PMH repository, or of a community of Zenodo. Nothing runs
    this by itself, and no file is fetched: staff find the references under Add, and
    decide. Stop it at any time: the next run goes on where it stopped, and later runs
    read only what is new.
    """
    services = open_services()
    base_url = services.settings.base_url
    agent = f"innovation-security-kb (harvest; +{base_url})".replace("; +)", ")")
    client = LinkClient(agent, pause_s=pause, asks_private=private)
    inbox = _HarvestInbox(services, f"{address} {set_name}".strip())
    with IsolatedReader(LIMITS) as reader:
        repository = _Repository(client, reader, address, set_name, context.translate)
        for part, progress in repository.parts(inbox.progress):
            inbox.add(part, progress)
            context.notify(message("references read: %(count)s", count=inbox.count))
            if inbox.count >= limit:
                break
    plan = open_repository(services.settings.locations)
    rows = [row for table in inbox.filled for row in plan_rows(plan, table.table)]
    context.echo(
        message(
            "new references under “Add”: %(count)s; that look like records that exist: "
            "%(twins)s",
            count=inbox.count,
            twins=sum(bool(row.twins) for row in rows),
        )
    )


class _HarvestInbox:
    """The tables that a harvest fills, each with as many rows as one may have."""

    def __init__(self, services: Services, source: str) -> None:
        self._inbox = TableInbox(services.settings.locations.instance)
        self._clock, self._source = services.clock, source
        tables = [table for table in self._inbox.all() if table.source == source]
        self._known = {row.cells.get(_URL) for t in tables for row in t.table.rows}
        self._current = tables[0] if tables else None
        self.progress: Progress = self._current.progress if self._current else {}
        self.filled: list[WaitingTable] = []
        self.count = 0

    def add(self, part: SentTable, progress: Progress) -> None:
        """Store what is new in a part of a list, with where the list goes on."""
        rows = [r for r in part.rows if r.cells.get(_URL, r) not in self._known]
        self._known |= {row.cells.get(_URL) for row in rows}
        self.count += len(rows)
        last = self.filled[-1] if self.filled else None
        if rows and (last is None or len(last.table.rows) + len(rows) > MAX_ROWS):
            at, name = self._clock(), urlsplit(self._source).hostname or self._source
            last = self._inbox.add(name, ACTOR, at, SentTable())
            self.filled.append(last)
        elif last is None:
            last = self._current
        if last is None:
            return
        merged = (*last.table.rows, *rows)
        table = SentTable(
            rows=tuple(replace(r, line=n) for n, r in enumerate(merged, 1))
        )
        last = replace(last, source=self._source, progress=progress, table=table)
        self._inbox.save(last)
        if self.filled:
            self.filled[-1] = last


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository of OAI-PMH; a community of Zenodo is one of its sets."""

    client: LinkClient
    reader: IsolatedReader
    address: str
    set_name: str
    translate: Translate

    def parts(self, progress: Progress) -> Iterator[tuple[SentTable, Progress]]:
        """Yield the parts of the list of what is new, and where the list goes on.

        Raises:
            CommandError: the repository does not answer, or answers an error.
        """
        community = _COMMUNITY.fullmatch(self.address)
        address = (
            f"{community[1]}/oai2d" if community else self.address.partition("?")[0]
        )
        set_name = f"user-{community[2]}" if community else self.set_name
        token, since, until = (progress.get(k, "") for k in ("token", "from", "next"))
        while True:
            first = {"metadataPrefix": "oai_dc", "set": set_name, "from": since}
            query = {"resumptionToken": token} if token else first
            asked = {"verb": "ListRecords", **{k: v for k, v in query.items() if v}}
            part = self._read(f"{address}?{urlencode(asked)}")
            if token and part.about["error"] == _EXPIRED:
                token = ""
                continue
            if part.about["error"] not in _FINE:
                self._fail(message("it answers “%(code)s”", code=part.about["error"]))
            # A day: each repository knows days, and not each knows times.
            until = until if token else part.about["date"][:10]
            token = part.about["token"]
            done = {"token": token, "from": since if token else until, "next": until}
            yield part, done
            if not token:
                return

    def _read(self, url: str) -> SentTable:
        answer, body = self.client.get(url, MAX_TABLE_BYTES)
        while answer.state is LinkState.BUSY:
            if self.client.is_left(urlsplit(url).netloc):
                self._fail(answer_message(answer.text))
            answer, body = self.client.get(url, MAX_TABLE_BYTES)
        if answer.state is not LinkState.ALIVE:
            self._fail(answer_message(answer.text))
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(body)
            try:
                part = self.reader.table(Path(file.name))
            except FileUnreadableError as error:
                self._fail(unreadable_message(error))
        if "token" not in part.about:
            self._fail(message("it is not an answer of OAI-PMH"))
        return part

    def _fail(self, reason: Message) -> NoReturn:
        raise CommandError(
            message(
                "%(address)s: %(reason)s; what was read before is stored: start again",
                address=self.address,
                reason=reason.text(self.translate),
            )
        )
