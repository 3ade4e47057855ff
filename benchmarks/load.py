"""Load generator: concurrent HTTP clients with keep-alive connections."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.figures import percentiles_ms

_TIMEOUT_S = 60
_OK = b"200"


@dataclass(slots=True)
class LoadResult:
    """Response times and errors of a load."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """CPU time of the clients, which compete with the service."""

    def figures(self) -> dict[str, float]:
        """Return the summary of the load."""
        return {
            "requests": len(self.times),
            "per_s": round(len(self.times) / self.seconds, 1),
            **percentiles_ms(self.times),
            "max_ms": round(max(self.times, default=0) * 1000, 1),
            "errors": len(self.errors),
            "readers_cpu": round(self.cpu_seconds / self.seconds, 2),
        }


@dataclass(frozen=True, slots=True)
class LoadLimit:
    """When clients stop: after a time, or after a total number of requests."""

    seconds: float = float("inf")
    requests: int | None = None


def run_load(
    port: int, paths: Sequence[str], clients: int, limit: LoadLimit
) -> LoadResult:
    """Request the paths in turn, each client as fast as it gets responses."""
    load = LoadResult()
    started, cpu_started = time.perf_counter(), time.process_time()
    asyncio.run(_run_clients(port, paths, clients, limit, load))
    load.seconds = time.perf_counter() - started
    load.cpu_seconds = time.process_time() - cpu_started
    return load


async def _run_clients(
    port: int, paths: Sequence[str], clients: int, limit: LoadLimit, load: LoadResult
) -> None:
    queue = itertools.islice(itertools.cycle(paths), limit.requests)
    deadline = time.perf_counter() + limit.seconds
    await asyncio.gather(
        *(_run_client(port, queue, deadline, load) for _ in range(clients))
    )


async def _run_client(
    port: int, queue: Iterator[str], deadline: float, load: LoadResult
) -> None:
    connection = _Connection(port)
    # The clients share one queue, so concurrent requests have different paths.
    while time.perf_counter() < deadline and (path := next(queue, None)):
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                status = await connection.get(path)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            connection.close()
            load.errors.append(f"{path}: {error!r}")
            continue
        load.times.append(time.perf_counter() - started)
        if status != _OK:
            load.errors.append(f"{path}: {status.decode()}")
    connection.close()


class _Connection:
    """A keep-alive connection, reopened when the service closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        """Request a path, read the body, and return the status."""
        was_open = self._streams is not None
        try:
            return await self._get(path)
        except (ConnectionError, asyncio.IncompleteReadError):
            # The service may close a connection between two requests.
            self.close()
            if not was_open:
                raise
            return await self._get(path)

    async def _get(self, path: str) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii"))
        head = await reader.readuntil(b"\r\n\r\n")
        fields = _fields(head)
        await reader.readexactly(int(fields[b"content-length"]))
        if fields.get(b"connection", b"").lower() == b"close":
            self.close()
        return head.split(b" ", 2)[1]

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _fields(head: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:] if line)
    return {name.lower(): value.strip() for name, _, value in lines}
