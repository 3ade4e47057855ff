"""The copy of the site, opened from a disk, and the site itself, without a network."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server

from indexer.model.ids import Locale
from indexer.model.judged_queries import JudgedQuery
from kb.app import create_app
from kb.core.settings import Settings
from kb.open_data.offline import COPY_FILE, SEARCH_FILES, offline_folder
from kb.services import services
from kb.site_copy.daily_files import write_daily_files
from kb.web.locale import choose_locale
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from tests.relevance.judged_content import QUERIES
from tests.support.builders import Workspace
from tests.support.once import copied_workspace

FIRST = 3
MIN_SHARE = 0.86
MAX_ZIP_BYTES = 20_000_000
MAX_SEARCH_BYTES = 600_000

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def daily_app(
    real_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """Return the application over the real documents, with the files of the day."""
    root = tmp_path_factory.mktemp("daily")
    app = create_app(Settings(copied_workspace(real_workspace.root, root).locations))
    files = write_daily_files(app, app.extensions["kb-services"])
    assert files is not None
    assert files.sizes[COPY_FILE] < MAX_ZIP_BYTES
    for locale in Locale:
        assert files.sizes[SEARCH_FILES[locale]] < MAX_SEARCH_BYTES
    return app


@pytest.fixture(scope="module")
def copy(daily_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the copy that visitors download, unpacked."""
    target = tmp_path_factory.mktemp("copies")
    [file] = offline_folder(daily_app.extensions["kb-services"]).rglob(COPY_FILE)
    with ZipFile(file) as archive:
        archive.extractall(target)
    [folder] = target.iterdir()
    return folder


