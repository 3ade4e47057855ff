"""The isolation of the process that reads a file: no network, no other file or process.

Landlock restricts the files, and seccomp the system calls; neither needs a privilege.
Programs that the process starts inherit both, and no process can lift them.
"""

import ctypes
import errno
import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import indexer

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Landlock's system calls have these numbers on every architecture of Linux."""

_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_SECCOMP_MODE_FILTER = 2
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READ = _READ_FILE | _READ_DIR

_FILE_RIGHTS = ((5, 16), (3, 15), (2, 14), (1, 13))
"""Versions of Landlock, and how many rights on files exist since each."""

_TCP_SINCE, _TCP_RIGHTS = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11
"""The scopes are abstract Unix sockets, and signals to other processes."""

_SYSTEM_FOLDERS = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"),
    *("/usr/share", "/usr/local/share", "/etc/fonts", "/etc/ld.so.cache"),
)
"""Libraries, fonts, and the data of tesseract."""

_DEVICES = ("/dev/null", "/dev/urandom")

_DENIED_CALLS = (
    # The network; io_uring opens sockets too.
    *("socket", "socketpair", "io_uring_setup"),
    # Changes of files that Landlock permits.
    *("truncate", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat"),
    *("setxattr", "lsetxattr", "setxattrat", "removexattr", "lremovexattr"),
    *("removexattrat", "utime", "utimes", "futimesat", "utimensat"),
    # Other processes, and the way out of the process group that the worker kills.
    *("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal", "setpgid", "setsid"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp"),
    # Parts of the kernel that no reader needs.
    *("unshare", "setns", "mount", "bpf", "perf_event_open", "userfaultfd"),
    *("add_key", "keyctl", "request_key", "open_by_handle_at"),
)

_ALLOW = 0x7FFF0000
_RETURN_EPERM = 0x00050000 | errno.EPERM
_UNKNOWN_CALL = -1


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`; older kernels accept new fields that are zero."""

    _fields_ = (
        ("files", ctypes.c_uint64),
        ("tcp", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathRule(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _landlock_version() -> int:
    """Return the version of Landlock in this kernel, 0 where there is none."""
    return max(0, int(_LIBC.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)))


def _libseccomp() -> ctypes.CDLL | None:
    """Load libseccomp, if it is installed and the kernel accepts filters."""
    # The kernel tries to read a filter at address 0 only if it accepts filters.
    _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None)
    if ctypes.get_errno() != errno.EFAULT:
        return None
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_load.argtypes = (ctypes.c_void_p,)
    library.seccomp_rule_add.argtypes = (
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
    )
    return library


_IS_LINUX = sys.platform == "linux"
_LIBC = ctypes.CDLL(None, use_errno=True)
_LANDLOCK_VERSION = _landlock_version() if _IS_LINUX else 0
_LIBSECCOMP = _libseccomp() if _IS_LINUX else None

_PYTHON_FOLDERS = (
    *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")),
    *indexer.__path__,
)
"""The standard library, installed packages, and our own."""


def missing_isolation() -> tuple[str, ...]:
    """Return which of Landlock and libseccomp this system lacks."""
    found = {"Landlock": _LANDLOCK_VERSION > 0, "libseccomp": _LIBSECCOMP is not None}
    return tuple(name for name, is_found in found.items() if not is_found)


def isolate(tesseract: str = "") -> None:
    """Isolate this process for ever, as far as the system can.

    The process then reads only Python, libraries, fonts and the data of tesseract, and
    writes nothing. `tesseract` is the path of the one program that it may start.

    Raises:
        OSError: the system has Landlock or seccomp, and refuses it.
    """
    if _LANDLOCK_VERSION:
        _restrict_files(tesseract)
    if _LIBSECCOMP is not None:
        _restrict_calls(_LIBSECCOMP)


def _restrict_files(tesseract: str) -> None:
    version = _LANDLOCK_VERSION
    count = next(count for since, count in _FILE_RIGHTS if since <= version)
    handled = _Ruleset(
        (1 << count) - 1,
        _TCP_RIGHTS if version >= _TCP_SINCE else 0,
        _SCOPES if version >= _SCOPES_SINCE else 0,
    )
    size = ctypes.sizeof(handled)
    ruleset = _checked(_LIBC.syscall(_CREATE_RULESET, ctypes.byref(handled), size, 0))
    for path, rights in _rules(tesseract):
        _allow(ruleset, path, rights)
    _checked(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _rules(tesseract: str) -> Iterator[tuple[Path, int]]:
    """Yield paths with the rights on each and, for folders, on all that is below."""
    # The dynamic linker, which starts every program, is among the libraries.
    execute = _EXECUTE if tesseract else 0
    for folder in _SYSTEM_FOLDERS:
        yield Path(folder), _READ | execute
    for folder in _PYTHON_FOLDERS:
        yield Path(folder), _READ
    for device in _DEVICES:
        yield Path(device), _READ_FILE | _WRITE_FILE
    if tesseract:
        program = Path(tesseract).resolve()
        yield program, _READ_FILE | _EXECUTE
        for name in ("lib", "share"):
            yield program.parents[1] / name, _READ | _EXECUTE


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Add a rule to a ruleset; a path that is missing needs none."""
    with suppress(FileNotFoundError, NotADirectoryError):
        parent = os.open(path, os.O_PATH)
        if not path.is_dir():
            rights &= ~_READ_DIR
        rule = ctypes.byref(_PathRule(rights, parent))
        _checked(_LIBC.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0))
        os.close(parent)


def _restrict_calls(library: ctypes.CDLL) -> None:
    """Make each denied system call fail with EPERM.

    libseccomp kills a process that makes calls of another architecture.
    """
    context = library.seccomp_init(_ALLOW)
    for name in _DENIED_CALLS:
        number = library.seccomp_syscall_resolve_name(name.encode())
        # An older libseccomp does not know the newest calls.
        if number != _UNKNOWN_CALL:
            _checked(library.seccomp_rule_add(context, _RETURN_EPERM, number, 0))
    _checked(library.seccomp_load(context))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno() or -result
        raise OSError(number, os.strerror(number))
    return result
