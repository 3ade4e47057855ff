"""Password rules and hashes (Argon2id)."""

import re
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.database.common_passwords.guessable import is_guessable, is_made_of
from kb.database.errors import PasswordError, PasswordFault

MIN_CHARACTERS = 12
MAX_CHARACTERS = 256
MIN_DISTINCT = 5
MEMORY_KIB = 47_104
PASSES = 1
MAX_CONCURRENT = 2

# A set of parameters of the OWASP Password Storage Cheat Sheet: about 40 ms and 46 MB.
HASHER = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)

# Limits the memory that concurrent attempts use.
_SEMAPHORE = threading.BoundedSemaphore(MAX_CONCURRENT)

DUMMY_HASH = (
    "$argon2id$v=19$m=47104,t=1,p=1$c29tZXRoaW5nc2FsdHk$"
    "fBDz1DtCMuEV6HDeVmjVTyHwEBmxN/SQdmsx5oIDTWI"
)
"""The hash that is verified when an account has none, so that it takes as long."""


def check_password(password: str, *, email: str) -> None:
    """Check a new password.

    Raises:
        PasswordError: it is too short, too long, too common, or the name of its owner.
    """
    text = _normalized(password)
    if len(text) < MIN_CHARACTERS:
        raise PasswordError(PasswordFault.TOO_SHORT)
    if len(text) > MAX_CHARACTERS:
        raise PasswordError(PasswordFault.TOO_LONG)
    names = _names(email)
    if is_made_of(text, names):
        raise PasswordError(PasswordFault.OWN_NAME)
    if len(set(text.casefold())) < MIN_DISTINCT or is_guessable(text, names):
        raise PasswordError(PasswordFault.COMMON)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _SEMAPHORE:
        return HASHER.hash(_normalized(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Return whether a password has this hash; it takes as long if there is no hash."""
    is_possible = stored is not None and len(password) <= MAX_CHARACTERS
    text = _normalized(password[:MAX_CHARACTERS])
    with _SEMAPHORE:
        try:
            HASHER.verify(stored or DUMMY_HASH, text)
        except (VerificationError, InvalidHashError):
            return False
    return is_possible


def needs_rehash(stored: str) -> bool:
    """Return whether a hash has weaker parameters than the current ones."""
    return HASHER.check_needs_rehash(stored)


def _normalized(password: str) -> str:
    # Keyboards and systems send composed or decomposed characters.
    return unicodedata.normalize("NFKC", password)


def _names(email: str) -> list[str]:
    """Return the parts of an e-mail address: `lea`, `durand`, `example`, `org`."""
    return re.split(r"[\W_]+", email)
