"""Two hundred slow clients leave the service usable, directly and behind proxies."""

import re
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.builders import PROJECT, Workspace
from tests.support.polling import wait_until
from tests.support.server import a_free_port, serving

pytestmark = pytest.mark.long

CLIENTS = 200
SEARCHES = 10
SLOW_ADDRESS = "127.0.0.2"
PROXIES = ("none", "nginx", "caddy")
SENT = {
    "silent": b"",
    "headers": b"GET /fr/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "bodies": b"POST /fr/staff/sign-in HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 9000\r\n\r\na",
    "readers": b"GET /fr/glossary/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def documented(language: str) -> str:
    """Return the configuration of a proxy from the guide for operators."""
    guide = (PROJECT / "docs" / "running.md").read_text("utf-8")
    section = guide.partition(f"\n{language}")[2]
    return section.partition("```\n")[2].partition("```")[0]


def nginx(root: Path, port: int, target: str) -> list[str]:
    """Write the documented configuration for plain HTTP; return the command."""
    server = re.sub(r" *(ssl_certificate|server_name)\w* .*\n", "", documented("nginx"))
    server = server.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    folders = "".join(
        f"{name}_temp_path {root}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = root / "nginx.conf"
    path.write_text(
        f"pid {root}/pid; daemon off; error_log {root}/error.log;"
        " events { worker_connections 1024; }\n"
        f"http {{ access_log off; {folders}\n{server} }}\n".replace(
            "http://127.0.0.1:8000", target
        )
    )
    return ["nginx", "-c", str(path), "-e", str(root / "error.log")]


def caddy(root: Path, port: int, target: str) -> list[str]:
    """Write the documented configuration for plain HTTP; return the command."""
    path = root / "Caddyfile"
    path.write_text(
        documented("Caddy")
        .replace("{\n", "{\n    admin off\n", 1)
        .replace("kb.example.org", f"http://127.0.0.1:{port}")
        .replace("127.0.0.1:8000", urlsplit(target).netloc)
    )
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(path)]


@contextmanager
def behind(proxy: str, root: Path, target: str) -> Iterator[str]:
    """Run a proxy in front of the service; yield the address of clients."""
    if proxy == "none":
        yield target
        return
    if shutil.which(proxy) is None:
        pytest.skip(f"{proxy} is not installed")
    root.mkdir()
    port = a_free_port()
    command = (nginx if proxy == "nginx" else caddy)(root, port, target)
    with (root / "log").open("wb") as log, ExitStack() as stack:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
        stack.callback(process.wait, 30)
        stack.callback(process.terminate)
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(address), timeout_s=30)
        yield address


def answers(address: str) -> bool:
    """Whether a search is answered with results."""
    try:
        with urllib.request.urlopen(f"{address}/fr/search?q=a", timeout=20) as page:  # noqa: S310
            return b"</html>" in page.read()
    except OSError:
        return False


@pytest.mark.parametrize("proxy", PROXIES)
def test_searches_are_answered_beside_slow_clients(
    workspace: Workspace, tmp_path: Path, proxy: str
) -> None:
    """Eight connections with half-sent requests once held all threads."""
    documents = workspace.locations.documents
    with (
        serving(tmp_path, documents, workers=2) as target,
        behind(proxy, tmp_path / "proxy", target) as address,
        ExitStack() as stack,
    ):
        host, port = urlsplit(address).hostname, urlsplit(address).port
        for sent in SENT.values():
            for _ in range(CLIENTS):
                client = socket.socket()
                stack.callback(client.close)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                # Proxies limit each address: the searches come from another one.
                client.bind((SLOW_ADDRESS, 0))
                client.connect((host, port))
                client.sendall(sent)
            assert all(answers(address) for _ in range(SEARCHES))
