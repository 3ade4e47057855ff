"""Comparing practices or recommendations, side by side."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from kb.public.brief.comparison import MAX_READ, ComparisonView, comparison_view
from kb.web.page_content import page_content
from tests.support.pages import page_of, required

MUNICH, MOSSOS = "practices/munich-2016", "practices/mossos-2017"


def address(*ids: str) -> str:
    """Return the address of an English comparison."""
    return "/en/compare?" + "&".join(f"r={each}" for each in ids)


def view_of(app: Flask, *ids: str) -> ComparisonView:
    """Return the view of an English comparison."""
    with app.test_request_context("/en/"):
        app.preprocess_request()
        return comparison_view(ids, page_content())


def test_two_practices_are_compared_row_by_row(real_app: Flask) -> None:
    """Every row has a cell for each, and says what is not known."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS))

    rows = found.select("table.versus tbody tr")
    titles = [row.select_one("th").get_text() for row in rows]  # type: ignore[union-attr]
    assert {
        *("Stage", "Means", "Evaluation", "Result", "Elsewhere", "Contact"),
        *("Legal basis", "What did not work", "Limits"),
        *("Reliability of the source", "Signed assessment"),
    } <= set(titles)
    assert all(len(row.select("td")) == 2 for row in rows)
    assert all(cell.get_text(strip=True) for row in rows for cell in row.select("td"))
    assert "Not known" in found.get_text()


