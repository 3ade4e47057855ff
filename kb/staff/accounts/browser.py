"""The browser of a member of staff: its name, and the cookies that it keeps."""

import datetime as dt
import re

from flask import Response, after_this_request, request, url_for

from indexer.model.ids import Locale
from kb.database.model import DEVICE_DAYS, Account
from kb.services import services

COOKIE = "kb-device"
STAFF_LINKS_COOKIE = "kb-staff-links"


def known_device(email: str) -> str | None:
    """Return the digest of the device, if this browser is known to the account."""
    token = request.cookies.get(_cookie_name(email), "")
    return services().database.devices.find(email, token)


def remember_device(account: Account) -> None:
    """Add the cookie of the device to the response of this request, or renew it."""
    name = _cookie_name(account.email)
    known = request.cookies.get(name, "")
    token = services().database.devices.remember(account, known)

    @after_this_request
    def set_cookies(response: Response) -> Response:
        for path in _staff_paths():
            response.set_cookie(
                name,
                token,
                max_age=dt.timedelta(days=DEVICE_DAYS),
                path=path,
                secure=services().settings.is_https,
                httponly=True,
                samesite="Lax",
            )
        return response


def show_staff_links(*, are_shown: bool) -> None:
    """Tell scripts of public pages whether they show links to staff pages.

    The cookie holds no secret and opens nothing: public pages are the same for
    everybody, and may be cached.
    """

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            STAFF_LINKS_COOKIE,
            "1" if are_shown else "",
            max_age=dt.timedelta(hours=services().settings.session_hours * are_shown),
            secure=services().settings.is_https,
            samesite="Lax",
        )
        return response


def _cookie_name(email: str) -> str:
    """Return the name of the cookie of an account: a browser may have several users.

    Browsers accept the prefix `__Secure-` over HTTPS only.
    """
    prefix = "__Secure-" if services().settings.is_https else ""
    return f"{prefix}{COOKIE}-{services().database.devices.account_name(email)}"


def _staff_paths() -> list[str]:
    """Return the path of the staff pages in each language; no other page gets it."""
    return [url_for("staff.dashboard", locale=locale.value) for locale in Locale]


_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|Chromium|CriOS|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)
MAX_CHARACTERS_READ = 400


def browser_name(user_agent: str) -> str:
    """Return the known names in a User-Agent header, as `Firefox, Linux`."""
    text = user_agent[:MAX_CHARACTERS_READ]
    return ", ".join(filter(None, (_first(_BROWSERS, text), _first(_SYSTEMS, text))))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, text)), "")
