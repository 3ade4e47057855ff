"""The address that the service had at its first start: part of the ids it publishes.

The identifiers of OAI-PMH, the UIDs of calendars and the ids of feeds contain the
address, so that a later change of `KB_BASE_URL`, `KB_HOST` or `KB_PORT` changes no id.
"""

import logging
from pathlib import Path

from indexer.files import write_file_atomically
from kb.core.networks import is_service_url
from kb.core.settings import Settings

FIRST_ADDRESS_FILE = "first-address.txt"
"""The file name of the address, in the folder of the instance; backups have it."""

logger = logging.getLogger(__name__)


def first_address(settings: Settings) -> str:
    """Return the stored address; store the present one if none is stored.

    A reader stores nothing. Where the file cannot be read or written, or contains no
    address, the present address is returned, without a slash at its end.
    """
    path = Path(settings.locations.instance, FIRST_ADDRESS_FILE)
    try:
        stored = path.read_text(encoding="utf-8").strip().rstrip("/")
        if is_service_url(stored):
            return stored
        logger.warning("%s does not contain an address", path)
    except FileNotFoundError:
        if not settings.is_reader:
            _store(path, settings.own_url)
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("%s can't be read: %s", path, error)
    return settings.own_url


def _store(path: Path, address: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file_atomically(path, f"{address}\n".encode())
    except OSError as error:
        logger.warning("%s can't be written: %s", path, error)
