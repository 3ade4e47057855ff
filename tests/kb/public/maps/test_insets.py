"""The map at the head of a record, and the map in the band of the home page."""

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from indexer.model.ids import Kind, Locale, RecordId
from kb.public.maps.band_map import band_map
from kb.public.maps.inset import InsetMap, inset_map
from kb.public.maps.page import map_view
from kb.web.locale import choose_locale
from kb.web.page_content import page_content


def an_inset(app: Flask, slug: str, kind: Kind = Kind.PRACTICE) -> InsetMap | None:
    """Return the inset of a record of the real content, in English."""
    with app.test_request_context():
        choose_locale(Locale.EN)
        content = page_content()
        return inset_map([content.corpus.records[RecordId(kind, slug)]], content)


def test_a_town_has_a_dot_its_name_and_the_hue_of_the_theme(real_app: Flask) -> None:
    """The name stands beside the dot, in the language of the page."""
    inset = an_inset(real_app, "milan-stolen-bikes")

    assert inset is not None
    assert len(inset.dots) == 1
    assert [name.text for name in inset.names] == ["Milan"]
    assert inset.css_class == "theme-streets"


def test_a_country_has_its_name_and_no_dot(real_app: Flask) -> None:
    """The centre of a country is no place where anything happened."""
    inset = an_inset(real_app, "estonia-web-constables")

    assert inset is not None
    assert not inset.dots
    assert [name.text for name in inset.names] == ["Estonia"]


def test_a_record_without_a_place_in_europe_has_no_inset(real_app: Flask) -> None:
    """Neither has one without any place."""
    assert an_inset(real_app, "f-webconf-1", Kind.EVENT) is None


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_inset_names_its_places_without_overlap(
    real_app: Flask, locale: str
) -> None:
    """All places of a record are inside its frame; of more than five, some."""
    with real_app.test_request_context():
        choose_locale(Locale(locale))
        content = page_content()
        for kind in (Kind.PRACTICE, Kind.EVENT):
            for record in content.corpus.of_kind(kind):
                inset = inset_map([record], content)
                if inset is None:
                    continue
                boxes = [name.box for name in inset.names]
                named = " ".join(name.text for name in inset.names)
                gazetteer = content.corpus.gazetteer
                places = [gazetteer[slug].names[locale] for slug in record.place_slugs]
                if len(inset.dots) <= 5:
                    outer = [name for name in places if name not in named]
                    assert len(places) - len(outer) >= len(inset.dots), record.id
                assert boxes, record.id
                pairs = [(a, b) for n, a in enumerate(boxes) for b in boxes[:n]]
                assert not any(a.overlaps(b) for a, b in pairs), record.id


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_band_counts_the_places_that_the_map_lists(
    real_app: Flask, locale: str
) -> None:
    """Its link leads to the map, whose first sentence has the same number."""
    with real_app.test_request_context():
        choose_locale(Locale(locale))
        content = page_content()
        band, view = band_map(content), map_view(MultiDict(), content)

    assert band.url == f"/{locale}/map"
    assert str(band.places) in view.lead.split()


def test_the_macros_draw_on_the_outline(real_app: Flask) -> None:
    """They refer to the outline, and have no style of their own."""
    template = (
        '{% from "components/map.html" import band_map, inset %}'
        "{{ inset(one) }}{{ band_map(band) }}"
    )
    with real_app.test_request_context():
        choose_locale(Locale.FR)
        content = page_content()
        milan = content.corpus.records[RecordId(Kind.PRACTICE, "milan-stolen-bikes")]
        html = render_template_string(
            template, one=inset_map([milan], content), band=band_map(content)
        )

    assert html.count("europe.svg") == 4
    assert html.count("borders.svg") == 1
    assert "style=" not in html
    assert ">Milan</text>" in html