def test_each_cell_has_the_name_of_its_record(real_app: Flask) -> None:
    """On a phone the columns are gone; the part before the colon is enough."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS))

    names = [each.get_text() for each in found.select("td .column")]
    assert names[:2] == ["Munich", "Barcelona and Cambrils"]
    assert len(names) == len(found.select("td"))


def test_names_that_are_alike_are_whole_titles(real_app: Flask) -> None:
    """Two practices of the same country begin alike."""
    view = view_of(real_app, "practices/dutch-twitcops", "practices/burgernet")

    assert all(name == card.plain_title for card, name in view.columns)


def test_recommendations_have_rows_of_their_own(client: FlaskClient) -> None:
    """What to do, for whom, who does it, where it comes from, limits."""
    found = page_of(client, address("recommendations/rec-01", "recommendations/rec-02"))

    titles = [each.get_text() for each in found.select("tbody th")]
    assert titles == [
        *("In short", "What to do", "For whom", "Who already does it"),
        *("Where it comes from", "Limits", "Reliability of the source"),
        "Signed assessment",
    ]
    assert "European Union (inferred)" in found.get_text()
    assert "No practice of the base illustrates it yet." in found.get_text()


@pytest.mark.parametrize("kind", [Kind.PRACTICE, Kind.RECOMMENDATION])
def test_any_records_of_a_kind_can_be_compared(real_app: Flask, kind: Kind) -> None:
    """No address inside a text stands twice on the page."""
    client = real_app.test_client()
    with real_app.test_request_context("/en/"):
        ids = [str(each.id) for each in page_content().corpus.of_kind(kind)]
    for start in range(0, len(ids) - 3, 4):
        found = page_of(client, address(*ids[start : start + 4]))
        anchors = [str(tag["id"]) for tag in found.find_all(id=True)]
        assert len(set(anchors)) == len(anchors)
        assert len(found.select("thead th")) == 5


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param("nonsense", "“nonsense” is not the id of a record", id="text"),
        pytest.param("practices/atlantis", "There is no record", id="unknown"),
        pytest.param("events/w9", "only practices and recommendations can", id="kind"),
        pytest.param(
            "recommendations/rec-01",
            "A practice and a recommendation can’t be compared",
            id="other-kind",
        ),
    ],
)
def test_an_id_that_cannot_be_compared_is_named(
    client: FlaskClient, wrong: str, sentence: str
) -> None:
    """The rest is compared, and a sentence says what was left out."""
    ids = ("practices/newtown-lamps", wrong, "practices/half-written")
    found = page_of(client, address(*ids))

    notes = [each.get_text() for each in found.select(".note")]
    assert len(notes) == 1
    assert sentence in notes[0]
    assert len(found.select("thead th")) == 3


def test_at_most_four_are_compared(real_app: Flask) -> None:
    """The fifth is named; an address without end is not read to its end."""
    with real_app.test_request_context("/en/"):
        ids = [str(each.id) for each in page_content().corpus.of_kind(Kind.PRACTICE)]

    five = view_of(real_app, *ids[:5])
    many = view_of(real_app, *ids[: MAX_READ + 3])

    assert len(five.columns) == len(many.columns) == 4
    assert len(five.notes) == 1
    assert "At most four records" in five.notes[0]
    assert "3 more records" in many.notes[0]


def test_one_record_leads_to_similar_ones(real_app: Flask) -> None:
    """The way in from the page of a record; the form adds to the address."""
    client = real_app.test_client()
    link = required(page_of(client, f"/en/{MUNICH}"), "main a[href*='/compare']")

    found = page_of(client, str(link["href"]))

    form = required(found, "main form[action='/en/compare']")
    values = [str(each["value"]) for each in form.select("input[name=r]")]
    assert values[0] == MUNICH
    assert MOSSOS in values[1:]
    assert all(value.startswith("practices/") for value in values)


def test_an_empty_comparison_says_how_to_begin(client: FlaskClient) -> None:
    """It links to the lists and to the dossier."""
    found = page_of(client, "/en/compare")

    hrefs = [str(each["href"]) for each in found.select("main a[href]")]
    assert {"/en/practices/", "/en/recommendations/", "/en/dossier"} <= set(hrefs)
    assert found.select("table") == []


def test_a_former_id_stands_for_its_record(real_app: Flask) -> None:
    """An address that was shared before records were merged still works."""
    with real_app.test_request_context("/en/"):
        survivors = page_content().corpus.survivors
    former, current = next(
        (former, into)
        for former, into in survivors.items()
        if into.kind is Kind.RECOMMENDATION
    )

    view = view_of(real_app, str(former), str(current), "recommendations/rec-16")

    assert view.columns[0][0].id == current
    assert len(view.columns) == 2
    assert len(view.notes) == 1
    assert str(former) in view.notes[0]
    assert str(former) not in view.share_url


def test_a_dossier_offers_to_compare_records_of_a_kind(client: FlaskClient) -> None:
    """One practice alone is not offered."""
    both = "r=practices/newtown-lamps&r=practices/half-written"
    found = page_of(client, f"/en/dossier?{both}&r=recommendations/rec-01")

    ticked = found.select("form[action='/en/compare'] input[name=r][checked]")
    assert [str(each["value"]) for each in ticked] == [
        "practices/newtown-lamps",
        "practices/half-written",
    ]


def test_comparisons_are_kept_from_search_engines(client: FlaskClient) -> None:
    """Their addresses are endless."""
    found = page_of(client, address("practices/newtown-lamps"))

    assert found.select_one("meta[name=robots][content=noindex]")
    assert found.select_one("link[rel=canonical]") is None
    assert "Disallow: /fr/compare" in client.get("/robots.txt").text


def test_a_record_in_the_other_language_is_marked(client: FlaskClient) -> None:
    """Each of its cells carries the language of its words."""
    ids = "r=practices/newtown-lamps&r=practices/half-written"
    found = page_of(client, f"/fr/compare?{ids}")

    cells = found.select("tbody[role] > tr:first-child > td")
    assert [each.get("lang") for each in cells] == [None, "en"]


def test_two_practices_are_chosen_from_lists(real_app: Flask) -> None:
    """Without records in the address, the page offers all practices twice."""
    found = page_of(real_app.test_client(), "/en/compare")

    first, second = (
        [str(each["value"]) for each in select.select("option")]
        for select in found.select("main select[name=r]")
    )
    assert first == second
    assert first[0] == ""
    assert {MUNICH, MOSSOS} <= set(first)


def test_a_list_offers_the_records_that_are_neither_chosen_nor_similar(
    real_app: Flask,
) -> None:
    """Any practice can stand beside any other, each once in the form."""
    found = page_of(real_app.test_client(), address(MUNICH))

    values = [
        str(each["value"]) for each in found.select("main input[name=r], main option")
    ]
    filled = [each for each in values if each]
    assert len(filled) == len(set(filled))
    assert (
        len(filled)
        == len(page_of(real_app.test_client(), "/en/compare").select("option")) // 2 - 1
    )


def test_a_list_without_a_choice_says_nothing(real_app: Flask) -> None:
    """The form sends an empty text for it."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS, ""))

    assert found.select_one(".note.warn") is None
    assert len(found.select("table.versus thead th")) == 3
