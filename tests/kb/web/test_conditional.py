"""Pages that answer 304: the browser's copy is right, and only then."""

import itertools

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import PROJECT, Settings
from kb.services import Services
from kb.web.responses import conditional as conditional_module
from kb.web.responses.conditional import conditional
from tests.support.builders import Workspace

PAGES = (
    "/fr/",
    "/en/search?q=lamps",
    "/fr/practices/",
    "/fr/practices/newtown-lamps",
    "/en/deliverables/d9.1",
    "/en/themes/streets",
    "/fr/what-did-not-work",
    "/fr/follow?q=lamps",
    "/fr/dossier",
    "/fr/feed.atom?q=lamps",
    "/sitemap.xml",
)


def etag(client: FlaskClient, address: str) -> str:
    """Return the ETag of a page."""
    response = client.get(address)
    assert response.status_code == 200, address
    return response.headers["ETag"]


def status(client: FlaskClient, address: str, known: str) -> int:
    """Return the status of a request by a browser that has a state of the page."""
    return client.get(address, headers={"If-None-Match": known}).status_code


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_has_not_changed_is_not_sent_again(
    client: FlaskClient, address: str
) -> None:
    """The headers that a cache obeys are the same on both responses."""
    page = client.get(address)

    again = client.get(address, headers={"If-None-Match": page.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""
    for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
        assert again.headers.get(name) == page.headers.get(name)
    assert again.headers["Cache-Control"] == "private, max-age=0, must-revalidate"


def test_a_proxy_that_compresses_a_page_may_weaken_its_etag(
    client: FlaskClient,
) -> None:
    """Ours is weak already: nginx then passes it on."""
    assert etag(client, "/fr/").startswith('W/"')


def test_two_processes_make_the_same_etag(shared_workspace: Workspace) -> None:
    """A request may reach any worker."""
    settings = Settings(shared_workspace.locations)
    first, second = (create_app(settings).test_client() for _ in range(2))

    for address in PAGES:
        assert status(second, address, etag(first, address)) == 304


def test_a_change_of_the_content_changes_every_page(content: Workspace) -> None:
    """Whether or not the index has followed."""
    services = Services(Settings(content.locations))
    client = create_app(services=services).test_client()
    before = {address: etag(client, address) for address in PAGES}

    content.replace("practices/newtown-lamps/en.md", "amps", "anterns")
    services.content.read()
    in_corpus = {address: etag(client, address) for address in PAGES}
    services.content.update_index()

    for address, known in before.items():
        assert in_corpus[address] != known
        assert status(client, address, known) == 200
        assert status(client, address, in_corpus[address]) == 200


def test_a_withdrawn_record_is_not_confirmed(content: Workspace) -> None:
    """Not even to a browser that has its page."""
    services = Services(Settings(content.locations))
    client = create_app(services=services).test_client()
    known = etag(client, "/fr/practices/newtown-lamps")

    content.path("practices/newtown-lamps").rename(content.root / "elsewhere")
    services.content.update_index()

    assert status(client, "/fr/practices/newtown-lamps", known) == 404


def test_the_dossier_is_part_of_a_page_but_not_of_a_feed(app: Flask) -> None:
    """Each page shows how many records the dossier contains."""
    client = app.test_client()
    before = {address: etag(client, address) for address in ("/fr/", "/fr/feed.atom")}

    client.set_cookie("dossier", "practices/newtown-lamps")

    assert status(client, "/fr/", before["/fr/"]) == 200
    assert status(client, "/fr/feed.atom", before["/fr/feed.atom"]) == 304


@pytest.mark.parametrize(
    "settings", [{"base_url": "https://kb.example.org"}, {"port": 9999}], ids=str
)
def test_other_settings_make_other_etags(
    shared_workspace: Workspace, client: FlaskClient, settings: dict[str, object]
) -> None:
    """The public address, for one, is in every page."""
    locations = shared_workspace.locations
    other = create_app(Settings(locations, **settings)).test_client()  # type: ignore[arg-type]  # one of its fields

    assert status(other, "/fr/", etag(client, "/fr/")) == 200


def test_an_upgrade_makes_other_etags(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New templates make other pages of the same content."""
    known = etag(client, "/fr/")

    monkeypatch.setattr(conditional_module, "code_digest", lambda: "other")

    assert status(client, "/fr/", known) == 200


def test_the_digest_of_the_code_reads_each_template_and_table() -> None:
    """The template of a brief in Markdown ends with `.txt`."""
    found = {
        path.suffix
        for folder in conditional_module._CODE  # noqa: SLF001
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    unread = found - conditional_module._CODE_SUFFIXES  # noqa: SLF001
    assert unread <= {"", ".md", ".po", ".sha256"}


def test_the_etag_of_a_page_is_of_no_use_elsewhere(client: FlaskClient) -> None:
    """The two languages, and two pages of one language, differ."""
    known = etag(client, "/fr/")

    assert status(client, "/en/", known) == 200
    assert status(client, "/fr/practices/", known) == 200
    assert status(client, "/fr/?q=1", known) == 200


@pytest.mark.parametrize(
    "address", ["/fr/practices/nope", "/fr/search?page=0", "/fr/nope"]
)
def test_an_error_has_no_etag(client: FlaskClient, address: str) -> None:
    """“*” means any state that exists."""
    response = client.get(address, headers={"If-None-Match": "*"})

    assert response.status_code in {400, 404}
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", ["staff/sign-in", "staff/", "staff/records"])
def test_staff_pages_have_no_etag(client: FlaskClient, path: str) -> None:
    """They contain tokens and what others change."""
    response = client.get(f"/fr/{path}", headers={"If-None-Match": "*"})

    assert response.status_code in {200, 302, 303}
    assert "ETag" not in response.headers


def test_a_page_that_changed_while_it_was_made_has_no_etag(app: Flask) -> None:
    """Its state is neither the one before nor the one after."""
    states = itertools.count()
    view = conditional(lambda: next(states))(lambda: "page")

    with app.test_request_context("/fr/"):
        response = view()

    assert response.get_etag() == (None, None)


def test_a_change_in_the_history_changes_feeds_only(content: Workspace) -> None:
    """Feeds contain the times of changes."""
    client = create_app(Settings(content.locations)).test_client()
    before = {address: etag(client, address) for address in ("/fr/", "/fr/feed.atom")}

    history = content.locations.instance / "history"
    history.mkdir(exist_ok=True)
    (history / "history.sqlite").touch()

    assert status(client, "/fr/", before["/fr/"]) == 304
    assert status(client, "/fr/feed.atom", before["/fr/feed.atom"]) == 200


def test_the_stamp_of_the_corpus_follows_each_file(workspace: Workspace) -> None:
    """Records with errors count by the state that is shown."""
    reader = workspace.corpus
    stamps = [reader().stamp, reader().stamp]
    assert stamps[0] == stamps[1] != ""

    for name in ("places.yaml", "practices/newtown-lamps/record.yaml", "lexicon.yaml"):
        with workspace.path(name).open("a", encoding="utf-8") as file:
            file.write("nope: nope\n")
        stamps.append(reader().stamp)

    assert len(set(stamps)) == 4
