"""The contact and the legal notice on public pages."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from indexer.model.ids import Locale
from kb.app import create_app
from kb.core.contact import Contact, parse_contact
from kb.core.legal_notice import LegalNotice, Notices, no_notices
from kb.core.settings import Settings
from tests.support.answers import body_of
from tests.support.builders import Workspace

NOT_GIVEN = {"fr": "non renseigné", "en": "not given"}
EMAIL = "contact@example.org"
FORM = "https://example.org/form"
CONTACT = parse_contact(EMAIL)
PUBLISHER = {"fr": "Association & fils <b>", "en": "Association & Sons <b>"}
HOST = ("Host", "2 Example Street", "+33 1 99 00 00 00")
NOTICES = {
    locale: LegalNotice((PUBLISHER[locale], "1 Street"), ("Jane Example",), HOST)
    for locale in Locale
}
RECORDS = (
    "practices/newtown-lamps",
    "recommendations/rec-01",
    "needs/n01",
    "events/w9",
    "themes/streets",
    "deliverables/d9.1",
    "glossary/abuse",
)


def a_client(
    workspace: Workspace, contact: Contact | None = CONTACT, notices: Notices = NOTICES
) -> FlaskClient:
    """Return a client of a service with a contact and a legal notice."""
    settings = Settings(workspace.locations, contact=contact, notices=notices)
    return create_app(settings).test_client()


def found(client: FlaskClient, path: str, selector: str) -> Tag:
    """Return the only element of a page that matches a selector."""
    (element,) = BeautifulSoup(client.get(path).text, "lxml").select(selector)
    return element


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_page_about_the_base_has_the_whole_notice(
    shared_workspace: Workspace, locale: str
) -> None:
    """The link of the footer leads to it; each line is shown, none is read as HTML."""
    client = a_client(shared_workspace)
    link = found(client, f"/{locale}/", '.foot a[href$="-legal-notice"]')
    path, _, anchor = str(link["href"]).partition("#")

    notice = found(client, path, f"#{anchor}")

    values = [list(value.stripped_strings) for value in notice.select("dd")]
    assert values == [
        [EMAIL],
        [PUBLISHER[locale], "1 Street"],
        ["Jane Example"],
        list(HOST),
    ]
    assert len(notice.select("dd br")) == 3
    assert not notice.select("b")


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_page_about_the_base_shows_what_is_missing(
    client: FlaskClient, locale: str
) -> None:
    """A visitor must not take a hole for the whole notice."""
    notice = found(client, f"/{locale}/pages/about", "#contact-and-legal-notice")

    values = [value.get_text(strip=True) for value in notice.select("dd")]
    assert values == [NOT_GIVEN[locale]] * 4


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("path", ["", "search?q=rue", "nowhere", "pages/help"])
def test_the_footer_names_publisher_and_contact(
    shared_workspace: Workspace, client: FlaskClient, locale: str, path: str
) -> None:
    """It is on every page, error pages included; the address is on one.

    What is not given is said on the page with the legal notice only.
    """
    given = a_client(shared_workspace)
    full = found(given, f"/{locale}/{path}", ".foot .contact")
    empty = found(client, f"/{locale}/{path}", ".foot")

    assert PUBLISHER[locale] in full.text
    assert "1 Street" not in full.text
    assert [link["href"] for link in full.select("a")] == [f"mailto:{EMAIL}"]
    assert NOT_GIVEN[locale] not in empty.text
    assert not empty.select(".contact")


@pytest.mark.parametrize(
    ("locale", "status"),
    [
        ("fr", "Accessibilité\u00a0: non conforme (aucun audit à ce jour)"),
        ("en", "Accessibility: not compliant (no audit yet)"),
    ],
)
def test_the_footer_has_the_status_of_accessibility(
    client: FlaskClient, locale: str, status: str
) -> None:
    """The link leads to the page on accessibility."""
    link = found(client, f"/{locale}/", '.foot a[href$="pages/accessibility"]')

    assert link.text == status


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_page_on_accessibility_has_the_contact(
    shared_workspace: Workspace, client: FlaskClient, locale: str
) -> None:
    """Its text asks visitors to report what they cannot use."""
    path = f"/{locale}/pages/accessibility"
    given = a_client(shared_workspace)

    assert EMAIL in found(given, path, "#contact").text
    assert NOT_GIVEN[locale] in found(client, path, "#contact").text


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("record", RECORDS)
def test_each_record_has_one_line_with_the_contact(
    shared_workspace: Workspace, client: FlaskClient, record: str, locale: str
) -> None:
    """A reader who found an error is on the page of a record; no hole is shown."""
    path = f"/{locale}/{record}"
    given = a_client(shared_workspace)

    assert EMAIL in found(given, path, "main .contact").text
    assert NOT_GIVEN[locale] not in client.get(path).text
    assert HOST[0] not in given.get(path).text


def test_the_address_of_a_form_is_a_named_link(shared_workspace: Workspace) -> None:
    """A quotation mark in the address does not end the attribute."""
    url = 'https://example.org/form?a="><script>'
    client = a_client(shared_workspace, parse_contact(url))

    link = found(client, "/fr/events/w9", "main .contact a")

    assert (link["href"], link.text) == (url, "formulaire de contact")
    assert "<script>" not in client.get("/fr/events/w9").text


@pytest.mark.parametrize(
    ("contact", "notices", "expected"),
    [
        (EMAIL, NOTICES, {"name": PUBLISHER["en"], "email": EMAIL}),
        (FORM, no_notices(), {"url": FORM}),
        ("+33 1 99 00 00 00", no_notices(), {}),
        ("", no_notices(), {}),
    ],
)
def test_the_description_of_the_api_has_the_contact(
    shared_workspace: Workspace,
    contact: str,
    notices: Notices,
    expected: dict[str, str],
) -> None:
    """OpenAPI has a name, an e-mail address and a URL, but no telephone number."""
    client = a_client(shared_workspace, parse_contact(contact), notices)

    info = body_of(client.get("/api/v1/openapi.json"))["info"]

    assert info["contact"] == expected
