"""Files that resemble a record: they never go into it by themselves."""

import datetime as dt
from pathlib import Path

import pytest

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Deliverable
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_file
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import InvalidChangeError, NotFoundError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    MatchAnswer,
    extraction_key,
)
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.match_review import ChosenAnswer, MatchReview
from kb.publishing.imports.record_matches import (
    MatchFinder,
    all_reasons,
    suggested_answer,
)
from kb.publishing.imports.staging import ImportResult, ImportStatus
from kb.publishing.published.publisher import Publisher
from tests.support.builders import Workspace
from tests.support.reports import a_pdf

NOW = dt.datetime(2026, 11, 25, 23, 59, tzinfo=dt.UTC)
STREETS = RecordId(Kind.DELIVERABLE, "d9.1")
LEA = "lea@example.org"
SUMMARY = (
    "# Executive summary",
    "This report tells how the streets and screens of towns are watched.",
)
TITLE = "# Workshop 9 Report: Streets and Screens"
FIRST = (
    "The drivers of Newtown met in February with the people of nine towns, and spoke "
    "of streets, of screens, and of the lanterns between them, until late at night."
)
SECOND = (
    "They agreed that a screen without a street is of no use to anybody, and asked for "
    "a second meeting in which the towns would show what they had done since then."
)
PREMIER = (
    "Les conducteurs de Villeneuve ont rencontré en février les habitants de neuf "
    "villes et ont parlé des rues, des écrans et des lanternes tard dans la soirée."
)
SUITE = (
    "Ils ont convenu qu’un écran sans rue ne sert à personne, et demandé une seconde "
    "réunion où les villes montreraient ce qu’elles ont fait depuis la première."
)
ENGLISH = (FIRST, SECOND)
FRENCH = (PREMIER, SUITE)


@pytest.fixture
def project_workspace(workspace: Workspace) -> Workspace:
    """Return the small corpus, whose deliverable has a project and a file."""
    workspace.replace(
        "deliverables/d9.1/record.yaml",
        "lead: Newtown University",
        "lead: Newtown University\nproject: STREETLIGHT",
    )
    content = a_pdf(["Deliverable D9.1", TITLE], ENGLISH)
    path = workspace.add_file(content, name="report.pdf", language="en")
    # An update of the index reads each file.
    read_file(path, cache=ReadingCache(workspace.locations.readings))
    return workspace


def save(folder: Path, name: str, *pages: object) -> Path:
    """Save a PDF."""
    path = folder / name
    path.write_bytes(a_pdf(*pages))  # type: ignore[arg-type]  # lines of text
    return path


def add(
    workspace: Workspace, *paths: Path, is_publishing: bool = False
) -> list[ImportResult]:
    """Import files, and return their results."""
    importer = Importer(
        workspace.locations, clock=lambda: NOW, is_publishing=is_publishing
    )
    return list(importer.add(paths))


def contents(workspace: Workspace) -> dict[str, bytes]:
    """Return all files of the content."""
    return {
        str(path.relative_to(workspace.documents)): path.read_bytes()
        for path in sorted(workspace.documents.rglob("*"))
        if path.is_file()
    }


def slugs(workspace: Workspace) -> list[str]:
    """Return the names of the draft bundles."""
    folder = workspace.locations.drafts
    return sorted(each.name for each in folder.iterdir() if each.name[0] != ".")


def corpus_of(workspace: Workspace) -> Corpus:
    """Return the corpus, read now."""
    return CorpusReader(workspace.documents).read()


def test_the_file_of_another_project_is_not_attached(
    project_workspace: Workspace, tmp_path: Path
) -> None:
    """A file D9.1.1 of another project went into the published D9.1."""
    before = contents(project_workspace)
    cover = (
        "Deliverable D9.1.1",
        "# Harbours and streets by night",
        "Project: HARBOUR",
    )
    path = save(tmp_path, "D9.1.1_Harbours_by_night.pdf", cover, SUMMARY, FRENCH)

    (result,) = add(project_workspace, path, is_publishing=True)

    assert {name: contents(project_workspace)[name] for name in before} == before
    assert "d9.1.1" in result.owner or "d9.1.1" in str(result.message)
    assert result.matches == ()


