"""Measures pages and acts of staff on a large content: processor time, calls and bytes.

    python -m benchmarks.growth [--records 10000] [--folder FOLDER] [--report FILE]

Each request is made in this process; the first and the last one under a profiler, which
counts calls of functions. The content is made once in `--folder`, with its index. The
start and the memory of a service are measured with `kb serve` on the same folder.
"""

import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from cProfile import Profile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Flask

from benchmarks.ceilings import DRAFT, EDITED, PUBLIC_PAGES, STAFF_ACTS, STAFF_PAGES
from benchmarks.figures import table
from benchmarks.large_content import PROJECT, write_large_content
from benchmarks.process_memory import service_memory_mb
from indexer.pipeline import Locations
from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import Role
from kb.judgements.judged_runs import run_all
from kb.server.startup import prepare, request_each_page
from kb.services import Services
from kb.staff.relevance.judgement_cache import judgements
from tests.support.forms import form_fields
from tests.support.server import a_free_port, service_environment
from tests.support.staff import PASSWORD, Browser, an_account

START = "start"
MEMORY = "memory of all processes, MB"

Answer = tuple[int, int]
"""The status and the size of a response."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request cost.

    `first_calls` and `calls` count the calls of functions of the first request and of
    the last, which finds what the first cached. `best_ms` is the processor time of the
    fastest; under the profiler, if the request is made once. `size` is in bytes.
    """

    name: str
    first_calls: int
    calls: int
    best_ms: float
    size: int
    status: int


def cost_of(name: str, request: Callable[[], Answer], rounds: int = 0) -> Cost:
    """Make a request, then again `rounds` times without a profiler and once with it."""
    first_calls, best_ms, answer = _counted(request)
    if not rounds:
        return Cost(name, first_calls, first_calls, best_ms, answer[1], answer[0])
    times = []
    for _ in range(rounds):
        started = time.process_time()
        request()
        times.append((time.process_time() - started) * 1000)
    calls, _, (status, size) = _counted(request)
    return Cost(name, first_calls, calls, min(times), size, status)


def _counted(request: Callable[[], Answer]) -> tuple[int, float, Answer]:
    """Make a request under the profiler; return its calls, its time, its answer."""
    profile = Profile()
    started = time.process_time()
    answer = profile.runcall(request)
    ms = (time.process_time() - started) * 1000
    return sum(entry.callcount for entry in profile.getstats()), ms, answer


def public_costs(app: Flask, rounds: int) -> Iterator[Cost]:
    """Measure the pages of visitors and programs."""
    client = app.test_client()
    for page in PUBLIC_PAGES:

        def get(path: str = page.path) -> Answer:
            answer = client.get(path)
            return answer.status_code, len(answer.data)

        yield cost_of(page.path, get, rounds)


class StaffActs:
    """Requests of a signed-in administrator."""

    def __init__(self, app: Flask, services: Services) -> None:
        """Add an account, and sign in."""
        email = f"growth-{time.time_ns()}@example.org"
        an_account(services.database, email, Role.ADMIN)
        self._browser = Browser(app)
        self._browser.sign_in(email, PASSWORD)

    def get(self, path: str) -> Answer:
        """Request a page."""
        answer = self._browser.get(path)
        return answer.status_code, len(answer.data)

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        """Submit a form."""
        answer = self._browser.post(path, **fields)
        return answer.status_code, len(answer.data)

    def request_of(self, act: str) -> Callable[[], Answer]:
        """Return an act of `STAFF_ACTS`; the form that it submits is requested now."""
        match act:
            case "begin a change":
                return lambda: self.post(f"/en/staff/records/{EDITED}/change", {})
            case "save":
                form = form_fields(self._browser.get(DRAFT).text)
                form["en-title"] = [f"{form['en-title'][0]} (changed)"]
                return lambda: self.post(DRAFT, form)
            case "publish":
                path = f"{DRAFT}/publish"
                page = self._browser.get(path).text
                fields = form_fields(page, form=f'form[action="{path}"]')
                return lambda: self.post(path, fields)
            case _:
                return lambda: self.get(act.partition(" ")[0])


def staff_costs(app: Flask, services: Services, rounds: int) -> Iterator[Cost]:
    """Measure the pages of staff, then the change and the publication of a record."""
    staff = StaffActs(app, services)
    for page in STAFF_PAGES:
        yield cost_of(page.path, lambda path=page.path: staff.get(path), rounds)  # type: ignore[misc]
    for act in STAFF_ACTS:
        yield cost_of(act.path, staff.request_of(act.path))


def large_locations(
    folder: Path, records: int, *, has_short_texts: bool = False
) -> Locations:
    """Return a large content in a folder; it is made if it is not there."""
    locations = Locations(folder / "documents", folder / "index", folder / "instance")
    if not locations.documents.exists():
        part = folder / "documents.part"  # of a run that was stopped
        shutil.rmtree(part, ignore_errors=True)
        source = PROJECT / "documents"
        write_large_content(source, part, records, has_short_texts=has_short_texts)
        part.rename(locations.documents)
    return locations


def _make_index(locations: Locations) -> None:
    """Make the index in another process, whose caches would make a start cheaper."""
    folder = locations.documents.parent
    subprocess.run(
        [sys.executable, "-m", "kb.cli.main", "index", "update"],
        cwd=PROJECT,
        env=service_environment(folder, locations.documents, port=a_free_port()),
        check=True,
    )


def started(services: Services) -> Flask:
    """Do what `kb serve` does before it answers, and return the application."""
    prepare(services, notify=lambda text: click.echo(str(text), err=True))
    services.content.warm_up()
    app = create_app(services=services)
    request_each_page(app)
    return app


def all_costs(locations: Locations, rounds: int) -> Iterator[Cost]:
    """Measure the start of a service that has an index, its pages, its memory."""
    _make_index(locations)
    services = Services(Settings(locations))
    apps: list[Flask] = []

    def start() -> Answer:
        apps.append(started(services))
        return 200, 0

    yield cost_of(START, start)
    yield from public_costs(apps[0], rounds)
    # Beside a service, the watcher does both: pages of staff only read what it found.
    services.content_warnings.check(services.corpus)
    with apps[0].app_context():
        run_all(services, judgements().queries)
    services.content.follow()
    yield from staff_costs(apps[0], services, rounds)
    services.content.stop_following()
    paths = [page.path for page in PUBLIC_PAGES]
    memory = service_memory_mb(locations.documents.parent, paths)
    yield Cost(MEMORY, 0, 0, 0, round(memory), 200)


@click.command(help=__doc__)
@click.option("--records", default=10_000, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path))
@click.option("--short-texts", is_flag=True, help="Make copies with short texts.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--report", type=click.Path(path_type=Path), help="Write JSON to a file.")
def main(
    records: int,
    folder: Path | None,
    short_texts: bool,  # noqa: FBT001  # click calls it
    rounds: int,
    report: Path | None,
) -> None:
    """Print a table of costs."""
    folder = folder or Path(tempfile.mkdtemp(prefix="kb-growth-"))
    costs = []
    locations = large_locations(folder, records, has_short_texts=short_texts)
    for cost in all_costs(locations, rounds):
        click.echo(cost, err=True)
        costs.append(cost)
    rows = [
        (c.name, f"{c.best_ms:.0f}", c.first_calls, c.calls, c.size, c.status)
        for c in costs
    ]
    click.echo(table(("page", "ms", "first calls", "calls", "bytes", "status"), rows))
    if report is not None:
        text = json.dumps([dataclasses.asdict(cost) for cost in costs])
        report.write_text(text, "utf-8")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
