"""Passages are short enough to quote, and never cross a heading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extraction import passages as passages_module
from indexer.extraction.passages import MAX_WORDS, split_passages
from indexer.model.document import Block, BlockType, Document
from indexer.model.ids import Locale


def a_document(*blocks: str) -> Document:
    """Return a document; a text that starts with # is a heading."""
    return Document(
        tuple(
            Block(BlockType.HEADING, text[1:], text[1:].lower())
            if text.startswith("#")
            else Block(BlockType.PARAGRAPH, text)
            for text in blocks
        )
    )


def test_a_passage_never_crosses_a_heading() -> None:
    """Each passage links to its own section."""
    document = a_document("avant", "#Un", "dans un", "encore", "#Deux", "dans deux")

    passages = list(split_passages(document, Locale.FR))

    assert [(p.heading, p.anchor, p.text) for p in passages] == [
        ("", "", "avant"),
        ("Un", "un", "dans un encore"),
        ("Deux", "deux", "dans deux"),
    ]


def test_a_long_paragraph_is_split_between_sentences() -> None:
    """A passage starts and ends with a sentence."""
    text = "Une phrase de cinq mots. " * 60

    passages = list(split_passages(a_document(text), Locale.FR))

    assert len(passages) > 1
    assert all(len(passage.text.split()) <= MAX_WORDS for passage in passages)
    assert all(passage.text.endswith("mots.") for passage in passages)


def test_a_heading_without_text_has_no_passage() -> None:
    """Only its successor has one."""
    assert list(split_passages(a_document("#Un", "#Deux"), Locale.FR)) == []


@given(
    st.lists(st.text(alphabet="ab .\n", max_size=80), max_size=8), st.integers(1, 20)
)
def test_passages_have_the_words_of_the_document(
    texts: list[str], max_words: int
) -> None:
    """No word is lost, and none is added."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passages_module, "MAX_WORDS", max_words)
        passages = list(split_passages(a_document(*texts), Locale.EN))

    assert " ".join(texts).split() == [w for p in passages for w in p.text.split()]
    assert all(len(passage.text.split()) <= max_words for passage in passages)
