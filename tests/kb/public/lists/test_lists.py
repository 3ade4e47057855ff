"""The list of each kind: groups, order, folds, filters, and what its rows say."""

import datetime as dt
import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Practice
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.public.lists.groups import (
    MENTIONED,
    TO_COME,
    groups_of_page,
    list_groups,
    page_of_list,
)
from kb.public.lists.rows import SHOWN_ROWS
from kb.web.page_content import page_content
from tests.support.builders import Workspace
from tests.support.matrix import matrix
from tests.support.pages import page_of, required

LISTED = tuple(kind for kind in Kind if kind is not Kind.PAGE)
ROWS = ".item, .event, .tile, .wordlist > div"


def number_of(tag: Tag | None) -> int:
    """Return the number in the text of a tag."""
    assert tag is not None
    found = re.search(r"\d+", tag.get_text())
    assert found is not None
    return int(found.group())


@pytest.mark.parametrize("kind", LISTED)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_list_has_every_record_of_its_kind_once(
    real_app: Flask, locale: str, kind: Kind
) -> None:
    """The heading, the bar and the groups count them."""
    found = page_of(real_app.test_client(), f"/{locale}/{kind.folder}/")
    with real_app.test_request_context(f"/{locale}/"):
        expected = len(tuple(page_content().corpus.of_kind(kind)))

    urls = [str(row.select("a")[0]["href"]) for row in found.select(ROWS)]

    assert len(set(urls)) == len(urls) == expected
    assert number_of(found.h1) == expected
    leaps = found.select(".leaps a")
    assert not leaps or sum(number_of(each.select_one(".num")) for each in leaps) == (
        expected
    )
    for leap in leaps:
        group = required(found, str(leap["href"]))
        assert len(group.select(ROWS)) == number_of(leap.select_one(".num"))


@pytest.mark.parametrize("kind", [Kind.PRACTICE, Kind.RECOMMENDATION, Kind.DELIVERABLE])
def test_groups_are_folded_after_five_rows(real_app: Flask, kind: Kind) -> None:
    """The fold says how many rows it has; a single other row is not folded."""
    found = page_of(real_app.test_client(), f"/en/{kind.folder}/")

    folds = found.select("details.rest")

    assert folds
    for group in found.select(f".group:not(#{MENTIONED})"):
        fold = group.select_one("details")
        shown = len(group.select(":scope > .items > li"))
        if fold is None:
            assert shown <= SHOWN_ROWS + 1
        else:
            assert shown == SHOWN_ROWS
            assert number_of(fold.summary) == len(fold.select(".item")) > 1


@pytest.mark.parametrize("kind", [Kind.EVENT, Kind.DELIVERABLE])
def test_what_is_only_mentioned_is_folded_at_the_end(
    real_app: Flask, kind: Kind
) -> None:
    """A filter unfolds it; pages, addresses and the API stay."""
    client, folder = real_app.test_client(), f"/en/{kind.folder}/"
    with real_app.test_request_context(folder):
        records = page_content().corpus.of_kind(kind)
    mentioned = {record.id for record in records if record.is_only_mentioned}

    last = page_of(client, folder).select(".group")[-1]

    rows = last.select("details:not([open]) > .items > li :is(h3, .t) a[href]")
    assert last["id"] == MENTIONED
    assert {str(link["href"]) for link in rows} == {f"/en/{id_}" for id_ in mentioned}
    assert last.select(":scope > .items") == []
    slug = min(mentioned)
    assert client.get(f"/en/{slug}").status_code == HTTPStatus.OK
    assert client.get(f"/api/v1/records/{slug}").status_code == HTTPStatus.OK


@pytest.mark.parametrize("path", ["themes/everyday-security", "places/florence"])
def test_events_that_are_only_mentioned_are_folded_on_other_pages(
    real_app: Flask, path: str
) -> None:
    """The page of a theme or of a place shows what can be read first."""
    page = page_of(real_app.test_client(), f"/en/{path}")

    event = 'a[href="/en/events/e-citycop-2018"]'
    assert page.select(f"details.rest:not([open]) .date {event}")
    assert not page.select(f":not(details) > .quiet > .date {event}")


def test_a_filter_unfolds_what_is_only_mentioned(real_app: Flask) -> None:
    """Who narrows a list sees all that matches."""
    page = page_of(real_app.test_client(), "/en/events/?q=drones")

    assert page.select(f"#{MENTIONED} details[open]")


