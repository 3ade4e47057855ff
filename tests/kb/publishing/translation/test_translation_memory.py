"""Sentences that were translated before, and glossary terms, for translators."""

import pytest

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, Locale, RecordId
from kb.publishing.translation_help import TranslationMemory, glossary_matcher
from tests.support.builders import PROJECT, Workspace


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Return the records of the project."""
    return CorpusReader(PROJECT / "documents").read()


@pytest.fixture(scope="module")
def memory(corpus: Corpus) -> TranslationMemory:
    """Return the memory of the project."""
    return TranslationMemory(corpus.records.values())


def test_a_sentence_like_an_earlier_one_is_found_with_its_translation(
    memory: TranslationMemory,
) -> None:
    """The words may differ a little, and the typography at will."""
    found = memory.matches("Rien n'indique si les vols ont  baissé.", Locale.FR)

    assert found[0].source == "Rien n’indique si les vols ont diminué."
    assert found[0].target == "Nothing shows whether thefts fell."
    assert found[0].record == RecordId(Kind.PRACTICE, "milan-stolen-bikes")
    assert 70 <= found[0].score < 100


def test_the_same_holds_from_english(memory: TranslationMemory) -> None:
    """An identical sentence scores 100."""
    (best, *_) = memory.matches("Nothing shows whether thefts fell.", Locale.EN)

    assert (best.score, best.target) == (100, "Rien n’indique si les vols ont diminué.")


def test_each_item_of_a_list_is_looked_up(memory: TranslationMemory) -> None:
    """A list is one paragraph of Markdown."""
    text = "- Sans rapport avec rien du tout.\n- Rien n’indique si les vols baissent."

    assert memory.matches(text, Locale.FR)[0].target.startswith("Nothing shows")


def test_the_record_itself_is_left_out(memory: TranslationMemory) -> None:
    """Its own text is in the form."""
    record = RecordId(Kind.PRACTICE, "milan-stolen-bikes")
    text = "Rien n’indique si les vols ont diminué."

    found = memory.matches(text, Locale.FR, excluded=record)

    assert record not in {each.record for each in found}


@pytest.mark.parametrize("text", ["", "Oui.", "Zyxw vuts rqpo nmlk jihg fedc."])
def test_nothing_alike_is_nothing(memory: TranslationMemory, text: str) -> None:
    """Too short a text would match anything."""
    assert memory.matches(text, Locale.FR) == ()


def test_paragraphs_that_cannot_be_aligned_are_left_out(workspace: Workspace) -> None:
    """A wrong translation is worse than none."""
    workspace.replace(
        "practices/newtown-lamps/en.md", "## Results", "More.\n\n## Results"
    )
    memory = TranslationMemory(workspace.corpus().records.values())

    assert memory.matches("Les habitants évitaient trois ruelles.", Locale.FR) == ()


def test_the_terms_of_a_text_are_named_in_the_other_language(corpus: Corpus) -> None:
    """The longest name at a place, once, also in the plural and as a variant."""
    matcher = glossary_matcher(corpus)
    text = (
        "Les surveillances de quartier, sur le dark web ; une surveillance de quartier."
    )

    found = [(each.name, each.translation) for each in matcher.matches(text, Locale.FR)]

    assert found == [
        ("surveillance de quartier", "neighbourhood watch"),
        ("dark web", "dark web"),
    ]
    assert matcher.matches("", Locale.EN) == ()
