"""Tests of the analyzer: index forms and stop words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze, is_stop_word, word_forms
from indexer.analysis.tokens import fold
from indexer.model.ids import Locale

ACCENTED = """
sécurité émeute prévention harcèlement délinquance police-secours vélo volé vélos
volés évaluée évalués réseau sociétés médias européenne forêt œuvre cœur maïs
ambiguë où déjà élève élèves égalité légitimité responsabilité données libertés
création énoncé rumeur manifestée rôle hôpital théâtre août île être fenêtre gré à
côté
""".split()


@pytest.mark.parametrize("word", ACCENTED)
def test_word_without_accents_shares_a_form(word: str) -> None:
    """Visitors on a phone type few accents."""
    shared = set(word_forms(word, Locale.FR)) & set(word_forms(fold(word), Locale.FR))

    assert shared


@pytest.mark.parametrize(
    "family",
    [
        ("évalué", "évaluée", "évalués", "évaluées"),
        ("volé", "volés", "volée"),
        ("recommandation", "recommandations"),
        ("harcèlement", "harcèlements"),
        ("vélo", "vélos"),
        ("vidéo", "vidéos"),
        ("municipal", "municipale", "municipales"),
    ],
    ids=lambda family: str(family[0]),
)
def test_family_shares_one_form(family: tuple[str, ...]) -> None:
    """A search ignores gender and number."""
    forms = [set(word_forms(word, Locale.FR)) for word in family]

    assert set.intersection(*forms)


def test_english_is_stemmed_as_english() -> None:
    """Each language of the index has its own stemmer."""
    policing = word_forms("policing", Locale.EN)

    assert policing == word_forms("policed", Locale.EN)
    assert word_forms("policing", Locale.FR) != policing


def test_analyze_yields_stop_words_and_marks_them() -> None:
    """Phrases match stop words; single words do not."""
    terms = [(term.exact, term.is_stop_word) for term in analyze("le vélo", Locale.FR)]

    assert terms == [("le", True), ("velo", False)]
    assert is_stop_word("été", Locale.FR) is False


@given(st.text(max_size=60))
@example("Ǣ ǿ")
def test_terms_of_any_text_are_folded(text: str) -> None:
    """Every exact term of the index can be typed on any keyboard."""
    for term in analyze(text, Locale.FR):
        assert term.forms
        assert fold(term.exact) == term.exact