@pytest.mark.parametrize(
    ("name", "cover", "text", "slug"),
    [
        # The code of the record and its project: a new version, perhaps.
        ("D9.1.pdf", ("Project: STREETLIGHT", "# Lamps"), FRENCH, "streetlight-d9.1"),
        # The code, and no project.
        ("D9.1.pdf", ("# Lamps of the town",), FRENCH, "d9.1-2"),
        ("D9.1-v2.pdf", ("# Lamps of the town",), FRENCH, "d9.1-v2"),
        ("D9_1 lamps.pdf", ("# Lamps of the town",), FRENCH, "d9.1-2"),
        # Nearly the same title, with another code or none.
        ("a.pdf", ("D7.2", TITLE.replace("9 Report:", "9 report –")), FRENCH, "d7.2"),
        ("b.pdf", (TITLE,), FRENCH, "workshop-9-report-streets-and-screens"),
        # The same text.
        ("c.pdf", ("# Lamps of the town",), ENGLISH, "lamps-of-the-town"),
    ],
)
def test_a_file_that_resembles_a_record_becomes_a_draft_of_its_own(
    project_workspace: Workspace,
    tmp_path: Path,
    name: str,
    cover: tuple[str, ...],
    text: tuple[str, ...],
    slug: str,
) -> None:
    """The question names the record; the record is unchanged, with `--publish` too."""
    before = contents(project_workspace)
    path = save(tmp_path, name, cover, SUMMARY, text)

    (result,) = add(project_workspace, path, is_publishing=True)

    assert result.status is ImportStatus.INCOMPLETE
    assert not result.is_success
    assert [match.record for match in result.matches] == [STREETS]
    assert "it resembles deliverables/d9.1: answer first what it is" in str(
        result.message
    )
    assert slugs(project_workspace) == [slug]
    assert contents(project_workspace) == before


@pytest.mark.parametrize(
    ("name", "cover", "slug"),
    [
        ("D9.1.pdf", ("Project: HARBOUR", "# Harbours by night"), "harbour-d9.1"),
        ("D9.1.1.pdf", ("Project: HARBOUR", "# Harbours by night"), "harbour-d9.1.1"),
        ("D9.1.1.pdf", ("# Harbours by night",), "d9.1.1"),
        ("D9_1_1.pdf", ("# Harbours by night",), "d9.1.1"),
        ("x.pdf", ("Deliverable 9.1.1", "# Harbours by night"), "d9.1.1"),
        ("D5.5.pdf", ("Project: STREETLIGHT", "# Harbours by night"), "d5.5"),
        (
            "D5.5.pdf",
            ("Project: HARBOUR: ships", "# Harbours by night"),
            "harbour-d5.5",
        ),
        ("HARBOUR_D9.1.pdf", ("# Harbours by night",), "harbour-d9.1"),
        (
            "D9.1.pdf",
            ("© 2021 HARBOUR Consortium", "# Harbours by night"),
            "harbour-d9.1",
        ),
    ],
)
def test_a_new_file_asks_nothing_and_its_id_carries_the_project(
    project_workspace: Workspace,
    tmp_path: Path,
    name: str,
    cover: tuple[str, ...],
    slug: str,
) -> None:
    """The code of another project is another code."""
    (result,) = add(project_workspace, save(tmp_path, name, cover, SUMMARY, FRENCH))

    assert result.status is ImportStatus.DRAFTED
    assert result.matches == ()
    assert slugs(project_workspace) == [slug]


def test_files_of_one_import_are_compared_with_each_other(
    project_workspace: Workspace, tmp_path: Path
) -> None:
    """The second resembles the draft of the first."""
    english = save(tmp_path, "D5.5_EN.pdf", ["# Harbours by night"], ENGLISH[::-1])
    french = save(tmp_path, "D5.5_FR.pdf", ["# Les ports la nuit"], FRENCH)

    first, second = add(project_workspace, english, french)

    assert RecordId(Kind.DELIVERABLE, "d5.5") not in {
        each.record for each in first.matches
    }
    assert [each.record for each in second.matches] == [
        RecordId(Kind.DELIVERABLE, "d5.5")
    ]


