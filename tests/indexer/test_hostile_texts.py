"""The check of the content and the indexing agree on Markdown that is hard to parse."""

import pytest
from flask import Flask

from indexer.corpus.editions import read_edition
from indexer.corpus.typography import typeset
from indexer.extraction.passages import split_passages
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Problem, ProblemCode
from indexer.readers.markdown import read_markdown
from kb.web.records.markup import sections
from tests.support.hostile_texts import PIECES, hostile_text

pytestmark = pytest.mark.load

FRONT_MATTER = "---\ntitle: Title\nsummary: Summary\n---\n"


def check_index_and_show(text: str) -> list[ProblemCode]:
    """Read a text; index and render it if the check accepts it."""
    problems: list[Problem] = []
    read = read_edition(
        (FRONT_MATTER + text).encode("utf-8", "replace"),
        kind=Kind.PRACTICE,
        locale=Locale.FR,
        path="fr.md",
        problems=problems,
    )
    if read is not None:
        edition = read[0]
        document = read_markdown(typeset(str(edition.body), edition.locale))
        list(split_passages(document, edition.locale))
        sections(edition, Locale.EN)
    return [each.code for each in problems]


@pytest.fixture(autouse=True)
def _request() -> object:
    """Rendering needs the root of the addresses of a request."""
    with Flask("test").test_request_context():
        yield


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_a_text_is_rejected_or_can_be_indexed_and_shown(first: int) -> None:
    """No text that the check accepts raises an exception later."""
    for seed in range(first, first + 50):
        check_index_and_show(hostile_text(seed, 3000))


@pytest.mark.parametrize("piece", PIECES)
def test_each_construct_can_be_repeated_a_thousand_times(piece: str) -> None:
    """A text is rejected for its nesting, or for links that lead nowhere."""
    accepted = {ProblemCode.NESTED_TOO_DEEPLY, ProblemCode.INVALID_TEXT_LINK}

    assert set(check_index_and_show(piece * 1000)) <= accepted
