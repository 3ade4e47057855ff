"""What a password may be, and what is kept of it."""

from __future__ import annotations

import threading
import unicodedata
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.database.common_passwords import COMMON
from kb.database.errors import PasswordError, PasswordFault

MIN_CHARACTERS = 12
MAX_CHARACTERS = 256
MIN_DISTINCT = 5
MEMORY_KIB = 47_104
PASSES = 1
AT_ONCE = 2

# One of the sets of parameters that OWASP names; some 40 ms, and 46 MB while it runs.
_HASHER = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)

# Many attempts at once must not take the memory of the machine.
_AT_ONCE = threading.BoundedSemaphore(AT_ONCE)

_DUMMY = (
    "$argon2id$v=19$m=47104,t=1,p=1$c29tZXRoaW5nc2FsdHk$"
    "fBDz1DtCMuEV6HDeVmjVTyHwEBmxN/SQdmsx5oIDTWI"
)
"""A hash of no password, to compare with where there is no account."""


def check_password(password: str, *, email: str) -> None:
    """See whether a password may be chosen.

    Raises:
        PasswordError: it is too short, too long, or among the first to be guessed.
    """
    text = _normalized(password)
    if len(text) < MIN_CHARACTERS:
        raise PasswordError(PasswordFault.TOO_SHORT)
    if len(text) > MAX_CHARACTERS:
        raise PasswordError(PasswordFault.TOO_LONG)
    folded = text.casefold()
    letters = "".join(each for each in folded if each.isalnum())
    if {folded, letters, letters.rstrip("0123456789")} & COMMON:
        raise PasswordError(PasswordFault.COMMON)
    if len(set(folded)) < MIN_DISTINCT or _is_repeated(folded) or _is_a_run(folded):
        raise PasswordError(PasswordFault.COMMON)
    name, _, host = email.casefold().partition("@")
    if folded in {email.casefold(), name, host} or _is_made_of(letters, name):
        raise PasswordError(PasswordFault.OWN_NAME)


def hash_password(password: str) -> str:
    """Give what is kept of a password (Argon2id)."""
    with _AT_ONCE:
        return _HASHER.hash(_normalized(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that was kept; it takes as long if none is."""
    is_possible = kept is not None and len(password) <= MAX_CHARACTERS
    text = _normalized(password[:MAX_CHARACTERS])
    with _AT_ONCE:
        try:
            _HASHER.verify(kept or _DUMMY, text)
        except (VerificationError, InvalidHashError):
            return False
    return is_possible


def needs_rehash(kept: str) -> bool:
    """Tell whether a hash was made with weaker parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


def _normalized(password: str) -> str:
    # The same letters may be sent composed or not: by another keyboard, another system.
    return unicodedata.normalize("NFKC", password)


def _is_repeated(text: str) -> bool:
    """Tell whether a text is a few letters over and over: « motdepassemotdepasse »."""
    return any(
        text == text[:size] * (len(text) // size)
        for size in range(1, len(text) // 2 + 1)
        if len(text) % size == 0
        and (size <= 4 or text[:size] in COMMON or text[:size].isdigit())
    )


def _is_a_run(text: str) -> bool:
    """Tell whether each letter follows the one before: « abcdefghijkl »."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def _is_made_of(letters: str, name: str) -> bool:
    plain = "".join(each for each in name if each.isalnum())
    return len(plain) >= 4 and letters.strip("0123456789") == plain
