"""Starts and stops nodes of OpenSearch, on the loopback interface only.

The server is fetched by Maven and refuses to run as root: root starts it as a user
of its own, who owns nothing but the folder of the cluster.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.polling import becomes_true, wait_until

POM = Path(__file__).with_name("pom.xml")

NODE_USER = 59310
"""The number of a user and group without a name: nothing else belongs to it."""

FIRST_PORT, TRANSPORT_PORTS = 9310, 10
"""Node 1 answers HTTP at 9310 and other nodes at 9320."""

PORT_TRIES = 3
"""Several clusters may run on one machine: `make cluster` beside the tests."""

MIN_JAVA = 11
MAX_LIFE_S = 5400
"""`timeout` ends a node whose starter was killed."""

START_TIMEOUT_S = 240.0
STOP_TIMEOUT_S = 30.0

MODULE = "transport-netty4"
_DESCRIPTOR = """\
description=HTTP and transport
name={module}
version={version}
opensearch.version={version}
java.version=11
classname=org.opensearch.transport.Netty4Plugin
"""
_POLICY = """\
grant {
  permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";
  permission java.lang.RuntimePermission "accessDeclaredMembers";
  permission java.lang.RuntimePermission "getClassLoader";
  permission java.lang.RuntimePermission "setContextClassLoader";
  permission java.net.NetPermission "getNetworkInformation";
  permission java.net.SocketPermission "*", "accept,connect";
  permission java.util.PropertyPermission "*", "read,write";
};
"""
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class NoServerError(Exception):
    """The server can't be started on this machine; the message tells why."""


class NotFetchedError(NoServerError):
    """Maven can't fetch the server: Maven Central is out of reach."""


def missing_for_cluster() -> str:
    """Return what this machine lacks to run a cluster; empty when it lacks nothing."""
    missing = [
        each for each in ("java", "mvn", "timeout") if shutil.which(each) is None
    ]
    if missing:
        return (
            f"not installed: {', '.join(missing)}; "
            "on Debian: apt-get install default-jre-headless maven"
        )
    version = java_version()
    if not MIN_JAVA <= version < 24:
        return f"the server needs Java 11 to 23, and found {version}"
    return ""


