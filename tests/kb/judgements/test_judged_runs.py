"""The stored run of the judged queries, and what it says was lost."""

from dataclasses import replace

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.judged_queries import Grade, JudgedQuery, QueryType
from indexer.pipeline import open_stored_engine, update
from kb.core.settings import Settings
from kb.judgements.judged_runs import (
    JudgedRun,
    read_run,
    read_saved,
    run_all,
    run_state,
    save_results,
    store_run,
)
from kb.judgements.measures import result_of
from kb.judgements.publication_trial import ContentChange, queries_losing_their_answer
from kb.judgements.relevance_table import relevance_table
from kb.services import Services
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
QUERY = JudgedQuery("one", "lamps", Locale.EN, QueryType.SINGLE, {LAMPS: Grade(3)})


@pytest.fixture
def services(content: Workspace) -> Services:
    """Return the services of a small site with an index."""
    update(open_stored_engine(content.locations), content.corpus)
    made = Services(Settings(content.locations))
    made.content.warm_up()
    return made


def test_a_query_is_lost_until_its_answer_returns(services: Services) -> None:
    """It stays lost after further runs without the answer."""
    instance = services.settings.locations.instance
    run = run_all(services, [QUERY])
    assert run.results([QUERY])[0].has_answer
    assert run.lost == ()
    nowhere = replace(QUERY, text="zzzzquux")

    lost = run_all(services, [nowhere])
    still = run_all(services, [nowhere])
    found = run_all(services, [QUERY])

    assert (lost.lost, still.lost, found.lost) == (("one",), ("one",), ())
    assert read_run(instance) == found
    assert found.state == run_state(services)


def test_a_damaged_file_counts_as_no_run(services: Services) -> None:
    """The next run replaces it."""
    instance = services.settings.locations.instance
    store_run(instance, JudgedRun("state", {"one": (LAMPS,)}))
    assert read_run(instance).rankings == {"one": (LAMPS,)}
    (instance / "judged.json").write_text('{"state": 1, "rankings": []}', "utf-8")

    assert read_run(instance) == JudgedRun()


def test_saved_results_are_compared_with_later_ones(services: Services) -> None:
    """Earlier releases saved the scores too."""
    instance = services.settings.locations.instance
    results = (result_of(QUERY, (LAMPS,)),)
    assert read_saved(instance) == {}

    save_results(instance, results)
    saved = read_saved(instance)
    old = '{"one": {"score": 1.0, "ranking": ["practices/newtown-lamps"]}}'
    (instance / "relevance.json").write_text(old, "utf-8")

    assert saved == read_saved(instance) == {"one": (LAMPS,)}
    assert "Lost" not in relevance_table(results, saved)
    assert "Lost their answer" in relevance_table((result_of(QUERY, ()),), saved)


def test_a_removal_is_judged_by_the_stored_run_alone(services: Services) -> None:
    """The record that follows on the second page may be the answer."""
    corpus = services.content.corpus
    others = [record for record in corpus.records if record != LAMPS][:12]
    query = replace(QUERY, grades={LAMPS: Grade(3), others[9]: Grade(3)})
    change = ContentChange.of(corpus, corpus.without([LAMPS]))

    def lost(*ranking: RecordId) -> int:
        run = JudgedRun("", {"one": ranking})
        return len(queries_losing_their_answer(services, [query], run, change))

    assert lost(LAMPS, *others[:10]) == 0
    assert lost(LAMPS, *others[:9], *others[10:]) == 1
    assert lost(*others[:9]) == 0  # it had no answer before