@pytest.mark.parametrize("query", ["q=privacy", "kind=deliverable&sort=title"])
def test_results_fold_what_is_only_mentioned_after_all_others(
    real_app: Flask, query: str
) -> None:
    """On the last of their pages, with the mark on each item."""
    client, mentioned = real_app.test_client(), "only mentioned"
    first = page_of(client, f"/en/search?{query}")
    pages = max(
        int(str(link["href"]).rpartition("page=")[2])
        for link in first.select(".pager a[href*='page=']")
    )
    last = page_of(client, f"/en/search?{query}&page={pages}")
    fold = required(last, "#results details.rest")
    folded = fold.select("li.item")

    assert folded
    assert all(mentioned in item.get_text() for item in folded)
    assert last.select("#results li.item")[-len(folded) :] == folded
    assert all(each.select("li.item") for each in last.select("#results ol.items"))
    assert not [
        item
        for item in last.select("#results > ol li.item")
        if mentioned in item.get_text()
    ]


def test_a_search_for_a_title_does_not_fold_its_record(real_app: Flask) -> None:
    """It is first, with its mark."""
    path = "/fr/search?q=Conférence+en+ligne+:+les+technologies+civiques"
    page = page_of(real_app.test_client(), path)

    item = required(page, "#results > ol #item-event-f-webconf-2")
    assert "simple mention" in item.get_text()


@pytest.mark.parametrize("step", matrix(4, rest=[1]))
@pytest.mark.parametrize("kind", LISTED)
def test_each_filter_leads_to_as_many_rows_as_it_counts(
    real_app: Flask, kind: Kind, step: int
) -> None:
    """So do the heading and the button of the form."""
    client = real_app.test_client()
    folder = f"/fr/{kind.folder}/"
    boxes = page_of(client, folder).select(".rail [type=checkbox]")

    for box in boxes[::step]:
        label = box.parent
        assert label is not None
        page = page_of(client, f"{folder}?{box['name']}={box['value']}")
        expected = number_of(label.select_one(".num"))
        assert len(page.select(ROWS)) == expected, (box["name"], box["value"])
        assert number_of(page.h1) == expected
    assert bool(boxes) == (kind is not Kind.THEME)


def test_a_chip_removes_the_filter_of_a_list(client: FlaskClient) -> None:
    """The kind stays: it is in the path."""
    found = page_of(client, "/en/practices/?theme=streets&place=france")

    chips = {str(chip["href"]) for chip in found.select("a.chip")}

    assert chips == {"/en/practices/?theme=streets", "/en/practices/?place=france"}
    table = required(found, ".list-head .export a[href*='search.csv']")
    rows = client.get(str(table["href"])).text.splitlines()[1:]
    assert len(rows) == len(found.select(ROWS)) > 0
    shown = page_of(client, str(required(found, ".list-head a[href*='/map']")["href"]))
    assert {link.get_text() for link in shown.select(".countries li a")} == {
        link.get_text() for link in found.select(".item h3 a")
    }


def test_another_kind_in_the_address_changes_nothing(client: FlaskClient) -> None:
    """The kind of a list is fixed."""
    found = page_of(client, "/en/practices/?kind=event")

    assert "/en/practices/newtown-lamps" in {
        str(each["href"]) for each in found.select(".item h3 a")
    }
    assert found.select("a.chip") == []


def test_a_list_without_a_match_leads_back_to_the_whole_list(
    client: FlaskClient,
) -> None:
    """A filter of an old address may select nothing today."""
    found = page_of(client, "/en/needs/?coverage=none")

    note = required(found, "#results .note")
    assert "No record matches." in note.get_text()
    assert note.select_one('a[href="/en/needs/"]') is not None


def test_an_unknown_filter_is_refused(client: FlaskClient) -> None:
    """The message names the values, as on the page of results."""
    assert client.get("/en/needs/?coverage=full").status_code == 400


def test_needs_without_an_answer_are_filtered_first(real_app: Flask) -> None:
    """The need says so itself; the others have a square for each answer."""
    found = page_of(real_app.test_client(), "/fr/needs/")

    facet = required(found, ".rail .facet")
    assert facet["data-facet"] == "coverage"
    gaps = found.select(".item .void")
    assert len(gaps) == number_of(facet.select_one(".num")) > 0
    assert len(found.select(".item .cov")) == len(found.select(".item")) - len(gaps)
    assert found.select_one('.list-head a[href="/fr/gaps"]') is not None


def test_a_list_without_an_index_has_no_filters(workspace: Workspace) -> None:
    """The records are there: only the counts are not."""
    client = create_app(Settings(workspace.locations)).test_client()

    found = page_of(client, "/en/practices/")

    assert found.select(".item")
    assert found.select_one(".rail") is None
    assert client.get("/en/practices/?theme=streets").status_code == 503


