"""Rehearses a recovery: restores a backup into an empty place, and serves it there.

The service listens on the loopback only, sends no e-mail and asks no other machine: of
the settings, it gets the folders and the port alone.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from indexer.corpus.corpus import Corpus
from indexer.model.problems import Message, message
from indexer.pipeline import Locations
from kb.backup.archive import open_backup
from kb.backup.recovery_facts import RecoveryFacts, differences, facts_of
from kb.backup.restore import restore_backup

HOST = "127.0.0.1"
POLL_S = 0.2
ANSWER_S = 60
READY_WITHIN_S = 30
"""The watcher and the follower of a service start after its first answer."""

STOP_WITHIN_S = 30
_PR_SET_PDEATHSIG = 1
_OTHER_SERVICE = ("KB_", "LISTEN_", "GUNICORN_", "NOTIFY_SOCKET")
"""How the variables begin that would make the service another one."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a recovery went: its times, and a line for each difference.

    `has_facts`: the archive has facts; otherwise its documents were read.
    """

    files: int
    facts: RecoveryFacts
    has_facts: bool
    restored_s: float
    answered_s: float
    compared_s: float
    differences: tuple[Message, ...]


class ServiceFailedError(Exception):
    """The service ended or can't search; the text is the last line of its log."""


def rehearse_recovery(
    source: Path,
    folder: Path,
    *,
    check: Callable[[Path], None],
    read: Callable[[Locations], Corpus],
) -> Rehearsal:
    """Restore a backup into an empty folder, serve it, and compare its answers.

    `check` gets the extracted instance folder, and raises `BackupError` to reject it.
    `read` reads the restored content, if the backup has no facts.

    Raises:
        BackupError: the backup is damaged or rejected, or the disk is full.
    """
    started = time.monotonic()
    locations = Locations(
        documents=folder / "documents",
        index=folder / "index",
        instance=folder / "instance",
    )
    done = restore_backup(locations, source, check=check)
    with open_backup(source) as (_, manifest):
        stored = manifest.facts
    facts = stored or facts_of(read(locations))
    restored = answered = time.monotonic()
    try:
        with _serving(locations) as address:
            answered = time.monotonic()
            fetch = partial(_fetch, address)
            found = (*differences(facts, fetch), *_failed_checks(fetch))
    except (ServiceFailedError, OSError) as error:
        found = (message("the service does not answer: %(reason)s", reason=error),)
    return Rehearsal(
        files=done.files,
        facts=facts,
        has_facts=stored is not None,
        restored_s=restored - started,
        answered_s=answered - restored,
        compared_s=time.monotonic() - answered,
        differences=found,
    )


@contextmanager
def _serving(locations: Locations) -> Iterator[str]:
    """Serve the folders during the block, and yield the address.

    Raises:
        ServiceFailedError: the service ended, or can't search.
    """
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    log = locations.instance.with_name("serve.log")
    with log.open("wb") as file:
        process = subprocess.Popen(  # our own command
            [sys.executable, "-m", "kb.cli.main", "serve"],
            env=_environment(locations, port),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            preexec_fn=_end_with_this_process,  # noqa: PLW1509  # there is one thread
        )
    address = f"http://{HOST}:{port}"
    try:
        _wait_until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_this_process() -> None:
    """Let the kernel end the service if this process is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_healthy(
    address: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    """Wait until the service can search, however long it makes its index.

    Raises:
        ServiceFailedError: the service ended, or listens and can't search.
    """
    latest = float("inf")
    while time.monotonic() < latest and process.poll() is None:
        with suppress(OSError):  # not listening yet
            if _fetch(address, "/healthz") is not None:
                return
            latest = min(latest, time.monotonic() + READY_WITHIN_S)
        time.sleep(POLL_S)
    lines = log.read_text("utf-8", errors="replace").split("\n")
    raise ServiceFailedError(next(filter(None, reversed(lines)), "–"))


def _environment(locations: Locations, port: int) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OTHER_SERVICE)
    }
    return inherited | {
        "KB_DOCUMENTS": str(locations.documents),
        "KB_INDEX": str(locations.index),
        "KB_INSTANCE": str(locations.instance),
        "KB_HOST": HOST,
        "KB_PORT": str(port),
        "KB_WORKERS": "1",
        "KB_MEANING": "off",
        "KB_API_LIMIT": "0",
    }


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _fetch(address: str, path: str) -> Any:
    """Return the JSON of a path; None for an error of HTTP.

    Raises:
        OSError: the service does not answer.
    """
    try:
        with _OPENER.open(address + path, timeout=ANSWER_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            is_unready = error.code == HTTPStatus.SERVICE_UNAVAILABLE
            return json.load(error) if is_unready and path == "/readyz" else None


def _failed_checks(fetch: Callable[[str], Any]) -> list[Message]:
    """Return a line for each check of `/readyz` that goes on failing, but for disks."""
    latest = time.monotonic() + READY_WITHIN_S
    while True:
        failed = {
            name: result
            for name, result in fetch("/readyz")["checks"].items()
            if result != "ok" and not name.startswith("disk_")
        }
        if not failed or time.monotonic() > latest:
            break
        time.sleep(POLL_S)
    return [
        message(
            "the check %(name)s of /readyz is “%(result)s”", name=name, result=result
        )
        for name, result in failed.items()
    ]
