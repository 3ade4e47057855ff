"""Creates the Flask application."""

from types import TracebackType
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from kb import (
    agents,
    alerts,
    api,
    contributions,
    feeds,
    group_dossiers,
    monitoring,
    open_data,
    public,
    staff,
)
from kb.core.settings import PROJECT, Settings, read_settings
from kb.core.sqlite import BUSY_TIMEOUT_S, set_deadline
from kb.services import Services, init_services
from kb.web.layout import init_templates
from kb.web.locale import init_locale
from kb.web.responses.compression import init_compression
from kb.web.responses.conditional import init_conditional
from kb.web.responses.errors import init_errors
from kb.web.responses.headers import init_headers, init_site_address
from kb.web.responses.request_counts import init_use_counter

ExceptionInfo = (
    tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
)


class Site(Flask):
    """The application; its error log contains no address."""

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log the endpoint: an address may contain a one-time link or a query."""
        self.logger.error("Exception in %s", request.endpoint, exc_info=exc_info)

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Make the redirect of doubled slashes relative: it would follow `Host`."""
        error = request.routing_exception
        if isinstance(error, RequestRedirect):
            url = urlsplit(error.new_url)
            error.new_url = url._replace(scheme="", netloc="").geturl()
        super().raise_routing_exception(request)


_BLUEPRINTS = (
    public.blueprint,
    api.blueprint,
    feeds.blueprint,
    open_data.blueprint,
    agents.blueprint,
    alerts.blueprint,
    contributions.blueprint,
    group_dossiers.blueprint,
    monitoring.blueprint,
)
"""Those of visitors and programs; a service that does not only read has staff too."""


def create_app(
    settings: Settings | None = None, *, services: Services | None = None
) -> Flask:
    """Return the application.

    Raises:
        SettingsError: a setting can't be used.
    """
    app = Site("kb", template_folder=str(PROJECT / "templates"))
    app.request_class = staff.UploadRequest
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = False
    init_locale(app)
    site = services or Services(settings or read_settings())
    if site.settings.proxies:
        # Only this many proxies are trusted to name the client in X-Forwarded-For.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's guide says
            app.wsgi_app, x_for=site.settings.proxies, x_proto=0
        )
    init_services(app, site)
    app.before_request(lambda: set_deadline(BUSY_TIMEOUT_S))
    app.teardown_request(lambda _error: set_deadline(None))
    init_site_address(app, site.settings)
    init_compression(app)
    monitoring.init_request_counter(app)
    init_use_counter(app)
    init_headers(app)
    init_conditional()
    init_errors(app)
    init_templates(app)
    staff.init_files(app)
    # Before the CSRF protection, which reads the whole body of a request.
    staff.init_uploads(app, site.settings)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    if not site.settings.is_reader:
        _add_staff_side(app, site.settings)
    site.metrics.name_views(app.view_functions)
    return app


def _add_staff_side(app: Flask, settings: Settings) -> None:
    protection = staff.init_staff(app, settings)
    # The forms of visitors have no token: their views check the origin of the request.
    protection.exempt(public.blueprint)
    protection.exempt(alerts.blueprint)
    protection.exempt(contributions.blueprint)
    protection.exempt(group_dossiers.blueprint)
    # Harvesters post the arguments of OAI-PMH, which change nothing.
    protection.exempt(feeds.blueprint)
    # Agents post requests that change nothing.
    protection.exempt(agents.blueprint)
    app.register_blueprint(staff.blueprint)
