"""The Flask site: HTTP in, HTML, JSON and Atom out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command that serves no page must not wait for Flask
    from flask import Flask

    from kb.core.settings import Settings
    from kb.services import Services


def create_app(
    settings: Settings | None = None, *, services: Services | None = None
) -> Flask:
    """Make the application.

    Raises:
        SettingsError: a setting can't be used.
    """
    from kb import app  # noqa: PLC0415  # as above

    return app.create_app(settings, services=services)
