"""Every public page, in both languages, over the small corpus."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace
from tests.support.pages import page_of, required

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
    "practices/?sort=stage",
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
    "what-did-not-work",
    "audiences/",
    "audiences/local",
    "audiences/schools",
    "audiences/research",
    "places/",
    "places/france",
    "places/villeneuve",
    "compare",
    "compare?r=practices/newtown-lamps",
    "compare?r=practices/newtown-lamps&r=practices/half-written",
    "map",
    "map?kind=event",
    "timeline",
    "gaps",
    "atlas",
    "atlas/years",
    "dossier",
    "dossier?r=events/w9&r=practices/half-written",
)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_exists_in_both_languages(
    client: FlaskClient, locale: str, page: str
) -> None:
    """It has a `lang`, one `h1`, and a link to the other language."""
    found = page_of(client, f"/{locale}/{page}")

    assert required(found, "html")["lang"] == locale
    assert len(found.find_all("h1")) == 1
    twin = {"fr": "en", "en": "fr"}[locale]
    link = required(found, f".tools a[hreflang={twin}]")
    assert client.get(str(link["href"])).status_code == 200
    path, _, query = f"/{twin}/{page}".partition("?")
    assert str(link["href"]).startswith(path)
    assert str(link["href"]).count("=") == query.count("=")


@pytest.fixture(scope="module")
def followed() -> set[str]:
    """Return the addresses that led somewhere: most pages share half of their links."""
    return set()


@pytest.mark.load
@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_no_link_of_a_page_is_broken(
    client: FlaskClient, followed: set[str], locale: str, page: str
) -> None:
    """All internal links are followed."""
    path = f"/{locale}/{page}"
    found = page_of(client, path)
    ids = {str(tag["id"]) for tag in found.find_all(id=True)}
    assert len(ids) == len(found.find_all(id=True)), "an id stands twice"
    for link in found.find_all("a", href=True):
        href = str(link["href"])
        if href.startswith("#"):
            assert href[1:] in ids, href
        elif href.startswith("/") and href not in followed:
            assert client.get(href).status_code == 200, href
            followed.add(href)


def test_the_root_redirects_to_the_language_of_the_browser(client: FlaskClient) -> None:
    """French is the default."""
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


def test_a_record_in_one_language_shows_that_edition_and_says_so(
    client: FlaskClient,
) -> None:
    """Its `lang` is set."""
    found = page_of(client, "/fr/practices/half-written")

    assert "pas encore écrite en français" in found.get_text()
    assert required(found, "h1")["lang"] == "en"


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("practice/newtown-lamps", "practices/newtown-lamps"),
        ("term/none", "glossary/none"),
        ("audiences/lea", "audiences/police"),
    ],
)
def test_names_of_json_redirect_to_those_of_pages(
    client: FlaskClient, asked: str, page: str
) -> None:
    """Programs make addresses of the kinds and the audiences that they read."""
    answer = client.get(f"/fr/{asked}")

    assert answer.status_code == 301
    assert answer.location == f"/fr/{page}"


def test_a_dossier_accepts_the_kind_of_json(client: FlaskClient) -> None:
    """So do all addresses that name a record."""
    text = client.get("/en/dossier.md?r=practice/newtown-lamps").text

    assert "/en/practices/newtown-lamps" in text


def test_an_id_in_capitals_is_redirected(client: FlaskClient) -> None:
    """People write D2.6."""
    response = client.get("/fr/deliverables/D9.1")

    assert response.status_code == 301
    assert response.headers["Location"] == "/fr/deliverables/d9.1"


def test_links_are_shown_in_both_directions(client: FlaskClient) -> None:
    """The practice names its event; the event shows its practices."""
    assert "Atelier 9" in page_of(client, "/fr/practices/newtown-lamps").get_text()
    assert "rallumer" in page_of(client, "/fr/events/w9").get_text()
    assert (
        "Savoir répondre" in page_of(client, "/fr/practices/newtown-lamps").get_text()
    )


def test_an_inferred_fact_is_marked(client: FlaskClient) -> None:
    """Readers must know what the sources do not say."""
    practice = page_of(client, "/fr/practices/newtown-lamps").get_text()
    deliverable = page_of(client, "/en/deliverables/d9.1").get_text()

    assert "2016–2018 (par déduction)" in practice
    assert "Newtown University (inferred)" in deliverable


def test_dates_and_numbers_follow_the_language(client: FlaskClient) -> None:
    """« 1er décembre », “1 December”; 1 048 and 1,048."""
    assert (
        "1er décembre 2017, heure non trouvée"
        in page_of(client, "/fr/events/w9").get_text()
    )
    assert "1 December 2017" in page_of(client, "/en/events/w9").get_text()
    assert "1\u202f048" in page_of(client, "/fr/deliverables/d9.1").get_text()
    assert "1,048" in page_of(client, "/en/deliverables/d9.1").get_text()


def test_a_theme_page_shows_all_its_records(client: FlaskClient) -> None:
    """The page of a theme is its « zoom »."""
    text = page_of(client, "/fr/themes/streets").get_text()

    for words in (
        "rallumer",
        "Atelier 9, Villeneuve",
        "A practice that only English tells",
    ):
        assert words in text


def test_recommendations_for_every_theme_come_first(client: FlaskClient) -> None:
    """Most readers are concerned by them; the theme of the last group by few."""
    found = page_of(client, "/en/recommendations/")

    titles = [title.get_text(strip=True) for title in found.select(".group h2")]
    assert titles == ["All themes", "Screens"]


def test_a_list_shows_conclusions_before_other_recommendations(
    workspace: Workspace,
) -> None:
    """A conclusion of a workshop weighs more than the view of one participant."""
    first, second = (f"recommendations/rec-0{each}/record.yaml" for each in (1, 2))
    workspace.replace(first, "firmness: conclusion", "firmness: speaker")
    workspace.replace(second, "themes: [all]", "themes: [screens]")
    workspace.replace(second, "firmness: speaker", "firmness: conclusion")
    client = create_app(Settings(workspace.locations)).test_client()

    found = page_of(client, "/en/recommendations/")

    titles = [title.get_text() for title in found.select(".item h3")]
    assert titles[0] == "Talk with pupils about riots"


@pytest.mark.load
def test_the_home_page_links_the_report_that_could_not_be_read(
    real_app: Flask,
) -> None:
    """The only trace of the official recommendations is the record of D3.5."""
    found = page_of(real_app.test_client(), "/fr/")

    links = [link["href"] for link in found.select(".note a")]
    assert "/fr/deliverables/d3.5" in links


def test_a_term_page_lists_the_records_that_contain_it(client: FlaskClient) -> None:
    """Spelling variants of both languages count; other terms do not."""
    found = page_of(client, "/fr/glossary/cyberbullying")

    parts = [title.get_text() for title in found.select(".uses :is(h3, h4)")]
    advice = "Répondre aux victimes de cyber-harcèlement dans la journée"
    assert parts[parts.index("Recommandation") + 1] == advice
    assert "Terme" not in parts
    own, other = found.select(".two-words > section")
    assert (own.get("lang"), other.get("lang")) == (None, "en")


@pytest.mark.parametrize(
    ("path", "is_compared"),
    [
        ("practices/newtown-lamps", True),
        ("recommendations/rec-01", True),
        ("needs/n01", False),
        ("events/w9", False),
        ("glossary/cyberbullying", False),
        ("themes/screens", False),
    ],
)
def test_the_bar_of_a_record_has_its_acts(
    client: FlaskClient, path: str, *, is_compared: bool
) -> None:
    """It is added, cited, shared, printed, reported; some kinds are compared."""
    page = page_of(client, f"/en/{path}")

    bar = required(page, ".rec-bar")
    assert required(bar, "form button[value=add]")
    assert page.select_one(str(required(bar, "a.btn")["href"])) is not None
    shared = [str(link["href"]) for link in bar.select(".share a")]
    assert shared[0].startswith("mailto:?subject=")
    assert shared[0].endswith(f"/en/{path}")
    is_theme = path.startswith("themes/")
    assert (f"/en/dossier.pdf?r={path}" in shared) is not is_theme
    assert (bar.select_one('a[href^="/en/compare"]') is not None) is is_compared
    assert required(bar, ".last")["href"] == f"/en/report?r={path}"


def test_a_page_loads_nothing_from_other_hosts_and_has_no_inline_script(
    client: FlaskClient,
) -> None:
    """No request ever leaves the visitor's browser for another host."""
    for page in PAGES:
        found = page_of(client, f"/fr/{page}")
        scripts = found.select('script:not([type="application/ld+json"])')
        assert not any(script.get_text() for script in scripts)
        assert not found.find_all(style=True)
        for tag in found.find_all(["link", "script", "img", "use", "form"]):
            address = str(tag.get("href") or tag.get("src") or tag.get("action") or "")
            if tag.get("rel") not in (["canonical"], ["alternate"], ["schema.DC"]):
                assert not address.startswith(("http:", "https:", "//")), address


