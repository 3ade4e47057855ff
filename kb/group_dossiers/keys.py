"""The secret links of a group dossier: one to manage it, one to write, one to read.

The key of each link is derived from the one above it, never the reverse: whoever has a
link knows the weaker ones. The file of the service contains a digest of the weakest
key alone, and contents encrypted with it. Without a link, nobody can read a dossier:
not from the file, nor from a backup.
"""

import base64
import hashlib
import secrets
import zlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography.fernet import Fernet

_SECRET_BYTES = 24
_SECRET_LENGTH = 32
"""The characters of a secret as a text: four for three bytes."""


class Permission(StrEnum):
    """What a link allows, the weakest first; the values begin its key."""

    READ = "r"
    WRITE = "w"
    MANAGE = "m"


_ORDER = tuple(Permission)


@dataclass(frozen=True, slots=True)
class DossierKey:
    """The key of a link: what it allows, and its secret."""

    permission: Permission
    secret: str

    def __str__(self) -> str:
        return f"{self.permission}{self.secret}"

    @classmethod
    def new(cls) -> "DossierKey":
        """Return the key to manage a new dossier."""
        return cls(Permission.MANAGE, secrets.token_urlsafe(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> "DossierKey | None":
        """Return the key of an address; None if the text can't be one."""
        is_key = len(text) == 1 + _SECRET_LENGTH and text[0] in _ORDER
        return cls(Permission(text[0]), text[1:]) if is_key else None

    @property
    def may_write(self) -> bool:
        """Whether the link allows changes of the content."""
        return self.permission is not Permission.READ

    @property
    def may_manage(self) -> bool:
        """Whether the link allows to renew, close and delete the dossier."""
        return self.permission is Permission.MANAGE

    def weakened(self, permission: Permission) -> "DossierKey":
        """Return the key of a link that allows no more than this one."""
        key = self
        while key.permission is not permission:
            weaker = _ORDER[_ORDER.index(key.permission) - 1]
            key = DossierKey(weaker, _weaker_secret(key.secret, weaker.name))
        return key

    @property
    def dossier_id(self) -> bytes:
        """The id of the dossier in the file: a digest of the key to read."""
        return _digest(self.weakened(Permission.READ).secret, "find", 16)

    def encrypted(self, content: bytes) -> bytes:
        """Return a content as the file stores it."""
        return self._cipher.encrypt(zlib.compress(content))

    def decrypted(self, stored: bytes) -> bytes:
        """Return a content of the file."""
        return zlib.decompress(self._cipher.decrypt(stored))

    @property
    def _cipher(self) -> Fernet:
        key = _digest(self.weakened(Permission.READ).secret, "cipher", 32)
        return Fernet(base64.urlsafe_b64encode(key))


def _weaker_secret(secret: str, name: str) -> str:
    return base64.urlsafe_b64encode(_digest(secret, name, _SECRET_BYTES)).decode()


def _digest(secret: str, purpose: str, size: int) -> bytes:
    return hashlib.blake2b(
        secret.encode(), digest_size=size, person=purpose.encode()
    ).digest()
