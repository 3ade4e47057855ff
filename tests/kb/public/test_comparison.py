"""Comparing practices or recommendations, side by side."""

import io
from urllib.parse import quote

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from indexer.model.ids import Kind, Locale
from kb.public.brief.comparison import MAX_READ, ComparisonView, comparison_view
from kb.services import services
from kb.web.page_content import page_content
from kb.web.records.record_state import day_text
from tests.support.pages import page_of, required
from tests.support.pdf_ua import pdf_ua_problems, tags

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
    """Every row has a cell for each; what no source says is one line above them."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS))

    rows = found.select("table.versus tbody tr")
    titles = [required(row, "th").get_text() for row in rows]
    assert titles == [
        *("What was done", "In figures", "Effect", "What did not work"),
        *("Means", "Elsewhere", "When", "Contact", "Reliability of the source"),
    ]
    assert all(len(row.select("td")) == 2 for row in rows)
    assert all(cell.get_text(strip=True) for row in rows for cell in row.select("td"))
    unsaid = required(found, ".common h2:last-of-type + p").get_text()
    assert unsaid.startswith("Means (money, tools), ")
    assert unsaid.endswith(", legal basis")


def test_what_all_have_in_common_is_said_once(real_app: Flask) -> None:
    """Facts, needs and what nobody has assessed; the map has the places of all."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS))

    common = [item.get_text(" ", strip=True) for item in found.select(".common li")]
    assert required(found, ".common h2").get_text() == "Common to both"
    assert "Audience: Police" in common
    assert "Signed assessment: Not assessed" in common
    assert found.select(".common a[href^='/en/needs/']")
    image = required(found, "[role=img]")
    assert image["aria-label"] == "Map: Munich, Barcelona, Cambrils"
    assert image.select("svg .dot")
    assert found.select("section[aria-labelledby=advice] .item")


