"""The parts of texts that have a heading and a role of their own.

The text of a practice has a frame: the form has a field for each of its parts.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from indexer.model.ids import Kind, Locale
from indexer.model.schema import layout
from indexer.model.schema.declare import part
from indexer.model.schema.field import ComparisonRow, Field, Shape


class FramePart(StrEnum):
    """A part of the text of a practice, in the order of a report."""

    PROBLEM = "problem"
    DONE = "done"
    TOOLS = "tools"
    RESULTS = "results"
    LESSONS = "lessons"
    LIMITS = "limits"


HEADINGS: Mapping[FramePart, Mapping[Locale, str]] = {
    FramePart.PROBLEM: {Locale.FR: "Le problème", Locale.EN: "The problem"},
    FramePart.DONE: {Locale.FR: "Ce qui a été fait", Locale.EN: "What was done"},
    FramePart.TOOLS: {Locale.FR: "Outils", Locale.EN: "Tools"},
    FramePart.RESULTS: {Locale.FR: "Résultats", Locale.EN: "Results"},
    FramePart.LESSONS: {Locale.FR: "Ce qu’on en retient", Locale.EN: "Lessons"},
    FramePart.LIMITS: {Locale.FR: "Limites", Locale.EN: "Limits"},
}
ACTION_HEADING = {Locale.FR: "En pratique", Locale.EN: "In practice"}
ORIGIN_HEADING = {Locale.FR: "D’où elle vient", Locale.EN: "Where it comes from"}

BODY = "body"
OTHER = "other"
"""Begins the key of a section that is no part of the frame: `other-0`."""
OTHER_TEXT = f"{BODY}-{OTHER}"

_PARTS = (
    part(
        "body-problem",
        "The problem",
        "What was wrong, where and for whom, in two or three sentences. The "
        "text of the page begins with it.",
        group=layout.FRAME_FIRST,
    ),
    part(
        "body-done",
        "What was done",
        "Who did what, in which order. A reader elsewhere must be able to picture it.",
        group=layout.FRAME_FIRST,
    ),
    part(
        "body-tools",
        "Tools",
        "Platforms, software or equipment that were used, such as a WhatsApp group.",
        group=layout.FRAME_TOOLS,
    ),
    part(
        "body-results",
        "Results",
        "What came out of it: facts, and figures with their date and their "
        "source. One item per line, after a -.",
        group=layout.FRAME_RESULTS,
    ),
    part(
        "body-lessons",
        "Lessons",
        "What those who did it would do again or do differently, as the sources"
        " say it.",
        group=layout.FRAME_LESSONS,
    ),
    part(
        "body-limits",
        "Limits",
        "What the sources do not show, or leave in doubt. The page frames it, "
        "and repeats its first sentence under the figures.",
        group=layout.FRAME_LIMITS,
    ),
    part(
        "body-other",
        "Other text",
        "Text under other headings or without one. It keeps its place in the text.",
        group=layout.FRAME_OTHER,
    ),
)
FRAME_FIELDS: tuple[Field, ...] = tuple(
    replace(field, type=Shape.LONG_TEXT, is_localized=True, is_tall=True)
    for field in _PARTS
)
"""The fields of the form for the parts of the text of a practice."""

_ComparedPart = tuple[ComparisonRow, Mapping[Locale, str]]
COMPARED_PARTS: Mapping[Kind, tuple[_ComparedPart, ...]] = {
    Kind.RECOMMENDATION: (
        (layout.ACTION_ROW, ACTION_HEADING),
        (layout.ORIGIN_ROW, ORIGIN_HEADING),
        (layout.LIMITS_ROW, HEADINGS[FramePart.LIMITS]),
    ),
}
"""The rows of comparisons that show a part of the text, with its heading."""
