"""From documents to index: what changed, and nothing else."""

import os
import re
import shutil

import pytest

from indexer.corpus.corpus_reader import CorpusReader
from indexer.errors import CorpusMissingError
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.vocabulary import Coverage
from indexer.pipeline import (
    ChangeType,
    IndexChange,
    open_corpus,
    open_stored_engine,
    pending_changes,
    rebuild,
    update,
)
from tests.support.builders import Workspace, a_query


def updated(workspace: Workspace) -> IndexChange:
    """Bring the index up to date, as a new process would."""
    return update(open_stored_engine(workspace.locations), workspace.corpus)


def stamps(workspace: Workspace) -> dict[str, int]:
    """Return the mtime of each file of the index."""
    files = (path for path in workspace.locations.index.rglob("*") if path.is_file())
    return {str(path): path.stat().st_mtime_ns for path in files}


def test_the_first_update_builds(workspace: Workspace) -> None:
    """A fresh machine needs no other command."""
    change = updated(workspace)

    assert change.type is ChangeType.REBUILT
    assert change.total == len(workspace.corpus().records)


def test_a_second_update_changes_nothing(workspace: Workspace) -> None:
    """Running it twice must not even touch a file."""
    updated(workspace)
    before = stamps(workspace)

    change = updated(workspace)

    assert change == IndexChange(ChangeType.NOTHING, 0, 0, change.total)
    assert stamps(workspace) == before


def test_an_update_writes_what_changed_and_nothing_else(workspace: Workspace) -> None:
    """One corrected page is one record written."""
    updated(workspace)
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    shutil.rmtree(workspace.path("recommendations/rec-02"))

    change = updated(workspace)

    assert (change.type, change.written, change.removed) == (ChangeType.UPDATED, 1, 1)
    engine = open_stored_engine(workspace.locations)
    assert [hit.id.slug for hit in engine.search(a_query("drones")).hits] == ["w9"]
    assert engine.search(a_query("élèves")).total == 0


def test_what_was_learned_from_a_record_goes_with_it(workspace: Workspace) -> None:
    """A word that only a withdrawn record held leads nowhere, and is not explained."""
    for locale, name in (("fr", "quadrilobe"), ("en", "widdershin")):
        path = workspace.path(f"practices/newtown-lamps/{locale}.md")
        text = re.sub(
            "(?m)^(title|summary): .*$", rf"\1: {name}", path.read_text("utf-8")
        )
        path.write_text(text, "utf-8")
    workspace.replace("events/w9/en.md", "was discussed.", "was a widdershin.")
    updated(workspace)
    query = a_query("quadrilobe")
    engine = open_stored_engine(workspace.locations)
    assert "widdershin" in {each.name for each in engine.search(query).expansions}

    shutil.rmtree(workspace.path("practices/newtown-lamps"))
    updated(workspace)

    answer = open_stored_engine(workspace.locations).search(query)
    assert answer.expansions == ()
    assert answer.hits == ()


def test_a_file_that_was_only_touched_is_no_change(workspace: Workspace) -> None:
    """A fresh clone has new dates on all files."""
    updated(workspace)
    os.utime(workspace.path("events/w9/fr.md"))

    assert updated(workspace).type is ChangeType.NOTHING


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_changed_with_the_same_size_and_mtime_is_read_again(
    workspace: Workspace, *, in_place: bool
) -> None:
    """The ctime differs, and the inode if another file replaced it."""
    event, need = RecordId(Kind.EVENT, "w9"), RecordId(Kind.NEED, "n01")
    reader = open_corpus(workspace.locations)
    before = reader.read()

    workspace.replace_silently(
        "events/w9/fr.md", "de tout.", "de rien.", in_place=in_place
    )
    after = reader.read()

    assert "de rien." in str(after.records[event].edition(Locale.FR).body)
    assert after.records[need] == before.records[need]


def test_a_copy_of_the_content_does_not_rebuild_the_index(workspace: Workspace) -> None:
    """All inodes and ctimes differ: the files are read, and nothing is written."""
    updated(workspace)
    before = stamps(workspace)
    reader = open_corpus(workspace.locations)
    reader.read()
    original = workspace.documents.rename(workspace.root / "original")
    shutil.copytree(original, workspace.documents)

    change = update(open_stored_engine(workspace.locations), reader.read)

    assert change.type is ChangeType.NOTHING
    assert stamps(workspace) == before


