"""Why a record was found, in one line."""

from __future__ import annotations

import pytest
from flask import Flask

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Expansion, ExpansionSource
from indexer.model.results import Hit, MarkedText, MatchField, MatchReason
from kb.web.locale import choose_locale
from kb.web.match_reasons import why_found

FR, EN = Locale.FR, Locale.EN


def a_hit(
    *reasons: MatchReason, title: str = "Des bicyclettes volées", locale: Locale = FR
) -> Hit:
    """Make a hit that was found for these reasons."""
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
    holds_all: bool = True,
    corrected: str = "",
) -> str:
    """Write the line as the page does, without what marks languages."""
    with app.test_request_context(f"/{locale.value}/search"):
        choose_locale(locale)
        why = why_found(hit, locale, NAMES, holds_all=holds_all, corrected=corrected)
        if why is None:
            return ""
        parts = [
            ", ".join(
                f"{word.typed}>{word.found}" if word.found else word.typed
                for word in part.words
            )
            + f" ({part.place})"
            for part in why.parts
        ]
        return ", ".join(parts) + (f" +{why.more}" if why.more else "")


NAMES = (
    Expansion(
        "harcèlement en ligne", "cyberbullying", Locale.EN, ExpansionSource.GLOSSARY
    ),
)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (FR, "vélos (mots-clés), vol>theft (texte anglais)"),
        (EN, "vélos (French keywords), vol>theft (text)"),
    ],
)
def test_a_word_says_as_what_it_was_found_and_where(
    app: Flask, locale: Locale, expected: str
) -> None:
    """The language is said when it is not the page's."""
    hit = a_hit(
        MatchReason("vélos", "vélos", FR, MatchField.KEYWORDS),
        MatchReason("vol", "theft", EN, MatchField.TEXT),
    )

    assert line(app, hit, locale) == expected


def test_words_of_one_place_share_its_name(app: Flask) -> None:
    """« vol (texte), vélos (texte) » says the same in more words."""
    hit = a_hit(
        MatchReason("vol", "vol", FR, MatchField.TEXT),
        MatchReason("milan", "milan", FR, MatchField.TEXT),
    )

    assert line(app, hit) == "vol, milan (texte)"


def test_what_the_title_shows_is_not_said(app: Flask) -> None:
    """The typed word is marked there, in the reader's language."""
    reason = MatchReason("volees", "volees", FR, MatchField.TITLE)

    assert line(app, a_hit(reason)) == ""
    assert line(app, a_hit(reason), EN) == "volees (French title)"
    assert line(app, a_hit(reason), holds_all=False) == "volees (titre)"


def test_of_many_words_some_are_counted_only(app: Flask) -> None:
    """The line stays one line; a fifth is said, since to count it takes as much."""
    reasons = [MatchReason(each, each, FR, MatchField.TEXT) for each in "abcdefg"]

    assert line(app, a_hit(*reasons[:6])) == "a, b, c, d (texte) +2"
    assert line(app, a_hit(*reasons[:5])) == "a, b, c, d, e (texte)"


def test_a_term_is_named_as_it_was_typed(app: Flask) -> None:
    """With its articles and its accents."""
    hit = a_hit(
        MatchReason("harcèlement ligne", "cyberbullying", EN, MatchField.KEYWORDS)
    )

    assert line(app, hit) == "harcèlement en ligne>cyberbullying (mots-clés anglais)"


def test_what_was_typed_and_stands_in_the_title_is_why(app: Flask) -> None:
    """Whatever other name of it scored more."""
    reason = MatchReason(
        "cyberharcelement", "cyber-harcèlement", FR, MatchField.SUMMARY
    )

    assert line(app, a_hit(reason, title="cyberharcèlement")) == ""


def test_a_name_is_not_told_to_stand_in_a_summary_without_it(app: Flask) -> None:
    """Readers see the summary, and would look for it there."""
    reason = MatchReason("émeute", "trouble à l’ordre public", FR, MatchField.SUMMARY)

    assert line(app, a_hit(reason)) == "émeute>trouble à l’ordre public (mots-clés)"


def test_a_hit_without_words_says_nothing(app: Flask) -> None:
    """Found by filters alone."""
    assert line(app, a_hit()) == ""


def test_a_whole_query_is_no_reason(app: Flask) -> None:
    """A hit of two spellings may hold one word of the three that were mended."""
    reason = MatchReason("vols vélos milan", "vols vélos milan", FR, MatchField.TEXT)

    assert line(app, a_hit(reason), corrected="vols de vélos, Milan") == ""
