"""Accessibility checks of a page in a browser, by axe."""

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

ALL_RULES = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2: off by default
CONTRAST_ONLY = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
QUICK = {"resultTypes": ["violations"], "preload": False, "performanceTimer": False}
RUN = """
async ([context, options]) =>
  (await axe.run(context, options)).violations.map((rule) => rule.id)
"""


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page, *, scheme: str = "light", part: str = "html") -> list[str]:
    """Return the rules of axe that a part of a page violates.

    All rules are checked in the light scheme. The dark scheme changes only colours, so
    only contrast is checked there, in a third of the time.
    """
    options = CONTRAST_ONLY if scheme == "dark" else ALL_RULES
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{_source()}; 0")
    context = page.evaluate_handle("document") if part == "html" else part
    found: list[str] = page.evaluate(RUN, [context, QUICK | options])
    return found


def violations_in_both_schemes(page: Page) -> list[str]:
    """Return the rules that a page violates in the light scheme, then in the dark one.

    In the dark one only its content is checked: header and footer are those of all.
    """
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark {rule}" for rule in violations(page, scheme="dark", part="main")]
    page.emulate_media(color_scheme="light")
    return found