def test_events_to_come_are_apart_from_past_ones(app: Flask) -> None:
    """An event stays to come until its last day."""
    with app.test_request_context("/en/events/"):
        content = page_content()
        records = tuple(content.corpus.of_kind(Kind.EVENT))
        dated = next(each for each in records if each.period[0] is not None)
        start, end = dated.period
        last = end or start
        assert last is not None

        def to_come(day: dt.date) -> list[str]:
            groups = list_groups(Kind.EVENT, records, content, today=day)
            assert groups[0].anchor == TO_COME
            first_page = page_of_list(Kind.EVENT, len(records), 1)
            listed = next(groups_of_page(groups, first_page, content))
            return [card.day for card in listed.rows]

        days = to_come(last.last_day)
        assert days
        assert all(str(last.year) in each for each in days)
        assert to_come(last.last_day + dt.timedelta(365 * 100)) == []


def test_what_nearly_all_have_is_said_once_and_lines_say_the_rest(
    real_app: Flask,
) -> None:
    """The head counts the listed records; another filter changes what it says."""
    client = real_app.test_client()
    with real_app.test_request_context("/en/"):
        records = page_content().corpus.of_kind(Kind.PRACTICE)
        practices = [each for each in records if isinstance(each, Practice)]
    usual = [each for each in practices if each.result == "not-measured"]

    whole = page_of(client, "/en/practices/")
    mixed = page_of(client, "/en/practices/?result=mixed&result=not-measured")

    head = required(whole, ".head-rule").get_text()
    assert f"the effect was not measured ({len(usual)} of {len(practices)}" in head
    lines = " ".join(line.get_text() for line in whole.select(".item .f"))
    assert "not measured" not in lines
    assert "audiences" in head
    assert len(whole.select(".item:has(.exc)")) == len(practices) - len(usual) > 0
    figures = [each for each in practices if each.edition(Locale.EN).figures]
    assert len(whole.select(".item .onefig")) == len(figures) > 0
    assert "measured (" not in required(mixed, ".head-rule span").get_text()
    assert "Effect not measured" in mixed.get_text()


def test_results_say_once_what_nearly_all_have(real_app: Flask) -> None:
    """So few lines of a search for recommendations say that audiences are inferred."""
    page = page_of(real_app.test_client(), "/en/search?kind=recommendation")

    assert "we inferred the audiences" in required(page, "#results").get_text()
    said = [line.get_text() for line in page.select(".item .f")]
    assert not [line for line in said if "(inferred)" in line]


def test_documents_are_sought_where_nobody_could_read_them(real_app: Flask) -> None:
    """The first facet is whether one can read it; a line leads to the form."""
    client = real_app.test_client()
    page = page_of(client, "/en/deliverables/")
    facet = required(page, ".rail .facet[open]")
    assert facet["data-facet"] == "readable"
    assert "No file is here yet." in required(page, ".list-head").get_text()

    sought = page_of(client, "/en/deliverables/?readable=sought")

    number = number_of(required(facet, "[value=sought] ~ .num"))
    links = sought.select(".item a[href*='about=document']")
    assert len(links) == len(sought.select(".item")) == number > 0
    form = page_of(client, str(links[0]["href"]))
    assert required(form, "#proposed").get_text(strip=True) == "I have this document."


def test_a_list_without_an_event_to_come_says_so(client: FlaskClient) -> None:
    """Readers look for the next meeting."""
    found = page_of(client, "/en/events/")

    assert "No event is announced" in required(found, f"#{TO_COME}").get_text()


def test_the_row_of_a_deliverable_opens_its_file(workspace: Workspace) -> None:
    """Without a file it says how much could be read."""
    workspace.add_file(b"# Report\n\nText.\n")
    app = create_app(Settings(workspace.locations))
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())

    found = page_of(app.test_client(), "/en/deliverables/")

    row = required(found, "#item-deliverable-d9\\.1")
    link = required(row, ".f a")
    assert link["href"] == "/en/deliverables/d9.1/files/report.md"
    assert link.get_text() == "Open the file (MD)"


@pytest.mark.parametrize(
    "kind", [each for each in LISTED if each not in {Kind.TERM, Kind.THEME}]
)
def test_each_row_can_be_added_to_the_dossier(client: FlaskClient, kind: Kind) -> None:
    """The button is there without script; it leads back to the row."""
    found = page_of(client, f"/en/{kind.folder}/?locale=en")
    rows = found.select(".item, .event")

    for row in rows:
        assert required(row, "button.add")["form"] == "dossier-form"
    assert rows
    back = required(found, "#dossier-form [name=back]")
    assert back["value"] == f"/en/{kind.folder}/?locale=en"


def test_the_glossary_is_searched_without_script(client: FlaskClient) -> None:
    """The box is a form of its own; the words of other kinds do not appear."""
    found = page_of(client, "/en/glossary/?q=cyberbullying")

    assert required(found, "#word")["value"] == "cyberbullying"
    titles = [each.get_text(strip=True) for each in found.select(".wordlist dt a")]
    assert "cyberbullying" in titles
    assert len(titles) < len(page_of(client, "/en/glossary/").select(".wordlist dt a"))


