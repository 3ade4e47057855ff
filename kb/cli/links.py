"""The command `kb content links`: it tests the addresses of the sources of records."""

import random
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

import click

from indexer.model.ids import RecordId
from indexer.model.problems import message
from indexer.model.record import Record
from indexer.model.vocabulary import SourceStatus
from indexer.pipeline import open_corpus
from indexer.terminal import Context
from kb.cli.command_services import CommandError, open_services
from kb.core.link_client import LinkAnswer, LinkClient, LinkState, answer_message
from kb.database.source_links import SourceLink, SourceLinks

MAX_SILENT_HOSTS = 5
"""As many hosts that do not answer first, and none that does: the network is down."""

_OFFLINE = message(
    "none of the first servers answers: look at the network of this machine, then "
    "start again; nothing was stored of them"
)


@click.command("links")
@click.option("--days", default=30, help="Leave out what was tested since, in days.")
@click.option("--again", is_flag=True, help="Test every address, whenever tested.")
@click.option("--limit", type=click.IntRange(1), help="The most addresses to test.")
@click.option("--pause", default=5.0, help="Seconds between requests to a server.")
@click.option("--allow", multiple=True, hidden=True)
@click.pass_obj
def content_links(
    context: Context,
    *,
    days: int,
    again: bool,
    limit: int | None,
    pause: float,
    allow: tuple[str, ...],
) -> None:
    """Ask the addresses of the sources whether they still answer.

    Nothing runs this by itself: it asks other people's servers, one request a second at
    most, and writes each answer into the database in KB_INSTANCE at once: stop it at
    any time, and start it again to go on. The dashboard of staff lists the addresses
    that failed on two days. Addresses of private networks are never asked.
    """
    services = open_services()
    links, base_url = services.database.source_links, services.settings.base_url
    sources = _sources(open_corpus(context.locations, is_read_only=True).read().records)
    known, now = links.all(), services.clock()
    due = [
        url
        for url in sources
        if again or url not in known or known[url].is_due(now, days)
    ]
    random.shuffle(due)  # Neither one host again and again, nor always the same first.
    chosen = due[:limit]
    agent = f"innovation-security-kb (test of links; +{base_url})".replace("; +)", ")")
    client = LinkClient(agent, pause_s=pause, allowed=allow)
    tested = failed = 0
    for url, answer in _test(_with_control(chosen, known), client, links):
        is_failed = answer.state is LinkState.FAILED
        tested, failed = tested + 1, failed + is_failed
        if is_failed or answer.moved_to:
            _print_line(context, sources.get(url, ()), url, answer)
    context.notify(
        message(
            "addresses tested: %(tested)s; that failed: %(failed)s; left: %(left)s",
            tested=tested,
            failed=failed,
            left=len(due) - len(chosen),
        )
    )


def _sources(records: Mapping[RecordId, Record]) -> dict[str, list[RecordId]]:
    """Return the records of each address that is not known to be dead."""
    found: dict[str, list[RecordId]] = {}
    for record_id, record in records.items():
        for source in record.sources:
            if source.url and source.status is not SourceStatus.DEAD:
                found.setdefault(source.url, []).append(record_id)
    return found


def _with_control(urls: list[str], known: Mapping[str, SourceLink]) -> list[str]:
    """Put the address last seen alive first: if it answers, the network works."""
    alive = [link for link in known.values() if link.alive_at and not link.failures]
    if not urls or not alive:
        return urls
    control = max(alive, key=lambda link: link.alive_at or link.tested_at).url
    return [control, *(url for url in urls if url != control)]


def _test(
    urls: Iterable[str], client: LinkClient, links: SourceLinks
) -> Iterator[tuple[str, LinkAnswer]]:
    """Test addresses, and yield each whose answer is stored.

    Raises:
        CommandError: no server answers: the network of this machine is down.
    """
    answers: dict[str, LinkAnswer] = {}
    is_online = False
    for url in urls:
        if client.is_left(urlsplit(url).netloc):
            continue
        answers[url] = client.ask(url)
        is_online = is_online or not answers[url].is_silent
        hosts = {urlsplit(silent_url).netloc for silent_url in answers}
        if not is_online and len(hosts) >= MAX_SILENT_HOSTS:
            raise CommandError(_OFFLINE)
        while is_online and answers:
            tested_url, answer = answers.popitem()
            if answer.state is not LinkState.BUSY:
                links.add(tested_url, answer)
                yield tested_url, answer
    if answers:
        raise CommandError(_OFFLINE)


def _print_line(
    context: Context, records: Iterable[RecordId], url: str, answer: LinkAnswer
) -> None:
    text = answer_message(answer.text)
    if answer.moved_to:
        text = message("moved permanently to %(url)s", url=answer.moved_to)
    places = ", ".join(map(str, records))
    click.echo(f"{places}: {url}: {text.text(context.translate)}")
