"""The menu of visitors: four lists, and two panels that open the other pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from indexer.model.ids import Kind, Locale
from kb.web.labels import SECTIONS
from kb.web.urls import (
    AtlasTab,
    address,
    atlas_url,
    compare_url,
    list_url,
    propose_url,
    report_url,
)

FIRST_KINDS = (Kind.NEED, Kind.PRACTICE, Kind.RECOMMENDATION, Kind.THEME)
"""The kinds whose lists are in the bar itself; those of the others are in a panel."""

DOCUMENT_KINDS = (Kind.DELIVERABLE, Kind.EVENT, Kind.TERM)


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A link of the menu; the home page adds an icon and what is behind it."""

    label: str
    url: str
    note: str = ""
    icon: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Links under a heading."""

    heading: str
    links: tuple[MenuLink, ...]


@dataclass(frozen=True, slots=True)
class MenuPanel:
    """What opens under a button of the menu; `id` is that of its element."""

    id: str
    name: str
    sections: tuple[MenuSection, ...]

    @property
    def links(self) -> Iterator[MenuLink]:
        """All its links, for the foot of the page."""
        return (link for section in self.sections for link in section.links)


def list_links(
    kinds: tuple[Kind, ...], locale: Locale, folder: str = ""
) -> tuple[MenuLink, ...]:
    """Return the links to the lists of these kinds; `folder` is that of the page."""
    return tuple(
        MenuLink(
            str(SECTIONS[kind]),
            list_url(kind, locale),
            is_current=folder == kind.folder,
        )
        for kind in kinds
    )


@lru_cache(maxsize=16)
def menu_panels(
    _root: str, locale: Locale, *, has_staff: bool, contact_url: str = ""
) -> tuple[MenuPanel, ...]:
    """Return the two panels.

    Args:
        _root: the path of the service, which the addresses begin with.
        locale: the language of the page.
        has_staff: whether somebody can read what visitors send from this service.
        contact_url: where the operator's contact is, or "" without one.
    """
    take_part = _take_part(locale, has_staff=has_staff, contact_url=contact_url)
    return (_explore(locale), take_part)


def ways_in(locale: Locale) -> tuple[MenuLink, ...]:
    """Return the six pages that the home page offers besides the search."""
    return (
        MenuLink(
            _("What can my town do?"),
            address("public.plan", locale=locale.value),
            _("a plan in five steps, to download"),
            "check",
        ),
        MenuLink(
            _("Evidence atlas"),
            atlas_url(AtlasTab.AIMS, locale),
            _("who does what, and what was measured"),
            "grid",
        ),
        MenuLink(
            _("What did not work"),
            address("public.failures", locale=locale.value),
            _("in which practices, and why"),
            "warn",
        ),
        MenuLink(
            _("Compare practices"),
            compare_url(locale),
            _("two to four, side by side"),
            "compare",
        ),
        MenuLink(
            _("Near you"),
            address("public.place_list", locale=locale.value),
            _("practices and events by place"),
            "pin",
        ),
        MenuLink(
            _("What is missing"),
            address("public.gaps", locale=locale.value),
            _("needs without an answer"),
            "need",
        ),
    )


def _explore(locale: Locale) -> MenuPanel:
    plan, atlas, failures, compare, _near, missing = ways_in(locale)
    audiences = address("public.audiences", locale=locale.value)
    places = address("public.place_list", locale=locale.value)
    return MenuPanel(
        "explore",
        _("Explore"),
        (
            MenuSection(
                _("Start from a situation"),
                (
                    plan,
                    MenuLink(_("By audience"), audiences),
                    MenuLink(_("By place"), places),
                ),
            ),
            MenuSection(
                _("At a glance"),
                (
                    atlas,
                    MenuLink(
                        _("Map of practices and events"),
                        address("public.map_page", locale=locale.value),
                    ),
                    MenuLink(
                        _("Timeline"),
                        address("public.timeline", locale=locale.value),
                    ),
                    failures,
                    missing,
                    compare,
                ),
            ),
            MenuSection(_("Documents"), list_links(DOCUMENT_KINDS, locale)),
        ),
    )


def _take_part(locale: Locale, *, has_staff: bool, contact_url: str) -> MenuPanel:
    follow = address("public.follow", locale=locale.value)
    sections = [
        MenuSection(
            _("Follow"),
            (
                MenuLink(_("Follow what is new"), follow),
                MenuLink(_("In your calendar"), f"{follow}#calendar"),
            ),
        )
    ]
    if has_staff:
        gaps = address("public.gaps", locale=locale.value)
        sections += [
            MenuSection(
                _("Propose"),
                (
                    MenuLink(_("Propose a practice"), propose_url(locale)),
                    MenuLink(_("Answer a need"), gaps),
                ),
            ),
            MenuSection(
                _("Write to the team"), tuple(_message_links(locale, contact_url))
            ),
        ]
    return MenuPanel("take-part", _("Follow and contribute"), tuple(sections))


def _message_links(locale: Locale, contact_url: str) -> Iterator[MenuLink]:
    yield MenuLink(_("Report a problem"), report_url(None, locale))
    if contact_url:
        yield MenuLink(_("Contact"), contact_url)
