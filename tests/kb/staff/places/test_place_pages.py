"""Tests of the places in the browser."""

import pytest

from kb.services import Services
from tests.support.forms import form_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True

PAGE = "/en/staff/places"
COUNTRY = {
    "fr": "Norvège",
    "en": "Norway",
    "within": "-",
    "latitude": "60,5 N",
    "longitude": "8.5°",
}


def test_an_editor_adds_a_place_that_drafts_may_name(
    editor: Browser, services: Services
) -> None:
    """Numbers are read as people type them; only a publisher corrects a place."""
    answer = editor.post(PAGE, **COUNTRY)

    assert answer.headers["Location"] == f"{PAGE}#place-norway"
    place = services.content.read().gazetteer["norway"]
    assert (place.latitude, place.longitude) == (60.5, 8.5)
    editor.post("/en/staff/records/practices/newtown-lamps/change")
    assert (
        'value="Norway (norway)"'
        in editor.get("/en/staff/drafts/practices/newtown-lamps").text
    )
    assert editor.get(f"{PAGE}/norway").status_code == 403


def test_a_click_on_the_map_fills_in_the_coordinates(editor: Browser) -> None:
    """An image button sends the point, without script; what was typed stays."""
    typed = {**COUNTRY, "latitude": "", "longitude": ""}

    far = editor.post(PAGE, **typed, **{"map.x": "260", "map.y": "200"})
    fields = form_fields(far.text, form=".place-form")
    near = editor.client.post(PAGE, data={**fields, "map.x": "260", "map.y": "200"})

    first, second = (
        form_fields(far.text, form=".place-form"),
        form_fields(near.text, form=".place-form"),
    )
    assert first["fr"] == ["Norvège"]
    # The middle of the second map is the point that was clicked on the first.
    for name in ("latitude", "longitude"):
        assert float(second[name][0]) == pytest.approx(float(first[name][0]), abs=0.02)
    assert editor.post(PAGE, **typed, **{"map.x": "x", "map.y": "1"}).status_code == 400


def test_all_problems_of_the_form_are_told_at_once(editor: Browser) -> None:
    """Each has a link to its field, and what was typed stays."""
    answer = editor.post(PAGE, fr="1 <", en="", within="", latitude="91", longitude="x")

    assert answer.status_code == 422
    assert "5 things to correct" in answer.text
    assert 'value="1 &lt;"' in answer.text


def test_a_draft_tells_an_unknown_place_with_its_missing_fields(
    editor: Browser,
) -> None:
    """Staff do not learn of the place only after all the rest is corrected."""
    record = "practices/newtown-lamps"
    editor.post(f"/en/staff/records/{record}/change")
    fields = form_fields(editor.get(f"/en/staff/drafts/{record}").text)
    fields |= {"f-places": ["Atlantis"], "f-themes": [], "f-date": ["soon"]}
    editor.client.post(f"/en/staff/drafts/{record}", data=fields)

    page = editor.get(f"/en/staff/drafts/{record}").text

    assert "add it under Places" in page
    assert "Fill this in." in page


def test_the_map_is_drawn_by_the_server(editor: Browser) -> None:
    """Around coordinates it names the known places; any coordinates are accepted."""
    for query in ("", "?latitude=48&longitude=2", "?latitude=-90&longitude=999e9"):
        answer = editor.get(f"{PAGE}/map.svg{query}")

        assert answer.mimetype == "image/svg+xml"
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.text.count("<svg") == 1
