"""The projection of the maps, against distances and against the outline."""

import gzip
import math
import re
from collections.abc import Iterator

import pytest

from benchmarks.map_outline import OUTLINE, STEPS_PER_UNIT
from kb.public.maps.geometry import (
    KM_PER_UNIT,
    Position,
    coordinates,
    position,
)


def test_the_central_meridian_is_upright() -> None:
    """North is straight up at 10 degrees east."""
    assert {position(each, 10).x for each in (36, 48, 60)} == {position(52, 10).x}


@pytest.mark.parametrize("latitude", [35, 65])
def test_distances_are_true_along_both_parallels(latitude: float) -> None:
    """A degree of longitude measures there what it measures on the globe."""
    one, other = (position(latitude, longitude) for longitude in (10, 11))

    expected_km = 6371 * math.radians(1) * math.cos(math.radians(latitude))
    distance_km = KM_PER_UNIT * math.dist((one.x, one.y), (other.x, other.y))
    assert distance_km == pytest.approx(expected_km, rel=1e-4)


def test_paris_and_berlin_are_878_km_apart() -> None:
    """Between the parallels the map shortens distances by some 3 percent."""
    paris, berlin = position(48.857, 2.352), position(52.52, 13.405)

    distance_km = KM_PER_UNIT * math.dist((paris.x, paris.y), (berlin.x, berlin.y))
    assert distance_km == pytest.approx(878, rel=0.04)


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_land"),
    [
        pytest.param(52.52, 13.405, True, id="Berlin"),
        pytest.param(48.857, 2.352, True, id="Paris"),
        pytest.param(40.417, -3.704, True, id="Madrid"),
        pytest.param(45.464, 9.19, True, id="Milan"),
        pytest.param(44.427, 26.103, True, id="Bucharest"),
        pytest.param(53.481, -2.242, True, id="Manchester"),
        pytest.param(53.4, -7.9, True, id="Athlone"),
        pytest.param(56.0, 3.5, False, id="North Sea"),
        pytest.param(45.5, -5.0, False, id="Bay of Biscay"),
        pytest.param(40.0, 12.0, False, id="Tyrrhenian Sea"),
        pytest.param(57.5, 20.0, False, id="Baltic Sea"),
        pytest.param(43.2, 34.0, False, id="Black Sea"),
    ],
)
def test_positions_fit_the_outline(
    latitude: float, longitude: float, *, is_land: bool
) -> None:
    """Towns are on its land and seas are not: both come from one projection."""
    at = position(latitude, longitude)

    assert sum(_surrounds(ring, at) for ring in _rings()) % 2 == is_land


def test_the_outline_is_small() -> None:
    """The home page loads it: 3 KB compressed."""
    assert len(gzip.compress(OUTLINE.read_bytes())) < 3200


def _rings() -> Iterator[list[tuple[float, float]]]:
    """Yield the rings of the land, from the path of relative steps."""
    path = re.search(r'id="land"><path [^>]*d="([^"]*)"', OUTLINE.read_text("utf-8"))
    assert path is not None
    for ring in path[1].split("z"):
        numbers = [int(each) for each in re.findall(r"-?\d+", ring)]
        x = y = 0
        points = []
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + step_x, y + step_y
            points.append((x / STEPS_PER_UNIT, y / STEPS_PER_UNIT))
        yield points


def _surrounds(ring: list[tuple[float, float]], at: Position) -> bool:
    """Return whether a ring surrounds a position: its edges cross a ray an odd time."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > at.y) != (y2 > at.y):
            crossings += at.x < x1 + (at.y - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(44.84, -0.58), (60.17, 24.94), (35.9, 14.5), (64.1, -21.9)],
    ids=["bordeaux", "helsinki", "valletta", "reykjavik"],
)
def test_coordinates_are_those_of_a_position(latitude: float, longitude: float) -> None:
    """A click on the map gives the coordinates of the point."""
    found = coordinates(position(latitude, longitude))

    assert found == pytest.approx((latitude, longitude), abs=1e-9)
