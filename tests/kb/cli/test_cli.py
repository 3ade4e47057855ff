"""The commands, as staff run them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.cli.main import main
from tests.support.builders import Workspace
from tests.support.reports import a_pdf, a_report


@pytest.fixture
def run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> RunKb:
    """Give the command `kb` over a copy of the small corpus."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("KB_DOCUMENTS", str(workspace.documents))
    monkeypatch.setenv("KB_INDEX", str(workspace.locations.index))
    monkeypatch.setenv("KB_INSTANCE", str(workspace.locations.instance))
    return RunKb()


class RunKb:
    """Runs `kb` with arguments."""

    def __call__(self, *args: str) -> Result:
        """Run it once."""
        return CliRunner().invoke(main, args)


def test_check_prints_every_problem_and_exits_1(
    run: RunKb, workspace: Workspace
) -> None:
    """Each line is path:line: what is wrong: what to do."""
    workspace.replace("events/w9/record.yaml", "themes:", "theems:")

    result = run("content", "check")

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    expected = "documents/events/w9/record.yaml:3: the field 'theems' is unknown: "
    assert any(line.startswith(expected) for line in lines)
    assert any(
        line.startswith("documents/practices/half-written/fr.md:1: ") for line in lines
    )


def test_check_speaks_the_language_of_the_terminal(
    run: RunKb, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the staff work in French."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    workspace.replace("events/w9/record.yaml", "themes:", "theems:")

    assert (
        "record.yaml:3: le champ «\u00a0theems\u00a0» est inconnu"
        in run("content", "check").stdout
    )


def test_check_exits_0_when_there_are_only_warnings(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """A record in one language is a warning; DIRECTORY is checked like documents/."""
    copy = tmp_path / "copy"
    shutil.copytree(workspace.documents, copy)

    result = run("content", "check", str(copy))

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert all(": warning: " in line for line in lines)
    assert any(
        "half-written/fr.md:1: warning: the edition is missing" in line
        for line in lines
    )
    assert "problems: 0; warnings: " in result.stderr


def test_check_of_a_missing_folder_exits_3(run: RunKb) -> None:
    """Something needed is not available."""
    assert run("content", "check", "/nowhere").exit_code == 3


def test_the_life_of_an_index(run: RunKb, workspace: Workspace) -> None:
    """Missing, built, up to date, changed, updated, damaged, rebuilt."""
    assert run("index", "verify").exit_code == 3
    assert "missing" in run("index", "status").stdout
    assert run("index", "rebuild").stdout.startswith("index rebuilt: 16 records")
    assert "to update: 0" in run("index", "status").stdout
    assert run("index", "update").stdout.startswith("nothing changed: 16 records")
    workspace.replace("events/w9/fr.md", "On a parlé", "Nous avons parlé")
    assert "to update: 1" in run("index", "status").stdout
    assert "1 written, 0 removed" in run("index", "update").stdout
    assert run("index", "verify").exit_code == 0
    for path in workspace.locations.index.rglob("*.pst"):
        path.write_bytes(b"")
    assert run("index", "verify").exit_code == 3
    assert "reason: " in run("index", "status").stdout
    assert run("index", "update").stdout.startswith("index rebuilt")


def test_index_commands_without_content_exit_3(
    run: RunKb, workspace: Workspace
) -> None:
    """The error names the folder."""
    shutil.rmtree(workspace.documents)

    for command in ("rebuild", "update", "status"):
        result = run("index", command)

        assert result.exit_code == 3
        assert str(workspace.documents) in result.stderr


def test_search_prints_hits(run: RunKb) -> None:
    """One line a hit: kind and id, score, title."""
    run("index", "rebuild")

    result = run("search", "eclairage", "--locale", "fr")

    assert result.exit_code == 0
    assert result.stdout.startswith("practice/newtown-lamps\t")
    assert "1 found" in result.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("eclairagge", "spelling mended: éclairage"),
        ("eclairage (", "taken as plain words"),
        ("*eclairage", "“*eclairage” was searched as “eclairage”"),
        ("eclairage girafe", "no records hold all the words: these hold some"),
        ("eclairage rue", "few records hold all the words: these hold some"),
        ('"rue eclairage"', "no record holds the phrase"),
    ],
)
def test_search_says_how_it_departs_from_what_was_typed(
    run: RunKb, typed: str, said: str
) -> None:
    """Results that were not asked for as they are never pass for exact ones."""
    run("index", "rebuild")

    assert said in run("search", typed).stderr


