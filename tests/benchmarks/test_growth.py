"""Ten thousand records stay below the ceilings of `benchmarks/ceilings.py`.

The content, its index and its cache are made once, in the cache folder of pytest; the
next run uses them as long as the real documents are the same. Texts of copies are
short: costs depend on how many records there are, and the index is made sooner.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from benchmarks import ceilings
from benchmarks.ceilings import CALLS_PER_MS, EDITED, Ceiling
from benchmarks.growth import MEMORY, START, Cost
from benchmarks.large_content import PROJECT

CEILINGS = (*ceilings.PUBLIC_PAGES, *ceilings.STAFF_PAGES, *ceilings.STAFF_ACTS)
LASTING = {"records.db", "index.key", "readings"}
"""What a run leaves in the folder of the instance for the next one."""


def excess(cost: Cost, ceiling: Ceiling) -> list[str]:
    """Return what a request costs too much, as sentences."""
    found = []
    if cost.status >= 400:
        found.append(f"{cost.name}: status {cost.status}")
    for calls, most in (
        (cost.first_calls, ceiling.first_calls),
        (cost.calls, ceiling.calls),
    ):
        if calls > most:
            found.append(
                f"{cost.name}: {calls:,} calls, some {calls // CALLS_PER_MS} ms;"
                f" at most {most:,}"
            )
    if cost.size > ceiling.size:
        found.append(f"{cost.name}: {cost.size:,} bytes; at most {ceiling.size:,}")
    return found


def test_each_excess_is_named() -> None:
    """Calls, bytes and errors above a ceiling are found; what is below is not."""
    page = Ceiling("/en/", 10, 1_000)
    most = page.first_calls, page.calls
    assert excess(Cost("/en/", *most, 9, 1_000, 200), page) == []
    dear = Cost("/en/", most[0] + 1, most[1] + 1, 9, 1_001, 500)
    assert len(excess(dear, page)) == 4


@pytest.fixture(scope="module")
def costs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Cost]:
    """Return what pages and acts cost, in a process that nothing else slows down."""
    cache = getattr(request.config, "cache", None)
    root = cache.mkdir("growth") if cache else tmp_path_factory.mktemp("growth")
    report = tmp_path_factory.mktemp("report") / "costs.json"
    with FileLock(root / "lock"):
        folder = _content_folder(root)
        command = [sys.executable, "-m", "benchmarks.growth", "--rounds", "1"]
        subprocess.run(  # noqa: S603  # our own program
            [*command, "--short-texts", "--folder", folder, "--report", report],
            cwd=PROJECT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    found = [Cost(**fields) for fields in json.loads(report.read_text("utf-8"))]
    return {cost.name: cost for cost in found}


def _content_folder(root: Path) -> Path:
    """Return the folder of these documents, as it was before any record changed."""
    folder = root / _documents_digest()
    for other in root.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other)
    folder.mkdir(exist_ok=True)
    instance = folder / "instance"
    for path in instance.iterdir() if instance.exists() else ():
        if path.name not in LASTING:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    edited = folder / "documents" / EDITED
    if edited.exists():
        shutil.rmtree(edited)
        shutil.copytree(PROJECT / "documents" / EDITED, edited)
    return folder


def _documents_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted((PROJECT / "documents").rglob("*")):
        if path.is_file():
            digest.update(f"{path}".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@pytest.mark.long
@pytest.mark.timeout(1800)  # the first run makes the content and its index
def test_ten_thousand_records_stay_below_the_ceilings(costs: dict[str, Cost]) -> None:
    """No page, no act of staff, no start costs more; nor does the whole service."""
    found = []
    for ceiling in (*CEILINGS, Ceiling(START, ceilings.START_MS)):
        found += excess(costs[ceiling.path], ceiling)
    if costs[MEMORY].size > ceilings.MEMORY_MB:
        found.append(f"{MEMORY}: {costs[MEMORY].size}; at most {ceilings.MEMORY_MB}")
    assert found == []
