"""Lists that are longer than a page: pages, groups on other pages, links to all."""

import re

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, RecordId
from kb.app import create_app
from kb.core.settings import Settings
from kb.public.brief import comparison
from kb.public.lists import groups
from kb.public.maps import marks
from kb.public.record import linked_records
from kb.web import pagination
from kb.web.page_content import page_content
from tests.support.answers import body_of
from tests.support.builders import Workspace
from tests.support.pages import page_of, required

ROWS = ".item, .event, .wordlist > div"
PER_PAGE = 2


def number_of(tag: Tag) -> int:
    """Return the number in the text of a tag."""
    found = re.search(r"\d+", tag.get_text())
    assert found is not None
    return int(found.group())


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages so short that the small content fills several."""
    monkeypatch.setattr(groups, "PER_PAGE", PER_PAGE)
    monkeypatch.setattr(groups, "TERMS_PER_PAGE", PER_PAGE)
    monkeypatch.setattr(linked_records, "PER_GROUP", 1)
    monkeypatch.setattr(pagination, "MAX_WHOLE", 1)
    monkeypatch.setattr(pagination, "FIRST_OF_LONG", 1)


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", [Kind.PRACTICE, Kind.RECOMMENDATION, Kind.TERM])
def test_the_pages_of_a_list_have_each_record_once(
    client: FlaskClient, locale: str, kind: Kind
) -> None:
    """The link to the next page leads from the first to the last."""
    path = f"/{locale}/{kind.folder}/"
    whole = page_of(client, path)
    total = number_of(required(whole, "h1"))
    rows, address, pages = [], path, 0

    while address:
        page = page_of(client, address)
        own = [str(row.select("a")[0]["href"]) for row in page.select(ROWS)]
        assert 0 < len(own) <= PER_PAGE
        rows += own
        pages += 1
        following = page.select_one('head link[rel="next"]')
        assert (following is None) == (page.select_one(".pager [rel=next]") is None)
        address = str(following["href"]) if following else ""

    assert len(set(rows)) == len(rows) == total
    assert pages == -(-total // PER_PAGE)
    assert client.get(f"{path}?page={pages + 1}").status_code == 404


@pytest.mark.usefixtures("short_pages")
def test_the_pages_of_what_did_not_work_have_each_practice_once(
    real_app: Flask,
) -> None:
    """The heading counts all of them; the last page links no further one."""
    client, path = real_app.test_client(), "/en/what-did-not-work"
    total = number_of(required(page_of(client, path), ".num"))
    pages = -(-total // PER_PAGE)
    links = [
        str(link["href"])
        for page in range(1, pages + 1)
        for link in page_of(client, f"{path}?page={page}").select("main h2 a")
    ]
    assert len(set(links)) == len(links) == total > PER_PAGE
    last = page_of(client, f"{path}?page={pages}")
    assert last.select_one('head link[rel="prev"]') is not None
    assert last.select_one(".pager [rel=next]") is None
    assert client.get(f"{path}?page={pages + 1}").status_code == 404


@pytest.mark.usefixtures("short_pages")
def test_a_group_on_another_page_keeps_its_anchor(real_app: Flask) -> None:
    """An old address with the anchor leads to a link to the page of the group."""
    client = real_app.test_client()
    elsewhere = [
        leap
        for leap in page_of(client, "/en/glossary/").select(".leaps a")
        if not str(leap["href"]).startswith("#")
    ]

    assert elsewhere
    for leap in elsewhere:
        address, _, anchor = str(leap["href"]).partition("#")
        assert leap.parent is not None
        assert leap.parent["id"] == anchor
        group = required(page_of(client, address), f"section#{anchor}")
        assert group.select(ROWS)


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize(
    ("locale", "path", "rows"),
    [
        ("en", "audiences/police", ".gathered"),
        ("fr", "audiences/local", ".gathered"),
        ("en", "themes/trolling", ".by-source"),
        ("fr", "themes/trolling", ".by-source"),
    ],
)
def test_a_long_list_among_others_shows_its_first_rows_and_a_link_to_all(
    real_app: Flask, locale: str, path: str, rows: str
) -> None:
    """The link counts the results of the search that it leads to."""
    client = real_app.test_client()
    found = page_of(client, f"/{locale}/{path}")

    cut = [
        section
        for section in found.select(rows)
        if section.select(':scope > p a[href*="/search?"]')
    ]

    assert cut
    for section in cut:
        assert len(section.select(".item")) == 1
        link = section.select(':scope > p a[href*="/search?"]')[-1]
        number = number_of(link)
        query = str(link["href"]).partition("?")[2]
        total = body_of(client.get(f"/api/v1/search?{query}"))["total"]
        assert total == number > 1


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_pages_of_a_need_have_each_answer_once(
    real_app: Flask, locale: str
) -> None:
    """Each page has the next cards of each group; see also has none of them."""
    client = real_app.test_client()
    path = f"/{locale}/needs/n12"
    with real_app.test_request_context(path):
        corpus = page_content().corpus
        need = corpus.records[RecordId(Kind.NEED, "n12")]
        expected = {record.id.slug for record in corpus.linked(need, Kind.PRACTICE)}
    slugs: list[str] = []
    address = path

    while address:
        page = page_of(client, address)
        links = page.select("#linked-practices h3 a")
        assert len(links) <= 1
        slugs += [str(link["href"]).rpartition("/")[2] for link in links]
        following = page.select_one('head link[rel="next"]')
        address = str(following["href"]) if following else ""

    assert len(slugs) == len(set(slugs))
    assert set(slugs) == expected
    assert client.get(f"{path}?page=99").status_code == 404


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize(
    ("locale", "legend"),
    [("en", "A mark is up to"), ("fr", "Un signe représente jusqu’à")],
)
@pytest.mark.parametrize("path", ["map", "timeline"])
def test_a_drawing_of_many_records_has_few_marks(
    real_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
    legend: str,
    path: str,
) -> None:
    """The legend says for how many; each list is cut and leads to its search."""
    client = create_app(Settings(real_workspace.locations)).test_client()
    before = page_of(client, f"/{locale}/{path}")
    monkeypatch.setattr(marks, "MAX_MARKS", 5)

    found = page_of(
        create_app(Settings(real_workspace.locations)).test_client(),
        f"/{locale}/{path}",
    )

    assert len(found.select("path.mark")) < len(before.select("path.mark"))
    assert legend in required(found, "figcaption").get_text()
    for part in found.select(".countries > details:not(#elsewhere), .year"):
        assert len(part.select("li:has(.key-mark)")) <= 2
    if path == "timeline":
        year = required(found, "#y2018")
        query = str(required(year, 'a[href*="/search?"]')["href"]).partition("?")[2]
        total = body_of(client.get(f"/api/v1/search?{query}"))["total"]
        assert total > len(year.select("li")) == 1


@pytest.mark.parametrize(
    ("locale", "label"),
    [("en", "Words of a record"), ("fr", "Mots d’une fiche")],
)
def test_words_find_what_to_compare_among_many(
    real_app: Flask, monkeypatch: pytest.MonkeyPatch, locale: str, label: str
) -> None:
    """A drop-down list of thousands of titles helps nobody."""
    monkeypatch.setattr(comparison, "MAX_LISTED", 3)
    client = real_app.test_client()
    first = page_of(client, f"/{locale}/compare")

    assert first.select("main select") == []
    field = required(first, "main form.form input[name=q]")
    assert field.parent is not None
    assert label in field.parent.get_text()

    found = page_of(client, f"/{locale}/compare?q=twitter")
    values = [str(box["value"]) for box in found.select("main input[type=checkbox]")]
    assert 2 <= len(values) <= comparison.MAX_OFFERED
    assert all(value.startswith("practices/") for value in values)
    chosen = f"/{locale}/compare?r={values[0]}"
    another = page_of(client, f"{chosen}&q=twitter")
    boxes = [str(box["value"]) for box in another.select("main input[type=checkbox]")]
    assert values[1] in boxes
    assert values[0] not in boxes