def test_search_speaks_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the other commands do, with the spaces of French."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "il n’y a pas d’index" in run("search", "rue").stderr
    run("index", "rebuild")

    said = run("search", "eclairagge").stderr

    assert "trouvées\u00a0: 1\u202f; orthographe corrigée\u00a0: éclairage" in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--help",), "La base de connaissances du groupe de travail"),
        (("--help",), "Affiche la version, et rien d’autre."),
        (("--help",), "Met l’index à jour, puis ouvre le service"),
        (("search", "--help"), "Affiche le corps de /api/v1/search."),
        (("index", "rebuild", "--help"), "Écrit un nouvel index à côté de l’ancien"),
        (("staff", "add"), "Il manque l’argument 'EMAIL'"),
        (("nope",), "La commande 'nope' n’existe pas."),
    ],
)
def test_help_and_slips_are_told_in_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    """Of each command and option, and by Click itself; English again in English."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    assert said in " ".join(run(*args).output.split())
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert said not in " ".join(run(*args).output.split())


def test_what_the_system_says_is_said_in_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a sentence in English is of no help; spaces of French are shown as such."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    said = run("backup", "/proc/copy.zip").stderr

    assert "la copie ne peut pas être faite\u00a0: fichier ou dossier absent" in said


def test_search_prints_the_json_of_the_contract(run: RunKb) -> None:
    """Scripts read the same body as from the API."""
    run("index", "rebuild")

    body = json.loads(
        run("search", "rue", "--json", "--kind", "event", "--limit", "1").stdout
    )

    assert [hit["id"] for hit in body["hits"]] == ["w9"]
    assert body["facets"]["kind"]
    assert body["hits"][0]["reasons"][0]["term"] == "rue"


def test_search_without_an_index_exits_3(run: RunKb) -> None:
    """It says what is missing, and where."""
    result = run("search", "rue")

    assert result.exit_code == 3
    assert "there is no index" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("search",),
        ("search", "x", "--kind", "bikes"),
        ("search", "x" * 1001),
        ("nope",),
    ],
)
def test_wrong_usage_exits_2(run: RunKb, args: tuple[str, ...]) -> None:
    """As every command of the system does."""
    assert run(*args).exit_code == 2


def test_a_bad_setting_exits_2_and_is_named(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them in one message."""
    monkeypatch.setenv("KB_PORT", "many")
    monkeypatch.setenv("KB_INDX", "x")

    result = run("content", "check")

    assert result.exit_code == 2
    assert "KB_PORT=many" in result.stderr
    assert "KB_INDX is not a setting" in result.stderr


def test_each_command_says_what_it_changes_on_disk(run: RunKb) -> None:
    """Nobody should have to try a command to know."""
    for args in (
        ("index", "rebuild"),
        ("index", "update"),
        ("index", "status"),
        ("index", "verify"),
        ("content", "check"),
        ("search",),
        ("add",),
        ("serve",),
    ):
        text = " ".join(run(*args, "--help").stdout.split())

        assert any(word in text for word in ("on disk", "Writes", "writes")), args


def test_add_says_at_the_end_what_went_in_and_what_did_not(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """One file of many that failed must not be missed."""
    report = tmp_path / "D9.9.pdf"
    report.write_bytes(a_report())
    empty = tmp_path / "empty.pdf"
    empty.touch()

    result = run("add", str(report), str(empty))

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert f"{report}: draft d9.9" in lines
    assert any(line.lstrip().startswith("code: D9.9 (sure; page 1") for line in lines)
    assert "went in: 1 (of which already there: 0); did not go in: 1" in lines
    assert lines[-1].startswith(f"- {empty}: it is empty")
    assert (workspace.locations.drafts / "d9.9").is_dir()


def test_add_publishes_what_is_complete_and_updates_the_index(
    run: RunKb, tmp_path: Path
) -> None:
    """It is found at once."""
    run("index", "rebuild")
    path = tmp_path / "D9.1.pdf"
    path.write_bytes(a_pdf(["Deliverable D9.1", "The lamplighters walked all night."]))

    result = run("add", "--publish", str(path))
    found = run("search", "lamplighters", "--json")

    assert result.exit_code == 0, result.stdout
    assert "index updated: 1 written" in result.stdout
    (hit,) = (each for each in json.loads(found.stdout)["hits"] if each["id"] == "d9.1")
    assert hit["passages"][0]["page"] == 1


def test_add_speaks_the_language_of_the_terminal(
    run: RunKb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the staff work in French."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    empty = tmp_path / "empty.pdf"
    empty.touch()

    result = run("add", str(empty))

    assert "il est vide" in result.stdout
    assert "entrés : 0" in result.stdout.replace("\u00a0", " ")


def test_the_memory_engine_searches_and_is_not_served(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kb serve` has several processes, which would not share its index."""
    monkeypatch.setenv("KB_ENGINE", "memory")

    found = run("search", "lamps", "--json")
    served = run("serve")

    assert json.loads(found.stdout)["total"] > 0
    assert served.exit_code == 2
    assert "KB_ENGINE=whoosh" in served.output
