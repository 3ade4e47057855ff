"""The card that messengers and social networks show beside a link to a page."""

import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from indexer.model.ids import Kind
from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace

META = re.compile(
    r'<meta (?:property|name)="((?:og|twitter):[^"]+)"\s+content="([^"]*)"'
)
SITE = "https://kb.example.org"
MAX_IMAGE_BYTES = 60_000


@pytest.fixture(scope="module")
def public(shared_workspace: Workspace) -> FlaskClient:
    """Return a client of a site with a public address."""
    settings = Settings(shared_workspace.locations, base_url=SITE)
    return create_app(settings).test_client()


def card(client: FlaskClient, address: str) -> dict[str, str]:
    """Return the properties of the card of a page."""
    text = client.get(address, base_url=SITE).text
    return {name: html.unescape(value) for name, value in META.findall(text)}


def test_the_card_of_a_record_has_its_title_and_summary(public: FlaskClient) -> None:
    """In the language of the address."""
    found = card(public, "/en/practices/newtown-lamps?utm_source=mail")

    record = public.get("/api/v1/records/practice/newtown-lamps", base_url=SITE)
    edition = record.json["editions"]["en"] if record.json else {}
    assert found["og:title"] == edition["title"]
    assert found["og:description"] == edition["summary"]
    assert found["og:site_name"] == "Innovation and Security"
    assert (found["og:locale"], found["og:locale:alternate"]) == ("en_GB", "fr_FR")
    assert found["og:url"] == f"{SITE}/en/practices/newtown-lamps"
    assert found["og:image"].startswith(f"{SITE}/static/share/practice.png?v=")
    assert found["twitter:card"] == "summary_large_image"


@pytest.mark.parametrize(
    ("address", "image"),
    [
        ("/fr/", "page"),
        ("/fr/search?q=lamps", "page"),
        ("/fr/pages/about", "page"),
        ("/fr/practices/", "practice"),
        ("/fr/glossary/abuse", "term"),
        ("/en/themes/streets", "theme"),
    ],
)
def test_a_page_has_the_picture_of_its_kind(
    public: FlaskClient, address: str, image: str
) -> None:
    """A list has that of its records, any other page that of the site."""
    assert f"/share/{image}.png?" in card(public, address)["og:image"]


@pytest.mark.parametrize(
    "address",
    ["/fr/search?q=lamps&kind=practice", "/en/follow?q=a", "/en/dossier?r=needs/n01"],
)
def test_the_card_of_a_search_keeps_its_parameters(
    public: FlaskClient, address: str
) -> None:
    """Else the link would lead elsewhere."""
    assert card(public, address)["og:url"] == f"{SITE}{address}"


def test_the_card_of_the_home_page_names_the_site(public: FlaskClient) -> None:
    """“Home” says nothing in a conversation."""
    assert card(public, "/fr/")["og:title"] == "Innovation et Sécurité"


@pytest.mark.parametrize(
    "address", ["/fr/staff/sign-in", "/fr/nope", "/fr/search?page=0"]
)
def test_staff_pages_and_errors_have_no_card(client: FlaskClient, address: str) -> None:
    """Nobody shares them."""
    assert card(client, address) == {}


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_a_picture(client: FlaskClient, kind: Kind) -> None:
    """Of the size that the card names, and small: phones fetch it."""
    with client.get(f"/static/share/{kind.value}.png") as response:
        content, mimetype = response.get_data(), response.mimetype

    picture = Image.open(io.BytesIO(content))
    assert mimetype == "image/png"
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(content) < MAX_IMAGE_BYTES


def test_every_public_page_has_a_complete_card(real_app: Flask) -> None:
    """In both languages, with no empty value."""
    client = real_app.test_client()
    pages = ["/", "/search?q=police", "/follow", "/what-did-not-work", "/dossier"]
    pages += [f"/{kind.folder}/" for kind in Kind if kind is not Kind.PAGE]

    for address in [f"/{locale}{page}" for locale in ("fr", "en") for page in pages]:
        found = card(client, address)
        assert len(found) == 12, address
        assert all(found.values()), address
