"""Memory of a service: the sum over its processes, pages that they share counted once.

Linux shares the pages of a process among those that it forked, until one writes to
them. PSS counts a share of each page; resident memory would count it in each process.
"""

import re
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.server import (
    START_TIMEOUT_S,
    a_free_port,
    service_environment,
    start_service,
    wait_until_healthy,
)

_PSS = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)


def service_memory_mb(folder: Path, paths: Iterable[str]) -> float:
    """Run `kb serve` in a folder, request pages, and return the memory of the service.

    The folder has `documents`, `index` and `instance`.
    """
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    environ = service_environment(folder, folder / "documents", port=port, workers=2)
    process = start_service(folder, environ)
    try:
        wait_until_healthy(address, process)
        for path in paths:
            with urllib.request.urlopen(f"{address}{path}") as answer:  # noqa: S310  # our own service
                answer.read()
        return family_memory_mb(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT_S)


def family_memory_mb(pid: int) -> float:
    """Return the proportional memory of a process and of all its descendants."""
    return sum(map(_memory_kb, _family(pid))) / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from _family(int(child))


def _memory_kb(pid: int) -> int:
    found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    return int(found[1]) if found is not None else 0
