"""Language of a text: French, English, or neither."""

import tempfile
from pathlib import Path

import pytest

from indexer.model.document import (
    Block,
    BlockType,
    Document,
    FilePage,
    FileReading,
    FileType,
)
from indexer.model.ids import Locale
from indexer.readers.dispatch import language_of, load_model, with_languages

FRENCH = """
La ville répond aux habitants dans la journée.
Les agents municipaux patrouillent à pied le soir.
Une cellule de veille examine les messages signalés.
Nous avons formé trente policiers aux réseaux sociaux.
Le maire a présenté cette application aux élus.
Chaque commune désigne un référent pour la prévention.
Des jeunes ont tourné un film contre le harcèlement.
Cette démarche repose sur la confiance des citoyens.
On publie rarement des photos prises sans accord.
Les associations locales animent plusieurs ateliers par an.
Il faut vérifier une rumeur avant de répondre.
Aucune donnée personnelle ne doit être conservée ici.
Trois quartiers testent actuellement un nouvel éclairage public.
Sa mise en œuvre exige un budget stable.
Le projet européen a pris fin en octobre.
Quelles leçons tirer des événements de juillet dernier ?
Ces outils complètent le travail mené sur place.
Former chaque équipe avant toute ouverture de compte.
Bruxelles, Milan et Riga partagent déjà leurs expériences.
Un message clair vaut mieux que dix communiqués.
""".strip().splitlines()

ENGLISH = """
The city answers people within the same day.
Local officers patrol the old town every evening.
One small team reviews messages reported by residents.
We trained thirty police officers in social media.
Our mayor presented this application to elected members.
Every municipality appoints one contact person for prevention.
Young people made a short film about bullying.
This approach depends on how citizens trust institutions.
Photographs taken without consent are rarely published online.
Neighbourhood associations run several workshops during each year.
Check a rumour before anybody replies to it.
No personal data may be stored without reason.
Three districts currently test new public street lighting.
Putting it into practice requires a stable budget.
That European project came to its end in October.
What lessons can be drawn from last July?
These tools complement work already done on site.
Train all staff before opening any new account.
Brussels, Milan and Riga already share their experience.
A clear message beats ten long press releases.
""".strip().splitlines()


def test_sentences_of_eight_words_get_their_language() -> None:
    """No sentence has another language, or none."""
    assert [text for text in FRENCH if language_of(text) != Locale.FR] == []
    assert [text for text in ENGLISH if language_of(text) != Locale.EN] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La ciudad responde a los vecinos en el día, con la policía local.", "es"),
        ("La città risponde ai cittadini nella giornata, con la polizia.", "it"),
        ("Die Stadt antwortet den Bürgern am selben Tag, mit der Polizei.", "de"),
        ("A cidade responde aos moradores no mesmo dia, com a polícia local.", "pt"),
        ("De stad antwoordt de bewoners dezelfde dag, samen met de politie.", "nl"),
        ("La ciutat respon als veïns el mateix dia, amb la policia local.", "ca"),
        ("Oraşul răspunde locuitorilor în aceeaşi zi, cu poliţia locală.", "ro"),
        ("Miasto odpowiada mieszkańcom tego samego dnia wraz z policją.", "pl"),
        ("Hiriak egun berean erantzuten die herritarrei udaltzainekin batera.", "eu"),
        ("Град одговара грађанима истог дана, заједно са локалном полицијом.", "sr"),  # noqa: RUF001  # Serbian
        ("Jiji linawajibu wakazi siku hiyo hiyo, pamoja na polisi wa eneo hilo.", ""),
        ("D2.6 WP2 700281 2016-2018", ""),
        ("Denef Dores Meira Ekblom Scarpellini Golfieri Luciani Rubicone", ""),
        ("La ville répond aux habitants.", ""),
        ("", ""),
    ],
)
def test_neighbouring_languages_are_told_apart(text: str, language: str) -> None:
    """None is mistaken for French or English; a short text has no language."""
    assert language_of(text) == language


def test_the_model_is_loaded_without_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full temporary folder does not stop a reading worker."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    load_model.cache_clear()

    assert load_model().classify(" ".join(FRENCH))[0] == Locale.FR


def test_a_file_has_the_language_of_most_of_its_pages() -> None:
    """Each page has its own language; a page of few words has none."""
    texts = [" ".join(FRENCH), " ".join(ENGLISH[:8]), "Annexe 1"]
    reading = FileReading(
        name="report.pdf",
        sha256="ab" * 32,
        size_bytes=1,
        type=FileType.PDF,
        document=Document(
            tuple(
                Block(BlockType.PARAGRAPH, text, page=number)
                for number, text in enumerate(texts, start=1)
            )
        ),
        pages=(FilePage(1), FilePage(2), FilePage(3)),
    )

    detected = with_languages(reading)

    assert (detected.locale, detected.language) == (Locale.FR, "fr")
    assert [page.locale for page in detected.pages] == [Locale.FR, Locale.EN, None]
