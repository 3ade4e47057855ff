"""The application, put together."""

from __future__ import annotations

from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

from flask import Flask, request
from flask.templating import Environment
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kb import api, feeds, public, staff
from kb.core.request_queue import init_request_queue
from kb.core.settings import PROJECT, Settings, read_settings
from kb.services import Services, init_services
from kb.web.errors import init_errors
from kb.web.headers import init_headers
from kb.web.locale import init_locale
from kb.web.template_context import init_templates

ExceptionInfo = (
    tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
)


class _Templates(Environment):
    """Templates, of which each knows what is global when it is loaded."""

    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        """Give what is global in a template, as a plain dictionary.

        Jinja's, which would follow what changes later, is gone through at each import
        of a template: a fiftieth of what a page takes.
        """
        return {**self.globals, **(d or {})}


class Site(Flask):
    """The application; what it writes down of an error holds no address."""

    jinja_environment = _Templates

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Name the view: an address may be a one-time link, or words of a search."""
        self.logger.error("Exception in %s", request.endpoint, exc_info=exc_info)


def create_app(
    settings: Settings | None = None, *, services: Services | None = None
) -> Flask:
    """Make the application.

    Raises:
        SettingsError: a setting can't be used.
    """
    app = Site("kb", template_folder=str(PROJECT / "templates"))
    app.request_class = staff.UploadRequest
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # as above
    app.url_map.strict_slashes = False
    init_locale(app)
    given = services or Services(settings or read_settings())
    if given.settings.proxies:
        # Who asks is told by the servers in front, and only by so many of them.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's guide says
            app.wsgi_app, x_for=given.settings.proxies, x_proto=0
        )
    init_request_queue(app)
    init_services(app, given)
    init_headers(app)
    init_errors(app)
    init_templates(app)
    staff.init_files(app)
    # Before the protection of forms, which reads all that was sent.
    staff.init_uploads(app, given.settings)
    protection = staff.init_staff(app, given.settings)
    # The dossier is the visitor's own, and checks where its forms come from by itself.
    protection.exempt(public.blueprint)
    for blueprint in (
        public.blueprint,
        api.blueprint,
        feeds.blueprint,
        staff.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app
