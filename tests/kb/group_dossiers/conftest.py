"""A service with group dossiers on the small corpus."""

from dataclasses import dataclass

import pytest
from flask import Flask

from kb.app import create_app
from kb.core.settings import Settings
from kb.group_dossiers.store import GroupDossierStore
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.group_dossiers import Person, new_dossier
from tests.support.staff import HandClock


@dataclass
class Room:
    """A service, its clock and its settings."""

    app: Flask
    clock: HandClock
    settings: Settings

    def made(self, **fields: str) -> Person:
        """Return the owner of a new dossier."""
        return new_dossier(self.app, self.clock, fields)

    @property
    def store(self) -> GroupDossierStore:
        """The store of the dossiers."""
        settings = self.settings
        return GroupDossierStore(
            settings.group_dossiers_file, days=settings.dossier_days
        )


@pytest.fixture
def room(content: Workspace) -> Room:
    """Return a service on the small corpus."""
    clock = HandClock()
    settings = Settings(content.locations)
    return Room(create_app(services=Services(settings, clock=clock)), clock, settings)
