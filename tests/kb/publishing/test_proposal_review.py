"""Tests of decisions on proposals."""

import pytest

from indexer.model.ids import Kind, RecordId
from indexer.model.proposals import Proposal
from indexer.model.vocabulary import Audience
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.proposal_review import (
    MAX_TITLE,
    ProposalEdits,
    ProposalReview,
)
from kb.publishing.errors import InvalidChangeError, NotFoundError, PublishingError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.staging import ImportOptions
from tests.support.builders import Workspace
from tests.support.reports import FINDINGS, RECOMMENDATIONS, a_pdf, a_report

ACTOR = "lea@example.org"
D99 = RecordId(Kind.DELIVERABLE, "d9.9")
FIRST = RecordId(Kind.RECOMMENDATION, "d9.9-r1")


@pytest.fixture
def extraction(workspace: Workspace, repository: Repository) -> Extraction:
    """Return the extraction of an imported report."""
    path = workspace.root / "report.pdf"
    path.write_bytes(a_report())
    importer = Importer(workspace.locations, options=ImportOptions(processes=1))
    (result,) = importer.add([path])
    return ExtractionStore(repository.locations.instance).load(
        extraction_key(result.sha256)
    )


@pytest.fixture
def review(repository: Repository) -> ProposalReview:
    """Return the review of the repository."""
    return ProposalReview(repository)


def accept(
    review: ProposalReview,
    extraction: Extraction,
    proposal: Proposal,
    title: str = "Count lanterns",
) -> RecordId:
    """Accept a proposal."""
    typed = ProposalEdits(title, (Audience.LOCAL,))
    return review.accept(
        extraction, proposal, typed, corpus=review.read(), actor=ACTOR, translate=str
    )


def reloaded(repository: Repository, extraction: Extraction) -> Extraction:
    """Load the extraction again."""
    return ExtractionStore(repository.locations.instance).load(extraction.key)


def test_accept_creates_a_draft_that_quotes_the_file(
    review: ProposalReview, extraction: Extraction, repository: Repository
) -> None:
    """The draft has the page, the deliverable and the typed title."""
    record = accept(review, extraction, extraction.proposals[0])

    draft = DraftEditor(repository).load(record)
    text = draft.texts["record.yaml"]
    assert record == FIRST
    assert "deliverables: [d9.9]" in text
    assert "    page: 3" in text
    assert extraction.proposals[0].quotation in text
    assert 'audiences: ["local"]' in text
    assert 'title: "Count lanterns"' in draft.texts["en.md"]
    assert draft.notes.by == ACTOR


def test_an_accepted_draft_lacks_only_fields_for_a_person(
    review: ProposalReview, extraction: Extraction, repository: Repository
) -> None:
    """Its other problems are none."""
    record = accept(review, extraction, extraction.proposals[0])

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


def test_an_accepted_draft_does_not_get_a_former_id(
    review: ProposalReview, extraction: Extraction, workspace: Workspace
) -> None:
    """The address of the id leads to another record."""
    path = workspace.path("recommendations/rec-01/record.yaml")
    text = path.read_text("utf-8") + f"former_ids: [{FIRST.slug}]\n"
    path.write_text(text, "utf-8")

    record = accept(review, extraction, extraction.proposals[0])

    assert record == RecordId(Kind.RECOMMENDATION, "d9.9-r2")


def test_accepting_twice_creates_one_draft(
    review: ProposalReview, extraction: Extraction, repository: Repository
) -> None:
    """Two requests for one proposal return the same id."""
    first = accept(review, extraction, extraction.proposals[0])
    second = accept(review, extraction, extraction.proposals[0], "Another title")

    assert first == second
    assert len(DraftEditor(repository).all()) == 2


def test_an_edited_draft_is_not_discarded(
    review: ProposalReview, extraction: Extraction, repository: Repository
) -> None:
    """Neither undo nor reject discards it."""
    record = accept(review, extraction, extraction.proposals[0])
    drafts = DraftEditor(repository)
    draft = drafts.load(record)
    texts = {
        **draft.texts,
        "fr.md": "---\ntitle: Compter\nsummary: Les compter.\n---\n",
    }
    drafts.save(record, texts, version=draft.version, actor="sam@example.org")

    for decide in (review.undo, review.reject):
        with pytest.raises(InvalidChangeError, match="has changed"):
            decide(
                extraction, extraction.proposals[0], corpus=review.read(), actor=ACTOR
            )

    assert "Compter" in drafts.load(record).texts["fr.md"]


def test_a_rejection_is_remembered(
    review: ProposalReview,
    extraction: Extraction,
    repository: Repository,
    workspace: Workspace,
) -> None:
    """The draft is discarded, and the file imported again."""
    review.reject(
        extraction, extraction.proposals[1], corpus=review.read(), actor=ACTOR
    )
    DraftEditor(repository).discard(D99, ACTOR)
    path = workspace.root / "report.pdf"

    list(Importer(workspace.locations).add([path]))

    decision = reloaded(repository, extraction).decision(extraction.proposals[1])
    assert decision is not None
    assert decision.by == ACTOR
    assert decision.record is None


@pytest.mark.parametrize("title", ["", "  \n ", "x" * (MAX_TITLE + 1)])
def test_accept_requires_a_title(
    review: ProposalReview, extraction: Extraction, title: str
) -> None:
    """An empty or too long title creates no draft."""
    with pytest.raises(InvalidChangeError):
        accept(review, extraction, extraction.proposals[0], title)


def test_accept_requires_a_deliverable_with_the_file(
    review: ProposalReview, extraction: Extraction, repository: Repository
) -> None:
    """The draft of the deliverable was discarded."""
    DraftEditor(repository).discard(D99, ACTOR)

    with pytest.raises(NotFoundError):
        accept(review, extraction, extraction.proposals[0])


def test_yaml_syntax_in_titles_is_quoted(
    review: ProposalReview, extraction: Extraction, repository: Repository
) -> None:
    """A title can't end the front matter or start another field."""
    title = 'a: "b" # c\n---\nsummary: \ud800<script> \x00'

    record = accept(review, extraction, extraction.proposals[0], title)

    text = DraftEditor(repository).load(record).texts["en.md"]
    assert text.split("\n")[1].startswith('title: "a: \\"b\\" # c --- summary:')


def test_equal_quotations_of_two_reports_are_decided_separately(
    review: ProposalReview, extraction: Extraction, workspace: Workspace
) -> None:
    """A draft quotes one deliverable."""
    accept(review, extraction, extraction.proposals[0])
    path = workspace.root / "other.pdf"
    cover = ("Deliverable D9.7", "# Another report on lanterns")
    path.write_bytes(a_pdf(cover, FINDINGS, RECOMMENDATIONS))
    options = ImportOptions(processes=1)
    (result,) = Importer(workspace.locations, options=options).add([path])
    other = ExtractionStore(workspace.locations.instance).load(
        extraction_key(result.sha256)
    )

    record = accept(review, other, other.proposals[0])

    assert record == RecordId(Kind.RECOMMENDATION, "d9.7-r1")


def test_a_damaged_extraction_is_not_found(
    extraction: Extraction, repository: Repository
) -> None:
    """A page must not fail because of it."""
    path = repository.locations.instance / "findings" / f"{extraction.key}.json"
    path.write_text("[]", "utf-8")

    with pytest.raises(NotFoundError):
        reloaded(repository, extraction)
    for key in ("", "../x", "0" * 15):
        with pytest.raises(PublishingError):
            ExtractionStore(repository.locations.instance).load(key)
