"""Every page, in both languages, over the small corpus."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace

PAGES = (
    "",
    "search",
    "search?q=rue",
    "search?q=zzz",
    "search?q=rue+zzz",
    "search?q=(",
    "search?q=cyberharc%C3%A8lement",
    "search?kind=practice&place=france&sort=title",
    "search?q=zzz&kind=practice",
    *(f"{kind.folder}/" for kind in Kind if kind is not Kind.PAGE),
    "practices/newtown-lamps",
    "practices/half-written",
    "recommendations/rec-01",
    "recommendations/rec-02",
    "needs/n01",
    "events/w9",
    "events/undated",
    "themes/streets",
    "themes/screens",
    "deliverables/d9.1",
    "glossary/cyberbullying",
    "glossary/abuse",
    "pages/about",
    "dossier",
    "dossier?r=events/w9&r=practices/half-written",
)


def soup(client: FlaskClient, path: str) -> BeautifulSoup:
    """Get a page."""
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.text, "html.parser")


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_stands_in_both_languages(
    client: FlaskClient, locale: str, page: str
) -> None:
    """It says its language, has one title of level 1, and leads to its twin."""
    found = soup(client, f"/{locale}/{page}")

    html = found.find("html")
    assert html is not None
    assert html["lang"] == locale
    assert len(found.find_all("h1")) == 1
    twin = {"fr": "en", "en": "fr"}[locale]
    link = found.select_one(f".tools a[hreflang={twin}]")
    assert link is not None
    assert client.get(str(link["href"])).status_code == 200
    path, _, query = f"/{twin}/{page}".partition("?")
    assert str(link["href"]).startswith(path)
    assert str(link["href"]).count("=") == query.count("=")


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_each_link_of_a_page_leads_somewhere(
    client: FlaskClient, locale: str, page: str
) -> None:
    """No page of ours sends its reader into the void."""
    path = f"/{locale}/{page}"
    found = soup(client, path)
    ids = {str(tag["id"]) for tag in found.find_all(id=True)}
    assert len(ids) == len(found.find_all(id=True)), "an id stands twice"
    for link in found.find_all("a", href=True):
        href = str(link["href"])
        if href.startswith("#"):
            assert href[1:] in ids, href
        elif href.startswith("/"):
            assert client.get(href).status_code == 200, href


def test_the_root_follows_the_browser(client: FlaskClient) -> None:
    """French for those who have no preference."""
    for header, locale in (
        ("en-GB,fr;q=0.5", "en"),
        ("fr-BE", "fr"),
        ("de", "fr"),
        ("en;q=0,fr", "fr"),
        ("", "fr"),
    ):
        response = client.get("/", headers={"Accept-Language": header})

        assert response.status_code == 302
        assert response.headers["Location"] == f"/{locale}/"
        assert response.headers["Vary"] == "Accept-Language"


def test_a_missing_edition_is_said_and_the_other_shown(client: FlaskClient) -> None:
    """It never pretends."""
    found = soup(client, "/fr/practices/half-written")

    assert "pas encore écrite en français" in found.get_text()
    title = found.find("h1")
    assert title is not None
    assert title["lang"] == "en"


def test_an_id_typed_in_capitals_leads_to_the_record(client: FlaskClient) -> None:
    """People write D2.6."""
    response = client.get("/fr/deliverables/D9.1")

    assert response.status_code == 301
    assert response.headers["Location"] == "/fr/deliverables/d9.1"


def test_links_are_shown_in_both_directions(client: FlaskClient) -> None:
    """The practice names its event; the event shows its practices."""
    assert "Atelier 9" in soup(client, "/fr/practices/newtown-lamps").get_text()
    assert "rallumer" in soup(client, "/fr/events/w9").get_text()
    assert "Savoir répondre" in soup(client, "/fr/practices/newtown-lamps").get_text()


def test_what_is_inferred_says_so(client: FlaskClient) -> None:
    """Honesty is a feature."""
    practice = soup(client, "/fr/practices/newtown-lamps").get_text()
    deliverable = soup(client, "/en/deliverables/d9.1").get_text()

    assert "2016–2018 (déduit)" in practice
    assert "Newtown University (inferred)" in deliverable


def test_dates_and_numbers_are_written_in_each_language(client: FlaskClient) -> None:
    """« 1er décembre », “1 December”; 1 048 and 1,048."""
    assert (
        "1er décembre 2017, heure non trouvée"
        in soup(client, "/fr/events/w9").get_text()
    )
    assert "1 December 2017" in soup(client, "/en/events/w9").get_text()
    assert "1\u202f048" in soup(client, "/fr/deliverables/d9.1").get_text()
    assert "1,048" in soup(client, "/en/deliverables/d9.1").get_text()


def test_a_theme_gathers_all_that_belongs_to_it(client: FlaskClient) -> None:
    """The page of a theme is its zoom."""
    text = soup(client, "/fr/themes/streets").get_text()

    for words in (
        "rallumer",
        "Atelier 9, Villeneuve",
        "A practice that only English tells",
    ):
        assert words in text


def test_a_term_lists_where_it_is_used(client: FlaskClient) -> None:
    """In either language, whatever its spelling; other terms are not counted."""
    found = soup(client, "/fr/glossary/cyberbullying")

    titles = [title.get_text() for title in found.select(".sec.hits h3")]
    assert titles == ["Répondre aux victimes de cyber-harcèlement dans la journée"]


def test_nothing_comes_from_another_host_and_no_script_stands_in_the_page(
    client: FlaskClient,
) -> None:
    """No request ever leaves the visitor's browser for another host."""
    for page in PAGES:
        found = soup(client, f"/fr/{page}")
        assert not any(script.get_text() for script in found.find_all("script"))
        assert not found.find_all(style=True)
        for tag in found.find_all(["link", "script", "img", "use", "form"]):
            address = str(tag.get("href") or tag.get("src") or tag.get("action") or "")
            if tag.get("rel") not in (["canonical"], ["alternate"]):
                assert not address.startswith(("http:", "https:", "//")), address


