"""Starts and stops Keycloak, on the loopback interface only.

Maven fetches the server and stores it. Its data are in memory and end with it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.nodes import java_version
from tests.support.polling import becomes_true
from tests.support.server import a_free_port

HERE = Path(__file__).parent
REALM = "staff"
ADMIN = "admin"
ADMIN_PASSWORD = "a password of the tests"  # noqa: S105  # of a server made by tests

MIN_KEYCLOAK_JAVA = 17
MAX_LIFE_S = 1800
"""`timeout` ends a server whose starter was killed."""

START_TIMEOUT_S = 240.0
_OPTIONS = (
    *("start-dev", "--db=dev-mem", "--import-realm", "--http-host=127.0.0.1"),
    *("--log-level=WARN", "--metrics-enabled=false", "--health-enabled=false"),
)


class NoKeycloakError(Exception):
    """This machine lacks the server or what it needs; the message names it."""


@dataclass(frozen=True, slots=True)
class Keycloak:
    """A running server."""

    url: str

    @property
    def issuer(self) -> str:
        """The address of the realm of the tests."""
        return f"{self.url}/realms/{REALM}"


def missing_for_keycloak() -> str:
    """Return what this machine lacks to run the server; empty when it lacks nothing."""
    missing = [
        each for each in ("java", "mvn", "timeout") if shutil.which(each) is None
    ]
    if missing:
        return f"not installed: {', '.join(missing)}"
    version = java_version()
    if version < MIN_KEYCLOAK_JAVA:
        return f"the server needs Java {MIN_KEYCLOAK_JAVA}, and found {version}"
    return ""


@contextmanager
def running_keycloak(port: int = 0) -> Iterator[Keycloak]:
    """Run a server during the block, in a folder that is deleted afterwards.

    Raises:
        NoKeycloakError: Java, Maven or the server is missing.
        RuntimeError: the server ended, or does not answer.
    """
    reason = missing_for_keycloak()
    if reason:
        raise NoKeycloakError(reason)
    folder = Path(tempfile.mkdtemp(prefix="kb-keycloak-"))
    try:
        home = _install(folder)
        port = port or a_free_port()
        with _started(home, port, folder / "server.log") as process:
            server = Keycloak(f"http://127.0.0.1:{port}")
            _wait_for(server, process, folder / "server.log")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _install(folder: Path) -> Path:
    """Unpack the server into the folder; Maven fetches what it has not stored."""
    fetched = _fetch(folder, "--offline")
    if fetched.returncode:
        fetched = _fetch(folder)
    if fetched.returncode:
        raise NoKeycloakError(f"Maven fails: {fetched.stdout[-800:]}")
    (archive,) = folder.glob("keycloak-*.zip")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    archive.unlink()
    (home,) = folder.glob("keycloak-*")
    realms = home / "data" / "import"
    realms.mkdir(parents=True)
    shutil.copy(HERE / "realm.json", realms / f"{REALM}-realm.json")
    return home


def _fetch(target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own command
        [  # the Maven of this machine
            *("mvn", "--batch-mode", "--quiet", "--strict-checksums", *options),
            *("--file", str(HERE / "pom.xml"), "dependency:copy-dependencies"),
            *("-DincludeTypes=zip", f"-DoutputDirectory={target}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _started(home: Path, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        *("timeout", "--kill-after=10", str(MAX_LIFE_S), "sh"),
        *(str(home / "bin" / "kc.sh"), *_OPTIONS, f"--http-port={port}"),
    ]
    environ = os.environ | {
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": ADMIN_PASSWORD,
        # The server runs too briefly to gain from a compiler that optimises.
        "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
        "JAVA_OPTS_KC_HEAP": "-Xms128m -Xmx512m",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # the Java of this machine
            command,
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            # `timeout` leads the group; the server is its grandchild.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(server: Keycloak, process: subprocess.Popen[bytes], log: Path) -> None:
    def is_up() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"Keycloak ended: {log.read_text()[-800:]}")
        url = f"{server.issuer}/.well-known/openid-configuration"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # loopback
                return True
        except OSError:
            return False

    if not becomes_true(is_up, timeout_s=START_TIMEOUT_S):
        raise RuntimeError(f"Keycloak does not answer: {log.read_text()[-800:]}")
