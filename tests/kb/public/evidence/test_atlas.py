"""The evidence atlas: practices as dots, holes, files, and frames of other sites."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from kb.app import create_app
from kb.core.settings import Settings, SettingsError, read_settings
from kb.public.evidence import dots
from kb.public.evidence.dots import CROSS, RING
from kb.public.evidence.grid import EvidenceGrid, grid_of
from kb.public.evidence.page import AtlasView, atlas_view, practices_of
from kb.public.evidence.years import years_of
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from kb.web.urls import AtlasTab
from tests.support.builders import Workspace
from tests.support.pages import page_of, required

SVG = "{http://www.w3.org/2000/svg}"
POLICY = "Content-Security-Policy"
SITE = "https://www.example.org"


def a_view(app: Flask, tab: AtlasTab) -> AtlasView:
    """Return the view of a tab."""
    with app.test_request_context():
        choose_locale(Locale.FR)
        return atlas_view(tab, page_content())


def a_grid(app: Flask, tab: AtlasTab) -> EvidenceGrid:
    """Return the grid of a tab."""
    grid = a_view(app, tab).grid
    assert grid is not None
    return grid


def found(app: Flask, list_url: str) -> int:
    """Return how many practices the list at an address has, from the API."""
    query = list_url.partition("?")[2]
    answer = app.test_client().get(f"/api/v1/search?kind=practice&per_page=1&{query}")
    total: int = answer.get_json()["total"]
    return total


@pytest.mark.parametrize("tab", [AtlasTab.AIMS, AtlasTab.COUNTRIES])
def test_each_cell_leads_to_as_many_practices(real_app: Flask, tab: AtlasTab) -> None:
    """A dot is a practice of the cell; what has too many of them has numbers."""
    cells = [cell for row in a_grid(real_app, tab).rows for cell in row.cells]

    # Each third one: a search takes some 50 ms.
    wrong = [
        cell.url for cell in cells[::3] if found(real_app, cell.url) != cell.number
    ]

    assert wrong == []
    assert all(len(cell.dots) == cell.number or cell.counts for cell in cells)
    marks = {mark for cell in cells for dot in cell.dots for mark in dot.marks}
    assert marks == {"full", "part", "half", RING, CROSS}


def test_a_full_cell_counts_its_marks(
    real_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each number leads to as many practices, in a grid and along the years."""
    monkeypatch.setattr(dots, "MAX_LINKS", 0)
    with real_app.test_request_context():
        choose_locale(Locale.FR)
        content = page_content()
        practices = practices_of(content)
        grid = grid_of(practices, content, FacetName.THEME, FacetName.AIM)
        years = years_of(practices, content)

    cells = [cell for row in grid.rows for cell in row.cells]
    counts = [(number, url) for cell in cells for _mark, number, url in cell.counts]
    counts += [(number, url) for row in years.rows for _y, number, url in row.counts]
    assert not [dot for cell in cells for dot in cell.dots]
    assert len(counts) > len(years.rows) + sum(cell.number > 0 for cell in cells)
    assert [url for number, url in counts[::9] if found(real_app, url) != number] == []


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("tab", AtlasTab)
def test_a_page_has_less_than_sixty_kilobytes(
    real_app: Flask, locale: str, tab: AtlasTab
) -> None:
    """Its picture has a titled link for each practice; a hole asks for an answer."""
    client = real_app.test_client()
    url = f"/{locale}/atlas" + ("" if tab is AtlasTab.AIMS else f"/{tab}")
    answer = client.get(url)
    page = page_of(client, url)

    assert len(answer.data) < 60_000
    assert all(link.select_one("title") for link in page.select("svg.evidence a"))
    assert page.select_one(f'.first-on-phone a[href="/{locale}/propose"]') is not None
    if tab in {AtlasTab.AIMS, AtlasTab.AUDIENCES}:
        dashed = page.select(f'svg.evidence a[href="/{locale}/propose"] .d-h')
        assert len(dashed) == len(page.select("td.none")) > 0
        assert str(len(dashed)) in required(page, '[href$="gaps#cells"]').text


def test_the_first_tab_has_one_address(real_app: Flask) -> None:
    """Its other one leads there."""
    answer = real_app.test_client().get("/en/atlas/aims")

    assert answer.status_code == 308
    assert str(answer.location).endswith("/en/atlas")


def test_a_line_goes_from_the_start_to_the_last_news(real_app: Flask) -> None:
    """The axis ends with the last of them; each dated practice has one line."""
    years = a_view(real_app, AtlasTab.YEARS).years

    assert years is not None
    lines = [line for row in years.rows for line in row.lines]
    milan = next(line for line in lines if line.dot.url.endswith("/milan-stolen-bikes"))
    assert (milan.start, milan.period) == (2016, "2016–2025")
    assert int(milan.end) == 2025
    assert max(int(line.end) for line in lines) == years.last
    assert len({line.dot.url for line in lines}) == len(lines)


@pytest.mark.parametrize("tab", AtlasTab)
def test_the_picture_is_a_file_too(real_app: Flask, tab: AtlasTab) -> None:
    """The SVG has whole addresses, and the drawings that it uses; the PNG is one."""
    client = real_app.test_client()
    svg = ET.fromstring(client.get(f"/fr/atlas/{tab}.svg").data)  # noqa: S314  # our own

    links = [str(link.get("href")) for link in svg.iter(f"{SVG}a")]
    ids = {f"#{part.get('id')}" for part in svg.iter() if part.get("id")}
    assert links
    assert all(link.startswith("http://") for link in links)
    assert {use.get("href") for use in svg.iter(f"{SVG}use")} <= ids
    png = client.get(f"/fr/atlas/{tab}.png")
    assert png.data.startswith(b"\x89PNG")
    assert f'filename="atlas-{tab}.png"' in png.headers["Content-Disposition"]


def test_only_the_sites_of_the_operator_may_frame_the_atlas(
    shared_workspace: Workspace,
) -> None:
    """No other page is framed by them, and without the setting none at all."""
    framed = "/en/atlas/years/embed"
    settings = Settings(shared_workspace.locations)
    closed = create_app(settings).test_client()
    assert "frame-ancestors 'none'" in closed.get(framed).headers[POLICY]
    assert closed.get(framed).headers["X-Frame-Options"] == "DENY"
    assert "iframe" not in closed.get("/en/atlas").text

    client = create_app(replace(settings, frame_ancestors=SITE)).test_client()

    answer = client.get(framed)
    assert answer.headers[POLICY].endswith(f"frame-ancestors {SITE}")
    assert "X-Frame-Options" not in answer.headers
    assert page_of(client, framed).select("header, form") == []
    page = client.get("/en/atlas/years")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert f'{framed}"' in required(page_of(client, "/en/atlas/years"), "#embed").text


@pytest.mark.parametrize("value", ["example.org", "https://a.org; script-src *", "*"])
def test_a_site_is_named_by_its_address(value: str) -> None:
    """Nothing else gets into the header."""
    with pytest.raises(SettingsError) as caught:
        read_settings({"KB_FRAME_ANCESTORS": f"{SITE} {value}"})

    assert "KB_FRAME_ANCESTORS" in str(caught.value)
    sites = f"{SITE} https://*.example.org:8443"
    assert read_settings({"KB_FRAME_ANCESTORS": sites}).frame_ancestors == sites