def test_a_fact_that_no_search_uses_is_a_change_too(workspace: Workspace) -> None:
    """A running site follows the index: a corrected source must reach its page."""
    updated(workspace)
    workspace.replace("events/w9/record.yaml", "example.org/w9", "example.org/workshop")

    assert updated(workspace).written == 1


def test_a_renamed_place_reaches_the_records_that_name_it(workspace: Workspace) -> None:
    """What stands in another file is part of what a record is found by."""
    updated(workspace)
    workspace.replace("places.yaml", "fr: Villeneuve", "fr: Neuville")

    updated(workspace)

    engine = open_stored_engine(workspace.locations)
    found = {hit.id.slug for hit in engine.search(a_query("neuville")).hits}
    assert found == {"newtown-lamps", "w9"}


def test_a_need_and_its_answers_change_together(workspace: Workspace) -> None:
    """The links are written in the need alone; its answers are filtered by it too."""
    updated(workspace)
    answered = a_query("", Filter(FacetName.NEED, "n01"))
    uncovered = a_query("", Filter(FacetName.COVERAGE, Coverage.NONE))
    before = open_stored_engine(workspace.locations)
    assert {hit.id.slug for hit in before.search(answered).hits} == {
        "newtown-lamps",
        "rec-01",
    }
    assert before.search(uncovered).total == 0

    workspace.replace("needs/n01/record.yaml", "recommendations: [rec-01]\n", "")
    workspace.replace("needs/n01/record.yaml", "practices: [newtown-lamps]\n", "")
    change = updated(workspace)

    after = open_stored_engine(workspace.locations)
    assert change.written == 3
    assert after.search(answered).total == 0
    assert [hit.id.slug for hit in after.search(uncovered).hits] == ["n01"]


def test_a_place_is_found_by_the_country_it_lies_in(workspace: Workspace) -> None:
    """A search for a country finds what its cities did."""
    updated(workspace)

    engine = open_stored_engine(workspace.locations)

    assert "newtown-lamps" in {
        hit.id.slug for hit in engine.search(a_query("france")).hits
    }


def test_a_damaged_index_is_made_anew(workspace: Workspace) -> None:
    """Nothing is lost: all of it is in documents/."""
    updated(workspace)
    for path in workspace.locations.index.rglob("*.pst"):
        path.write_bytes(b"")

    change = updated(workspace)

    assert change.type is ChangeType.REBUILT
    assert "the index was damaged" in str(change.reason)
    assert updated(workspace).type is ChangeType.NOTHING


def test_an_index_directory_that_was_replaced_is_made_anew(
    workspace: Workspace,
) -> None:
    """Somebody put other files there."""
    updated(workspace)
    shutil.rmtree(workspace.locations.index)
    (workspace.locations.index / "current").mkdir(parents=True)
    (workspace.locations.index / "generations").write_text("not a folder")

    change = updated(workspace)

    assert change.type is ChangeType.REBUILT
    assert updated(workspace).type is ChangeType.NOTHING


def test_pending_changes_are_counted(workspace: Workspace) -> None:
    """`kb index status` tells what an update would do."""
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus())
    shutil.rmtree(workspace.path("recommendations/rec-02"))
    workspace.replace("events/w9/fr.md", "On a parlé", "Nous avons parlé")

    assert pending_changes(engine.status(), workspace.corpus()) == 2


def test_a_missing_folder_is_said(workspace: Workspace) -> None:
    """A wrong KB_DOCUMENTS must not look like an empty knowledge base."""
    shutil.rmtree(workspace.documents)

    with pytest.raises(CorpusMissingError):
        open_corpus(workspace.locations).read()


def test_reading_again_opens_only_what_changed(workspace: Workspace) -> None:
    """A site with thousands of records follows a change at once."""
    reader = CorpusReader(workspace.documents)
    lamps, event = RecordId(Kind.PRACTICE, "newtown-lamps"), RecordId(Kind.EVENT, "w9")
    first = reader.read()
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")

    second = reader.read()

    assert str(second.records[event].edition(Locale.FR).body) == "On a parlé de drones."
    assert second.records[lamps].editions[0] is first.records[lamps].editions[0]


def test_links_are_seen_from_both_sides(workspace: Workspace) -> None:
    """A link given once is shown on both pages."""
    corpus = workspace.corpus()
    event = corpus.records[RecordId(Kind.EVENT, "w9")]

    practices = corpus.linked(event, Kind.PRACTICE)

    assert [record.id.slug for record in practices] == ["newtown-lamps"]
