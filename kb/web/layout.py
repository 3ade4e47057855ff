"""The context of all templates: menu, languages, footer, and filters."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, request
from markupsafe import Markup

from indexer.model.ids import Kind, Locale, RecordId
from kb.core.contact import Contact
from kb.core.legal_notice import LegalNotice
from kb.services import services
from kb.web import labels
from kb.web.date_text import number_text
from kb.web.dossier_cookie import dossier_ids, dossier_url
from kb.web.labels import KINDS, NAVIGATION
from kb.web.locale import after_colon, page_locale
from kb.web.menu import FIRST_KINDS, MenuLink, MenuPanel, list_links, menu_panels
from kb.web.records.cards import marked, title_link
from kb.web.suggestion_box import SuggestionBox, suggestion_box
from kb.web.urls import (
    absolute,
    address,
    canonical,
    experience_url,
    home_url,
    identifier,
    propose_url,
    query_url,
    record_url,
    report_url,
    script_root,
    search_url,
    static_url,
    twin_url,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """All that `layout.html` shows, and the addresses that templates build."""

    locale: Locale
    home_url: str
    search_url: str
    dossier_url: str
    dossier_ids: tuple[RecordId, ...]
    navigation: tuple[MenuLink, ...]
    """The lists of all kinds."""
    menu_lists: tuple[MenuLink, ...]
    """The lists that the menu shows outside of its panels."""
    twin_url: str
    is_localized: bool
    has_staff: bool
    """Whether this service has staff pages; a reader has none."""
    suggestions: SuggestionBox
    share_image: str
    """The address of the picture beside a link to this page in another service."""
    share_image_alt: str
    worker_url: str
    """The address of the service worker; "" on pages that browsers must not keep."""
    contact: Contact | None
    notice: LegalNotice
    NOTICE_ANCHOR: ClassVar[str] = "contact-and-legal-notice"
    """The anchor of the legal notice on the page “about”."""

    @property
    def dossier_count(self) -> int:
        """The number of records in the visitor's dossier."""
        return len(self.dossier_ids)

    @property
    def menu_panels(self) -> tuple[MenuPanel, ...]:
        """The panels of the menu, whose links are in the foot too."""
        return menu_panels(
            script_root(),
            self.locale,
            has_staff=self.has_staff,
            contact_url=self.notice_url if self.contact else "",
        )

    @property
    def here_url(self) -> str:
        """The address of the current page, with its parameters."""
        return twin_url(self.locale)

    def page_url(self, slug: str, *, anchor: str = "") -> str:
        """Return the address of a page about the knowledge base."""
        return record_url(RecordId(Kind.PAGE, slug), self.locale, anchor=anchor)

    def propose_url(self, need: RecordId | None = None) -> str:
        """Return the address of the form of a practice, or of an answer to a need."""
        return propose_url(self.locale, need)

    def experience_url(self, record: RecordId) -> str:
        """Return the address of the form of what a town tells of a record."""
        return experience_url(record, self.locale)

    def report_url(self, record: RecordId | None = None, about: str = "") -> str:
        """Return the address of the form that reports a problem or corrects a fact."""
        return report_url(record, self.locale, about=about)

    @property
    def notice_url(self) -> str:
        """The address of the legal notice, a section of the page “about”."""
        return self.page_url("about", anchor=self.NOTICE_ANCHOR)

    def own_url(self, locale: Locale) -> str:
        """Return the address of the current page in a language, without parameters."""
        return twin_url(locale).partition("?")[0]


def layout_context() -> dict[str, Layout]:
    """Return the layout of the current page, for all templates."""
    locale, settings = page_locale(), services().settings
    path = request.path.split("/")
    folder = path[2] if len(path) > 2 else ""
    shared = Kind.from_folder(folder) or Kind.PAGE
    return {
        "layout": Layout(
            locale=locale,
            home_url=home_url(locale),
            search_url=search_url(locale),
            dossier_url=dossier_url(locale),
            dossier_ids=dossier_ids(),
            navigation=list_links(NAVIGATION, locale, folder),
            menu_lists=list_links(FIRST_KINDS, locale, folder),
            twin_url=twin_url(locale.other),
            is_localized=path[1] in set(Locale),
            has_staff=not settings.is_reader,
            suggestions=suggestion_box(locale),
            share_image=static_url(f"share/{shared.value}.png"),
            share_image_alt=str(KINDS[shared]),
            worker_url=address("open_data.worker") if _is_kept() else "",
            contact=settings.contact,
            notice=settings.notices[locale],
        )
    }


def _is_kept() -> bool:
    """Return whether browsers may keep the page: none of staff, nor a form."""
    is_private = request.blueprint in {
        "staff",
        "contributions",
        "alerts",
        "group_dossiers",
    }
    return services().settings.keeps_offline and not is_private


def init_templates(app: Flask) -> None:
    """Register the context, globals and filters."""
    app.context_processor(layout_context)
    html = (icon, marked, title_link)
    addresses = (absolute, address, canonical, identifier, query_url, static_url)
    functions = {function.__name__: function for function in (*html, *addresses)}
    app.jinja_env.globals |= functions
    app.jinja_env.globals["labels"] = labels
    app.jinja_env.filters["number"] = lambda number: number_text(number, page_locale())
    app.jinja_env.filters["after_colon"] = after_colon


def icon(name: str) -> Markup:
    """Return the SVG element of an icon of the sprite.

    A page has forty icons: a template macro would take ten times as long.
    """
    element = Markup('<svg aria-hidden="true"><use href="{}#i-{}" /></svg>')
    return element.format(static_url("icons.svg"), name)
