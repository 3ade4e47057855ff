"""The name and the path that requests must have, and the headers of each response.

Name and path come from `KB_BASE_URL`; no header of a request changes them.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, make_response, request
from flask_babel import gettext as _

from kb.core.settings import Settings
from kb.services import services

MONITORING = "monitoring"
"""Monitors request this blueprint by any address of the machine; it names none."""


def init_site_address(app: Flask, settings: Settings) -> None:
    """Mount the site under its path, and check the `Host` header if it has a name."""
    app.wsgi_app = MountPath(app.wsgi_app, settings.mount_path)  # type: ignore[method-assign]  # as Flask's guide says
    if settings.base_url:
        app.before_request(_check_host)


class MountPath:
    """WSGI middleware: `SCRIPT_NAME` is the path of the public address.

    Whatever the server or a client says of `SCRIPT_NAME` is ignored.
    """

    def __init__(
        self, application: Callable[[dict[str, Any], Any], Iterable[bytes]], path: str
    ) -> None:
        self._application = application
        self._path = path

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, whether or not a proxy has removed the path."""
        environ["PATH_INFO"] = path_below(self._path, environ.get("PATH_INFO", ""))
        environ["SCRIPT_NAME"] = self._path
        return self._application(environ, start_response)


def path_below(mount_path: str, path: str) -> str:
    """Return a path without the path of the public address."""
    is_below = mount_path and f"{path}/".startswith(f"{mount_path}/")
    return path[len(mount_path) :] if is_below else path


def is_loopback_host() -> bool:
    """Return whether the request names the machine that the service runs on."""
    name = _requested_name()
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _requested_name() -> str:
    """Return the name in the `Host` header, without its port; "" for an invalid one."""
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""
    return name.removesuffix(".")


def _check_host() -> Response | None:
    """Answer 421 to a request whose host is not a name of the site."""
    origin = services().settings.origin
    is_own = _requested_name() == urlsplit(origin).hostname or is_loopback_host()
    if is_own or request.blueprint == MONITORING:
        return None
    text = _(
        "This site does not answer under this name. Its address is %(address)s.",
        address=services().settings.base_url,
    )
    if request.path.startswith("/api/"):
        response = jsonify({"error": {"code": "misdirected-request", "message": text}})
    else:
        # As a page, it would lack its styles, which have the same wrong name.
        response = make_response(text)
        response.mimetype = "text/plain"
    response.status_code = HTTPStatus.MISDIRECTED_REQUEST
    return response


SECURITY_HEADERS = {
    # No other host and no inline script or style is allowed.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "script-src 'self'; worker-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMED_VIEW = "public.atlas_embed"
"""The endpoint of the page that other sites may show in a frame."""

REVALIDATE = "private, max-age=0, must-revalidate"
ONE_YEAR_S = 365 * 24 * 3600


def init_headers(app: Flask) -> None:
    """Add the headers to each response of the application."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    settings = services().settings
    if request.endpoint == FRAMED_VIEW and settings.frame_ancestors:
        headers = _framed_headers(settings.frame_ancestors)
    else:
        headers = SECURITY_HEADERS
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if settings.is_https:
        below = "; includeSubDomains" if settings.hsts_subdomains else ""
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={ONE_YEAR_S}{below}"
        )
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        if request.args.get("v") and response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = (
                f"public, max-age={ONE_YEAR_S}, immutable"
            )
    else:
        response.headers.setdefault("Cache-Control", REVALIDATE)
    return response


def _framed_headers(sites: str) -> dict[str, str]:
    """Return the headers of a page that some sites may show in a frame."""
    headers = dict(SECURITY_HEADERS)
    del headers["X-Frame-Options"]  # it can name no site
    policy = headers["Content-Security-Policy"]
    headers["Content-Security-Policy"] = policy.replace(
        "frame-ancestors 'none'", f"frame-ancestors {sites}"
    )
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers


def keep_private(response: Response) -> Response:
    """Add the headers of a page whose address is a key, and return the response.

    The address stays between the visitor and the site: no other site gets it, no cache
    stores the page, and no search engine lists it.
    """
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def own_origins() -> frozenset[str]:
    """Return the origins that a browser may name for a form on our pages.

    Without `KB_BASE_URL` it is the name that the browser itself has requested; whether
    a proxy in front ends TLS is then unknown.
    """
    settings = services().settings
    if not settings.base_url:
        return frozenset(f"{scheme}://{request.host}" for scheme in ("http", "https"))
    own = {request.host_url.rstrip("/")} if is_loopback_host() else set()
    return frozenset({settings.origin, *own})


def is_cross_site() -> bool:
    """Return whether the headers of a form name a page of another site.

    `Sec-Fetch-Site` is right behind any proxy. Older browsers send only `Origin` or
    `Referer`; a program that sends none of the three is not cross-site.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None and (page := request.headers.get("Referer")):
        # `Referrer-Policy: same-origin` makes browsers send it from our own pages.
        origin = "/".join(page.split("/", 3)[:3])
    return origin is not None and origin not in own_origins()