def test_publishing_never_changes_a_record(
    project_workspace: Workspace, repository: Repository, tmp_path: Path
) -> None:
    """A person put the file into a draft of the record, and runs the command again."""
    path = save(tmp_path, "lamps.pdf", ["# Lamps of the town"], FRENCH)
    drafts = DraftEditor(repository)
    drafts.begin(STREETS, LEA)
    importer = add(project_workspace, path)
    assert importer[0].is_success
    sha256 = importer[0].sha256
    drafts.attach(STREETS, path, name="lamps.pdf", facts={"sha256": sha256}, actor=LEA)
    drafts.discard(RecordId(Kind.DELIVERABLE, "lamps-of-the-town"), LEA)
    before = contents(project_workspace)

    (result,) = add(project_workspace, path, is_publishing=True)

    assert result.status is ImportStatus.INCOMPLETE
    assert "it changes a published record" in str(result.message)
    assert contents(project_workspace) == before


# The answers


@pytest.fixture
def version(project_workspace: Workspace, tmp_path: Path) -> Extraction:
    """Import a new version of the file of the record."""
    text = (*ENGLISH, "A third paragraph was added in the new version of the report.")
    path = save(
        tmp_path, "new version.pdf", ["D9.1", TITLE, "Project: STREETLIGHT"], text
    )
    (result,) = add(project_workspace, path)
    return ExtractionStore(project_workspace.locations.instance).load(
        extraction_key(result.sha256)
    )


@pytest.fixture
def translation(project_workspace: Workspace, tmp_path: Path) -> Extraction:
    """Import the record's report in French."""
    path = save(
        tmp_path, "rapport.pdf", ["D9.1", "# Rapport", "Projet : STREETLIGHT"], FRENCH
    )
    (result,) = add(project_workspace, path)
    return ExtractionStore(project_workspace.locations.instance).load(
        extraction_key(result.sha256)
    )


def choose(
    repository: Repository,
    extraction: Extraction,
    answer: MatchAnswer,
    replaced: str = "",
) -> None:
    """Answer for the published record."""
    record = None if answer is MatchAnswer.NEW else STREETS
    MatchReview(repository).answer(
        extraction,
        ChosenAnswer(answer, LEA, record, replaced),
        corpus=repository.reader.read(),
    )


def undo(repository: Repository, extraction: Extraction) -> None:
    """Undo the answer."""
    MatchReview(repository).undo(extraction, corpus=repository.reader.read(), actor=LEA)


def loaded(repository: Repository, extraction: Extraction) -> Extraction:
    """Return the stored extraction."""
    return ExtractionStore(repository.locations.instance).load(extraction.key)


def file_names(repository: Repository, record: RecordId) -> tuple[str, ...]:
    """Return the originals of a draft."""
    return DraftEditor(repository).load(record).files


def test_the_evidence_and_the_suggestion(
    repository: Repository, version: Extraction, translation: Extraction
) -> None:
    """A person sees how code, project, title, language and text agree."""
    finder = MatchFinder(repository, ExtractionStore(repository.locations.instance))
    corpus = repository.reader.read()
    seen = {}
    for extraction in (version, translation):
        match = next(each for each in extraction.matches if each.record == STREETS)
        evidence = finder.evidence(extraction.facts, match, corpus)
        assert evidence is not None
        reasons = {str(each) for each in all_reasons(evidence)}
        seen[extraction.name] = reasons, suggested_answer(evidence)

    reasons, answer = seen["new version.pdf"]
    assert {"same code", "same project", "nearly the same title"} <= reasons
    assert answer is MatchAnswer.VERSION
    reasons, answer = seen["rapport.pdf"]
    assert {"same code", "same project", "another language"} <= reasons
    assert answer is MatchAnswer.LANGUAGE


def test_a_new_version_replaces_the_file_in_a_draft_of_the_record(
    project_workspace: Workspace, repository: Repository, version: Extraction
) -> None:
    """The file keeps its name, so that its address stays; visitors see the old one."""
    before = contents(project_workspace)

    choose(repository, version, MatchAnswer.VERSION, "report.pdf")

    draft = DraftEditor(repository).load(STREETS)
    assert draft.files == ("report.pdf",)
    assert version.sha256 in draft.texts["record.yaml"]
    assert slugs(project_workspace) == ["d9.1"]
    assert contents(project_workspace) == before
    Publisher(repository).publish(STREETS, actor=LEA)
    published = corpus_of(project_workspace).records[STREETS]
    assert isinstance(published, Deliverable)
    assert [each.sha256 for each in published.files] == [version.sha256]


