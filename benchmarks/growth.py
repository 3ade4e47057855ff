"""Measures pages and acts of staff on a large content: processor time and bytes.

    python -m benchmarks.growth [--records 10000] [--folder FOLDER]

Each request is made in this process, three times. The content is made once in
`--folder`, with its index. Warnings are found and judged searches run first, as beside
a service.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import click
from flask import Flask

from benchmarks.figures import memory_mb, table
from benchmarks.large_content import PROJECT, write_large_content
from indexer.pipeline import Locations
from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import Role
from kb.judgements.judged_runs import run_all
from kb.server.startup import prepare
from kb.services import Services
from kb.staff.relevance.judgement_cache import judgements
from tests.support.forms import form_fields
from tests.support.staff import PASSWORD, Browser, an_account

PUBLIC_PAGES = (
    "/en/",
    "/en/search?q=police",
    "/en/search",
    "/fr/search?q=comment+emp%C3%AAcher+les+vols+de+v%C3%A9los",
    *(
        f"/en/{folder}/"
        for folder in (
            *("practices", "recommendations", "events", "deliverables"),
            *("needs", "themes", "glossary"),
        )
    ),
    "/en/practices/milan-stolen-bikes",
    "/en/recommendations/rec-01",
    "/en/needs/n01",
    "/en/events/w3",
    "/en/themes/everyday-security",
    "/en/glossary/osint",
    "/en/deliverables/d2.5",
    "/en/audiences/",
    "/en/audiences/lea",
    "/en/gaps",
    "/en/map",
    "/en/timeline",
    "/en/places/",
    "/en/places/milan",
    "/en/what-did-not-work",
    "/en/compare",
    "/en/compare?ids=milan-stolen-bikes,hannover-facebook",
    "/en/dossier",
    "/en/follow",
    "/en/propose",
    "/en/api",
    "/en/feed.atom",
    "/en/feed.atom?q=police",
    "/en/events.ics",
    "/sitemap.xml",
    "/api/v1/records?per_page=200",
    "/api/v1/search?q=police",
    "/api/v1/suggest?q=cyb&locale=fr",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/glossary",
    "/glossary.ttl",
    "/en/search.csv?q=police",
    "/en/search.xlsx?q=police",
    "/en/search.bib?q=police",
)
EDITED = "practices/milan-stolen-bikes"
STAFF_PAGES = (
    "/en/staff/",
    "/en/staff/records",
    "/en/staff/records?kind=practice",
    "/en/staff/drafts",
    "/en/staff/problems",
    "/en/staff/review",
    "/en/staff/translations",
    "/en/staff/behind",
    "/en/staff/statistics",
    "/en/staff/places",
    "/en/staff/relevance",
    "/en/staff/lexicon",
    "/en/staff/history",
    "/en/staff/inbox",
    f"/en/staff/records/{EDITED}",
    f"/en/staff/records/{EDITED}/unpublish",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request cost: processor time in milliseconds, bytes, status."""

    name: str
    first_ms: float
    best_ms: float
    size: int
    status: str


def cost_of(name: str, request: Callable[[], tuple[str, int]], rounds: int) -> Cost:
    """Make a request several times, and return what the first and the best cost."""
    times = []
    status, size = "", 0
    for _ in range(rounds):
        started = time.process_time()
        status, size = request()
        times.append((time.process_time() - started) * 1000)
    return Cost(name, times[0], min(times), size, status)


def public_costs(app: Flask, rounds: int) -> Iterator[Cost]:
    """Measure the pages of visitors and programs."""
    client = app.test_client()
    for path in PUBLIC_PAGES:

        def get(path: str = path) -> tuple[str, int]:
            answer = client.get(path)
            return answer.status, len(answer.data)

        yield cost_of(path, get, rounds)


def staff_costs(app: Flask, services: Services, rounds: int) -> Iterator[Cost]:
    """Measure the pages of staff, then the change and the publication of a record."""
    email = f"growth-{time.time_ns()}@example.org"
    an_account(services.database, email, Role.ADMIN)
    browser = Browser(app)
    browser.sign_in(email, PASSWORD)

    def get(path: str) -> tuple[str, int]:
        answer = browser.get(path)
        return answer.status, len(answer.data)

    for path in STAFF_PAGES:
        yield cost_of(path, lambda path=path: get(path), rounds)  # type: ignore[misc]
    draft = f"/en/staff/drafts/{EDITED}"

    def post(path: str, fields: dict[str, Any]) -> tuple[str, int]:
        answer = browser.post(path, **fields)
        return answer.status, len(answer.data)

    begin = f"/en/staff/records/{EDITED}/change"
    yield cost_of("begin a change", lambda: post(begin, {}), 1)
    yield cost_of("edit page", lambda: get(draft), rounds)
    form = form_fields(browser.get(draft).text)
    form["en-title"] = [f"{form['en-title'][0]} (changed)"]
    yield cost_of("save", lambda: post(draft, form), 1)
    yield cost_of("preview", lambda: get(f"{draft}/preview"), rounds)
    yield cost_of("publish page", lambda: get(f"{draft}/publish"), rounds)
    page = browser.get(f"{draft}/publish").text
    yield cost_of(
        "publish",
        lambda: post(
            f"{draft}/publish",
            form_fields(page, form=f'form[action="{draft}/publish"]'),
        ),
        1,
    )
    yield cost_of("desk after it", lambda: get("/en/staff/"), 1)
    yield cost_of("page of the record after it", lambda: get(f"/en/{EDITED}"), 1)


def large_locations(folder: Path, records: int) -> Locations:
    """Return a large content in a folder; it is made if it is not there."""
    locations = Locations(folder / "documents", folder / "index", folder / "instance")
    if not locations.documents.exists():
        write_large_content(PROJECT / "documents", locations.documents, records)
    return locations


@click.command(help=__doc__)
@click.option("--records", default=10_000, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path))
@click.option("--rounds", default=3, show_default=True)
def main(records: int, folder: Path | None, rounds: int) -> None:
    """Print a table of costs."""
    folder = folder or Path(tempfile.mkdtemp(prefix="kb-growth-"))
    services = Services(Settings(large_locations(folder, records)))
    started = time.process_time()
    prepare(services, notify=lambda text: click.echo(str(text), err=True))
    services.content.warm_up()
    app = create_app(services=services)
    click.echo(f"start: {time.process_time() - started:.1f} s of processor", err=True)
    started = time.process_time()
    services.content_warnings.check(services.corpus)
    click.echo(f"warnings: {time.process_time() - started:.1f} s", err=True)
    with app.app_context():
        started = time.process_time()
        run_all(services, judgements().queries)
        seconds = time.process_time() - started
    click.echo(f"judged searches: {seconds:.1f} s", err=True)
    services.content.follow()  # so that pages of staff only read the warnings
    rows = []
    for cost in chain(public_costs(app, rounds), staff_costs(app, services, rounds)):
        click.echo(cost, err=True)
        times = f"{cost.first_ms:.0f}", f"{cost.best_ms:.0f}"
        rows.append((cost.name, *times, cost.size, cost.status))
    click.echo(table(("page", "first, ms", "best, ms", "bytes", "status"), rows))
    click.echo(f"memory: {memory_mb('VmRSS'):.0f} MB", err=True)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