def test_every_response_has_the_security_headers(client: FlaskClient) -> None:
    """Pages, errors, JSON and files alike."""
    for path in ("/fr/", "/fr/nope", "/api/v1/search", "/static/site.css", "/healthz"):
        with client.get(path) as response:
            headers = response.headers

        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_only_our_scripts(client: FlaskClient) -> None:
    """The one script exists, and may only request our own host."""
    policy = client.get("/fr/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy

    script = required(page_of(client, "/fr/"), "script")
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
def test_the_page_contains_the_texts_of_the_script(
    client: FlaskClient, locale: str, none: str, eight: str, place: str
) -> None:
    """They are in the language of the page, for each kind and count."""
    form = required(page_of(client, f"/{locale}/practices/"), "form.find")

    counts = json.loads(str(form["data-counts"]))
    kinds = json.loads(str(form["data-kinds"]))
    assert (counts[0], counts[8], len(counts)) == (none, eight, 9)
    assert set(kinds) == {*(kind.value for kind in Kind), "place"}
    assert kinds["place"] == ["pin", place]
    assert form["data-suggest"] == f"/api/v1/suggest?locale={locale}"


def test_static_files_with_a_digest_are_immutable(client: FlaskClient) -> None:
    """Their address changes with their content."""
    link = required(page_of(client, "/fr/"), "link[rel=stylesheet]")

    with client.get(str(link["href"])) as response:
        assert "immutable" in response.headers["Cache-Control"]


def test_a_missing_static_file_is_not_cached(client: FlaskClient) -> None:
    """It may exist a moment later."""
    answer = client.get("/static/no-such.css?v=0")

    assert answer.status_code == 404
    assert "must-revalidate" in answer.headers["Cache-Control"]


def test_the_list_of_pages_redirects_to_about(client: FlaskClient) -> None:
    """There is no list of pages; the address must not be a dead end."""
    assert client.get("/fr/pages/").headers["Location"] == "/fr/pages/about"


def test_a_citation_names_the_project_of_the_deliverable_or_its_lead(
    workspace: Workspace,
) -> None:
    """Reports of other projects are received too."""
    cited = {}
    for project in ("", "project: Lanterns and Lamps\n"):
        workspace.replace("deliverables/d9.1/record.yaml", "lead: ", f"{project}lead: ")
        rebuild(open_stored_engine(workspace.locations), workspace.corpus())
        client = create_app(Settings(workspace.locations)).test_client()
        cited[project] = page_of(client, "/fr/deliverables/d9.1").get_text(
            " ", strip=True
        )

    without, with_it = (text.replace("\u00a0", " ") for text in cited.values())
    title = "Workshop 9 Report: Streets and Screens"
    cited_as = f"MARTIN, A. et SMITH, B., 2018. D9.1 : {title} [en ligne]. "
    assert f"{cited_as}Newtown University. [Consulté le" in without
    assert f"{cited_as}Lanterns and Lamps. [Consulté le" in with_it


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_help_begins_with_five_lines_before_its_contents(
    real_app: Flask, locale: str
) -> None:
    """On a phone, the list of all parts would be read first."""
    page = page_of(real_app.test_client(), f"/{locale}/pages/help")

    opening = page.select("#text li")
    contents = required(page, ".contents")
    assert len(opening) == 5
    assert contents.find_previous("section", id="text") is not None
    assert len(contents.select("a")) > 5
