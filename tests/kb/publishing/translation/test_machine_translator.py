"""The machine translator: real libraries, a tiny model made by the test."""

from pathlib import Path

import pytest

from indexer.model.ids import Locale
from kb.publishing.translation_help import (
    MAX_MACHINE_CHARACTERS,
    MachineTranslator,
    TranslatorError,
    without_markup,
)
from tests.support.tiny_translation_model import write_tiny_model

SENTENCES = [
    "Les habitants évitaient trois ruelles.",
    "La ville rallume les ruelles où les habitants n’osaient plus passer.",
    "Residents avoided three lanes.",
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a model from French to English only."""
    folder = tmp_path_factory.mktemp("models")
    write_tiny_model(folder / "fr-en", SENTENCES)
    return folder


def test_a_model_is_loaded_and_translates_line_by_line(models: Path) -> None:
    """Bullets stay, and so do the number and the order of lines."""
    translator = MachineTranslator(models)

    lines = translator.translate("- Une **ville**.\n\n1. Deux villes.", Locale.FR)

    assert translator.can_translate(Locale.FR)
    first, blank, last = lines.split("\n")
    assert (first[:2], blank, last[:3]) == ("- ", "", "1. ")
    assert len(first) > 2


def test_the_same_text_has_the_same_translation(models: Path) -> None:
    """A second press gives nothing else."""
    translator = MachineTranslator(models)

    first = translator.translate(SENTENCES[0], Locale.FR)

    assert translator.translate(SENTENCES[0], Locale.FR) == first


def test_a_direction_without_a_model_cannot_be_translated(models: Path) -> None:
    """The error names the files that are missing."""
    translator = MachineTranslator(models)

    assert not translator.can_translate(Locale.EN)
    with pytest.raises(TranslatorError, match=r"en-fr has no model\.bin, config\.json"):
        translator.translate("A city.", Locale.EN)


def test_a_damaged_model_is_an_error_of_ours(tmp_path: Path) -> None:
    """The page says that the model can't be loaded."""
    folder = tmp_path / "en-fr"
    write_tiny_model(folder, SENTENCES)
    (folder / "model.bin").write_bytes(b"no model")

    with pytest.raises(TranslatorError, match="failed"):
        MachineTranslator(tmp_path).translate("A city.", Locale.EN)


def test_a_very_long_text_is_refused(models: Path) -> None:
    """It would hold a worker for minutes."""
    with pytest.raises(TranslatorError, match="characters"):
        MachineTranslator(models).translate(
            "x" * (MAX_MACHINE_CHARACTERS + 1), Locale.FR
        )


def test_links_and_emphasis_become_words() -> None:
    """A model breaks them."""
    text = "Voir **[l’atelier](events/w9)** et _le_ *mot* 2*3*4."

    assert without_markup(text) == "Voir l’atelier et le mot 2*3*4."
