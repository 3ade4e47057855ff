"""The secret that signs an index: an index without our signature is never used."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from indexer.files import write_file_atomically

KEY_BYTES = 32


class IndexKey:
    """The key in a file outside the index; the first signature creates it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def sign(self, text: str) -> str:
        """Return the signature of a text.

        Raises:
            OSError: the key can't be read or created.
        """
        return self._signature(text, create=True)

    def is_ours(self, text: str, signature: str) -> bool:
        """Return whether this key made a signature.

        Raises:
            OSError: the key can't be read.
            ValueError: there is no key.
        """
        return hmac.compare_digest(signature, self._signature(text, create=False))

    def _signature(self, text: str, *, create: bool) -> str:
        return hmac.new(self._key(create=create), text.encode(), "sha256").hexdigest()

    def _key(self, *, create: bool) -> bytes:
        try:
            key = self._file.read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) == KEY_BYTES:
            return key
        if not create:
            raise ValueError("the key that signs the index is missing")
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = secrets.token_bytes(KEY_BYTES)
        write_file_atomically(self._file, key, mode=0o600)
        return key
