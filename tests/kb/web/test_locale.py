"""The messages of the interface, in templates."""

import pytest
from flask import Flask, render_template_string

from indexer.model.ids import Locale
from kb.web.locale import after_colon, as_sentence, choose_locale


def rendered(app: Flask, template: str, locale: Locale, **values: object) -> str:
    """Render a template in a language."""
    with app.test_request_context(f"/{locale}/"):
        choose_locale(locale)
        return render_template_string(template, **values)


def test_templates_are_in_the_language_of_the_page(app: Flask) -> None:
    """The language of the page before does not matter."""
    template = "{{ _('Home') }}"

    answers = [
        rendered(app, template, each) for each in (Locale.FR, Locale.EN, Locale.FR)
    ]

    assert answers == ["Accueil", "Home", "Accueil"]


def test_values_of_a_message_are_escaped(app: Flask) -> None:
    """A typed text is never HTML."""
    template = "{{ _('No result for “%(text)s”', text=text) }}"

    answer = rendered(app, template, Locale.FR, text="<script>100 %")

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
def test_plural_forms_follow_the_language(
    app: Flask, locale: Locale, number: int, text: str
) -> None:
    """Zero is singular in French and plural in English."""
    template = "{{ ngettext('%(num)s record', '%(num)s records', number) }}"

    assert rendered(app, template, locale, number=number) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it is empty", "It is empty."),
        ("est-ce un plan ?", "Est-ce un plan ?"),
        ("écrivez-le.", "Écrivez-le."),
    ],
)
def test_as_sentence_adds_a_capital_and_a_full_stop(text: str, expected: str) -> None:
    """A final point or question mark stays as it is."""
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
def test_after_colon_removes_the_capital(text: str, expected: str) -> None:
    """Acronyms keep theirs."""
    assert after_colon(text) == expected
