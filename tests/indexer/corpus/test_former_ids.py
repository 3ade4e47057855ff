"""Former ids: where they lead, and the problems of wrong ones."""

from indexer.model.ids import Kind, RecordId
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")


def test_former_ids_lead_to_the_record(workspace: Workspace) -> None:
    """An item is an id of the same kind, or a path."""
    file = workspace.documents / str(LAMPS) / "record.yaml"
    file.write_text(file.read_text() + "former_ids: [old-lamps, events/lamps]\n")

    corpus = workspace.corpus()

    assert corpus.current_id(RecordId(Kind.PRACTICE, "old-lamps")) == LAMPS
    assert corpus.current_id(RecordId(Kind.EVENT, "lamps")) == LAMPS
    assert corpus.is_used(RecordId(Kind.EVENT, "lamps"))


def test_a_former_id_of_an_existing_record_is_a_problem(workspace: Workspace) -> None:
    """The record that exists keeps its address."""
    file = workspace.documents / str(LAMPS) / "record.yaml"
    file.write_text(file.read_text() + "former_ids: [events/w9]\n")

    corpus = workspace.corpus()

    assert corpus.survivors == {}
    assert any("the former id events/w9" in str(each) for each in corpus.problems)
