"""Makes an archive of a small instance with the code of a release.

    .venv/bin/python -m tests.upgrades.make_archive TREE

`TREE` is a git checkout of the release. The archive in `tests/upgrades/archives/` is
named by the time and the hash of its commit. The release runs as its own processes.
This script uses its commands, its pages and its folders only, whose names never change:
the same script runs every release. The instance contains something of everything that
is stored, and ends with a kill in the middle of a publication and of an upload.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Thread
from typing import Any

from bs4 import BeautifulSoup
from werkzeug.test import EnvironBuilder

from tests.support.contributions import PRACTICE, work_for
from tests.support.forms import Fields, form_fields
from tests.support.mail import SENDER, Mailbox, mail_server, text_of
from tests.support.polling import wait_until
from tests.support.reports import COVER, FINDINGS, a_pdf
from tests.support.server import a_free_port, wait_until_healthy

ARCHIVES = Path(__file__).parent / "archives"
EXPECTED = "expected.json"
BACKUP = "backup.zip"

PASSWORD = "trois vaches sur un pont"  # noqa: S105  # of the accounts in the archives
WRONG_PASSWORD = f"not {PASSWORD}"
ADMIN, PUBLISHER, EDITOR, INVITED, CLOSED = (
    f"{name}@example.org"
    for name in ("admin", "publisher", "editor", "invited", "closed")
)
ROLES = {
    PUBLISHER: "publisher",
    EDITOR: "editor",
    INVITED: "editor",
    CLOSED: "editor",
}

CHANGED = "practices/newtown-lamps"
MERGED = "practices/half-written"
DELETED = "recommendations/rec-02"
WITHDRAWN = "needs/n01"
INTERRUPTED = "events/undated"
REVERTED = "glossary/cyberbullying"
EDITED_BY_HAND = "glossary/abuse"
REPLACED = "deliverables/d9.1"

NEW_TITLE = "Newtown: lighting all the lanes"
HAND_WRITTEN = "Words that somebody wrote by hand"
BLANK_TITLE = "Benches of the old harbour"
DISCARDED_TITLE = "A draft that nobody needs"
DISCARDED = "practices/a-draft-that-nobody-needs"
UNFOUND = "xylophonist"
FOLLOWER, LATE_FOLLOWER = "follower@example.org", "late-follower@example.org"
FOLLOWED = "q=lamp"
PAIR = {"section": "always", "fr": "lampadaire", "en": "lamppost"}
OLD_FILE, NEW_FILE = b"# Lamps\n\nThe old report.\n", b"# Lamps\n\nThe new report.\n"
FILE_NAME = "lamps.md"
NOTES = b"# Walks by night\n\nCities should walk by night with residents.\n"
LATE_NOTES = b"# Benches\n\nCities should repair benches with residents.\n"
PROPOSALS = (
    "# Recommendations",
    "- Local authorities should count the broken lanterns every month.",
    "- The police must answer each resident who reports a broken lantern.",
    "- Cities should publish the number of broken lanterns every year.",
)

OK, SEE_OTHER = HTTPStatus.OK, HTTPStatus.SEE_OTHER
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
TIMEOUT_S = 300.0

_LEFT_OUT = re.compile(r".*\.lock|.*-shm|digests\.json")
"""Lock files, shared memory, and a cache that contains absolute paths."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, where it redirects, and its text."""

    status: int
    location: str
    text: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser without script; it keeps its cookies and follows no redirect."""

    port: int
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def get(self, path: str) -> Answer:
        """Request a page."""
        return self._request("GET", path)

    def submit(
        self,
        page: str,
        changes: Mapping[str, Any] | None = None,
        *,
        to: str = "",
        status: int = SEE_OTHER,
    ) -> Answer:
        """Submit the form of a page that leads to `to`, with fields changed.

        By default the form leads to its own page.

        Raises:
            RuntimeError: the answer has another status.
        """
        target = to or page
        data = {**_form(self.get(page).text, target), **(changes or {})}
        answer = self.send(target, data)
        if answer.status != status:
            raise RuntimeError(f"{target}: {answer.status} {_main_text(answer.text)}")
        return answer

    def send(self, target: str, data: Mapping[str, Any]) -> Answer:
        """Post the fields of a form."""
        with EnvironBuilder(method="POST", data=data).get_request() as request:
            body, media_type = request.get_data(), str(request.content_type)
        return self._request("POST", target, body, {"Content-Type": media_type})

    def sign_in(self, email: str) -> Visitor:
        """Sign in with the password of all accounts, unless a session is open."""
        if self.get("/en/staff/sign-in").status == OK:
            self.submit("/en/staff/sign-in", {"email": email, "password": PASSWORD})
        return self

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = "; ".join(f"{m.key}={m.coded_value}" for m in self.cookies.values())
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        ) as connection:
            connection.request(method, path, body, {"Cookie": sent, **(headers or {})})
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                self.cookies.load(line)
            text = response.read().decode("utf-8", "replace")
            return Answer(response.status, response.headers.get("Location", ""), text)


class Release:
    """A checkout of a release, and the instance that its code makes in `root`."""

    def __init__(self, tree: Path, root: Path, mailbox: Mailbox) -> None:
        self.root = root
        self.mailbox = mailbox
        self.documents, self.instance = root / "documents", root / "instance"
        self.port = a_free_port()
        project = tomllib.loads((tree / "pyproject.toml").read_text("utf-8"))
        module = project["project"]["scripts"]["kb"].partition(":")[0]
        self._tree = tree
        self._command = [sys.executable, "-c", f"from {module} import main; main()"]
        self._environ = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "KB_PORT": str(self.port),
            "KB_DOCUMENTS": str(self.documents),
            "KB_INDEX": str(root / "index"),
            "KB_INSTANCE": str(self.instance),
            "KB_SMTP_URL": mailbox.url,
            "KB_MAIL_FROM": SENDER,
        }

    def kb(self, *arguments: str) -> str:
        """Run a command of the release, and return what it prints."""
        done = subprocess.run(  # noqa: S603  # our own interpreter and command
            [*self._command, *arguments],
            cwd=self._tree,
            env=self._environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the service during the block, then kill all its processes."""
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and command
            [*self._command, "serve"],
            cwd=self._tree,
            env=self._environ,
            start_new_session=True,
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{self.port}", process)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def file_states(self) -> list[str]:
        """Return the state of each uploaded file."""
        tasks = (self.instance / "uploads").glob("*/task.json")
        bodies = [json.loads(each.read_bytes()) for each in tasks]
        return [file["state"] for body in bodies for file in body["files"]]

    def is_idle(self) -> bool:
        """Return whether all uploaded files were read."""
        return not {"waiting", "reading"} & set(self.file_states())

    def is_interrupted(self) -> bool:
        """Return whether a change and an upload are unfinished."""
        entries = list((self.instance / "journal").glob("*.json"))
        return len(entries) == 1 and "reading" in self.file_states()

    def visitor(self) -> Visitor:
        """Return a browser without cookies."""
        return Visitor(self.port)


