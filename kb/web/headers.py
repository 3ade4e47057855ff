"""Security and cache headers of each response, and the check for cross-site forms."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request

from kb.services import services
from kb.web.site_address import is_loopback_host

SECURITY_HEADERS = {
    # No other host and no inline script or style is allowed.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
REVALIDATE = "private, max-age=0, must-revalidate"
ONE_YEAR_S = 365 * 24 * 3600


def init_headers(app: Flask) -> None:
    """Add the headers to each response of the application."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if services().settings.is_https:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={ONE_YEAR_S}"
        )
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        if request.args.get("v") and response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = (
                f"public, max-age={ONE_YEAR_S}, immutable"
            )
    else:
        response.headers.setdefault("Cache-Control", REVALIDATE)
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
