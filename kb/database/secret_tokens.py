"""Secrets that are given away once: only their digests are kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

TOKEN_BYTES = 32
SECRET_BYTES = 64
MAX_TOKEN_CHARACTERS = 100


def new_token() -> str:
    """Give a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Give what is kept of a token.

    A token is random: a plain digest tells nothing of it, and to look one up by its
    digest takes no time that depends on how much of it was guessed.
    """
    return hashlib.sha256(token[:MAX_TOKEN_CHARACTERS].encode()).hexdigest()


def instance_secret(path: Path) -> bytes:
    """Give the secret that signs cookies, made the first time that it is asked for.

    Processes that start at once agree: the first to put a whole file in place wins,
    and all read that one.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first
            path.hardlink_to(beside)
    finally:
        beside.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)
        secret = file.read()
    if len(secret) < SECRET_BYTES:
        raise OSError(0, f"{path.name} is damaged: delete it, and all sign in again")
    return secret
