"""Random tokens, stored as digests only, and the secret of the instance."""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

TOKEN_BYTES = 32
SECRET_BYTES = 64
MAX_TOKEN_CHARACTERS = 100


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the digest of a token, which is what is stored.

    A token is random, so it needs no slow hash. The lookup by digest takes a time that
    does not depend on how much of a token was guessed.
    """
    return hashlib.sha256(token[:MAX_TOKEN_CHARACTERS].encode()).hexdigest()


def instance_secret(path: Path) -> bytes:
    """Return the secret of cookies and second factors; the first call creates it.

    Of processes that start together, the first hard link wins, and all read its file.

    Raises:
        OSError: the file can't be read or written, or is damaged.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process won
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)
        secret = file.read()
    if len(secret) < SECRET_BYTES:
        reason = (
            f"{path.name} is damaged: put back a copy of it. Without one, delete it: "
            "all sign in again, and set up their second factor again"
        )
        raise OSError(0, reason)
    return secret