def java_version() -> int:
    """Return the major version of the Java of this machine; 0 if it shows none."""
    shown = subprocess.run(
        ["java", "-version"],  # noqa: S607  # the Java of this machine
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    version = re.search(r'version "(\d+)', shown)
    return 0 if version is None else int(version.group(1))


def free_first_port() -> int:
    """Return the first port of a cluster whose ports are all free.

    Raises:
        NoServerError: other clusters have them all.
    """
    for first in range(FIRST_PORT, FIRST_PORT + 3 * PORT_TRIES, 3):
        ports = range(first, first + 3)
        if all(map(_is_free, (*ports, *(each + TRANSPORT_PORTS for each in ports)))):
            return first
    raise NoServerError(f"the ports from {FIRST_PORT} are taken")


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its number from 1, its folder, and its ports on the loopback."""

    number: int
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of the node."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid_file(self) -> Path:
        """The file with the process id of the running node."""
        return self.folder / "pid"

    @property
    def log(self) -> Path:
        """What the node prints."""
        return self.folder / "node.log"

    @property
    def pid(self) -> int:
        """The process id; 0 when the node does not run."""
        with suppress(OSError, ValueError):
            pid = int(self.pid_file.read_text())
            if Path(f"/proc/{pid}").exists():
                return pid
        return 0


class LocalCluster:
    """Three nodes in a folder; another process may open the same cluster."""

    def __init__(
        self,
        folder: Path,
        *,
        heap_mb: int = 512,
        first_port: int,
        is_brief: bool = False,
    ) -> None:
        """Describe a cluster, which `start` starts.

        Args:
            folder: where the server and all data are.
            heap_mb: the memory of each node for objects.
            first_port: the port of the first node.
            is_brief: whether the nodes run too briefly to gain from a compiler that
                optimises: they start in half the time.
        """
        self.folder = folder
        self._heap_mb = heap_mb
        self._options = ["-XX:TieredStopAtLevel=1"] if is_brief else []
        self.nodes = [
            Node(number, folder / f"node-{number}", first_port + number - 1)
            for number in (1, 2, 3)
        ]

    @property
    def urls(self) -> str:
        """The addresses of all nodes, as in `KB_OPENSEARCH_URL`."""
        return " ".join(node.url for node in self.nodes)

    def start(self) -> None:
        """Install the server in the folder, start all nodes, and wait for them.

        Raises:
            NoServerError: Java, Maven or the server is missing, or a node ended.
        """
        reason = missing_for_cluster()
        if reason:
            raise NoServerError(reason)
        self._install()
        for node in self.nodes:
            self._prepare(node)
            self.start_node(node)
        self.wait_for(self.nodes)

    def start_node(self, node: Node) -> None:
        """Start one node; `wait_for` waits until it answers."""
        owner = NODE_USER if os.getuid() == 0 else None
        with node.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  # the Java of this machine
                self._command(node),
                cwd=node.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=owner,
                group=owner,
                extra_groups=None if owner is None else [],
                start_new_session=True,
            )
        node.pid_file.write_text(str(process.pid))
        _STARTED[process.pid] = process

    def wait_for(self, nodes: Sequence[Node]) -> None:
        """Wait until nodes answer and see as many others.

        Raises:
            NoServerError: a node ended, or did not answer in time.
        """
        for node in nodes:

            def is_up(node: Node = node) -> bool:
                if not _is_running(node.pid):
                    raise NoServerError(f"node {node.number} ended: {_last(node.log)}")
                query = f"wait_for_nodes=>={len(nodes)}&timeout=1s"
                return _answers(f"{node.url}/_cluster/health?{query}")

            if not becomes_true(is_up, timeout_s=START_TIMEOUT_S):
                raise NoServerError(f"node {node.number} does not answer")

    def stop_node(self, node: Node, how: signal.Signals = signal.SIGTERM) -> None:
        """End a node by its process id, and wait until it has ended."""
        pid = node.pid
        if not pid:
            return
        with suppress(ProcessLookupError):
            # `timeout` leads the group; a killed `timeout` would leave its child.
            os.killpg(pid, how)
        wait_until(lambda: not _is_running(pid), timeout_s=STOP_TIMEOUT_S)
        wait_until(lambda: not _answers(node.url), timeout_s=STOP_TIMEOUT_S)
        node.pid_file.unlink(missing_ok=True)

    def stop(self) -> None:
        """End all nodes, and delete the folder with all data."""
        for node in self.nodes:
            self.stop_node(node, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _install(self) -> None:
        """Copy the server into the folder; Maven fetches what it has not stored.

        Raises:
            NotFetchedError: Maven can't fetch it.
        """
        libraries = self.folder / "home" / "lib"
        if _fetch(libraries, "--offline").returncode:
            fetched = _fetch(libraries)
            if fetched.returncode:
                raise NotFetchedError(f"Maven fails: {fetched.stdout[-800:]}")
        module = self.folder / "home" / "modules" / MODULE
        module.mkdir(parents=True)
        for name in ("bin", "plugins"):
            (self.folder / "home" / name).mkdir()
        moved = [*libraries.glob("netty-*.jar"), *libraries.glob(f"{MODULE}-*.jar")]
        for each in moved:
            each.rename(module / each.name)
        (server,) = libraries.glob("opensearch-[0-9]*.jar")
        version = server.stem.removeprefix("opensearch-")
        (module / "plugin-descriptor.properties").write_text(
            _DESCRIPTOR.format(module=MODULE, version=version)
        )
        (module / "plugin-security.policy").write_text(_POLICY)
        # Under a private umask, the user of the nodes could read none of it.
        for each in (self.folder, *self.folder.rglob("*")):
            each.chmod(0o755 if each.is_dir() else 0o644)

    def _prepare(self, node: Node) -> None:
        """Write the settings of a node into its folder."""
        for name in ("conf", "data", "logs", "tmp"):
            (node.folder / name).mkdir(parents=True)
        transport = [str(each.port + TRANSPORT_PORTS) for each in self.nodes]
        seeds = ", ".join(f"127.0.0.1:{port}" for port in transport)
        names = ", ".join(f"node-{each.number}" for each in self.nodes)
        (node.folder / "conf" / "opensearch.yml").write_text(f"""\
cluster.name: kb
node.name: node-{node.number}
network.host: 127.0.0.1
http.port: {node.port}
transport.port: {node.port + TRANSPORT_PORTS}
discovery.seed_hosts: [{seeds}]
cluster.initial_cluster_manager_nodes: [{names}]
path.data: {node.folder / "data"}
path.logs: {node.folder / "logs"}
node.processors: 2
bootstrap.system_call_filter: false
# Three nodes share one disk, which may be nearly full.
cluster.routing.allocation.disk.threshold_enabled: false
""")
        (node.folder / "conf" / "log4j2.properties").write_text(_LOGGING)
        if os.getuid() == 0:
            for each in (node.folder, *node.folder.rglob("*")):
                os.chown(each, NODE_USER, NODE_USER)

    def _command(self, node: Node) -> list[str]:
        return [
            *("timeout", "--kill-after=10", str(MAX_LIFE_S), "java", *self._options),
            *(f"-Xms{self._heap_mb}m", f"-Xmx{self._heap_mb}m", "-XX:+UseSerialGC"),
            *("-XX:-UsePerfData", "-Xshare:auto"),
            "-Djava.security.manager=allow",
            f"-Djava.io.tmpdir={node.folder / 'tmp'}",
            f"-Djna.tmpdir={node.folder / 'tmp'}",
            f"-Dopensearch.path.home={self.folder / 'home'}",
            f"-Dopensearch.path.conf={node.folder / 'conf'}",
            "-Dopensearch.distribution.type=tar",
            "-Dopensearch.bundled_jdk=false",
            *("-cp", f"{self.folder / 'home' / 'lib'}/*"),
            "org.opensearch.bootstrap.OpenSearch",
        ]


_STARTED: dict[int, subprocess.Popen[bytes]] = {}
"""The nodes that this process started: their end is noticed by `poll`."""


def _fetch(target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Copy the server and what it needs into a folder."""
    return subprocess.run(  # noqa: S603  # our own command
        [  # the Maven of this machine
            *("mvn", "--batch-mode", "--quiet", *options, "--file", str(POM)),
            *("dependency:copy-dependencies", "-DincludeScope=runtime"),
            f"-DoutputDirectory={target}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def _is_running(pid: int) -> bool:
    if pid in _STARTED:
        return _STARTED[pid].poll() is None
    return bool(pid) and Path(f"/proc/{pid}").exists()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # loopback
            return bool(answer.status == 200)
    except OSError:
        return False


def _last(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return " | ".join([line for line in lines if "xception" in line][:3] or lines[-3:])


@contextmanager
def running_cluster(*, heap_mb: int = 512) -> Iterator[LocalCluster]:
    """Run a cluster during the block, in a folder that is deleted afterwards.

    Raises:
        NoServerError: it can't be started on this machine.
    """
    # TMPDIR may be in memory, or closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="kb-cluster-", dir="/var/tmp"))
    cluster = LocalCluster(folder, heap_mb=heap_mb, first_port=free_first_port())
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
