"""Proposals are kept, set aside and taken back, and nothing of it is lost."""

from __future__ import annotations

import pytest

from indexer.model.ids import Kind, RecordId
from indexer.model.proposals import Proposal
from indexer.model.records import Audience
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.proposal_review import (
    MAX_TITLE,
    ProposalEdits,
    ProposalQuotation,
    ProposalReview,
)
from kb.publishing.errors import NotThereError, PublishingError, UnsuitableError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.publishing.imports.import_results import ImportOptions
from kb.publishing.imports.importer import Importer
from kb.publishing.records.yaml_text import quoted_yaml
from tests.support.builders import Workspace
from tests.support.reports import FINDINGS, RECOMMENDATIONS, a_pdf, a_report

WHO = "lea@example.org"
D99 = RecordId(Kind.DELIVERABLE, "d9.9")
FIRST = RecordId(Kind.RECOMMENDATION, "d9.9-r1")


@pytest.fixture
def found(workspace: Workspace, repository: Repository) -> Extraction:
    """Give what was found in a report that was just added."""
    path = workspace.root / "report.pdf"
    path.write_bytes(a_report())
    adder = Importer(
        workspace.locations, manner=ImportOptions(drafts_proposals=False, processes=1)
    )
    (outcome,) = adder.add([path])
    return ExtractionStore(repository.locations.instance).load(
        extraction_key(outcome.sha256)
    )


@pytest.fixture
def decider(repository: Repository) -> ProposalReview:
    """Give who decides."""
    return ProposalReview(repository)


def keep(
    decider: ProposalReview,
    found: Extraction,
    proposal: Proposal,
    title: str = "Count lanterns",
) -> RecordId:
    """Keep a proposal."""
    typed = ProposalEdits(title, (Audience.LOCAL,))
    return decider.keep(
        found, proposal, typed, corpus=decider.read(), who=WHO, translate=str
    )


def reloaded(repository: Repository, found: Extraction) -> Extraction:
    """Read the findings again."""
    return ExtractionStore(repository.locations.instance).load(found.key)