@pytest.fixture(scope="module")
def served(daily_app: Flask) -> Iterator[str]:
    """Serve the application from a thread, and yield its address."""
    server = make_server("127.0.0.1", 0, daily_app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """Return a page without a network, which fails at an error of a script."""
    context = browser.new_context(offline=True, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.extend(missing(request)))
    yield page
    assert errors == []
    context.close()


def missing(request: Request) -> list[str]:
    """Return the address of a request, unless leaving the page has cancelled it."""
    return [] if request.failure == "net::ERR_ABORTED" else [request.url]


def online(app: Flask, judged: JudgedQuery) -> list[str]:
    """Return the first results of the site for a query."""
    locale = Locale(judged.locale)
    with app.test_request_context(f"/{locale}/search"):
        choose_locale(locale)
        corpus = app.extensions["kb-services"].corpus
        query = query_from(
            MultiDict({"q": judged.text}), vocabulary_of(corpus), locale=locale
        )
        results = services().searches.search(query)
        return [str(each.id) for each in results.hits[:FIRST]]


def test_the_first_results_are_those_of_the_site(
    offline: Page, copy: Path, real_app: Flask
) -> None:
    """For seven of eight judged queries, in the same order."""
    offline.goto((copy / "en" / "search.html").as_uri())
    texts = [[each.text, each.locale] for each in QUERIES]
    answers = offline.evaluate(
        """(queries) => queries.map(([text, locale]) => {
             return KbSearch.search(text, locale).ids.slice(0, 3).map(
               (id) => KbSearch.data.records[id].id);
           })""",
        texts,
    )

    same = [
        online(real_app, judged) == answer
        for judged, answer in zip(QUERIES, answers, strict=True)
    ]

    assert sum(same) >= MIN_SHARE * len(QUERIES)


def test_a_visitor_searches_filters_and_reads(offline: Page, copy: Path) -> None:
    """From the first page to a record, in the language of the browser, then back."""
    offline.goto((copy / "index.html").as_uri())
    offline.wait_for_url("**/en/index.html")
    offline.locator("form.find input[name=q]").first.fill("stolen bikes")
    offline.locator("form.find button[type=submit]").first.click()
    offline.wait_for_url("**/en/search.html?q=stolen+bikes*")

    assert "results in this copy" in offline.locator("#count").inner_text()
    offline.locator(".copy-results a").first.click()
    offline.wait_for_url("**/en/practices/milan-stolen-bikes.html")
    assert offline.locator(".copy-note").is_visible()
    assert offline.locator('a[hreflang="fr"]').first.is_visible()
    offline.goto((copy / "en" / "search.html").as_uri() + "?q=bikes")
    offline.locator('.tools a[hreflang="fr"]').click()
    offline.wait_for_url("**/fr/search.html?q=bikes")
    offline.goto((copy / "fr" / "search.html").as_uri() + "?kind=need&theme=trolling")
    expect(offline.locator(".copy-chips a")).to_have_count(2)
    kinds = offline.locator(".copy-results p.small").all_inner_texts()
    assert kinds
    assert set(kinds) == {"Besoin"}


def test_a_question_has_an_answer_whose_records_are_in_the_copy(
    offline: Page, copy: Path
) -> None:
    """The box leads to the need; a filter or another subject has no box."""
    address = (copy / "en" / "search.html").as_uri()
    offline.goto(f"{address}?q=my bicycle was stolen, how do I get it back")
    box = offline.locator(".answer")

    assert box.locator(".says a").first.inner_text().startswith("Milan")
    box.locator("header a").click()
    offline.wait_for_url("**/en/needs/*.html")
    assert offline.locator("#linked-practices .item").count()
    for query in ("q=driving licence for lorries", "q=stolen bikes&kind=practice"):
        offline.goto(f"{address}?{query}")
        expect(offline.locator("#count")).to_be_visible()
        expect(offline.locator(".answer")).to_have_count(0)


def test_markup_in_an_address_is_text(offline: Page, copy: Path) -> None:
    """The words of an address are never read as a part of the page."""
    query = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    offline.goto((copy / "en" / "search.html").as_uri() + f"?q={query}")

    assert offline.locator("main img").count() == 0
    assert offline.locator("#heading").inner_text() == "<img src=x onerror=alert(1)>"


def caches_have(page: Page, cache: str, part: str) -> None:
    """Wait until the browser keeps an address that ends with or contains `part`."""
    page.evaluate(
        """async ([name, part]) => {
             for (;;) {
               const requests = await (await caches.open(name)).keys();
               if (requests.some(({ url }) => url.includes(part))) return;
               await new Promise((resolve) => setTimeout(resolve, 100));
             }
           }""",
        [cache, part],
    )


def test_a_reader_without_a_network_has_the_pages_seen_and_a_search(
    browser: Browser, served: str
) -> None:
    """Kept pages say their day, others are searched; online, nothing kept is shown."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{served}/fr/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    caches_have(page, "kb-shell", "search-fr.js")
    page.goto(f"{served}/fr/practices/milan-stolen-bikes?from=q%3Dv%C3%A9los")
    caches_have(page, "kb-pages", "/fr/practices/milan-stolen-bikes")
    page.goto(f"{served}/fr/report")
    expect(page.locator(".offbar")).to_have_count(0)

    context.set_offline(offline=True)
    page.goto(f"{served}/fr/practices/milan-stolen-bikes")
    expect(page.locator(".offbar")).to_contain_text("Vous êtes hors ligne. Page du")
    page.goto(f"{served}/fr/practices/nice-reporty")
    expect(page.locator("h1")).to_have_text("Cette page n’est pas dans votre copie")
    kept = page.locator("[data-part=pages] a")
    expect(kept).to_have_count(1)
    page.locator("#offline-words").fill("vélos volés")
    page.locator(".find-in button").click()
    results = page.locator("#copy-search .copy-results > li")
    expect(results.first).to_be_visible()
    first, *others = results.all()
    assert "Gardée sur cet appareil" in first.inner_text()
    assert all("Pas gardée" in other.inner_text() for other in others)

    first.locator("a").click()
    expect(page.locator(".offbar")).to_be_visible()
    context.set_offline(offline=False)
    page.reload()
    expect(page.locator(".offbar")).to_have_count(0)
    context.close()
