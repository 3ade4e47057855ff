"""Readers that ask over HTTP, each on a connection that it keeps open."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.figures import centiles_ms

_TIMEOUT_S = 60
_OK = b"200"


@dataclass(slots=True)
class Load:
    """What readers went through."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    own_seconds: float = 0.0
    """The processor time of the readers themselves, which compete with the service."""

    def figures(self) -> dict[str, float]:
        """Sum up."""
        return {
            "requests": len(self.times),
            "per_s": round(len(self.times) / self.seconds, 1),
            **centiles_ms(self.times),
            "max_ms": round(max(self.times, default=0) * 1000, 1),
            "errors": len(self.errors),
            "readers_cpu": round(self.own_seconds / self.seconds, 2),
        }


@dataclass(frozen=True, slots=True)
class Until:
    """When readers stop: after a time, or after so many requests of them all."""

    seconds: float = float("inf")
    requests: int | None = None


def ask(port: int, paths: Sequence[str], readers: int, until: Until) -> Load:
    """Have readers ask for the paths in turn, as fast as they are answered."""
    load = Load()
    started, own = time.perf_counter(), time.process_time()
    asyncio.run(_ask(port, paths, readers, until, load))
    load.seconds = time.perf_counter() - started
    load.own_seconds = time.process_time() - own
    return load


async def _ask(
    port: int, paths: Sequence[str], readers: int, until: Until, load: Load
) -> None:
    turns = itertools.islice(itertools.cycle(paths), until.requests)
    deadline = time.perf_counter() + until.seconds
    await asyncio.gather(*(_read(port, turns, deadline, load) for _ in range(readers)))


async def _read(port: int, turns: Iterator[str], deadline: float, load: Load) -> None:
    connection = _Connection(port)
    # What is asked for is shared out: the readers ask for different things at once.
    while time.perf_counter() < deadline and (path := next(turns, None)):
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
    """A connection that is opened when needed, and again when it was closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        """Ask for a path, read all that comes, and give the status."""
        was_open = self._streams is not None
        try:
            return await self._get(path)
        except (ConnectionError, asyncio.IncompleteReadError):
            # The service may close a connection between two requests, as any may.
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
        """Let go of it."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _fields(head: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:] if line)
    return {name.lower(): value.strip() for name, _, value in lines}
