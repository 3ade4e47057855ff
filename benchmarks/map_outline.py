"""Makes the outline under all maps: `europe.svg`, and `borders.svg` apart.

    python -m benchmarks.map_outline COUNTRIES

COUNTRIES is `countries-50m.json` of the npm package `world-atlas` 2.0.2 (`npm pack`
fetches it): the borders of Natural Earth 4.1.0 at 1:50 million, public domain, as
TopoJSON. The same file makes the same outline.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kb.public.maps.geometry import position
from tests.support.builders import PROJECT

STATIC = PROJECT / "kb" / "static"
OUTLINE, BORDERS = STATIC / "europe.svg", STATIC / "borders.svg"
"""The home page needs no borders, and must stay light."""

FRAME = (-20.0, -30.0, 620.0, 520.0)
"""Left, top, right and bottom of the outline, in units of the map."""

TOLERANCE = 1.2
MIN_AREA = 8.0
"""Smaller islands are left out: in square units of the map."""

STEPS_PER_UNIT = 2
_REGION = (-40.0, 22.0, 65.0, 74.0)
"""West, south, east and north of what is projected: more than the frame contains."""

_PEREKOP = position(46.1, 33.6)
_NO_BORDER, _NO_BORDER_RADIUS = (_PEREKOP.x, _PEREKOP.y), 20
"""Natural Earth draws who controls Crimea; the European Union recognises no border."""

_MERIDIANS = range(-60, 61, 10)
_PARALLELS = range(30, 76, 5)

Point = tuple[float, float]


def write_outline(countries: Path) -> int:
    """Write the land with its grid, and the borders; return their size in bytes."""
    atlas = json.loads(countries.read_text("utf-8"))
    arcs = [simplified(_projected(arc)) for arc in decoded_arcs(atlas)]
    land = "".join(_closed(ring) for ring in land_rings(atlas, arcs))
    borders = "".join(_open(line) for line in border_lines(atlas, arcs))
    scale = f'transform="scale({1 / STEPS_PER_UNIT:g})"'
    _write(
        OUTLINE,
        f'<g id="land"><path {scale} d="{land}"/></g>'
        f'<g id="grid" fill="none"><path d="{grid()}"/></g>',
    )
    _write(
        BORDERS,
        '<g id="borders" fill="none">'
        f'<path {scale} vector-effect="non-scaling-stroke" d="{borders}"/></g>',
    )
    return OUTLINE.stat().st_size + BORDERS.stat().st_size


def _write(path: Path, content: str) -> None:
    root = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 470">'
    path.write_text(f"{root}{content}</svg>\n", "utf-8")


def decoded_arcs(atlas: dict[str, Any]) -> Iterator[list[Point]]:
    """Yield the arcs of a TopoJSON file as longitudes and latitudes."""
    (scale_x, scale_y) = atlas["transform"]["scale"]
    (left, top) = atlas["transform"]["translate"]
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + top))
        yield points


def simplified(points: list[Point]) -> list[Point]:
    """Return a line without the points that lie close to it (Douglas and Peucker)."""
    if len(points) < 3:
        return points
    first, last = points[0], points[-1]
    distance, at = max(
        (_distance(point, first, last), n) for n, point in enumerate(points[1:-1], 1)
    )
    if distance < TOLERANCE:
        return [first, last]
    return simplified(points[: at + 1])[:-1] + simplified(points[at:])


def land_rings(
    atlas: dict[str, Any], arcs: Sequence[list[Point]]
) -> Iterator[list[Point]]:
    """Yield the rings of the land inside the frame, without small islands."""
    for geometry in atlas["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                whole = _joined(ring, arcs)
                if any(map(_is_inside, whole)) and abs(_area(whole)) >= MIN_AREA:
                    yield clipped_ring(whole)


def border_lines(
    atlas: dict[str, Any], arcs: Sequence[list[Point]]
) -> Iterator[list[Point]]:
    """Yield the arcs that two countries share, inside the frame."""
    uses: Counter[int] = Counter()
    for geometry in atlas["objects"]["countries"]["geometries"]:
        uses.update(set(_arc_numbers(geometry["arcs"])))
    for number, times in uses.items():
        inside = [point for point in arcs[number] if _is_inside(point)]
        if times > 1 and len(inside) > 1 and not _is_left_out(inside):
            yield inside


def clipped_ring(ring: list[Point]) -> list[Point]:
    """Return the part of a ring inside the frame (Sutherland and Hodgman)."""
    left, top, right, bottom = FRAME
    for axis, limit, sign in (
        (0, left, 1),
        (1, top, 1),
        (0, right, -1),
        (1, bottom, -1),
    ):
        ring = list(_clipped_at(ring, axis, limit, sign))
    return ring


def grid() -> str:
    """Return the path of meridians (straight) and parallels (arcs of circles)."""
    parts = []
    for longitude in _MERIDIANS:
        ends = [position(latitude, longitude) for latitude in (25, 78)]
        parts.append("M" + "L".join(f"{end.x:.0f} {end.y:.0f}" for end in ends))
    for latitude in _PARALLELS:
        west, east = (position(latitude, each) for each in (-90, 90))
        pole = position(89.999, 10)
        radius = math.hypot(west.x - pole.x, west.y - pole.y)
        parts.append(
            f"M{west.x:.0f} {west.y:.0f}"
            f"A{radius:.0f} {radius:.0f} 0 0 0 {east.x:.0f} {east.y:.0f}"
        )
    return "".join(parts)


def _projected(arc: Iterable[Point]) -> list[Point]:
    west, south, east, north = _REGION
    points = []
    for longitude, latitude in arc:
        at = position(min(max(latitude, south), north), min(max(longitude, west), east))
        points.append((at.x, at.y))
    return points


def _joined(ring: Iterable[int], arcs: Sequence[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def _arc_numbers(nested: Any) -> Iterator[int]:
    if isinstance(nested, int):
        yield nested if nested >= 0 else ~nested
        return
    for each in nested:
        yield from _arc_numbers(each)


def _clipped_at(
    ring: list[Point], axis: int, limit: float, sign: int
) -> Iterator[Point]:
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        is_start_in = (start[axis] - limit) * sign >= 0
        is_end_in = (end[axis] - limit) * sign >= 0
        if is_start_in:
            yield start
        if is_start_in != is_end_in:
            part = (limit - start[axis]) / (end[axis] - start[axis])
            yield (
                start[0] + part * (end[0] - start[0]),
                start[1] + part * (end[1] - start[1]),
            )


def _is_inside(point: Point) -> bool:
    left, top, right, bottom = FRAME
    return left <= point[0] <= right and top <= point[1] <= bottom


def _is_left_out(line: Iterable[Point]) -> bool:
    return all(math.dist(point, _NO_BORDER) < _NO_BORDER_RADIUS for point in line)


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point to a segment."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = math.hypot(x2 - x1, y2 - y1)
    if not length:
        return math.hypot(x - x1, y - y1)
    part = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length**2
    part = min(max(part, 0), 1)
    return math.hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1))


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _closed(ring: list[Point]) -> str:
    return f"{_open(ring)}z"


def _open(points: Iterable[Point]) -> str:
    """Return a line as a path of relative steps, in whole numbers."""
    rounded = [
        (round(x * STEPS_PER_UNIT), round(y * STEPS_PER_UNIT)) for x, y in points
    ]
    steps = [
        f"{x - last_x} {y - last_y}".replace(" -", "-")
        for (last_x, last_y), (x, y) in pairwise(rounded)
        if (x, y) != (last_x, last_y)
    ]
    if not steps:
        return ""
    return f"M{rounded[0][0]} {rounded[0][1]}l" + " ".join(steps).replace(" -", "-")


if __name__ == "__main__":
    sys.stdout.write(f"{write_outline(Path(sys.argv[1]))} bytes\n")