def test_the_other_language_is_added_to_the_record(
    project_workspace: Workspace, repository: Repository, translation: Extraction
) -> None:
    """Both files are listed, each with its language."""
    choose(repository, translation, MatchAnswer.LANGUAGE)

    assert file_names(repository, STREETS) == ("rapport.pdf", "report.pdf")
    Publisher(repository).publish(STREETS, actor=LEA)
    published = corpus_of(project_workspace).records[STREETS]
    assert isinstance(published, Deliverable)
    languages = {each.name: str(each.language) for each in published.files}
    assert languages == {"rapport.pdf": "fr", "report.pdf": "en"}


def test_a_new_record_stays_a_draft_and_may_be_published(
    project_workspace: Workspace, repository: Repository, tmp_path: Path
) -> None:
    """After the answer, the command publishes the file as a record of its own."""
    path = save(tmp_path, "D9.1.pdf", ["# Lamps of the streets"], SUMMARY, FRENCH)
    (asked,) = add(project_workspace, path, is_publishing=True)
    extraction = ExtractionStore(repository.locations.instance).load(
        extraction_key(asked.sha256)
    )

    choose(repository, extraction, MatchAnswer.NEW)

    (result,) = add(project_workspace, path, is_publishing=True)
    assert "answer first" in str(asked.message)
    assert "answer first" not in str(result.message)


@pytest.mark.parametrize(
    ("answer", "replaced"),
    [
        (MatchAnswer.SAME, ""),
        (MatchAnswer.VERSION, "report.pdf"),
        (MatchAnswer.LANGUAGE, ""),
        (MatchAnswer.NEW, ""),
    ],
)
@pytest.mark.parametrize("has_draft", [False, True])
def test_each_answer_is_undone(  # fixtures
    project_workspace: Workspace,
    repository: Repository,
    version: Extraction,
    answer: MatchAnswer,
    replaced: str,
    has_draft: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    """The drafts are as before, and the question is asked again."""
    if has_draft:
        DraftEditor(repository).begin(STREETS, LEA)
    drafts = {each.record: each.version for each in DraftEditor(repository).all()}
    before = contents(project_workspace)
    choose(repository, version, answer, replaced)

    undo(repository, version)

    restored = {each.record: each.version for each in DraftEditor(repository).all()}
    assert restored == drafts
    assert contents(project_workspace) == before
    assert loaded(repository, version).has_question
    choose(repository, version, answer, replaced)


def test_an_undo_keeps_later_edits_of_the_draft(
    repository: Repository, version: Extraction
) -> None:
    """Only the file goes back."""
    choose(repository, version, MatchAnswer.VERSION, "report.pdf")
    drafts = DraftEditor(repository)
    draft = drafts.load(STREETS)
    edited = draft.texts["record.yaml"].replace("Newtown University", "Oldtown")
    drafts.save(
        STREETS,
        {**draft.texts, "record.yaml": edited},
        version=draft.version,
        actor=LEA,
    )

    undo(repository, version)

    text = drafts.load(STREETS).texts["record.yaml"]
    assert "Oldtown" in text
    assert version.sha256 not in text
    assert "report.pdf" in text
    assert file_names(repository, STREETS) == ("report.pdf",)


def test_a_published_answer_cannot_be_undone(
    repository: Repository, version: Extraction
) -> None:
    """The error says what to do instead."""
    choose(repository, version, MatchAnswer.VERSION, "report.pdf")
    Publisher(repository).publish(STREETS, actor=LEA)

    with pytest.raises(InvalidChangeError, match="has been published"):
        undo(repository, version)


def test_a_second_answer_is_refused(
    repository: Repository, version: Extraction
) -> None:
    """Two people answer at once."""
    choose(repository, version, MatchAnswer.SAME)

    with pytest.raises(InvalidChangeError, match="answered meanwhile"):
        choose(repository, version, MatchAnswer.NEW)


def test_an_answer_names_a_record_that_the_file_resembles(
    repository: Repository, version: Extraction
) -> None:
    """A form may be changed."""
    other = RecordId(Kind.DELIVERABLE, "elsewhere")

    with pytest.raises(NotFoundError):
        MatchReview(repository).answer(
            version,
            ChosenAnswer(MatchAnswer.SAME, LEA, other),
            corpus=repository.reader.read(),
        )
    with pytest.raises(NotFoundError):
        choose(repository, version, MatchAnswer.VERSION, "nothing.pdf")
