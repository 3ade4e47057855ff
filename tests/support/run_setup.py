"""What a test run needs before its first test, and what it reports after its last."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
CACHE = PROJECT / ".pytest_cache"
"""Where files stay that later runs use again."""

PO = PROJECT / "kb/translations/fr/LC_MESSAGES/messages.po"

PROGRAMS = {
    "chromium": ("the tests in a browser", "chromium"),
    "tesseract": ("the tests of text recognition", "tesseract-ocr tesseract-ocr-fra"),
    "nginx": ("the tests behind nginx", "nginx-light"),
    "caddy": ("the tests behind Caddy", "caddy"),
}
"""Optional programs: the tests that need each, and its packages in Debian."""


MEMORY_DISK = Path("/dev/shm")  # noqa: S108  # a file system of Linux
MIN_FREE_BYTES = 8 << 30


def memory_folder() -> Path | None:
    """Create a folder for temporary files in memory, if there is plenty of memory.

    The tests write and delete 60,000 small files: a quarter of the time of a run.
    """
    meminfo = Path("/proc/meminfo")
    if not (MEMORY_DISK.is_mount() and meminfo.exists()):
        return None
    lines = dict(line.split(":") for line in meminfo.read_text().splitlines())
    available = int(lines["MemAvailable"].split()[0]) << 10
    if min(available, shutil.disk_usage(MEMORY_DISK).free) < MIN_FREE_BYTES:
        return None
    return Path(tempfile.mkdtemp(prefix="kb-tests-", dir=MEMORY_DISK))


CLUSTER_FILE_VARIABLE = "PYTEST_CLUSTER_FILE"
"""Names the file that tells where the cluster is; worker processes inherit it."""


def choose_cluster_file() -> Path:
    """Choose the file that will name the cluster of the run, before workers start.

    A cluster that the variable names already is used, and is not stopped.
    """
    own = Path(tempfile.mkdtemp(prefix="kb-cluster-run-")) / "cluster"
    os.environ.setdefault(CLUSTER_FILE_VARIABLE, str(own))
    return own


def compile_catalog(po: Path = PO) -> bool:
    """Compile the French catalog if it is missing or older than its source.

    Plain `pytest` then passes in a fresh checkout, as `make test` does. Returns
    whether the catalog was compiled.
    """
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return False
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalog = read_po(source, locale="fr")
    descriptor, name = tempfile.mkstemp(dir=po.parent, suffix=".mo.new")
    with os.fdopen(descriptor, "wb") as target:
        write_mo(target, catalog)
    Path(name).replace(mo)
    return True


def use_cheap_parts() -> None:
    """Change the expensive parts of those modules that are loaded.

    Loading the others for it would cost each file of tests two seconds.
    """
    for module, change in _CHEAP_PARTS.items():
        if module in sys.modules:
            change()


@cache
def _compile_each_route_once() -> None:
    """Let all applications share what werkzeug compiles of each of the 170 routes.

    It was most of the time in which an application is created.
    """
    from werkzeug.routing import Rule

    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder  # noqa: SLF001

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  # as it is called
        key = (append_unknown, rule.rule, repr(rule.defaults), *rule._trace)  # noqa: SLF001
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once  # type: ignore[method-assign, assignment]  # noqa: SLF001


@cache
def _work_little_for_a_form() -> None:
    """Let a number for a form be found by 4,000 digests instead of 65,000."""
    from kb.contributions import form_token

    form_token.WORK_BITS = 12


@cache
def _hash_with_little_memory() -> None:
    """Let a hash of a password take less than the usual 40 ms, in hundreds of tests."""
    from argon2 import PasswordHasher

    from kb.database import passwords

    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords.DUMMY_HASH = passwords.HASHER.hash("no account has this password")


@cache
def _keep_one_sandbox_worker() -> None:
    """Start one reader of files per process: each start takes half a second."""
    from indexer.readers.sandbox.sandbox import IDLE_WORKERS

    IDLE_WORKERS.limit = 1


@cache
def _allow_slow_examples() -> None:
    """Let property tests take their time, and try as many examples as others."""
    from hypothesis import settings

    from tests.support.examples import examples

    settings.register_profile("kb", examples())
    settings.load_profile("kb")


@cache
def _share_compiled_templates() -> None:
    """Share compiled templates among the applications of all tests.

    Each application has a Jinja environment of its own; compiling the templates was a
    quarter of the time of the staff tests. The options of the environment are set in
    kb/app.py, so the digest of that file names the folder.
    """
    from jinja2 import FileSystemBytecodeCache
    from jinja2.bccache import Bucket

    from kb.app import Site

    class OptionalCache(FileSystemBytecodeCache):
        """A cache that a simulated full disk does not break."""

        def dump_bytecode(self, bucket: Bucket) -> None:
            """Store a compiled template, if there is room."""
            with suppress(OSError):
                super().dump_bytecode(bucket)

    digest = hashlib.sha256((PROJECT / "kb/app.py").read_bytes()).hexdigest()[:16]
    folder = CACHE / "templates" / digest
    folder.mkdir(parents=True, exist_ok=True)
    Site.jinja_options = {"bytecode_cache": OptionalCache(str(folder))}


_CHEAP_PARTS: Mapping[str, Callable[[], None]] = {
    "hypothesis": _allow_slow_examples,
    "indexer.readers.sandbox.sandbox": _keep_one_sandbox_worker,
    "kb.app": _share_compiled_templates,
    "kb.contributions.form_token": _work_little_for_a_form,
    "kb.database.passwords": _hash_with_little_memory,
    "werkzeug.routing": _compile_each_route_once,
}
"""What is changed when a module is loaded."""


def missing_programs_line() -> str:
    """Return a line that names missing programs, or nothing when all are installed."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if not missing:
        return ""
    tests = " and ".join(PROGRAMS[name][0] for name in missing)
    packages = " ".join(PROGRAMS[name][1] for name in missing)
    return (
        f"Skipped: {tests}; not installed: {', '.join(missing)}. "
        f"On Debian: apt-get install {packages}"
    )
