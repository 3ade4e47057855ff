"""Encrypts the secrets of second factors, with a key derived from that of the instance.

A copy of the database alone, such as a backup, then shows no secret.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from kb.database.errors import UnreadableFactorError

if TYPE_CHECKING:  # slow to import, and needed where somebody has a second factor only
    from cryptography.fernet import Fernet

_PREFIX = "fernet:"
_INFO = b"kb: secrets of second factors"
_KEY_BYTES = 32


class FactorCipher:
    """Encrypts and decrypts the secret of an account with one key.

    The encrypted text has the number of the account: in the row of another account it
    cannot be read.
    """

    def __init__(self, instance_secret: bytes) -> None:
        self._instance_secret = instance_secret

    def encrypt(self, account_id: int, secret: str) -> str:
        """Return the text to store for a secret."""
        plain = f"{account_id}:{secret}".encode()
        return f"{_PREFIX}{self._fernet().encrypt(plain).decode()}"

    def decrypt(self, account_id: int, stored: str) -> str:
        """Return the secret of a stored text.

        Raises:
            UnreadableFactorError: it was encrypted with another key, or changed.
        """
        from cryptography.fernet import InvalidToken  # noqa: PLC0415  # see above

        if not is_encrypted(stored):
            return stored
        try:
            plain = self._fernet().decrypt(stored.removeprefix(_PREFIX))
        except InvalidToken as error:
            raise UnreadableFactorError from error
        owner, _, secret = plain.decode().partition(":")
        if owner != str(account_id):
            raise UnreadableFactorError
        return secret

    def _fernet(self) -> Fernet:
        # Imported here because they are slow to import.
        from cryptography.fernet import Fernet  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_INFO)
        key = derived.derive(self._instance_secret)
        return Fernet(base64.urlsafe_b64encode(key))


def is_encrypted(stored: str) -> bool:
    """Return whether a stored text is encrypted: earlier releases stored the secret."""
    return stored.startswith(_PREFIX)
