"""A reader that its file has taken over can reach nothing but the answer it returns."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer.readers.sandbox import isolation
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS, Request, unpack
from tests.support.builders import PROJECT
from tests.support.hostile_reader import ATTACKS, SUCCEEDED

pytestmark = pytest.mark.load

MISSING = isolation.missing_isolation()
needs_landlock = pytest.mark.skipif(
    "Landlock" in MISSING, reason="the kernel has no Landlock"
)
needs_seccomp = pytest.mark.skipif(
    "libseccomp" in MISSING, reason="the system has no libseccomp"
)

Run = Callable[..., str]
"""Runs an attack on a target in a reader; returns how the attack ended."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Start a worker with a hostile reader."""
    path = tmp_path_factory.mktemp("sent") / "hostile.txt"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.hostile_reader"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        requests, answers = worker.stdin, worker.stdout
        assert requests is not None
        assert answers is not None

        def attack(name: str, target: str = "", *, tesseract: str = "") -> str:
            path.write_text(f"{name} {target}", "utf-8")
            requests.write(Request(path, DEFAULT_LIMITS, tesseract).line())
            requests.flush()
            answer = unpack(answers.read(int.from_bytes(answers.read(8), "big")))
            return getattr(answer, "detail", "no error")

        yield attack
        requests.close()


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return a target for each attack, which the attack would reach."""
    secret = tmp_path / "staff.db"
    secret.write_text("secret")
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(tmp_path / "service"))
        unix.listen()
        port = str(listener.getsockname()[1])
        yield {
            "connect": port,
            "send_datagram": port,
            "connect_unix": unix.getsockname(),
            **dict.fromkeys(("read", "write", "truncate", "change_mode"), str(secret)),
            "list_folder": str(tmp_path),
            "execute": "/bin/true",
            "kill_process": str(os.getpid()),
            "read_parent": "",
            "leave_group": "",
        }


@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - {"forge_answer"}))
def test_each_attack_succeeds_without_isolation(
    targets: dict[str, str], attack: str
) -> None:
    """The other tests see the effect of the isolation, not of a mistaken target."""
    ATTACKS[attack](targets[attack])


@needs_landlock
@pytest.mark.parametrize("attack", ["read", "read_parent", "write", "list_folder"])
def test_a_reader_reaches_no_file(
    run: Run, targets: dict[str, str], attack: str
) -> None:
    """Neither the data of the service, nor what the system shows of its processes."""
    assert run(attack, targets[attack]) == "PermissionError"
    assert Path(targets["read"]).read_text() == "secret"


@needs_seccomp
@pytest.mark.parametrize("attack", ["truncate", "change_mode"])
def test_a_reader_changes_no_file(
    run: Run, targets: dict[str, str], attack: str
) -> None:
    """Landlock permits changes of modes, and its first versions to cut a file."""
    secret = Path(targets[attack])
    mode = secret.stat().st_mode

    assert run(attack, targets[attack]) == "PermissionError"
    assert (secret.read_text(), secret.stat().st_mode) == ("secret", mode)


@needs_landlock
@pytest.mark.parametrize("file", ["/etc/passwd", "/etc/shadow"])
def test_a_reader_reaches_no_file_of_the_system(run: Run, file: str) -> None:
    """Not even a file that everybody may read."""
    assert run("read", file) == "PermissionError"


@needs_landlock
def test_a_reader_starts_no_program(run: Run, targets: dict[str, str]) -> None:
    """A program would be a way around the limits of Python."""
    assert run("execute", targets["execute"]) == "PermissionError"


@needs_landlock
def test_a_reader_of_scans_starts_tesseract_only(
    run: Run, targets: dict[str, str]
) -> None:
    """The one program is that of the request; here it ends with an error."""
    tesseract = "/bin/false"

    other = run("execute", targets["execute"], tesseract=tesseract)
    named = run("execute", tesseract, tesseract=tesseract)

    assert (other, named) == ("PermissionError", "CalledProcessError")


@needs_seccomp
@pytest.mark.parametrize("attack", ["connect", "send_datagram", "connect_unix"])
def test_a_reader_has_no_network(
    run: Run, targets: dict[str, str], attack: str
) -> None:
    """Neither other machines, nor the services of this one."""
    assert run(attack, targets[attack]) == "PermissionError"


@needs_seccomp
@pytest.mark.parametrize("attack", ["kill_process", "leave_group"])
def test_a_reader_reaches_no_other_process(
    run: Run, targets: dict[str, str], attack: str
) -> None:
    """It neither stops the service, nor outlives its worker."""
    assert run(attack, targets[attack]) == "PermissionError"


def test_a_reader_forges_no_answer(run: Run) -> None:
    """It inherits no descriptor of the worker but the pipe of its own answer."""
    assert [run("forge_answer"), run("forge_answer")] == [SUCCEEDED, SUCCEEDED]


def test_files_are_read_where_the_system_has_no_isolation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`isolate` then does nothing, and the missing parts are named."""
    monkeypatch.setattr(isolation, "_LANDLOCK_VERSION", 0)
    monkeypatch.setattr(isolation, "_LIBSECCOMP", None)

    isolation.isolate()

    assert isolation.missing_isolation() == ("Landlock", "libseccomp")
    assert Path("/etc/passwd").read_bytes()
