"""A worker of the sandbox whose reader was taken over by the file that it reads.

    python -m tests.support.hostile_reader

The content of a file is the name of an attack in `ATTACKS`, a space, and its target. An
attack that succeeds is reported in the detail of an error, and so is one that fails.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from indexer.errors import FileUnreadableError
from indexer.model.document import Unreadable
from indexer.readers import dispatch
from indexer.readers.sandbox import worker

SUCCEEDED = "the attack succeeded"


def connect(target: str) -> None:
    """Connect to a port of this machine."""
    socket.create_connection(("127.0.0.1", int(target)), timeout=5).close()


def send_datagram(target: str) -> None:
    """Send a datagram to a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"secret", ("127.0.0.1", int(target)))


def connect_unix(target: str) -> None:
    """Connect to a Unix socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(target)


def read(target: str) -> None:
    """Read a file."""
    Path(target).read_bytes()


def read_parent(_target: str) -> None:
    """Read the environment of the worker."""
    Path(f"/proc/{os.getppid()}/environ").read_bytes()


def write(target: str) -> None:
    """Write a file."""
    Path(target).write_text("forged")


def truncate(target: str) -> None:
    """Cut a file, which old versions of Landlock permit."""
    os.truncate(target, 3)


def change_mode(target: str) -> None:
    """Open a file to all users, which Landlock permits."""
    Path(target).chmod(0o666)


def list_folder(target: str) -> None:
    """List the files of a folder."""
    list(Path(target).iterdir())


def execute(target: str) -> None:
    """Start a program."""
    subprocess.run([target], check=True)  # noqa: S603  # a program of the test


def kill_process(target: str) -> None:
    """Send a signal to a process."""
    os.kill(int(target), signal.SIGCONT)


def leave_group(_target: str) -> None:
    """Leave the process group that the worker kills."""
    if os.fork() == 0:
        try:
            os.setsid()
        except PermissionError:
            os._exit(1)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.wait()[1]):
        raise PermissionError


def forge_answer(_target: str) -> None:
    """Write an answer in place of the worker."""
    answer = b"-" + b'["forged", "damaged", "forged"]'
    os.write(1, len(answer).to_bytes(8, "big") + answer)


ATTACKS: Mapping[str, Callable[[str], None]] = {
    each.__name__: each
    for each in (
        *(connect, send_datagram, connect_unix, read, read_parent),
        *(write, truncate, change_mode),
        *(list_folder, execute, kill_process, leave_group, forge_answer),
    )
}


def hostile_content(name: str, content: bytes, **_options: Any) -> NoReturn:
    """Run the attack that the content of a file names."""
    attack, _, target = content.decode().partition(" ")
    ATTACKS[attack](target)
    raise FileUnreadableError(name, Unreadable.DAMAGED, SUCCEEDED)


if __name__ == "__main__":
    dispatch.read_content = hostile_content
    worker.main(sys.stdin.buffer, sys.stdout.buffer)
