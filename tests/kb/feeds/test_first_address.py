"""Identifiers of feeds, calendars and OAI-PMH: no change of host changes them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.app import create_app
from kb.backup.archive_writer import write_backup
from kb.backup.restore import restore_backup
from kb.core.first_address import FIRST_ADDRESS_FILE, first_address
from kb.core.settings import ServiceRole, Settings
from kb.feeds.oai.items import UNNAMED
from kb.server.startup import prepare
from kb.services import Services
from tests.support.builders import Workspace

FIRST, SECOND = "https://kb.example.org", "https://base.example.net/efus"
LISTS = {
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc": r"<identifier>(.*?)<",
    "/fr/events.ics": r"UID:(.*)",
    "/fr/feed.atom": r"<id>(.*?)</id>",
    "/en/feed.atom?q=lamps": r"<id>(.*?)</id>",
}
"""An address of each list, and the pattern of the identifiers in it."""


def identifiers(content: Workspace, base_url: str) -> Iterator[list[str]]:
    """Yield the identifiers of each list of a service with a public address."""
    settings = Settings(content.locations, base_url=base_url)
    services = Services(settings)
    services.content.update_index()
    client = create_app(services=services).test_client()
    host = base_url or "http://127.0.0.1:8000"
    for path, pattern in LISTS.items():
        start = settings.mount_path
        text = client.get(start + path, base_url=host.removesuffix(start)).text
        yield re.findall(pattern, text.replace("\r\n ", "").replace("\r", ""))


def test_another_host_changes_no_identifier(content: Workspace) -> None:
    """Catalogues, calendars and readers would have each record twice."""
    before = list(identifiers(content, FIRST))
    after = list(identifiers(content, SECOND))

    assert all(before)
    assert after == before
    assert all("kb.example.org" in name for names in before for name in names)


def test_a_later_address_changes_no_identifier(content: Workspace) -> None:
    """What was read of a service without a public address keeps its ids."""
    before = list(identifiers(content, ""))
    after = list(identifiers(content, FIRST))

    assert after == before
    assert all(UNNAMED in name for names in before[:2] for name in names)
    assert all("127.0.0.1:8000/" in name for names in before[2:] for name in names)


def test_an_address_has_the_identifiers_of_earlier_releases(
    content: Workspace,
) -> None:
    """An upgrade changes no id: host in OAI-PMH, scheme, host and path in feeds."""
    oai, _calendar, feed, _search = identifiers(content, SECOND)

    assert all(name.startswith("oai:base.example.net:") for name in oai)
    assert feed[0] == f"{SECOND}/fr/feed.atom"


def test_the_start_of_the_service_stores_its_address(content: Workspace) -> None:
    """A change of address before the first harvest changes no id either."""
    prepare(Services(Settings(content.locations, base_url=FIRST)), notify=print)

    stored = content.locations.instance / FIRST_ADDRESS_FILE
    assert stored.read_text("utf-8") == f"{FIRST}\n"
    assert first_address(Settings(content.locations, base_url=SECOND)) == FIRST


def test_a_reader_stores_no_address(content: Workspace) -> None:
    """The writer sends its own."""
    settings = Settings(content.locations, base_url=FIRST, role=ServiceRole.READER)

    assert first_address(settings) == FIRST
    assert not (content.locations.instance / FIRST_ADDRESS_FILE).exists()


@pytest.mark.parametrize("text", ["", "kb.example.org", "\0"])
def test_a_damaged_name_is_the_present_one(content: Workspace, text: str) -> None:
    """A feed is better than none."""
    content.locations.instance.mkdir(exist_ok=True)
    (content.locations.instance / FIRST_ADDRESS_FILE).write_text(text, "utf-8")

    found = list(identifiers(content, SECOND))

    assert all("base.example.net" in name for names in found for name in names)


def test_an_unreadable_name_is_the_present_one(content: Workspace) -> None:
    """A feed is better than none."""
    (content.locations.instance / FIRST_ADDRESS_FILE).mkdir(parents=True)

    found = list(identifiers(content, SECOND))

    assert all("base.example.net" in name for names in found for name in names)


@pytest.mark.parametrize("has_name", [True, False])
def test_a_restored_service_has_the_same_identifiers(
    content: Workspace, tmp_path: Path, *, has_name: bool
) -> None:
    """A backup has the name; one of an earlier release leaves that of the service."""
    settings = Settings(content.locations, base_url=FIRST)
    stored = content.locations.instance / FIRST_ADDRESS_FILE
    if has_name:
        first_address(settings)
    backup = tmp_path / "backup.zip"
    write_backup(content.locations, backup)
    first_address(settings)
    if has_name:
        stored.unlink()

    restore_backup(content.locations, backup)

    assert first_address(Settings(content.locations, base_url=SECOND)) == FIRST
