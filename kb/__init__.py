"""The Flask site: HTTP in, HTML, JSON and Atom out.

Imports go down: wsgi | cli → searching | adding | administration → serving → app →
public | api | feeds | staff → presenters | http → services → state | backup |
word_pairs → locale | errors → settings | translation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command that serves no page must not wait for Flask
    from flask import Flask

    from kb.services import Services
    from kb.settings import Settings


def create_app(
    settings: Settings | None = None, *, services: Services | None = None
) -> Flask:
    """Make the application.

    Raises:
        SettingsError: a setting can't be used.
    """
    from kb import app  # noqa: PLC0415  # as above

    return app.create_app(settings, services=services)
