"""The commands."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from kb.cli import serve
from tests.kb.cli.conftest import RunKb
from tests.support.builders import Workspace
from tests.support.reports import a_pdf, a_report, complete_draft
from tests.support.server import a_free_port


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `kb serve` end where it would begin to serve."""
    monkeypatch.setenv("KB_PORT", str(a_free_port()))
    monkeypatch.setattr(serve, "serve_forever", lambda *_: None)
    # The restart would replace the process of the tests.
    monkeypatch.setattr(serve, "restart_if_memory_grew", lambda: None)


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


def test_check_is_in_the_language_of_the_terminal(
    run: RunKb, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Path and line are written for programs, the rest for people."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    workspace.replace("events/w9/record.yaml", "themes:", "theems:")

    output = run("content", "check").stdout

    assert "record.yaml:3: le champ «\u00a0theems\u00a0» est inconnu" in output
    warning = r"^documents/\S+\.(md|yaml):\d+: avertissement\u00a0: "
    assert re.search(warning, output, re.MULTILINE)


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
    """The content is not available."""
    assert run("content", "check", "/nowhere").exit_code == 3


def test_an_index_from_missing_to_rebuilt(run: RunKb, workspace: Workspace) -> None:
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
        ("eclairagge", "spelling corrected: éclairage"),
        ("eclairage (", "searched as plain words"),
        ("*eclairage", "“*eclairage” was searched as “eclairage”"),
        ("eclairage girafe", "no record contains all the words: these contain some"),
        ("eclairage rue", "few records contain all the words: these contain some"),
        ('"rue eclairage"', "no record contains this exact phrase"),
    ],
)
def test_search_names_each_relaxation_step(run: RunKb, typed: str, said: str) -> None:
    """Relaxed results must not pass for exact ones."""
    run("index", "rebuild")

    assert said in run("search", typed).stderr


def test_search_is_in_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has French spaces."""
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
        (("--help",), "Met l’index à jour, puis sert les pages"),
        (("search", "--help"), "Affiche le JSON de /api/v1/search."),
        (("index", "rebuild", "--help"), "Écrit un nouvel index à côté de l’actuel"),
        (("staff", "add"), "Il manque l’argument 'EMAIL'"),
        (("nope",), "La commande 'nope' n’existe pas."),
    ],
)
def test_help_and_usage_errors_are_in_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    """Including Click's own messages; in English again in an English terminal."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    assert said in " ".join(run(*args).output.split())
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert said not in " ".join(run(*args).output.split())


def test_system_errors_are_in_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """French spaces are printed as such."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    said = run("backup", "/proc/copy.zip").stderr

    assert "le fichier ne peut pas être fait\u00a0: fichier ou dossier absent" in said


def test_search_json_is_the_body_of_the_api(run: RunKb) -> None:
    """Scripts read the same keys."""
    run("index", "rebuild")

    body = json.loads(
        run("search", "rue", "--json", "--kind", "event", "--limit", "1").stdout
    )

    assert [hit["id"] for hit in body["hits"]] == ["w9"]
    assert body["facets"]["kind"]
    assert body["hits"][0]["reasons"][0]["term"] == "rue"


def test_search_does_not_print_a_withdrawn_record(
    run: RunKb, workspace: Workspace
) -> None:
    """The command shows only records that the site would show."""
    run("index", "rebuild")
    shutil.rmtree(workspace.path("practices/newtown-lamps"))

    result = run("search", "eclairage")

    assert "newtown-lamps" not in result.stdout


def test_search_without_an_index_exits_3(run: RunKb) -> None:
    """It says that the index is missing, and where."""
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


def test_invalid_settings_exit_2_and_are_named(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message names them all."""
    monkeypatch.setenv("KB_PORT", "many")
    monkeypatch.setenv("KB_INDX", "x")

    result = run("content", "check")

    assert result.exit_code == 2
    assert "KB_PORT=many" in result.stderr
    assert "KB_INDX is not a setting" in result.stderr


