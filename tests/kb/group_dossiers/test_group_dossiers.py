"""Group dossiers: who may read and write, what two people write at once, versions."""

import datetime as dt
import json
import re
from dataclasses import replace

import pytest

from kb.app import create_app
from kb.core.settings import ServiceRole, Settings
from kb.group_dossiers.dossier import GroupDossier, Note
from kb.group_dossiers.keys import DossierKey, Permission
from kb.group_dossiers.routes import CHANGES
from kb.group_dossiers.store import VersionLabel
from kb.server.content_watcher import ContentWatcher
from kb.services import Services
from tests.kb.group_dossiers.conftest import Room
from tests.support.builders import Workspace
from tests.support.contributions import token_of
from tests.support.disks import no_room
from tests.support.group_dossiers import (
    LAMPS,
    NEW,
    Person,
    key_of,
    new_dossier,
    with_link,
)

REPORT = "deliverables/d9.1"


def content_of(room: Room, person: Person) -> GroupDossier:
    """Return what is stored of the dossier of a person."""
    stored = room.store.find(key_of(person))
    assert stored is not None
    return stored.content


def test_links_allow_what_they_say(room: Room) -> None:
    """A link to read changes nothing; only the one to manage ends the others."""
    owner = room.made()
    writer = with_link(owner, Permission.WRITE, "Bob, Leeds")
    reader = with_link(owner, Permission.READ)
    assert all(each.get().status_code == 200 for each in (owner, writer, reader))
    assert f"/en/{LAMPS}" in reader.get().text
    # Each page has the links that its own allows, and no stronger one.
    for person, names in ((owner, "rwm"), (writer, "rw"), (reader, "r")):
        shown = re.findall(
            r'value="[^"]*/group-dossiers/(.)[\w-]{32}"', person.get().text
        )
        assert "".join(shown) == names
    assert 'method="post"' not in reader.get().text
    assert reader.post("new-section", title="x").status_code == 403
    assert reader.post(path="/name", name="Eve").status_code == 403
    assert reader.post(path="/erase").status_code == 403
    for person in (reader, writer):
        for act in ("renew", "close", "delete"):
            assert person.post(act, path="/manage").status_code == 403
    assert writer.post("new-section", title="Law").status_code == 303
    assert [each.title for each in content_of(room, owner).sections] == ["", "Law"]


def test_no_key_leads_to_a_stronger_one(room: Room) -> None:
    """Another letter before the same secret opens nothing."""
    owner = room.made()
    secret = key_of(owner).weakened(Permission.READ).secret
    for letter in "wmx":
        guess = Person(room.app, f"/fr/group-dossiers/{letter}{secret}")
        assert guess.get().status_code == 404
    for text in ("r", "r" + "A" * 32, "new/versions", "r" + "é" * 32):
        assert Person(room.app, f"/fr/group-dossiers/{text}").get().status_code == 404


