"""The service deletes by itself what has been kept long enough."""

import dataclasses

from indexer.model.ids import Locale
from kb.contributions.contribution import ContributionKind, NewContribution
from kb.contributions.contribution_store import ContributionStore
from kb.core.settings import ServiceRole, Settings
from kb.server.periodic_tasks import PersonalDataCleaner
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.disks import no_room
from tests.support.staff import HandClock

SENT = NewContribution(
    *("nonce", ContributionKind.PRACTICE, Locale.FR, None, {"title": "Lampes"}),
    name="Ana",
    address="ana@example.org",
)


def a_store(settings: Settings, clock: HandClock) -> ContributionStore:
    """Return a store with a message whose contact is kept for nine days."""
    store = ContributionStore(settings.contributions_file, days=settings.contact_days)
    store.add(SENT, clock(), is_confirmed=True)
    return store


def stored_contacts(settings: Settings) -> bool:
    """Return whether the address is still in the file."""
    return b"ana@example.org" in settings.contributions_file.read_bytes()


def test_contacts_are_deleted_without_anybody_asking(workspace: Workspace) -> None:
    """As the form has said: after the days of the setting."""
    clock = HandClock()
    settings = Settings(workspace.locations, contact_days=9)
    services = Services(settings, clock=clock)
    a_store(settings, clock)

    PersonalDataCleaner(services, first_after_s=0).run_if_due()
    assert stored_contacts(settings)
    clock.advance(days=9, seconds=1)
    PersonalDataCleaner(services, first_after_s=0).run_if_due()

    assert not stored_contacts(settings)


def test_a_full_disk_and_a_reader_do_not_end_the_service(workspace: Workspace) -> None:
    """The next run deletes what this one could not."""
    clock = HandClock()
    settings = Settings(workspace.locations, contact_days=9)
    services = Services(settings, clock=clock)
    a_store(settings, clock)
    clock.advance(days=10)

    with no_room():
        PersonalDataCleaner(services, first_after_s=0).run_if_due()
    reader = dataclasses.replace(settings, role=ServiceRole.READER)
    PersonalDataCleaner(Services(reader, clock=clock), first_after_s=0).run_if_due()
    assert stored_contacts(settings)
    PersonalDataCleaner(services, first_after_s=0).run_if_due()

    assert not stored_contacts(settings)