def test_invalid_settings_are_named_in_the_language_of_the_terminal(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a line with a remedy."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("KB_PORT", "many")
    monkeypatch.setenv("KB_CONTACT", "Jane")

    lines = run("content", "check").stderr.splitlines()

    assert lines[0] == "kb: KB_PORT=many n’est pas un nombre de 1 à 65535"
    assert lines[1].startswith("kb: KB_CONTACT=Jane ne peut pas servir de contact")
    assert "écrivez une adresse électronique (contact@example.org)" in lines[1]


def test_an_invalid_legal_notice_exits_2_with_each_line(
    run: RunKb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In their order; a control character of the file does not reach the terminal."""
    file = tmp_path / "notice.yaml"
    file.write_text('host: A\npublsher: B\n"\\e[31m": C\ndirector: [D]\n')
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("KB_LEGAL_NOTICE", str(file))

    result = run("serve")

    lines = result.stderr.splitlines()
    start = f"kb: KB_LEGAL_NOTICE={file}"
    assert result.exit_code == 2
    assert lines[0].startswith(
        f"{start}:2: le champ «\u00a0publsher\u00a0» est inconnu"
    )
    assert lines[1].startswith(f"{start}:3: le champ «\u00a0?[31m\u00a0» est inconnu")
    assert lines[2].startswith(f"{start}:4: «\u00a0director\u00a0» doit être une")


def test_each_help_says_what_the_command_writes(run: RunKb) -> None:
    """Nobody should have to try a command to know."""
    for args in (
        *(("index", name) for name in ("rebuild", "update", "status", "verify")),
        *(("staff", name) for name in ("add", "list", "disable", "enable", "reset")),
        *(("content", "check"), ("search",), ("add",), ("serve",)),
        *(("staff", "unlink"), ("backup",), ("restore",)),
    ):
        text = " ".join(run(*args, "--help").stdout.split())

        assert any(word in text for word in ("on disk", "Writes", "writes")), args


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize("lang", ["C.UTF-8", "fr_FR.UTF-8"])
@pytest.mark.parametrize(
    ("base_url", "proxies", "is_warned"),
    [
        ("https://kb.example.org", "0", True),
        ("https://kb.example.org", "1", False),
        ("http://kb.example.org", "0", False),
    ],
)
def test_serve_warns_of_a_proxy_that_is_not_counted(
    run: RunKb,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    base_url: str,
    proxies: str,
    *,
    is_warned: bool,
) -> None:
    """All visitors would share the sign-in attempts of one address."""
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setenv("KB_BASE_URL", base_url)
    monkeypatch.setenv("KB_PROXIES", proxies)

    result = run("serve")

    assert result.exit_code == 0
    french = "tous les visiteurs comptent comme une seule adresse" in result.stderr
    english = "all visitors count as one address" in result.stderr
    assert (english, french) == (
        is_warned and lang.startswith("C"),
        is_warned and lang.startswith("fr"),
    )


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize(
    ("lang", "english", "french"), [("C.UTF-8", 1, 0), ("fr_FR.UTF-8", 0, 1)]
)
def test_serve_names_what_is_missing_in_the_legal_notice(
    run: RunKb, monkeypatch: pytest.MonkeyPatch, lang: str, english: int, french: int
) -> None:
    """One line, in the language of the terminal."""
    monkeypatch.setenv("LANG", lang)

    printed = run("serve").stderr

    missing = ": KB_CONTACT; KB_LEGAL_NOTICE: publisher, director, host"
    assert printed.count(f"settings without a value{missing}. The pages") == english
    assert printed.count(f"réglages non renseignés\u00a0{missing}") == french


@pytest.mark.usefixtures("no_server")
def test_serve_prints_no_line_for_a_complete_legal_notice(
    run: RunKb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A restart reads the file again."""
    file = tmp_path / "notice.yaml"
    file.write_text("publisher: A\ndirector: B\n")
    monkeypatch.setenv("KB_CONTACT", "+33 1 99 00 00 00")
    monkeypatch.setenv("KB_LEGAL_NOTICE", str(file))

    before = run("serve").stderr
    file.write_text("publisher: A\ndirector: B\nhost: C\n")
    after = run("serve").stderr

    assert "without a value: KB_LEGAL_NOTICE: host. " in before
    assert "without a value" not in after


@pytest.mark.load
def test_add_ends_with_a_summary(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """One failure among many files must not be missed."""
    report = tmp_path / "D9.9.pdf"
    report.write_bytes(a_report())
    empty = tmp_path / "empty.pdf"
    empty.touch()

    result = run("add", str(report), str(empty))

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert f"{report}: draft d9.9" in lines
    assert any(line.lstrip().startswith("code: D9.9 (sure; page 1") for line in lines)
    assert "imported: 1 (already present: 0); not imported: 1" in lines
    assert lines[-1].startswith(f"- {empty}: it is empty")
    assert (workspace.locations.drafts / "d9.9").is_dir()


def test_add_asks_which_record_a_file_belongs_to(
    run: RunKb, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command names the record, what speaks for it, and the page that asks."""
    path = tmp_path / "D9.1.pdf"
    path.write_bytes(a_pdf(["Deliverable D9.1", "# Harbours by night"], ["Ships."]))
    record = workspace.documents / "deliverables/d9.1/record.yaml"
    before = record.read_bytes()

    result = run("add", "--publish", str(path))
    draft = run("add", str(path))
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    (tmp_path / "again.pdf").write_bytes(a_pdf(["D9.1", "# Ships"], ["Harbours."]))
    french = run("add", str(tmp_path / "again.pdf"))

    assert result.exit_code == 1
    assert "it resembles deliverables/d9.1: same code, another title" in result.stdout
    assert "/en/staff/findings/" in result.stdout
    assert "not published: it resembles deliverables/d9.1" in result.stdout
    assert draft.exit_code == 0
    assert french.exit_code == 0
    assert "il ressemble à deliverables/d9.1" in french.stdout
    assert "/fr/staff/findings/" in french.stdout
    assert (
        workspace.documents / "deliverables/d9.1/record.yaml"
    ).read_bytes() == before


def test_add_warns_of_a_closed_file(run: RunKb, tmp_path: Path) -> None:
    """The words and their page are printed; the file stays a draft."""
    path = tmp_path / "secret.pdf"
    path.write_bytes(
        a_pdf(["# Harbours by night", "For internal use only"], ["Ships."])
    )

    result = run("add", "--publish", str(path))

    assert result.exit_code == 1
    warning = "warning: the file says that it is not for the public (page 1: “For"
    assert warning in result.stdout
    assert "not published: the file says that it is not for the public" in result.stdout


def test_add_publish_indexes_complete_records(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """A search finds them at once."""
    run("index", "rebuild")
    path = tmp_path / "D9.8.pdf"
    path.write_bytes(
        a_pdf(
            ["Deliverable D9.8", "# Report on streets and lanterns"],
            [
                "# Executive summary",
                "The lamplighters walked all night in the streets.",
            ],
        )
    )

    run("add", str(path))
    complete_draft(workspace.locations.drafts / "d9.8/deliverables/d9.8")
    result = run("add", "--publish", str(path))
    found = run("search", "lamplighters", "--json")

    assert result.exit_code == 0, result.stdout
    assert "index updated: 1 written" in result.stdout
    (hit,) = (each for each in json.loads(found.stdout)["hits"] if each["id"] == "d9.8")
    assert hit["passages"][0]["page"] == 2


def test_add_is_in_the_language_of_the_terminal(
    run: RunKb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the staff work in French."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    empty = tmp_path / "empty.pdf"
    empty.touch()

    result = run("add", str(empty))

    assert "il est vide" in result.stdout
    assert "importés : 0" in result.stdout.replace("\u00a0", " ")
