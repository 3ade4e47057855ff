"""How often the proposed themes, needs and places of our own records are right."""

import pytest
from flask import Flask

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.extraction.proposals.mentions import PlaceNames
from indexer.extraction.proposals.nearest_records import NearestRecords
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Need, Practice, Recommendation
from indexer.model.vocabulary import ALL_THEMES
from kb.publishing.drafts.similar_texts import proposed_needs
from kb.services import services
from tests.support.builders import PROJECT

MIN_SHARE = 0.8


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Return the records of the project."""
    return CorpusReader(PROJECT / "documents").read()


def records(corpus: Corpus) -> list[Practice | Recommendation]:
    """Return the practices and the recommendations."""
    kinds = (Kind.PRACTICE, Kind.RECOMMENDATION)
    found = (record for kind in kinds for record in corpus.of_kind(kind))
    return [each for each in found if isinstance(each, Practice | Recommendation)]


@pytest.mark.parametrize("locale", list(Locale))
def test_one_of_two_proposed_themes_is_right(corpus: Corpus, locale: Locale) -> None:
    """Each record is left out, and proposed for by its title and summary."""
    similar = NearestRecords(corpus.records.values(), locale)
    themed = [each for each in records(corpus) if {*each.themes} - {ALL_THEMES}]

    right = [
        bool({*each.themes} & {*similar.themes(text_of(each, locale), but=each.id)})
        for each in themed
    ]

    assert len(right) > 100
    assert sum(right) >= MIN_SHARE * len(right)


@pytest.mark.parametrize("locales", [(Locale.FR,), (Locale.EN,), tuple(Locale)])
def test_one_of_two_proposed_needs_is_right(
    real_app: Flask, locales: tuple[Locale, ...]
) -> None:
    """As a form proposes them; the links of the record itself do not count."""
    with real_app.app_context():
        corpus, search = services().corpus, services().searches.search
    answered: dict[RecordId, set[RecordId]] = {}
    for need in corpus.of_kind(Kind.NEED):
        for answer in need.answers if isinstance(need, Need) else ():
            answered.setdefault(answer, set()).add(need.id)

    right = [
        bool(
            needs & {*proposed_needs(answer, texts_of(answer, locales), corpus, search)}
        )
        for answer, needs in answered.items()
    ]

    assert len(right) > 100
    assert sum(right) >= MIN_SHARE * len(right)


def texts_of(record: RecordId, locales: tuple[Locale, ...]) -> dict[str, str]:
    """Return the files of a record in some languages."""
    folder = PROJECT / "documents" / str(record)
    names = ("record.yaml", *(f"{locale}.md" for locale in locales))
    return {name: (folder / name).read_text("utf-8") for name in names}


def test_one_of_two_proposed_places_is_right(corpus: Corpus) -> None:
    """A practice names its town."""
    names = PlaceNames(corpus.gazetteer)
    placed = [each for each in records(corpus) if isinstance(each, Practice)]
    placed = [each for each in placed if each.places]

    right = [
        bool({*each.places} & {*names.named_in(text_of(each, Locale.EN, 9_999))[:2]})
        for each in placed
    ]

    assert sum(right) >= MIN_SHARE * len(right)


def text_of(record: Practice | Recommendation, locale: Locale, more: int = 0) -> str:
    """Return the title and the summary, and so many characters of the text."""
    edition = record.edition(locale)
    return f"{edition.title} {edition.summary} {str(edition.text)[:more]}"


def test_an_empty_corpus_proposes_nothing() -> None:
    """The first report of a new service has nothing to be compared with."""
    similar = NearestRecords((), Locale.EN)

    assert similar.themes("Police and residents") == ()
