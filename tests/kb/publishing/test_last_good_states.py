"""The history returns the state that is shown of a record with errors."""

from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import RecordId
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository
from kb.publishing.history.past_states import last_good_states
from tests.support.builders import Workspace

LAMPS = RecordId.parse("practices/newtown-lamps")


def test_a_new_process_shows_the_last_state_without_errors(
    workspace: Workspace, repository: Repository
) -> None:
    """The history also contains the edit that broke the record."""
    assert LAMPS is not None
    detector = ExternalEditDetector(repository)
    detector.record_edits()
    good = workspace.corpus().records[LAMPS]
    workspace.replace("practices/newtown-lamps/record.yaml", "date: 2016", "date: x")
    detector.record_edits()
    locations = workspace.locations
    reader = CorpusReader(locations.documents, last_good=last_good_states(locations))
    corpus = reader.read()

    assert corpus.records[LAMPS] == good
    assert corpus.outdated == {LAMPS}


def test_a_record_that_was_never_good_is_not_shown(workspace: Workspace) -> None:
    """Without a history there is no earlier state."""
    workspace.replace("practices/newtown-lamps/record.yaml", "date: 2016", "date: x")
    locations = workspace.locations
    reader = CorpusReader(locations.documents, last_good=last_good_states(locations))

    assert LAMPS not in reader.read().records
