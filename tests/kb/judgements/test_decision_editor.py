"""Decisions on a query are written into the content, beside what is there."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.tokens import query_key
from indexer.corpus.shared_files import read_curations, read_judgements
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.judged_queries import (
    Curation,
    Curations,
    Grade,
    JudgedQuery,
    QueryType,
)
from indexer.model.problems import Problem
from indexer.pipeline import Locations
from kb.judgements.decision_editor import (
    DecisionError,
    SearchDecision,
    query_type,
    save_decision,
)

LAMPS, BIKES = (RecordId(Kind.PRACTICE, each) for each in ("lamps", "bikes"))
KNOWN = frozenset({LAMPS, BIKES})
DAY = dt.date(2026, 11, 27)
ONE_LINE = (
    st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "))
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)

JUDGEMENTS = """\
# The judged queries.

# keyword
- id: one
  text: vol de vélos
  locale: fr
  type: keyword
  grades:
    practices/bikes: 3
# sentence
- id: two   # asked often
  text: 'who lights the park?'
  locale: en
  type: sentence
  grades: {practices/lamps: 3}
"""
CURATIONS = """\
# Decisions of the team.
first:
  # at the top
  - {query: parc, record: practices/lamps, reason: "Le cas", by: it, date: 2026-01-02}
  - query: PARCS
    record: practices/bikes
    reason: Autre
    by: editor
    date: 2026-01-03
hidden: []
"""


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    """A folder of content with both files."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "judgements.yaml").write_text(JUDGEMENTS, "utf-8")
    (documents / "curations.yaml").write_text(CURATIONS, "utf-8")
    return Locations(documents, tmp_path / "index", tmp_path / "instance")


def curation(text: str, record: RecordId, reason: str = "Le cas") -> Curation:
    """Return a curation of today."""
    return Curation(text, query_key(text), record, reason, "publisher", DAY)


def judgements(locations: Locations) -> tuple[JudgedQuery, ...]:
    """Return the judged queries; there is no problem."""
    problems: list[Problem] = []
    path = locations.documents / "judgements.yaml"
    queries = read_judgements(path, path.name, KNOWN, problems)
    assert problems == []
    return queries


def curations(locations: Locations) -> Curations:
    """Return the curations; there is no problem."""
    problems: list[Problem] = []
    path = locations.documents / "curations.yaml"
    found = read_curations(path, path.name, KNOWN, problems)
    assert problems == []
    return found


def test_a_new_query_is_added_at_the_end(locations: Locations) -> None:
    """The lines that were there stay as they are."""
    decision = SearchDecision(
        "Éclairer: un « parc » ?", Locale.FR, {LAMPS: Grade.ANSWERS}, Curations()
    )

    save_decision(locations, decision, KNOWN)

    text = (locations.documents / "judgements.yaml").read_text("utf-8")
    assert text.startswith(JUDGEMENTS)
    last = judgements(locations)[-1]
    assert (last.text, last.type) == ("Éclairer: un « parc » ?", QueryType.KEYWORD)
    assert last.grades == {LAMPS: Grade.ANSWERS}


def test_the_grades_of_a_judged_query_are_replaced(locations: Locations) -> None:
    """It is the same query in other letters; comments and the other query stay."""
    decision = SearchDecision(
        "VOL de velos", Locale.FR, {BIKES: Grade.NOT, LAMPS: Grade.PARTLY}, Curations()
    )

    save_decision(locations, decision, KNOWN)

    text = (locations.documents / "judgements.yaml").read_text("utf-8")
    assert "# keyword\n# sentence\n- id: two   # asked often" in text
    changed = next(each for each in judgements(locations) if each.id == "one")
    assert changed.text == "vol de vélos"
    assert changed.grades == {BIKES: Grade.NOT, LAMPS: Grade.PARTLY}


def test_a_query_without_grades_is_not_judged(locations: Locations) -> None:
    """In the other language, it is another query."""
    for locale in (Locale.EN, Locale.FR):
        save_decision(
            locations, SearchDecision("vol de vélos", locale, {}, Curations()), KNOWN
        )

    assert [each.id for each in judgements(locations)] == ["two"]


def test_curations_of_a_query_are_replaced(locations: Locations) -> None:
    """Those of other queries stay, and so do comments."""
    decision = SearchDecision(
        "Parc",
        Locale.FR,
        {},
        Curations((curation("Parc", BIKES),), (curation("Parc", LAMPS),)),
    )

    save_decision(locations, decision, KNOWN)

    found = curations(locations)
    assert [(each.query, each.record) for each in found.first] == [
        ("PARCS", BIKES),
        ("Parc", BIKES),
    ]
    assert [each.record for each in found.hidden] == [LAMPS]
    text = (locations.documents / "curations.yaml").read_text("utf-8")
    assert text.startswith("# Decisions of the team.\nfirst:\n  # at the top\n")


def test_files_are_made_where_there_are_none(tmp_path: Path) -> None:
    """A new service has neither."""
    documents = tmp_path / "documents"
    documents.mkdir()
    locations = Locations(documents, tmp_path / "index", tmp_path / "instance")
    decision = SearchDecision(
        "parc",
        Locale.EN,
        {LAMPS: Grade.ANSWERS},
        Curations((curation("parc", LAMPS), curation("parc", BIKES))),
    )

    save_decision(locations, decision, KNOWN)
    save_decision(locations, SearchDecision("parc", Locale.EN, {}, Curations()), KNOWN)
    save_decision(locations, decision, KNOWN)

    assert [each.record for each in curations(locations).first] == [LAMPS, BIKES]
    assert [each.text for each in judgements(locations)] == ["parc"]


@pytest.mark.parametrize("name", ["judgements.yaml", "curations.yaml"])
def test_a_file_with_an_error_is_not_changed(locations: Locations, name: str) -> None:
    """Somebody is editing it by hand."""
    path = locations.documents / name
    path.write_text("- [", "utf-8")
    decision = SearchDecision(
        "parc",
        Locale.FR,
        {LAMPS: Grade.ANSWERS},
        Curations((curation("parc", LAMPS),)),
    )

    with pytest.raises(DecisionError) as error:
        save_decision(locations, decision, KNOWN)

    assert error.value.file == name
    assert path.read_text("utf-8") == "- ["


@given(text=ONE_LINE.filter(query_key), reason=ONE_LINE)
def test_any_text_is_written_as_it_reads(
    tmp_path_factory: pytest.TempPathFactory, text: str, reason: str
) -> None:
    """Quotation marks, colons, brackets and other signs of YAML are text."""
    documents = tmp_path_factory.mktemp("content")
    locations = Locations(documents, documents / "index", documents / "instance")
    mine = curation(text, LAMPS, reason)
    decision = SearchDecision(
        text, Locale.FR, {LAMPS: Grade.ANSWERS}, Curations((mine,))
    )

    save_decision(locations, decision, KNOWN)

    assert curations(locations) == Curations((mine,))
    assert [each.text for each in judgements(locations)] == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parc", QueryType.SINGLE),
        ("parc public", QueryType.KEYWORD),
        ("qui éclaire le parc ?", QueryType.SENTENCE),
    ],
)
def test_the_type_of_a_query_is_that_of_its_length(
    text: str, expected: QueryType
) -> None:
    """The other types are written by hand."""
    assert query_type(text) is expected
