"""What the views of an edition that is behind show of a change."""

import datetime as dt

import pytest
from flask import Flask

from indexer.model.ids import Kind, Locale
from kb.publishing.history.edition_lags import EditionReplay
from kb.staff.base.lag_view import LagView, lag_views
from kb.web.locale import choose_locale

DAY = dt.date(2026, 11, 1)


def the_view(app: Flask, before: str, after: str) -> LagView:
    """Return the view of a change of the first paragraph, for a French page."""
    replay = EditionReplay(Kind.PRACTICE)
    for text in (before, after):
        body = f"---\ntitle: T\nsummary: S\n---\n## Limites\n\n{text}\n"
        english = "---\ntitle: T\nsummary: S\n---\n## Limits\n\nOne.\n"
        replay.add({"fr.md": body, "en.md": english}, DAY, "lea@example.org")
    with app.test_request_context("/fr/"):
        choose_locale(Locale.FR)
        (view,) = lag_views(Kind.PRACTICE, replay.lags())
    return view


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (
            "Un deux trois quatre cinq.",
            "Un deux six quatre cinq.",
            "Un deux -trois-+six+ quatre cinq.",
        ),
        ("Un deux trois.", "Un deux trois quatre.", "Un deux trois+ quatre+."),
        (
            "Un deux.",
            "Tout à fait autre chose.",
            "-Un deux.- +Tout à fait autre chose.+",
        ),
    ],
    ids=["a word", "more words", "another text"],
)
def test_a_change_is_shown_in_one_text(
    app: Flask, before: str, after: str, shown: str
) -> None:
    """What is gone and what is new stand side by side; a new text follows the old."""
    (late,) = the_view(app, before, after).paragraphs

    marks = {(True, False): "-", (False, True): "+", (False, False): ""}
    text = "".join(
        f"{(mark := marks[each.is_old, each.is_new])}{each.text}{mark}"
        for each in late.pieces
    )
    assert text == shown


def test_a_view_names_its_field_and_its_days(app: Flask) -> None:
    """The change of a practice stands beside the field of its part."""
    view = the_view(app, "Un.", "Un autre.")
    (late,) = view.paragraphs

    assert view.title == "L’anglais est en retard sur le français"
    assert (late.control, late.label) == ("en-body-limits", "Limites, en français")
    assert late.translation == "One."
    assert (late.lang, late.translation_lang) == ("", "en")
    assert "lea@example.org" in late.changed