def test_what_is_kept_is_a_draft_that_quotes_the_file(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """With its page and its deliverable, and the title that somebody wrote."""
    record = keep(decider, found, found.proposals[0])

    draft = DraftEditor(repository).load(record)
    text = draft.texts["record.yaml"]
    assert record == FIRST
    assert "deliverables: [d9.9]" in text
    assert "    page: 3" in text
    assert found.proposals[0].quotation in text
    assert 'audiences: ["local"]' in text
    assert 'title: "Count lanterns"' in draft.texts["en.md"]
    assert draft.notes.by == WHO


def test_what_was_kept_is_read_as_a_record(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """Only what a person has to add is missing."""
    record = keep(decider, found, found.proposals[0])

    folders = {
        each: path
        for bundle in repository.draft_folders.bundles()
        for each, path in bundle.records().items()
    }
    problems = repository.reader.check_overlay(folders, repository.reader.read())[
        record
    ]
    assert {each.what.values.get("name") for each in problems if each.what.values} == {
        "themes",
        "firmness",
    }


def test_to_keep_twice_is_to_keep_once(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """Two people, or two clicks."""
    once = keep(decider, found, found.proposals[0])
    again = keep(decider, found, found.proposals[0], "Another title")

    assert once == again
    assert len(DraftEditor(repository).all()) == 2


def test_what_was_kept_is_taken_back_with_its_draft(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """And may be kept again."""
    keep(decider, found, found.proposals[0])

    decider.undo(found, found.proposals[0], corpus=decider.read(), who=WHO)

    assert [each.record for each in DraftEditor(repository).all()] == [D99]
    assert reloaded(repository, found).decisions == {}
    assert keep(decider, found, found.proposals[0]) == FIRST


def test_a_draft_that_somebody_worked_on_is_not_thrown_away(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """Neither by taking back, nor by setting aside."""
    record = keep(decider, found, found.proposals[0])
    drafts = DraftEditor(repository)
    draft = drafts.load(record)
    texts = {
        **draft.texts,
        "fr.md": "---\ntitle: Compter\nsummary: Les compter.\n---\n",
    }
    drafts.save(record, texts, version=draft.version, who="sam@example.org")

    for decide in (decider.undo, decider.set_aside):
        with pytest.raises(UnsuitableError, match="has changed"):
            decide(found, found.proposals[0], corpus=decider.read(), who=WHO)

    assert "Compter" in drafts.load(record).texts["fr.md"]


def test_what_is_set_aside_is_remembered(
    decider: ProposalReview,
    found: Extraction,
    repository: Repository,
    workspace: Workspace,
) -> None:
    """Even when the draft is thrown away and the file comes again."""
    decider.set_aside(found, found.proposals[1], corpus=decider.read(), who=WHO)
    DraftEditor(repository).discard(D99, WHO)
    path = workspace.root / "report.pdf"

    list(Importer(workspace.locations).add([path]))

    decision = reloaded(repository, found).decision(found.proposals[1])
    assert decision is not None
    assert decision.by == WHO
    assert decision.record is None


@pytest.mark.parametrize("title", ["", "  \n ", "x" * (MAX_TITLE + 1)])
def test_a_title_is_asked_for(
    decider: ProposalReview, found: Extraction, title: str
) -> None:
    """Nothing is made without."""
    with pytest.raises(UnsuitableError):
        keep(decider, found, found.proposals[0], title)


def test_nothing_is_kept_of_a_file_that_no_record_lists(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """Its draft was thrown away meanwhile."""
    DraftEditor(repository).discard(D99, WHO)

    with pytest.raises(NotThereError):
        keep(decider, found, found.proposals[0])


def test_a_hostile_title_stays_a_title(
    decider: ProposalReview, found: Extraction, repository: Repository
) -> None:
    """It can neither end the front matter nor begin another field."""
    title = 'a: "b" # c\n---\nsummary: \ud800<script> \x00'

    record = keep(decider, found, found.proposals[0], title)

    text = DraftEditor(repository).load(record).texts["en.md"]
    assert text.split("\n")[1].startswith('title: "a: \\"b\\" # c --- summary:')


def test_what_kb_add_made_drafts_of_counts_as_kept(
    decider: ProposalReview, workspace: Workspace
) -> None:
    """By what they quote."""
    path = workspace.root / "report.pdf"
    path.write_bytes(a_report())
    (outcome,) = Importer(workspace.locations).add([path])
    assert outcome.finding is not None

    drafted = decider.drafted()

    wanted = {
        ProposalQuotation("d9.9", quoted_yaml(each.quotation))
        for each in outcome.finding.proposals
    }
    assert drafted.keys() == wanted
    assert sorted(each.slug for each in drafted.values()) == ["d9.9-r1", "d9.9-r2"]


def test_the_same_words_in_another_report_are_not_decided_on(
    decider: ProposalReview, found: Extraction, workspace: Workspace
) -> None:
    """Each deliverable is quoted for itself."""
    keep(decider, found, found.proposals[0])
    path = workspace.root / "other.pdf"
    cover = ("Deliverable D9.7", "# Another report on lanterns")
    path.write_bytes(a_pdf(cover, FINDINGS, RECOMMENDATIONS))
    manner = ImportOptions(drafts_proposals=False, processes=1)
    (outcome,) = Importer(workspace.locations, manner=manner).add([path])
    other = ExtractionStore(workspace.locations.instance).load(
        extraction_key(outcome.sha256)
    )

    record = keep(decider, other, other.proposals[0])

    assert record == RecordId(Kind.RECOMMENDATION, "d9.7-r1")


def test_findings_that_can_not_be_read_are_none(
    found: Extraction, repository: Repository
) -> None:
    """A damaged file takes no page down."""
    path = repository.locations.instance / "findings" / f"{found.key}.json"
    path.write_text("[]", "utf-8")

    with pytest.raises(NotThereError):
        reloaded(repository, found)
    for key in ("", "../x", "0" * 15):
        with pytest.raises(PublishingError):
            ExtractionStore(repository.locations.instance).load(key)
