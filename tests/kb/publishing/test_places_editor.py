"""Tests of the places that staff add and correct."""

from __future__ import annotations

import pytest

from indexer.model.ids import Locale
from kb.publishing.changes.repository import Repository
from kb.publishing.places_editor import (
    HEADING,
    PlaceError,
    PlaceFault,
    TypedPlace,
    add_place,
    correct_place,
)


def a_town(
    fr: str = "Bordeaux",
    en: str = "Bordeaux",
    within: str | None = "no-country",
    at: tuple[float | None, float | None] = (44.84, -0.58),
) -> TypedPlace:
    """Return a typed place."""
    return TypedPlace({Locale.FR: fr, Locale.EN: en}, within, *at)


def test_a_new_place_is_known_at_once(repository: Repository) -> None:
    """Comments and order of the file stay; the place has a line under a heading."""
    path = repository.locations.documents / "places.yaml"
    before = path.read_text("utf-8")

    country = add_place(repository.locations, a_town("Norvège", "Norway", None))
    town = add_place(repository.locations, a_town("Oslo", "Oslo", country.slug))

    gazetteer = repository.reader.read().gazetteer
    assert [each.slug for each in gazetteer.around("oslo")] == ["oslo", "norway"]
    assert gazetteer["oslo"] == town
    text = path.read_text("utf-8")
    assert text.startswith(before.rstrip())
    assert text.count(HEADING) == 1


@pytest.mark.parametrize(
    "name", ["No", "L’Aquila: centre", "# not a comment", "Ål {1}", "'s-Hertogenbosch"]
)
def test_any_name_can_be_written(name: str, repository: Repository) -> None:
    """Characters that mean something in YAML are quoted."""
    add_place(repository.locations, a_town("Norvège", "Norway", None))

    place = add_place(repository.locations, a_town(name, name, "norway"))

    assert repository.reader.read().gazetteer[place.slug].names["fr"] == name


def test_all_faults_are_told_at_once(repository: Repository) -> None:
    """Nothing is written."""
    path = repository.locations.documents / "places.yaml"
    before = path.read_bytes()

    with pytest.raises(PlaceError) as caught:
        add_place(repository.locations, a_town(" ", "x" * 81, "", (None, float("nan"))))

    assert caught.value.faults == {
        "fr": PlaceFault.NO_NAME,
        "en": PlaceFault.LONG_NAME,
        "within": PlaceFault.NO_WITHIN,
        "latitude": PlaceFault.NO_COORDINATE,
        "longitude": PlaceFault.NO_COORDINATE,
    }
    assert path.read_bytes() == before


def test_two_towns_of_one_country_have_two_names(repository: Repository) -> None:
    """The same name in another country is another place, with an id of its own."""
    locations = repository.locations
    add_place(locations, a_town("Norvège", "Norway", None))
    add_place(locations, a_town("Suède", "Sweden", None))
    add_place(locations, a_town("Kil", "Kil", "norway"))

    other = add_place(locations, a_town("Kil", "Kil", "sweden"))

    assert other.slug == "kil-sweden"
    with pytest.raises(PlaceError) as caught:
        add_place(locations, a_town("kil", "KIL", "norway"))
    assert set(caught.value.faults.values()) == {PlaceFault.KNOWN}


def test_a_place_is_corrected_in_its_line(repository: Repository) -> None:
    """Its id stays; it cannot lie in itself, or in a place that it contains."""
    locations = repository.locations
    add_place(locations, a_town("Norvège", "Norway", None))
    add_place(locations, a_town("Olso", "Olso", "norway"))

    correct_place(locations, "olso", a_town("Oslo", "Oslo", "norway", (59.9, 10.7)))

    gazetteer = repository.reader.read().gazetteer
    assert gazetteer["olso"].names == {"fr": "Oslo", "en": "Oslo"}
    assert gazetteer["olso"].latitude == pytest.approx(59.9)
    for within in ("norway", "olso", "nowhere"):
        with pytest.raises(PlaceError):
            correct_place(locations, "norway", a_town("Norvège", "Norway", within))


def test_a_damaged_file_is_left_as_it_is(repository: Repository) -> None:
    """The content check names the line that a person must correct."""
    path = repository.locations.documents / "places.yaml"
    path.write_text("here: {fr: Ici}\n", "utf-8")

    with pytest.raises(PlaceError) as caught:
        add_place(repository.locations, a_town(within=None))

    assert caught.value.faults == {"": PlaceFault.UNREADABLE}
    assert path.read_text("utf-8") == "here: {fr: Ici}\n"
