"""The reading pack of a group dossier, and any brief as a page and an EPUB."""

import io
import zipfile

import icalendar
import pytest
from lxml.etree import fromstring

from kb.group_dossiers.keys import Permission
from tests.kb.group_dossiers.conftest import Room
from tests.support.group_dossiers import LAMPS, Person, key_of, with_link


@pytest.fixture
def owner(room: Room) -> Person:
    """Return the owner of a dossier with a meeting, a note and a question."""
    owner = room.made()
    owner.post("new-section", title="Le droit")
    owner.edit(
        "dossier", 2, title="Réunion", date="2027-01-20", time="14:30", place="Lyon"
    )
    owner.edit(
        f"entry:{LAMPS}", 3, section="2", note="À **reprendre** ?", question="Combien ?"
    )
    return owner


def test_pack_has_the_meeting_notes_and_questions(owner: Person) -> None:
    """The pack begins with the meeting, and has what the group wrote."""
    text = owner.get("/pack.md").text
    for words in (
        "20 janvier 2027, 14:30, Lyon",
        "Ordre du jour",
        "Le droit",
        "Note de Claire, Lyon",
        "À **reprendre**",
        "| Combien ? |",
        "Combien ?",
    ):
        assert words in text
    assert "Question de Claire, Lyon" in text
    assert (
        "Note by Claire, Lyon" in with_link(owner, Permission.READ).get("/pack.md").text
    )


@pytest.mark.parametrize("file", ["pdf", "docx", "epub", "html", "md"])
def test_no_file_contains_a_link_of_the_dossier(owner: Person, file: str) -> None:
    """A file that is passed on opens the dossier to nobody."""
    response = owner.get(f"/pack.{file}", text="full")
    assert response.status_code == 200
    assert file in response.headers["Content-Disposition"]
    secrets = {key_of(owner).weakened(each).secret.encode() for each in Permission}
    content = response.data
    if file in {"docx", "epub"}:
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(map(archive.read, archive.namelist()))
    assert not any(secret in content for secret in secrets)


def test_epub_is_well_formed(owner: Person) -> None:
    """The EPUB has its type first, XHTML, and a table of contents that leads there."""
    archive = zipfile.ZipFile(io.BytesIO(owner.get("/pack.epub").data))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert archive.read("mimetype") == b"application/epub+zip"
    names = archive.namelist()[1:5]
    pages = {name: fromstring(archive.read(name)) for name in names}
    anchors = {each.get("id") for each in pages["text.xhtml"].iter() if each.get("id")}
    for link in pages["toc.xhtml"].iter("{http://www.w3.org/1999/xhtml}a"):
        assert link.get("href", "").partition("#")[2] in anchors


def test_page_needs_no_network(owner: Person) -> None:
    """The page has its style in it, and no script."""
    page = owner.get("/pack.html").text
    assert page.startswith("<!DOCTYPE html>")
    assert "<style>" in page
    for sign in ("<script", "<link", "<img", "@import", "url("):
        assert sign not in page


def test_calendar_entry_has_the_link_to_read(owner: Person) -> None:
    """The entry has place, day and hour, and the weakest link."""
    calendar = icalendar.Calendar.from_ical(owner.get("/pack.ics").data)
    (event,) = calendar.walk("VEVENT")
    assert event["LOCATION"] == "Lyon"
    assert event.decoded("DTSTART").isoformat() == "2027-01-20T14:30:00"
    text = str(event["DESCRIPTION"])
    assert str(key_of(owner).weakened(Permission.READ)) in text
    assert str(key_of(owner)) not in text


def test_what_is_missing_is_said(room: Room) -> None:
    """Without records or a day, there is no file."""
    owner = room.made(ids="")
    assert owner.get("/pack.ics").status_code == 404
    assert owner.get("/pack.pdf").status_code == 404


def test_any_dossier_is_a_page_and_an_epub(room: Room) -> None:
    """The visitor's own dossier has the new formats too."""
    client = room.app.test_client()
    for file, kind in (("html", "text/html"), ("epub", "application/epub+zip")):
        response = client.get(f"/fr/dossier.{file}?r={LAMPS}")
        assert response.status_code == 200
        assert response.mimetype == kind