def test_every_answer_carries_the_content_policy(client: FlaskClient) -> None:
    """Pages, errors, JSON and files alike."""
    for path in ("/fr/", "/fr/nope", "/api/v1/search", "/static/site.css", "/healthz"):
        with client.get(path) as response:
            headers = response.headers

        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_scripts_may_be_ours_only(client: FlaskClient) -> None:
    """And ask nobody else: the policy says so, and the one script is there."""
    policy = client.get("/fr/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy

    script = soup(client, "/fr/").find("script")
    assert script is not None
    with client.get(str(script["src"])) as response:
        assert response.status_code == 200
        assert response.mimetype == "text/javascript"


@pytest.mark.parametrize(
    ("locale", "none", "eight", "place"),
    [
        ("fr", "Aucune suggestion", "8 suggestions", "Lieu"),
        ("en", "No suggestion", "8 suggestions", "Place"),
    ],
)
def test_the_script_finds_its_words_in_the_page(
    client: FlaskClient, locale: str, none: str, eight: str, place: str
) -> None:
    """In the language of the page, for each kind there is and each count."""
    form = soup(client, f"/{locale}/practices/").find("form", class_="find")
    assert form is not None

    counts = json.loads(str(form["data-counts"]))
    kinds = json.loads(str(form["data-kinds"]))
    assert (counts[0], counts[8], len(counts)) == (none, eight, 9)
    assert set(kinds) == {*(kind.value for kind in Kind), "place"}
    assert kinds["place"] == ["pin", place]
    assert form["data-suggest"] == f"/api/v1/suggest?locale={locale}"


def test_static_files_are_kept_as_long_as_their_address_is(client: FlaskClient) -> None:
    """Their address changes with their content."""
    link = soup(client, "/fr/").find("link", rel="stylesheet")
    assert link is not None

    with client.get(str(link["href"])) as response:
        assert "immutable" in response.headers["Cache-Control"]


def test_a_static_file_that_is_missing_is_not_kept_as_such(client: FlaskClient) -> None:
    """It may be there a moment later: the page that says so is like any other."""
    answer = client.get("/static/no-such.css?v=0")

    assert answer.status_code == 404
    assert "must-revalidate" in answer.headers["Cache-Control"]


def test_the_page_of_all_pages_leads_to_one(client: FlaskClient) -> None:
    """There is no list of pages; the address must not be a dead end."""
    assert client.get("/fr/pages/").headers["Location"] == "/fr/pages/about"


def test_a_deliverable_is_cited_with_its_own_project_or_none(
    workspace: Workspace,
) -> None:
    """Reports of other projects are received too."""
    cited = {}
    for project in ("", "project: Lanterns and Lamps\n"):
        workspace.replace("deliverables/d9.1/record.yaml", "lead: ", f"{project}lead: ")
        rebuild(open_stored_engine(workspace.locations), workspace.corpus())
        client = create_app(Settings(workspace.locations)).test_client()
        cited[project] = soup(client, "/fr/deliverables/d9.1").get_text(" ", strip=True)

    without, with_it = cited.values()
    title = "Workshop 9 Report: Streets and Screens"
    assert f"A. Martin, B. Smith, {title}, D9.1, " in without
    assert f"A. Martin, B. Smith, {title}, Lanterns and Lamps, D9.1, " in with_it
