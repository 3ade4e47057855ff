"""Who writes from this device: a name and a random number, in a cookie of the browser.

Nobody signs in. The name is written beside what the device adds; a digest of the number
lets the same device export or erase it later.
"""

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote

from flask import Response, request

from kb.briefs.rich_text import printable
from kb.group_dossiers.dossier import MAX_NAME, Stamp
from kb.group_dossiers.keys import DossierKey
from kb.services import services

COOKIE = "author"
MAX_AGE_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that has given a name."""

    number: str
    name: str

    def digest(self, key: DossierKey) -> str:
        """Return the digest of the number in a dossier; it differs in each dossier."""
        return hashlib.blake2b(
            self.number.encode()[:64], key=key.dossier_id, digest_size=8
        ).hexdigest()

    def stamp(self, key: DossierKey) -> Stamp:
        """Return the stamp of what it writes in a dossier now."""
        at = int(services().clock().timestamp())
        return Stamp(self.name, self.digest(key), at)


def current_device() -> Device | None:
    """Return the device of the request; None if it has given no name."""
    number, _tilde, name = request.cookies.get(COOKIE, "").partition("~")
    name = clean_name(unquote(name))
    return Device(number, name) if number and name else None


def clean_name(typed: str) -> str:
    """Return a name in one line, without control characters, and not too long."""
    return " ".join(printable(typed).split())[:MAX_NAME].rstrip()


def set_name(response: Response, name: str) -> Device:
    """Give the device of the request a name, and return it; its number stays."""
    former = current_device()
    number = former.number if former is not None else secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        f"{number}~{quote(name)}",
        max_age=MAX_AGE_S,
        secure=request.is_secure or services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return Device(number, name)
