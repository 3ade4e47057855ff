"""Tests of changes of several records in one transaction."""

from collections.abc import Collection

import pytest

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import AlreadyExistsError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.published.bulk_changes import (
    CHANGED_MEANWHILE,
    HAS_NO_THEMES,
    HAS_THEME,
    IS_DRAFT_TO_DELETE,
    IS_ONLY_THEME,
    NO_DRAFT,
    ONLY_A_DRAFT,
    BulkAct,
    BulkChange,
    BulkChanges,
    BulkPlan,
)
from kb.publishing.published.trash import Trash
from tests.kb.publishing.kills import tree
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
REC = RecordId(Kind.RECOMMENDATION, "rec-01")
EVENT = RecordId(Kind.EVENT, "w9")
PAGE = RecordId(Kind.PAGE, "about")
NEW = RecordId(Kind.NEED, "n99")
ADA = "ada@example.org"


def apply(
    repository: Repository, change: BulkChange, records: Collection[RecordId]
) -> BulkPlan:
    """Make a change of records as the page that shows them does."""
    changes = BulkChanges(repository)
    seen = changes.plan(change, records, {}).ready
    return changes.apply(change, records, seen, actor=ADA)


def links_between(workspace: Workspace, records: Collection[RecordId]) -> set[str]:
    """Return the links among records, in both directions."""
    corpus = workspace.corpus()
    return {
        f"{one} {link.target}"
        for one in records
        if (record := corpus.get(one)) is not None
        for link in record.links
        if link.target in records
    }


def test_records_deleted_together_come_back_byte_for_byte(
    repository: Repository, workspace: Workspace
) -> None:
    """Links among them and from other records are restored by one press."""
    before = tree(workspace.documents)

    plan = apply(repository, BulkChange(BulkAct.DELETE), [LAMPS, REC, EVENT])

    assert set(plan.ready) == {LAMPS, REC, EVENT}
    assert not {LAMPS, REC, EVENT} & set(workspace.corpus().records)
    restored = Trash(repository).restore_batch(plan.batch, actor=ADA)
    assert set(restored) == {LAMPS, REC, EVENT}
    assert tree(workspace.documents) == before
    assert Trash(repository).all() == ()


@pytest.mark.parametrize("is_reversed", [False, True])
def test_records_deleted_together_come_back_one_by_one(
    repository: Repository,
    workspace: Workspace,
    is_reversed: bool,  # noqa: FBT001  # a parameter of the cases
) -> None:
    """A link waits until both records are back; in between, nothing links nowhere."""
    chosen = [LAMPS, REC, EVENT]
    problems, before = workspace.corpus().problems, links_between(workspace, chosen)
    assert before
    apply(repository, BulkChange(BulkAct.DELETE), chosen)

    trash = Trash(repository)
    for each in sorted(trash.all(), key=lambda e: str(e.record), reverse=is_reversed):
        trash.restore(each.transaction, actor=ADA)
        assert len(workspace.corpus().problems) <= len(problems)

    assert links_between(workspace, chosen) == before


def test_a_restored_batch_replaces_no_record(
    repository: Repository, workspace: Workspace
) -> None:
    """One of the ids is used again: nothing at all is restored."""
    folder = workspace.path(str(EVENT))
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    plan = apply(repository, BulkChange(BulkAct.DELETE), [LAMPS, EVENT])
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)

    with pytest.raises(AlreadyExistsError):
        Trash(repository).restore_batch(plan.batch, actor=ADA)

    assert workspace.corpus().get(LAMPS) is None
    assert len(Trash(repository).all()) == 2


def test_records_withdrawn_together_keep_the_reason(
    repository: Repository, workspace: Workspace
) -> None:
    """The history has it, and each record is a draft."""
    change = BulkChange(BulkAct.WITHDRAW, reason="Asked by the town.")

    plan = apply(repository, change, [LAMPS, REC, NEW])

    assert set(plan.ready) == {LAMPS, REC}
    for record in (LAMPS, REC):
        assert workspace.corpus().get(record) is None
        assert DraftEditor(repository).load(record).notes.withdrawn_by == plan.batch
        entry = repository.history.changes(record)[0].entry
        assert entry.action is HistoryAction.WITHDRAWN
        assert entry.detail == "Asked by the town."


