"""The words of the interface, in templates."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from indexer.model.ids import Locale
from kb.web.locale import after_colon, as_sentence, choose_locale


def said(app: Flask, template: str, locale: Locale, **values: object) -> str:
    """Say something in a language."""
    with app.test_request_context(f"/{locale}/"):
        choose_locale(locale)
        return render_template_string(template, **values)


def test_templates_speak_the_language_of_the_page(app: Flask) -> None:
    """Each page in its own, whatever the page before it was in."""
    template = "{{ _('Home') }}"

    answers = [said(app, template, each) for each in (Locale.FR, Locale.EN, Locale.FR)]

    assert answers == ["Accueil", "Home", "Accueil"]


def test_what_is_put_into_a_message_is_escaped(app: Flask) -> None:
    """What visitors type is shown, and never taken as HTML."""
    template = "{{ _('No result for “%(text)s”', text=text) }}"

    answer = said(app, template, Locale.FR, text="<script>100 %")

    assert "&lt;script&gt;100 %" in answer
    assert "<script>" not in answer


@pytest.mark.parametrize(
    ("locale", "number", "text"),
    [
        (Locale.FR, 0, "0 fiche"),
        (Locale.FR, 1, "1 fiche"),
        (Locale.FR, 2, "2 fiches"),
        (Locale.EN, 0, "0 records"),
        (Locale.EN, 1, "1 record"),
    ],
)
def test_plurals_are_those_of_the_language(
    app: Flask, locale: Locale, number: int, text: str
) -> None:
    """Nothing is one in French and several in English."""
    template = "{{ ngettext('%(num)s record', '%(num)s records', number) }}"

    assert said(app, template, locale, number=number) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it is empty", "It is empty."),
        ("est-ce un plan ?", "Est-ce un plan ?"),
        ("écrivez-le.", "Écrivez-le."),
    ],
)
def test_a_remark_becomes_a_sentence(text: str, expected: str) -> None:
    """With a capital and a point, unless they are there."""
    assert as_sentence(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fill this in.", "fill this in."),
        ("Écrivez un titre.", "écrivez un titre."),
        ("PDF is not a date.", "PDF is not a date."),
        ("“x” is not a date.", "“x” is not a date."),
        ("", ""),
    ],
)
def test_a_sentence_loses_its_capital_after_a_colon(text: str, expected: str) -> None:
    """But initials keep theirs."""
    assert after_colon(text) == expected
