"""The line of a card that names the matched words."""

import pytest
from flask import Flask

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Expansion, ExpansionSource
from indexer.model.results import Hit, MarkedText, MatchField, MatchReason
from kb.web.locale import choose_locale
from kb.web.records.match_reasons import match_reasons

FR, EN = Locale.FR, Locale.EN


def a_hit(
    *reasons: MatchReason, title: str = "Des bicyclettes volées", locale: Locale = FR
) -> Hit:
    """Return a hit with these reasons."""
    return Hit(
        RecordId(Kind.PRACTICE, "bikes"),
        locale,
        MarkedText(title),
        MarkedText("À Milan."),
        1.0,
        reasons=reasons,
    )


def line(
    app: Flask,
    hit: Hit,
    locale: Locale = FR,
    *,
    corrected: str = "",
) -> str:
    """Return the line as the page shows it, without language marks."""
    with app.test_request_context(f"/{locale.value}/search"):
        choose_locale(locale)
        reasons = match_reasons(hit, locale, NAMES, corrected=corrected)
        if reasons is None:
            return ""
        parts = [
            ", ".join(
                f"{word.typed}>{word.synonym}" if word.synonym else word.typed
                for word in part.words
            )
            + f" ({part.field})"
            for part in reasons.parts
        ]
        return ", ".join(parts) + (f" +{reasons.more}" if reasons.more else "")


NAMES = (
    Expansion(
        "harcèlement en ligne", "cyberbullying", Locale.EN, ExpansionSource.GLOSSARY
    ),
)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (FR, "vol>theft (texte anglais)"),
        (EN, "vélos (French keywords or questions), vol>theft (text)"),
    ],
)
def test_a_reason_names_the_word_the_synonym_and_the_field(
    app: Flask, locale: Locale, expected: str
) -> None:
    """The language is named if it is not that of the page."""
    hit = a_hit(
        MatchReason("vélos", "vélos", FR, MatchField.KEYWORDS),
        MatchReason("vol", "theft", EN, MatchField.TEXT),
    )

    assert line(app, hit, locale) == expected


def test_words_of_one_field_are_grouped(app: Flask) -> None:
    """« vol (texte), vélos (texte) » would repeat the field."""
    hit = a_hit(
        MatchReason("vol", "vol", FR, MatchField.TEXT),
        MatchReason("milan", "milan", FR, MatchField.TEXT),
    )

    assert line(app, hit, EN) == "vol, milan (French text)"


@pytest.mark.parametrize("field", MatchField)
def test_a_typed_word_needs_no_reason_in_the_language_of_the_page(
    app: Flask, field: MatchField
) -> None:
    """The reader sees it, or the words found are listed."""
    reason = MatchReason("volees", "volees", FR, field)

    assert line(app, a_hit(reason)) == ""


def test_a_typed_word_in_the_other_language_has_a_reason(app: Flask) -> None:
    """The page does not show the French title."""
    reason = MatchReason("volees", "volees", FR, MatchField.TITLE)

    assert line(app, a_hit(reason), EN) == "volees (French title)"


def test_only_the_first_of_many_words_are_listed(app: Flask) -> None:
    """The others are counted; a single other word is listed."""
    reasons = [MatchReason(each, each, FR, MatchField.TEXT) for each in "abcdefg"]

    assert line(app, a_hit(*reasons[:6]), EN) == "a, b, c, d (French text) +2"
    assert line(app, a_hit(*reasons[:5]), EN) == "a, b, c, d, e (French text)"


def test_a_term_is_shown_as_it_was_typed(app: Flask) -> None:
    """Articles and accents are kept."""
    hit = a_hit(
        MatchReason("harcèlement ligne", "cyberbullying", EN, MatchField.KEYWORDS)
    )

    assert line(app, hit) == (
        "harcèlement en ligne>cyberbullying (mots-clés ou questions en anglais)"
    )


def test_a_typed_word_in_the_title_is_preferred_to_its_synonym(app: Flask) -> None:
    """The synonym may have the higher score."""
    reason = MatchReason(
        "cyberharcelement", "cyber-harcèlement", FR, MatchField.SUMMARY
    )

    assert line(app, a_hit(reason, title="cyberharcèlement")) == ""


def test_a_summary_without_the_name_is_not_named_as_its_field(app: Flask) -> None:
    """Readers see the summary, and would look for the name there."""
    reason = MatchReason("émeute", "trouble à l’ordre public", FR, MatchField.SUMMARY)

    assert line(app, a_hit(reason)) == (
        "émeute>trouble à l’ordre public (mots-clés ou questions)"
    )


def test_a_hit_of_filters_alone_has_no_reason(app: Flask) -> None:
    """No word was searched."""
    assert line(app, a_hit()) == ""


def test_a_corrected_query_as_a_whole_is_no_reason(app: Flask) -> None:
    """A hit may contain one of three corrected words."""
    reason = MatchReason("vols vélos milan", "vols vélos milan", FR, MatchField.TEXT)

    assert line(app, a_hit(reason), corrected="vols de vélos, Milan") == ""