@pytest.mark.parametrize(
    ("kind", "facet", "is_known"),
    [
        (Kind.PRACTICE, "place", lambda record: bool(record.place_slugs)),
        (Kind.PRACTICE, "year", lambda record: record.period[0] is not None),
        (Kind.DELIVERABLE, "year", lambda record: record.period[0] is not None),
    ],
)
def test_records_without_a_place_or_a_date_can_be_asked_for(
    real_app: Flask, kind: Kind, facet: str, is_known: Callable[[Record], bool]
) -> None:
    """The filter has a value for them, which the list shows in words."""
    client = real_app.test_client()
    with real_app.test_request_context("/en/"):
        records = tuple(page_content().corpus.of_kind(kind))
    expected = {str(each.id) for each in records if not is_known(each)}
    assert expected

    found = page_of(client, f"/en/{kind.folder}/?{facet}=not-known")

    urls = {str(row.select("a")[0]["href"]) for row in found.select(ROWS)}
    assert {url.removeprefix("/en/") for url in urls} == expected
    box = required(found, f'[name="{facet}"][value="not-known"]')
    assert box.parent is not None
    assert "Not known" in box.parent.get_text()


def test_a_record_of_another_kind_has_no_unknown_place(real_app: Flask) -> None:
    """Recommendations and terms are of no place: that is not missing."""
    answer = real_app.test_client().get("/api/v1/search?place=not-known").json

    assert answer is not None
    kinds = {each["value"]: each["count"] for each in answer["facets"]["kind"]}
    assert {kind for kind, count in kinds.items() if count} == {"practice"}


@pytest.mark.parametrize(
    ("path", "media_types"),
    [
        ("/en/glossary/", ["text/turtle", "application/ld+json"]),
        ("/fr/events/", ["text/calendar"]),
        ("/fr/practices/", []),
    ],
)
def test_a_list_names_its_formats(
    client: FlaskClient, path: str, media_types: list[str]
) -> None:
    """Each is a link for people and one for programs, of the type that it has."""
    page = page_of(client, path)

    links = page.select('link[rel="alternate"][type]')
    assert [each["type"] for each in links] == media_types
    for each in links:
        assert client.get(str(each["href"])).mimetype == each["type"]
        assert page.select(f'main a[href="{each["href"]}"]')


def test_the_events_lead_to_the_calendar(client: FlaskClient) -> None:
    """The page on following explains how to subscribe."""
    page = client.get("/en/events/").text

    assert 'href="/en/follow#calendar"' in page
    assert 'id="calendar"' in client.get("/en/follow").text


LAMPS, HALF = "/en/practices/newtown-lamps", "/en/practices/half-written"


def groups(client: FlaskClient, path: str) -> dict[str, list[str]]:
    """Return the links to the practices of each group of the list, by its title."""
    return {
        title.get_text(strip=True): [str(link["href"]) for link in part.select("h3 a")]
        for part in page_of(client, path).select("section.group")
        if (title := part.find("h2")) is not None
    }


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("result", "Not measured"),
        ("evidence", "The body’s own figures"),
        ("stage", "In use"),
    ],
)
def test_the_list_is_grouped_by_what_is_known_of_practices(
    client: FlaskClient, sort: str, value: str
) -> None:
    """Practices of which it is not known come last."""
    listed = groups(client, f"/en/practices/?sort={sort}")

    assert listed == {value: [LAMPS], "Not known": [HALF]}
    assert [*listed] == [value, "Not known"]


def test_the_list_without_groups_is_sorted_by_date_or_title(
    client: FlaskClient,
) -> None:
    """Undated practices come last."""
    by_date = page_of(client, "/en/practices/?sort=newest")
    by_title = page_of(client, "/en/practices/?sort=title")

    assert [str(link["href"]) for link in by_date.select("h2 a")] == [LAMPS, HALF]
    assert [str(link["href"]) for link in by_title.select("h2 a")] == [HALF, LAMPS]


@pytest.mark.parametrize(
    ("path", "current"),
    [("", "Theme"), ("?sort=", "Theme"), ("?sort=stage", "Stage")],
)
def test_the_menu_of_the_list_selects_the_order_in_use(
    client: FlaskClient, path: str, current: str
) -> None:
    """The list is grouped by theme if no order is chosen."""
    options = page_of(client, f"/en/practices/{path}").select("#sort option")

    assert [each.get_text() for each in options] == [
        *("Theme", "Most recent", "Title", "Result", "Kind of evidence", "Stage")
    ]
    selected = [each.get_text() for each in options if each.has_attr("selected")]
    assert selected == [current]


def test_an_unknown_order_of_the_list_is_an_error(client: FlaskClient) -> None:
    """As in a search; a link leads to the list in its own order."""
    response = client.get("/fr/practices/?year=2016&sort=random")

    assert response.status_code == 400
    assert 'href="/fr/practices/?year=2016"' in response.text