def test_a_theme_is_added_to_records_and_to_drafts(
    repository: Repository, workspace: Workspace
) -> None:
    """A record with a draft has it in the draft only."""
    themes = [each.id.slug for each in workspace.corpus().of_kind(Kind.THEME)]
    record = workspace.corpus().records[LAMPS]
    theme = next(each for each in themes if each not in record.themes)
    DraftEditor(repository).begin(EVENT, ADA)

    change = BulkChange(BulkAct.ADD_THEME, theme=theme)
    apply(repository, change, [LAMPS, EVENT])

    corpus = workspace.corpus()
    assert theme in corpus.records[LAMPS].themes
    assert theme not in corpus.records[EVENT].themes
    assert theme in DraftEditor(repository).load(EVENT).texts["record.yaml"]
    again = BulkChanges(repository).plan(change, [LAMPS, EVENT], {})
    assert dict(again.refused) == {LAMPS: HAS_THEME, EVENT: HAS_THEME}


def test_each_record_that_stays_out_has_its_reason(
    repository: Repository, drafts: DraftEditor, workspace: Workspace
) -> None:
    """A draft is not withdrawn, a page has no theme, a needed theme stays."""
    drafts.begin(NEW, ADA)
    themes = [each.id for each in workspace.corpus().of_kind(Kind.THEME)]
    used = next(each for each in themes if workspace.corpus().backlinks.get(each))
    changes = BulkChanges(repository)

    def refused(act: BulkAct, record: RecordId) -> object:
        change = BulkChange(act, theme=used.slug)
        return changes.plan(change, [record], {}).refused.get(record)

    assert refused(BulkAct.WITHDRAW, NEW) is ONLY_A_DRAFT
    assert refused(BulkAct.DELETE, NEW) is IS_DRAFT_TO_DELETE
    assert refused(BulkAct.DISCARD, EVENT) is NO_DRAFT
    assert refused(BulkAct.ADD_THEME, PAGE) is HAS_NO_THEMES
    assert refused(BulkAct.DELETE, used) is IS_ONLY_THEME


@pytest.mark.parametrize("act", [act for act in BulkAct if act != BulkAct.UNDO])
def test_a_record_changed_meanwhile_stays_as_it_is(
    act: BulkAct, repository: Repository, drafts: DraftEditor, workspace: Workspace
) -> None:
    """Somebody saved its draft after the page was opened."""
    begun = drafts.begin(LAMPS, ADA)
    themes = [each.id.slug for each in workspace.corpus().of_kind(Kind.THEME)]
    missing = set(themes) - set(workspace.corpus().records[LAMPS].themes)
    change = BulkChange(
        act, theme=min(missing), reason="why", texts={LAMPS: begun.texts}
    )
    seen = BulkChanges(repository).plan(change, [LAMPS], {}).ready
    texts = dict(begun.texts) | {"en.md": begun.texts["en.md"] + "\nMore.\n"}
    drafts.save(LAMPS, texts, version=begun.version, actor=ADA)
    before = tree(workspace.documents)

    plan = BulkChanges(repository).apply(change, [LAMPS], seen, actor=ADA)

    assert dict(plan.refused) == {LAMPS: CHANGED_MEANWHILE}
    assert tree(workspace.documents) == before
    assert drafts.load(LAMPS).texts["en.md"].endswith("More.\n")


def test_drafts_deleted_together_come_back_together(
    repository: Repository, drafts: DraftEditor
) -> None:
    """With their texts and who wrote them."""
    before = [drafts.begin(each, ADA) for each in (LAMPS, NEW)]

    plan = apply(repository, BulkChange(BulkAct.DISCARD), [LAMPS, NEW])

    assert drafts.all() == ()
    assert set(Trash(repository).restore_batch(plan.batch, actor=ADA)) == {LAMPS, NEW}
    after = [drafts.load(each) for each in (LAMPS, NEW)]
    assert [each.version for each in after] == [each.version for each in before]