def test_pages_stay_private(room: Room) -> None:
    """No cache, search engine or other site gets the address of a page."""
    owner = room.made()
    for path in ("", "/versions", "/pack.md", "/pack.json"):
        headers = owner.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
    client = room.app.test_client()
    assert "Disallow: /fr/group-dossiers" in client.get("/robots.txt").text
    assert "group-dossiers" not in client.get("/sitemap.xml").text
    response = client.post(
        owner.url, data={"act": "new-section"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403


def test_the_file_says_nothing_without_a_link(room: Room) -> None:
    """Titles, notes, names, records and keys are not readable in the file."""
    owner = room.made(title="Un titre rare")
    owner.edit("dossier", 1, title="Un titre rare", note="Une note confidentielle")
    folder = room.settings.group_dossiers_file.parent
    stored = b"".join(path.read_bytes() for path in folder.glob("group-dossiers.db*"))
    for words in (
        "titre rare",
        "confidentielle",
        "Claire",
        "newtown",
        key_of(owner).secret,
    ):
        assert words.encode() not in stored


def test_a_reader_of_shared_content_has_none(content: Workspace) -> None:
    """A replica has no group dossiers."""
    settings = replace(Settings(content.locations), role=ServiceRole.READER)
    client = create_app(services=Services(settings)).test_client()
    assert client.get(NEW).status_code == 404


def test_new_dossier_from_the_own_one(room: Room) -> None:
    """A press makes a group dossier of the visitor's own one."""
    client = room.app.test_client()
    client.set_cookie("dossier", f"{LAMPS}~practices/unknown")
    page = client.get(NEW).text
    assert f'name="ids" value="{LAMPS}"' in page
    assert NEW in client.get("/fr/dossier").text
    owner = room.made()
    entry = content_of(room, owner).entry(LAMPS)
    assert entry is not None
    assert entry.stamp.by == "Claire, Lyon"


def test_robots_leave_nothing(room: Room) -> None:
    """Forms of robots are refused; what passes is little and gone after its days."""
    client = room.app.test_client()
    token = token_of(client.get(NEW))
    sent = {"token": token, "title": "Spam", "name": "Bot"}
    assert client.post(NEW, data=sent).status_code == 422  # too fast
    room.clock.advance(seconds=60)
    assert client.post(NEW, data={**sent, "website": "x"}).status_code == 422
    assert client.post(NEW, data={**sent, "token": "forged"}).status_code == 422
    assert not room.settings.group_dossiers_file.exists()
    statuses = [
        client.post(NEW, data={**sent, "token": token_of(client.get(NEW))}).status_code
        for _try in range(3)
    ]
    assert statuses == [422] * 3
    # Without the work of a script: a few, which last a day.
    made = 0
    for _try in range(12):
        token = token_of(client.get(NEW))
        room.clock.advance(seconds=20)
        made += client.post(NEW, data={**sent, "token": token}).status_code == 303
    assert made == 3
    room.clock.advance(days=2 + room.settings.dossier_days)
    assert room.store.delete_expired(room.clock()) == made


def test_a_form_without_script_lasts_a_day_until_renewed(room: Room) -> None:
    """A browser without script keeps its dossier by renewing it."""
    owner = new_dossier(room.app, room.clock, {"days": "365"}, has_script=False)
    room.clock.advance(hours=25)
    assert owner.get().status_code == 410
    assert owner.post("renew", path="/manage", days="365").status_code == 303
    room.clock.advance(days=364)
    assert owner.get().status_code == 200


@pytest.mark.parametrize(
    "fields", [{"title": ""}, {"title": "x" * 151}, {"name": "  "}]
)
def test_a_wrong_form_is_shown_again(room: Room, fields: dict[str, str]) -> None:
    """A form without title or name comes back with what it had."""
    client = room.app.test_client()
    token = token_of(client.get(NEW))
    room.clock.advance(seconds=60)
    sent = {"token": token, "title": "Un titre", "name": "Ana", "ids": LAMPS, **fields}
    response = client.post(NEW, data=sent)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert f'name="ids" value="{LAMPS}"' in response.text


def test_who_writes_gives_a_name(room: Room) -> None:
    """Nothing is written without a name, which the versions show."""
    owner = room.made()
    stranger = with_link(owner, Permission.WRITE)
    assert 'name="name"' in stranger.get().text
    assert stranger.post("new-section", title="x").status_code == 422
    stranger.post(path="/name", name="  Bob\n Leeds ")
    assert stranger.post("new-section", title="Law").status_code == 303
    assert "Bob Leeds" in owner.get("/versions").text


def test_two_people_at_once_lose_nothing(room: Room) -> None:
    """Texts are merged by field; in one field, the second person sees both."""
    owner = room.made()
    bob = with_link(owner, Permission.WRITE, "Bob")
    part = f"entry:{LAMPS}"
    # In other fields, both count, though both forms were opened at version 1.
    owner.edit(part, 1, section="1", note="Une note", question="")
    bob.edit(part, 1, section="1", note="", question="How many?")
    entry = content_of(room, owner).entry(LAMPS)
    assert entry is not None
    assert (entry.note.text, entry.question.text) == ("Une note", "How many?")
    assert (entry.note.stamp.by, entry.question.stamp.by) == ("Claire, Lyon", "Bob")
    # In the same field, the second one sees both texts, and loses neither.
    owner.edit(part, 3, section="1", note="Une autre", question="How many?")
    conflict = bob.edit(part, 3, section="1", note="Mine", question="How many?")
    assert conflict.status_code == 409
    assert "Une autre" in conflict.text
    assert "Mine" in conflict.text
    found = re.search(r'name="version" value="(\d+)"', conflict.text)
    assert found is not None
    bob.edit(part, int(found[1]), section="1", note="Both", question="How many?")
    assert content_of(room, owner).entries[0].note.text == "Both"


def test_an_overtaken_save_is_not_stored(room: Room) -> None:
    """A save counts only for the version that it began with."""
    owner = room.made()
    key = key_of(owner)
    label = VersionLabel(0, room.clock(), "x", "edit-dossier")
    assert room.store.save(key, GroupDossier("A"), label, version=1)
    assert not room.store.save(key, GroupDossier("B"), label, version=1)
    assert content_of(room, owner).title == "A"


def test_records_and_sections(room: Room) -> None:
    """Records and sections are added, moved and removed; wrong acts change nothing."""
    owner = room.made()
    owner.post(
        "add", section="1", ids=f"http://localhost/en/{REPORT}/\nhttps://x.org/a/b"
    )
    owner.post("new-section", title="Law")
    assert content_of(room, owner).records == (LAMPS, REPORT)
    owner.post(f"up:{REPORT}")
    assert content_of(room, owner).records == (REPORT, LAMPS)
    owner.post(f"down:{LAMPS}")  # over the edge, to the next section
    owner.post("section-up:2")
    assert [each.id for each in content_of(room, owner).sections] == ["2", "1"]
    owner.edit(f"entry:{REPORT}", 6, section="2", note="", question="")
    assert content_of(room, owner).records == (LAMPS, REPORT)
    owner.post("remove-section:2")
    assert set(content_of(room, owner).records) == {LAMPS, REPORT}
    owner.post(f"remove:{LAMPS}")
    assert content_of(room, owner).records == (REPORT,)
    for act in ("add", "nonsense", "up:practices/none", "section-up:9", "restore:99"):
        response = owner.post(act, ids="no record", section="1")
        assert response.status_code == 422, act
        assert 'role="alert"' in response.text
    assert owner.post("remove-section:1").status_code == 422


def test_texts_are_checked_and_kept(room: Room) -> None:
    """A wrong text is shown again; Markdown is limited and cleaned."""
    owner = room.made()
    for texts in (
        {"title": "T", "date": "tomorrow"},
        {"title": "T", "time": "25:00"},
        {"title": "", "note": "kept words"},
        {"title": "T", "note": "x" * 4001},
    ):
        response = owner.edit("dossier", 1, **texts)
        assert response.status_code == 422
        for text in texts.values():
            assert text in response.text
    hostile = (
        "<script>alert(1)</script>\n\n"
        "[a](javascript:alert(1)) **b** <img src=x onerror=y>"
    )
    owner.edit("dossier", 1, title="T", note=hostile, date="2027-01-20", time="14:30")
    page = owner.get().text
    assert "<strong>b</strong>" in page
    assert "alert(1)</script>" not in page
    assert "javascript:" not in page
    assert "onerror" not in page
    assert "20 janvier 2027, 14:30" in page


def test_notes_stay_in_their_language(room: Room) -> None:
    """A note is marked with the language that it was written in."""
    owner = room.made()
    owner.edit("outcomes", 1, note="Une suite")
    reader = with_link(owner, Permission.READ)
    assert re.search(r'lang="fr">\s*<p>Une suite', reader.get().text)
    assert "in French" in reader.get().text


def test_versions_come_back(room: Room) -> None:
    """An earlier version can be seen and brought back."""
    owner = room.made()
    owner.post(f"remove:{LAMPS}")
    assert content_of(room, owner).records == ()
    past = owner.get(version="1").text
    assert f"/fr/{LAMPS}" in past
    assert "version antérieure" in past
    owner.post("restore:1")
    assert content_of(room, owner).records == (LAMPS,)
    assert owner.get("/versions").text.count("/group-dossiers/") > 3
    assert owner.get(version="99").status_code == 404


def test_the_oldest_versions_go_when_a_dossier_is_large(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit of bytes, the oldest versions go, never the present one."""
    owner = room.made()
    monkeypatch.setattr("kb.group_dossiers.store.MAX_BYTES", 3_000)
    for number in range(12):
        owner.edit("outcomes", number + 1, note=f"Note {number}")
    labels = room.store.labels(key_of(owner))
    assert 1 < len(labels) < 13
    assert content_of(room, owner).outcomes.text == "Note 11"


def test_links_end_and_the_dossier_is_deleted(room: Room) -> None:
    """Ended links show nothing; the dossier goes after the days of the setting."""
    owner = room.made(title="Un titre")
    reader = with_link(owner, Permission.READ)
    assert owner.post("close", path="/manage").status_code == 303
    ended = reader.get()
    assert ended.status_code == 410
    assert "Un titre" not in ended.text
    assert "Un titre" in owner.get().text
    room.clock.advance(days=29)
    assert room.store.delete_expired(room.clock()) == 0
    room.clock.advance(days=2)
    assert room.store.delete_expired(room.clock()) == 1
    assert owner.get().status_code == 404
    other = room.made()
    other.post("delete", path="/manage")
    assert other.get().status_code == 404


def test_erasing_goes_through_all_versions(room: Room) -> None:
    """A person exports what the device wrote, and erases it everywhere."""
    owner = room.made()
    bob = with_link(owner, Permission.WRITE, "Bob")
    part = f"entry:{LAMPS}"
    bob.edit(part, 1, section="1", note="Bob's words", question="")
    owner.edit("outcomes", 2, note="Claire's words")
    mine = json.loads(bob.get("/pack.json").text)
    note = mine["sections"][0]["entries"][0]["note"]
    assert (note["text"], note["stamp"]["is_mine"]) == ("Bob's words", True)
    assert mine["outcomes"]["stamp"]["is_mine"] is False
    assert "device" not in json.dumps(mine)
    bob.post(path="/erase")
    key, store = key_of(owner), room.store
    for label in store.labels(key):
        past = store.version(key, label.number)
        assert past is not None
        assert "Bob" not in past.to_json()
        assert label.by != "Bob"
    assert content_of(room, owner).outcomes.text == "Claire's words"


def test_a_full_disk_loses_no_text(room: Room) -> None:
    """What could not be stored is still in the form."""
    owner = room.made()
    with no_room():
        response = owner.edit("outcomes", 1, note="Typed for an hour")
    assert response.status_code == 507
    assert "Typed for an hour" in response.text


def test_changes_are_limited_by_network(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many changes of a network are refused for an hour."""
    owner = room.made()
    limit = replace(CHANGES, of_home=2, least=1)
    monkeypatch.setattr("kb.group_dossiers.routes.CHANGES", limit)
    statuses = [owner.post("new-section", title=str(n)).status_code for n in range(3)]
    assert statuses == [303, 303, 429]


def test_stored_dossiers_of_a_later_version_are_read() -> None:
    """Keys that a later version added are left out."""
    content = json.loads(GroupDossier("T", note=Note("n")).to_json())
    content["later"] = 1
    content["sections"][0]["later"] = {}
    assert GroupDossier.from_json(json.dumps(content)) == GroupDossier(
        "T", note=Note("n")
    )


def test_keys() -> None:
    """A weaker key finds and decrypts the same dossier."""
    key = DossierKey.new()
    read = key.weakened(Permission.WRITE).weakened(Permission.READ)
    assert read == key.weakened(Permission.READ)
    assert read.dossier_id == key.dossier_id
    assert read.decrypted(key.encrypted(b"x")) == b"x"
    assert DossierKey.parse(str(read)) == read
    assert len({key.secret, read.secret, key.weakened(Permission.WRITE).secret}) == 3


def test_expired_dossiers_go_with_the_purge(room: Room) -> None:
    """The service itself deletes what has expired."""
    room.made()
    room.clock.advance(days=62)
    ContentWatcher(Services(room.settings, clock=room.clock)).purge()
    assert room.store.rows("SELECT count(*) FROM versions") == [(0,)]
    assert dt.timedelta(days=room.settings.dossier_days) == dt.timedelta(days=30)