def test_each_cell_has_the_name_of_its_record(real_app: Flask) -> None:
    """On a phone the columns are gone; the part before the colon is enough."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS))

    names = [each.get_text() for each in found.select("td .column")]
    assert names[:2] == ["Munich", "Barcelona and Cambrils"]
    assert len(names) == len(found.select("td"))


def test_names_that_are_alike_are_what_follows_the_colon(real_app: Flask) -> None:
    """Two practices of the same country begin alike."""
    ids = ("practices/dutch-whatsapp-watch", "practices/burgernet", MUNICH)
    view = view_of(real_app, *ids)

    assert [name for _card, name in view.columns] == [
        "thousands of neighbours’ WhatsApp groups",
        "Burgernet alerts residents who are near an incident",
        "Munich",
    ]


def test_recommendations_have_rows_of_their_own(client: FlaskClient) -> None:
    """What to do, for whom, who does it; both texts lack an origin and limits."""
    found = page_of(client, address("recommendations/rec-01", "recommendations/rec-02"))

    titles = [each.get_text() for each in found.select("tbody th")]
    assert titles == [
        *("In short", "What to do", "For whom", "Who already does it"),
        "Reliability of the source",
    ]
    unsaid = required(found, ".common h2:last-of-type + p").get_text()
    assert unsaid == "Where it comes from, limits"
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


def texts_of(file: str, content: bytes) -> tuple[list[str], str]:
    """Return the first cell of each row of the table of a file, and all its text."""
    if file == "docx":
        document = Document(io.BytesIO(content))
        [table] = document.tables
        names = [row.cells[0].text for row in table.rows]
        cells = [cell.text for row in table.rows for cell in row.cells]
        return names, " ".join((*(each.text for each in document.paragraphs), *cells))
    if file == "xlsx":
        [sheet] = load_workbook(io.BytesIO(content)).worksheets
        lines = list(sheet.iter_rows(values_only=True))
        texts = " ".join(str(text) for line in lines for text in line if text)
        names = [str(line[0]) for line in lines if line[0]]
        return names[:-1], texts  # the last row has the addresses
    assert pdf_ua_problems(content) == []
    assert {"Table", "TH", "TD", "L"} <= set(tags(content))
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(content)]
    return [], " ".join(" ".join(pages).replace("\ufffe", "").split())


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("file", ["pdf", "docx", "xlsx"])
def test_a_file_has_the_rows_of_the_page(
    real_app: Flask, file: str, locale: Locale
) -> None:
    """With a real row of headings, the addresses of all records, and the day."""
    client, query = real_app.test_client(), address(MUNICH, MOSSOS).partition("?")[2]
    found = page_of(client, f"/{locale}/compare?{query}")
    link = required(found, f".export a[href*='/compare.{file}']")

    answer = client.get(str(link["href"]), buffered=True)

    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex"
    names, text = texts_of(file, answer.data)
    titles = [row.get_text() for row in found.select("table.versus tbody th")]
    assert names in ([], ["Question", *titles])
    plain = "".join(text.split())
    for part in (*titles, required(found, ".common p").get_text(), MUNICH, MOSSOS):
        assert "".join(part.split()) in plain
    assert "".join(day_in_words(real_app, locale).split()) in plain


def day_in_words(app: Flask, locale: Locale) -> str:
    """Return the day of today as a file has it."""
    with app.test_request_context(f"/{locale}/"):
        app.preprocess_request()
        return day_text(services().clock().date())


def test_four_columns_are_in_landscape_and_two_are_not(real_app: Flask) -> None:
    """The text of a narrower column would be a list of words."""
    client = real_app.test_client()
    four = (MUNICH, MOSSOS, "practices/burgernet", "practices/nice-reporty")
    for ids, is_wide in ((four, True), (four[:2], False)):
        path = address(*ids).replace("compare", "compare.{}")
        pdf = PdfDocument(client.get(path.format("pdf"), buffered=True).data)
        docx = Document(io.BytesIO(client.get(path.format("docx"), buffered=True).data))
        assert (pdf[0].get_width() > pdf[0].get_height()) is is_wide
        assert (docx.sections[0].orientation == 1) is is_wide


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        pytest.param((MUNICH,), "needs two records of the same kind", id="one"),
        pytest.param((MUNICH, "practices/atlantis"), "There is no record", id="no"),
        pytest.param((MUNICH, "deliverables/d3.5"), "only practices and", id="kind"),
        pytest.param((), "needs two records of the same kind", id="none"),
    ],
)
def test_a_file_of_less_than_two_records_says_what_is_wrong(
    real_app: Flask, ids: tuple[str, ...], sentence: str
) -> None:
    """As the page does, to which the answer leads."""
    path = address(*ids).replace("compare", "compare.xlsx")
    answer = real_app.test_client().get(path)

    assert answer.status_code == 400
    assert sentence in answer.text.replace("\u00a0", " ")
    assert f'href="{address(*ids[:1]).rstrip("?")}"' in answer.text


def test_a_fifth_record_is_named_in_the_file(real_app: Flask) -> None:
    """The rest is compared, as on the page."""
    with real_app.test_request_context("/en/"):
        ids = [str(each.id) for each in page_content().corpus.of_kind(Kind.PRACTICE)]
    path = address(*ids[:5]).replace("compare", "compare.docx")

    _names, text = texts_of("docx", real_app.test_client().get(path).data)

    assert "At most four records can be compared" in text


def test_a_comparison_is_sent_and_kept(real_app: Flask) -> None:
    """By mail with title and address; all its records go to the dossier at once."""
    client = real_app.test_client()
    found = page_of(client, address(MUNICH, MOSSOS))

    mail = str(required(found, "a[href^='mailto:']")["href"])
    assert "subject=Compare%20two%20practices" in mail
    assert quote(address(MUNICH, MOSSOS)) in mail
    form = required(found, ".export form")
    ids = [str(each["value"]) for each in form.select("input[name=id]")]
    client.post(str(form["action"]), data={"action": "add", "id": ids})
    kept = page_of(client, "/en/dossier").select("main form input[name=id]")
    assert {str(each["value"]) for each in kept} == {MUNICH, MOSSOS}


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


def test_a_list_without_a_choice_says_nothing(real_app: Flask) -> None:
    """The form sends an empty text for it."""
    found = page_of(real_app.test_client(), address(MUNICH, MOSSOS, ""))

    assert found.select_one(".note.warn") is None
    assert len(found.select("table.versus thead th")) == 3