def make_archive(tree: Path, archive: Path) -> None:
    """Make an instance with the code of a release, and store it as `archive`."""
    with tempfile.TemporaryDirectory() as folder, mail_server() as mailbox:
        root = Path(folder)
        release = Release(tree, root, mailbox)
        _write_content(release, tree)
        link = release.kb("staff", "add", ADMIN, "--role", "admin")
        release.kb("index", "rebuild")
        with release.serving():
            expected = _fill(release, _path_of(link))
        _edit_by_hand(release)
        release.kb("index", "update")
        release.kb("backup", str(root / BACKUP))
        history = release.instance / "history/history.sqlite"
        with closing(sqlite3.connect(history)) as database, release.serving():
            expected |= _visible(release)
            expected |= _let_mail_wait(release)
            _interrupt(release, database)
        if not release.is_interrupted():
            raise RuntimeError("the service was killed too late: run the script again")
        expected["made_at"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        (root / EXPECTED).write_text(json.dumps(expected, ensure_ascii=False), "utf-8")
        _store(root, archive)


def _write_content(release: Release, tree: Path) -> None:
    """Copy the small corpus of the release, and list an original in it."""
    shutil.copytree(tree / "tests/corpus", release.documents)
    folder = release.documents / REPLACED
    (folder / "files").mkdir()
    (folder / "files" / FILE_NAME).write_bytes(OLD_FILE)
    digest = _sha256(OLD_FILE)
    with (folder / "record.yaml").open("a", encoding="utf-8") as record:
        record.write(
            f"files:\n  - {{name: {FILE_NAME}, sha256: {digest}, language: en}}\n"
        )


def _fill(release: Release, link: str) -> dict[str, Any]:
    """Store something of everything, by the pages for staff."""
    admin, publisher = release.visitor(), release.visitor()
    proposal = release.visitor().get("/en/propose")
    _set_password(admin, link)
    admin.sign_in(ADMIN)
    links = {email: _invite(admin, email, role) for email, role in ROLES.items()}
    for email in (PUBLISHER, EDITOR, CLOSED):
        _set_password(release.visitor(), links[email])
    _close(admin, CLOSED)
    editor = release.visitor().sign_in(EDITOR)
    publisher.sign_in(PUBLISHER)
    release.visitor().submit(
        "/en/staff/sign-in",
        {"email": EDITOR, "password": WRONG_PASSWORD},
        status=UNPROCESSABLE,
    )
    release.visitor().get(f"/en/search?q={UNFOUND}")
    _change_records(publisher)
    report, task = _import_files(release, publisher)
    return {
        "open_link": links[INVITED],
        "session": {name: each.value for name, each in editor.cookies.items()},
        "blank_draft": _write_drafts(editor),
        "report": report,
        "task": task,
        "proposals": _review(editor, report[:16]),
        **_propose(release, proposal),
        **_follow(release),
    }


def _set_password(visitor: Visitor, link: str) -> None:
    visitor.submit(link, {"new_password": PASSWORD})


def _invite(admin: Visitor, email: str, role: str) -> str:
    """Add an account, and return its link, which is shown once."""
    answer = admin.submit(
        "/en/staff/accounts", {"email": email, "role": role}, status=OK
    )
    return _path_of(_attribute(answer.text, "#link", "value"))


def _close(admin: Visitor, email: str) -> None:
    page = admin.get("/en/staff/accounts").text
    account = _attribute(page, f'a:-soup-contains("{email}")', "href")
    admin.submit(account, to=f"{account}/disable")


def _change_records(publisher: Visitor) -> None:
    """Publish changes, revert, delete, merge and withdraw records, and add a pair."""
    staff, chosen = "/en/staff", "/en/staff/records/chosen"
    for record in (CHANGED, REVERTED):
        page = f"{staff}/records/{record}"
        publisher.submit(page, to=f"{page}/change")
        publisher.submit(f"{staff}/drafts/{record}", {"en-title": NEW_TITLE})
        publisher.submit(f"{staff}/drafts/{record}/publish")
    changes = publisher.get(f"{staff}/history?record={REVERTED}").text
    change = _attribute(changes, f'.hits a[href^="{staff}/history/"]', "href")
    bring_back = f"{change.partition('?')[0]}/bring-back"
    publisher.submit(f"{bring_back}?side=before", to=bring_back)
    publisher.submit(f"{chosen}/delete?d={DELETED}", to=f"{chosen}/delete")
    into = CHANGED.partition("/")[2]
    merge = f"{staff}/records/{MERGED}/merge"
    publisher.submit(f"{merge}?into={into}", to=merge)
    publisher.submit(f"{chosen}/withdraw?d={WITHDRAWN}", to=f"{chosen}/withdraw")
    publisher.submit(f"{staff}/lexicon", PAIR)


def _write_drafts(editor: Visitor) -> str:
    """Write two drafts by hand, discard the second; return the path of the first."""
    paths = [
        editor.submit(
            "/en/staff/add",
            {"kind": "practice", "title": title},
            to="/en/staff/add/blank",
        ).location
        for title in (BLANK_TITLE, DISCARDED_TITLE)
    ]
    kept, discarded = (_path_of(each) for each in paths)
    # The first releases have one field for the text, later ones one for each part.
    written = f"{HAND_WRITTEN}.\n"
    text = {"en-body": f"## The problem\n\n{written}", "en-body-problem": written}
    editor.submit(kept, text)
    drafts = discarded.partition("/drafts/")
    path = f"{drafts[0]}/drafts/delete"
    editor.submit(f"{path}?d={drafts[2]}", to=path)
    return kept


def _import_files(release: Release, publisher: Visitor) -> list[str]:
    """Import a file by command, and files by an upload; return the report and its task.

    The files of the upload are a report, and one that can't be read.
    """
    notes, report = release.root / "notes.md", a_pdf(COVER, FINDINGS, PROPOSALS)
    notes.write_bytes(NOTES)
    release.kb("add", str(notes))
    notes.unlink()
    files = [_sent(report, "report.pdf"), _sent(b"%PDF-1.4 broken", "broken.pdf")]
    task = publisher.submit("/en/staff/add", {"files": files}).location
    wait_until(release.is_idle, timeout_s=TIMEOUT_S)
    file = f"/en/staff/records/{REPLACED}/files/{FILE_NAME}"
    publisher.submit(f"{file}/replace", {"file": _sent(NEW_FILE, FILE_NAME)})
    wait_until(release.is_idle, timeout_s=TIMEOUT_S)
    return [_sha256(report), _path_of(task)]


def _review(editor: Visitor, key: str) -> dict[str, str]:
    """Keep a proposal, set another aside, and leave the third open."""
    page = f"/en/staff/findings/{key}"
    forms = BeautifulSoup(editor.get(page).text, "lxml").select("form[action]")
    actions = dict.fromkeys(str(form["action"]) for form in forms)
    proposal = re.compile(rf"{page}/[0-9a-f]{{16}}")
    kept, aside, left = filter(proposal.fullmatch, actions)
    editor.submit(page, {"choice": "keep"}, to=kept)
    editor.submit(page, {"choice": "aside"}, to=aside)
    return {"kept": kept, "aside": aside, "open": left}


def _propose(release: Release, form: Answer) -> dict[str, Any]:
    """Send the form of a visitor; return its private page if the release has one.

    The form was opened before: a robot would send it at once.
    """
    if form.status != OK:
        return {}
    token = _attribute(form.text, '[name="token"]', "value")
    answers = {**PRACTICE, "token": token, "work": work_for(token)}
    answer = release.visitor().send("/en/propose", answers)
    if answer.status != SEE_OTHER:
        raise RuntimeError(f"/en/propose: {answer.status} {_main_text(answer.text)}")
    return {"contribution": answer.location}


def _ask_for_alert(release: Release, address: str) -> bool:
    """Ask for an alert; return whether the release has alerts."""
    target = f"/en/alerts?{FOLLOWED}"
    return release.visitor().send(target, {"email": address}).status == SEE_OTHER


def _follow(release: Release) -> dict[str, Any]:
    """Ask for an alert, and confirm it by the link in the message."""
    if not _ask_for_alert(release, FOLLOWER):
        return {}
    confirmation = re.compile(r"http://\S+/alerts/confirm/\S+")

    def links() -> list[str]:
        texts = map(text_of, tuple(release.mailbox.messages))
        return [link for text in texts for link in confirmation.findall(text)]

    wait_until(lambda: len(links()) == 1, timeout_s=TIMEOUT_S)
    (link,) = links()
    page = _path_of(link)
    release.visitor().submit(page, status=OK)
    return {"alerts": [FOLLOWER]}


def _let_mail_wait(release: Release) -> dict[str, Any]:
    """Ask for an alert while the mail server accepts no message."""
    release.mailbox.answer = "450 try later"
    asked = _ask_for_alert(release, LATE_FOLLOWER)
    return {"waiting_mail": [LATE_FOLLOWER]} if asked else {}


def _edit_by_hand(release: Release) -> None:
    path = release.documents / EDITED_BY_HAND / "en.md"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{HAND_WRITTEN}.\n")


def _visible(release: Release) -> dict[str, Any]:
    """Return all that visitors see."""
    visitor = release.visitor()
    addresses = re.findall(r"<loc>(.+?)</loc>", visitor.get("/sitemap.xml").text)
    pages = sorted({urllib.parse.urlsplit(each).path for each in addresses})
    ids = sorted({p[3:] for p in pages if p.count("/") == 3 and not p.endswith("/")})
    original = f"/en/{REPLACED}/files/{FILE_NAME}"
    return {
        "pages": pages,
        "records": {
            each: json.loads(visitor.get(f"/api/v1/records{each}").text) for each in ids
        },
        "original": [original, visitor.get(original).text],
    }


def _interrupt(release: Release, history: sqlite3.Connection) -> None:
    """Start to withdraw a record and to read an upload; the caller kills the service.

    The journal entry is written and applied, but the history is locked. The upload is
    being read, but its draft needs the lock of the journal.
    """
    publisher = release.visitor().sign_in(PUBLISHER)
    other = release.visitor().sign_in(PUBLISHER)
    folder = release.documents / INTERRUPTED

    def withdraw() -> None:
        with suppress(OSError, RuntimeError, http.client.HTTPException):
            path = "/en/staff/records/chosen/withdraw"
            publisher.submit(f"{path}?d={INTERRUPTED}", to=path)

    history.execute("BEGIN IMMEDIATE")
    Thread(target=withdraw, daemon=True).start()
    wait_until(lambda: not folder.exists(), timeout_s=TIMEOUT_S)
    other.submit("/en/staff/add", {"files": _sent(LATE_NOTES, "late.md")})
    wait_until(lambda: "reading" in release.file_states(), timeout_s=TIMEOUT_S)


def _store(root: Path, archive: Path) -> None:
    """Store an instance, without caches, locks and the index."""
    mark = str(root).encode()
    archive.parent.mkdir(exist_ok=True)
    with tarfile.open(archive, "w:xz", preset=9) as target:
        for path in sorted(root.rglob("*")):
            inner = path.relative_to(root)
            if inner.parts[0] == "index" or _LEFT_OUT.fullmatch(path.name):
                continue
            content = path.read_bytes() if path.is_file() else b""
            if mark in content:
                raise RuntimeError(f"{inner} contains a path of this machine")
            info = target.gettarinfo(str(path), inner.as_posix())
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            target.addfile(info, io.BytesIO(content))


def _form(text: str, target: str) -> Fields:
    """Return the fields of the form that leads to an address, or its token at least."""
    for form in (f'[action="{target}"]', ":not([action])"):
        with suppress(AssertionError):
            return form_fields(text, form=f'form[method="post"]{form}')
    return {"csrf_token": [_attribute(text, '[name="csrf_token"]', "value")]}


def _attribute(text: str, selector: str, name: str) -> str:
    found = BeautifulSoup(text, "lxml").select_one(selector)
    if found is None:
        raise RuntimeError(f"no {selector} in {_main_text(text)}")
    return str(found[name])


def _main_text(page: str) -> str:
    main = BeautifulSoup(page, "lxml").select_one("main")
    return " ".join(main.get_text(" ").split()) if main is not None else page


def _sent(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _path_of(link: str) -> str:
    path = urllib.parse.urlsplit(link.strip()).path
    return path.replace("/fr/", "/en/", 1)


def main() -> None:
    """Make the archive of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    tree = parser.parse_args().tree.resolve()
    make_archive(tree, ARCHIVES / f"{_commit_name(tree)}.tar.xz")


def _commit_name(tree: Path) -> str:
    """Return the time and the hash of the commit of a checkout: names sort by time."""
    git = ["git", "-C", str(tree), "log", "-1", "--date=format:%Y%m%d-%H%M"]
    return subprocess.check_output([*git, "--format=%cd-%h"], text=True).strip()  # noqa: S603  # our own command


if __name__ == "__main__":
    main()
