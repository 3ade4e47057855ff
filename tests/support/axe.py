"""Accessibility checks of a page in a browser, by axe."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CONTRAST_ONLY = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def violations(page: Page, *, scheme: str = "light") -> list[str]:
    """Return the rules of axe that a page violates.

    All rules are checked in the light scheme. The dark scheme changes only colours, so
    only contrast is checked there, in a third of the time.
    """
    options = CONTRAST_ONLY if scheme == "dark" else None
    result = Axe().run(page, options=options)
    return [each["id"] for each in result.response["violations"]]
