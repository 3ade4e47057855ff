"""The copy of the site: files that lead to files."""

import html
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from kb.app import create_app
from kb.backup.errors import BackupError
from kb.core.settings import Settings
from kb.services import Services
from kb.site_copy.copied_links import CopiedLinks, file_of
from kb.site_copy.site_writer import SiteCopy, write_site_copy
from tests.support.builders import Workspace
from tests.support.polling import wait_until
from tests.support.server import has_ended

pytestmark = pytest.mark.load

ORIGIN = "https://base.example"
ATTRIBUTES = re.compile(r'\b(?:href|src|action)="([^"]*)"')


def copied(workspace: Workspace, target: Path, base_url: str = ORIGIN) -> SiteCopy:
    """Write a copy of the site of a workspace."""
    services = Services(Settings(workspace.locations, base_url=base_url))
    return write_site_copy(create_app(services=services), services, target)


@pytest.fixture(scope="module")
def copy(shared_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the small site."""
    target = tmp_path_factory.mktemp("copies") / "site"
    copied(shared_workspace, target)
    return target


def addresses(page: Path) -> list[str]:
    """Return all addresses of a page."""
    return [html.unescape(each) for each in ATTRIBUTES.findall(page.read_text("utf-8"))]


def test_every_link_leads_to_a_file_or_to_the_site(copy: Path) -> None:
    """No address begins at the root of a server: a disk has none."""
    pages = list(copy.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        for each in addresses(page):
            if each.startswith(("https:", "http:", "mailto:", "#")) or not each:
                continue
            assert not each.startswith("/"), (page, each)
            path = unquote(each.partition("#")[0].partition("?")[0])
            assert (page.parent / path).is_file(), (page, each)


@pytest.mark.long
def test_a_site_below_a_path_is_copied_whole(
    copy: Path, shared_workspace: Workspace, tmp_path: Path
) -> None:
    """The same files; what leads to the site leads below its path."""
    below = tmp_path / "site"

    copied(shared_workspace, below, f"{ORIGIN}/base")

    names = {each.relative_to(copy) for each in copy.rglob("*")}
    assert {each.relative_to(below) for each in below.rglob("*")} == names
    for page in copy.rglob("*.html"):
        name = page.relative_to(copy)
        expected = [below_base(each) for each in addresses(page)]
        assert addresses(below / name) == expected, name


def below_base(address: str) -> str:
    """Return an address of the site below a path; a message has it in its text."""
    mailed = quote(ORIGIN)
    return address.replace(ORIGIN, f"{ORIGIN}/base").replace(mailed, f"{mailed}/base")


def test_each_page_says_its_day_and_where_it_comes_from(copy: Path) -> None:
    """In the language of the page."""
    french = (copy / "fr/practices/newtown-lamps.html").read_text("utf-8")
    english = (copy / "en/practices/newtown-lamps.html").read_text("utf-8")

    assert re.search(r'class="copy-note">Copie du \d{1,2}(er)? \w+ \d{4}\.', french)
    assert re.search(r'class="copy-note">Copy of \d{1,2} \w+ \d{4}\.', english)
    assert f'href="{ORIGIN}/fr/practices/newtown-lamps"' in french
    about = json.loads((copy / "copy.json").read_text("utf-8"))
    assert (about["origin"], about["license"]) == (ORIGIN, "CC-BY-4.0")


def test_what_needs_the_service_is_left_out(copy: Path) -> None:
    """No module, no form that writes, nothing of the staff; the rest leads online."""
    for page in copy.rglob("*.html"):
        text = page.read_text("utf-8")
        assert 'type="module"' not in text
        assert 'method="post"' not in text
        assert not re.search(r"<use [^>]*\.svg", text)
    assert not list(copy.rglob("*staff*"))
    assert not list(copy.rglob("*dossier*.html"))
    home = (copy / "fr/index.html").read_text("utf-8")
    assert f'href="{ORIGIN}/fr/dossier"' in home


def test_the_copy_has_the_originals_and_can_be_read_by_all(
    workspace: Workspace, tmp_path: Path
) -> None:
    """One file for both languages; one that may run a script stays on the site."""
    workspace.add_file(b"%PDF-1.4 report", "été n° 1.pdf", language="fr")
    workspace.add_file(b"<script>alert(1)</script>", "page.html")
    services = Services(Settings(workspace.locations, base_url=ORIGIN))
    services.content.update_index()
    target = tmp_path / "site"

    write_site_copy(create_app(services=services), services, target)

    [original] = (target / "deliverables/d9.1/files").iterdir()
    assert (original.name, original.read_bytes()) == (
        "été n° 1.pdf",
        b"%PDF-1.4 report",
    )
    assert original.stat().st_mode & 0o777 == 0o644
    assert target.stat().st_mode & 0o777 == 0o755
    page = (target / "fr/deliverables/d9.1.html").read_text("utf-8")
    assert "../../deliverables/d9.1/files/%C3%A9t%C3%A9%20n%C2%B0%201.pdf" in page
    assert f"{ORIGIN}/fr/deliverables/d9.1/files/page.html" in page


def test_a_copy_replaces_an_earlier_one_and_nothing_else(
    shared_workspace: Workspace, tmp_path: Path
) -> None:
    """A folder with other files is refused, and stays as it is."""
    target = tmp_path / "site"
    target.mkdir()
    (target / "thesis.odt").write_text("mine", "utf-8")
    with pytest.raises(BackupError):
        copied(shared_workspace, target)
    assert [each.name for each in target.iterdir()] == ["thesis.odt"]

    (target / "thesis.odt").rename(target / "copy.json")
    copied(shared_workspace, target)
    assert (target / "index.html").is_file()
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_a_failed_copy_leaves_the_earlier_one(
    shared_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder has its name only once the copy is complete."""

    def full(_: object) -> str:
        raise OSError(28, "No space left on device")

    target = tmp_path / "site"
    target.mkdir()
    (target / "copy.json").write_text("{}", "utf-8")
    monkeypatch.setattr("kb.site_copy.site_writer.search_data", full)

    with pytest.raises(BackupError):
        copied(shared_workspace, target)

    assert [each.name for each in target.iterdir()] == ["copy.json"]
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_no_draft_is_copied(workspace: Workspace, tmp_path: Path) -> None:
    """Only what visitors may read."""
    folder = workspace.locations.drafts / "bundle" / "practices" / "secret"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text("---\ntitle: Topsecret\n---\n", "utf-8")
    services = Services(Settings(workspace.locations))
    services.content.update_index()

    write_site_copy(create_app(services=services), services, tmp_path / "site")

    for path in (tmp_path / "site").rglob("*"):
        assert not path.is_file() or b"Topsecret" not in path.read_bytes()


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/fr/", "fr/index.html"),
        ("/en/needs/", "en/needs/index.html"),
        ("/fr/practices/x", "fr/practices/x.html"),
        ("/en/deliverables/d1/files/a%20b.pdf", "deliverables/d1/files/a b.pdf"),
        ("/static/site.css", "static/site.css"),
    ],
)
def test_each_path_has_its_file(path: str, file: str) -> None:
    """The name says the language and the kind."""
    assert file_of(path) == file


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/fr/practices/y#part", "y.html#part"),
        ("/en/practices/y", f"{ORIGIN}/en/practices/y"),
        ("/fr/old", "y.html"),
        ("/fr/search?q=a&kind=need", "../search.html?q=a&kind=need"),
        ("/fr/needs/?theme=trolling", "../search.html?kind=need&theme=trolling"),
        ("/fr/practices/y?at=2026-01-01", f"{ORIGIN}/fr/practices/y?at=2026-01-01"),
        ("/static/site.css?v=1", "../../static/site.css"),
        ("#here", "#here"),
        ("//elsewhere.example/x", "//elsewhere.example/x"),
    ],
)
def test_links_are_rewritten(address: str, target: str) -> None:
    """To a file, to the search of the copy, or to the site."""
    files = {"/fr/practices/x", "/fr/practices/y", "/static/site.css"}
    links = CopiedLinks(files, {"/fr/old": "/fr/practices/y"}, ORIGIN)

    page = links.rewrite(f'<a href="{html.escape(address)}">', "/fr/practices/x")

    assert page == f'<a href="{html.escape(target)}">'


@pytest.mark.kill
@pytest.mark.skipif(
    sys.platform != "linux",
    reason="only Linux can end a process with its parent (PR_SET_PDEATHSIG)",
)
def test_a_killed_copy_leaves_no_process(
    shared_workspace: Workspace, tmp_path: Path
) -> None:
    """Each language is crawled by a process of its own, which would wait for ever."""
    folders = shared_workspace.locations
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "kb.cli.main", "export", "site", tmp_path / "site"],
        env=os.environ
        | {"KB_DOCUMENTS": f"{folders.documents}", "KB_INDEX": f"{folders.index}"}
        | {"KB_INSTANCE": f"{tmp_path / 'instance'}", "KB_BASE_URL": ORIGIN},
        stdout=subprocess.DEVNULL,
    )
    started = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (children := started.read_text("ascii").split()):
        assert process.poll() is None
        time.sleep(0.02)

    process.kill()
    process.wait()

    wait_until(lambda: all(has_ended(int(child)) for child in children))
