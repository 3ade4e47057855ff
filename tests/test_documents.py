"""The real content: whole, and every page of it stands."""

import pytest
from flask import Flask

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, Locale
from tests.support.builders import PROJECT
from tests.support.matrix import matrix


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Return the corpus of the real documents."""
    return CorpusReader(PROJECT / "documents").read()


def test_the_content_has_no_problem(corpus: Corpus) -> None:
    """`kb content check` reports no error and no warning."""
    assert [str(problem) for problem in corpus.problems] == []


def test_every_record_is_written_in_both_languages(corpus: Corpus) -> None:
    """Half of the visitors read French, half English."""
    for record in corpus.records.values():
        assert {edition.locale for edition in record.editions} == set(Locale), record.id


def test_french_texts_have_typographic_apostrophes(corpus: Corpus) -> None:
    """’ and not ', except in code."""
    for record in corpus.records.values():
        edition = record.edition(Locale.FR)
        for text in (edition.title, edition.summary, edition.host, edition.who):
            assert "'" not in text, record.id


def test_plain_words_are_three_short_sentences_in_both_languages(
    corpus: Corpus,
) -> None:
    """As the help of the field asks; who reads badly must be able to read them."""
    written = [
        [edition.plain_words for edition in record.editions]
        for record in corpus.records.values()
        if any(edition.plain_words for edition in record.editions)
    ]

    assert len(written) >= 25
    for editions in written:
        for sentences in editions:
            assert len(sentences) == 3, sentences
            words = [len(text.replace("\u00a0", " ").split()) for text in sentences]
            assert max(words) <= 16, sentences  # one may be a sign, as in “ : ”
            assert all(text.endswith(".") for text in sentences), sentences


@pytest.mark.load
@pytest.mark.parametrize(
    ("locale", "step"), matrix(("fr", 10), rest=[("fr", 1), ("en", 1)])
)
def test_every_page_of_every_record_opens(
    real_app: Flask, corpus: Corpus, locale: str, step: int
) -> None:
    """No value of the content makes a page fail."""
    client = real_app.test_client()
    for record_id in [*corpus.records][::step]:
        assert client.get(f"/{locale}/{record_id}").status_code == 200, record_id
        answer = client.get(f"/api/v1/records/{record_id.kind}/{record_id.slug}")
        assert answer.status_code == 200, record_id
    for kind in Kind:
        path = f"/{locale}/{kind.folder}/"
        assert client.get(path, follow_redirects=True).status_code == 200
    for path in ("", "search", "dossier", "feed.atom"):
        assert client.get(f"/{locale}/{path}").status_code == 200
