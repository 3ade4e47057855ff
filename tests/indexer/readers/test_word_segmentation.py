"""Missing spaces are restored by words, where the split is certain."""

import pytest

from indexer.readers.word_segmentation import Segmenter

ENGLISH = """
This is not a result of MEDI@4SEC. The research leading to these results has received
funding from the European Union, and the police of the city answer.
Local authorities should name a person for social media, and tell the people who live
there how to write to them within a day.
The workshop asked what should be done when a rumour spreads in the city.
""".strip().splitlines()
FRENCH = """
La recherche menant à ces résultats a reçu un financement de l’Union européenne.
Les villes doivent désigner un référent pour les réseaux sociaux, et les élus décident
avec elle de ce qui doit être dit pendant une crise. Les associations sont prévenues.
C’est l’avis d’une seule personne, et non une conclusion de l’atelier.
""".strip().splitlines()


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_sentences_without_spaces_are_split(texts: list[str]) -> None:
    """Spaces after full stops and commas are restored too."""
    segmenter = Segmenter([text.replace(" ", "") for text in texts])

    parts = [segmenter.split(text.replace(" ", ""))[0] for text in texts]

    assert parts == texts


@pytest.mark.parametrize(
    "text",
    [
        "Johnston et Scarpellini montrent que les buts étaient décrits, notamment ici.",
        "They offer ways to act, and Myassa offers her notes to the Westminster team.",
        "https://www.exemple.org/lesvillesetlapolice lesvillesetlapolice@exemple.org",
        "Le livrable D2.6 et le dossier intergouvernementalisation sont au greffe.",
    ],
    ids=["names and forms", "english", "addresses", "a long word"],
)
def test_names_and_rare_words_are_not_split(text: str) -> None:
    """The same file has glued words, which are split."""
    glued = [one.replace(" ", "") for one in (*ENGLISH, *FRENCH)]
    segmenter = Segmenter([*glued, *ENGLISH, *FRENCH, *ENGLISH, *FRENCH, text])

    parts, spaces = segmenter.split(text)

    assert (parts, spaces) == (text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "anticonstitutionnellement",
        "internationalisation des réseaux",
        "https://www.averylongnameofawebsitewithoutspaces.org/andthepath",
        "Bundesausbildungsförderungsgesetz",
        "get_the_name_of_the_user_for_that_session()",
    ],
)
def test_long_words_are_not_split(text: str) -> None:
    """A long word, an address or an identifier is not a run of glued words."""
    assert Segmenter([text]).split(text) == (text, 0)


def test_a_long_run_of_capitals_is_left_whole() -> None:
    """No word may start within thirty capitals: the run has no valid split."""
    segmenter = Segmenter([text.replace(" ", "") for text in ENGLISH])
    run = f"{'ABCDEFGHIJ' * 3}def"

    assert segmenter.split(run) == (run, 0)
