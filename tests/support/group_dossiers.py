"""People who write in a group dossier, each with a browser of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.group_dossiers.keys import DossierKey, Permission
from tests.support.contributions import token_of, work_for
from tests.support.staff import HandClock

NEW = "/fr/group-dossiers/new"
LAMPS = "practices/newtown-lamps"


@dataclass
class Person:
    """A browser whose cookie has a name, and the link that it was given."""

    app: Flask
    url: str
    name: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.name:
            self.post(path="/name", name=self.name)

    def get(self, path: str = "", **query: str) -> TestResponse:
        """Open the page, or another one of the dossier."""
        return self.client.get(self.url + path, query_string=query)

    def post(self, act: str = "", *, path: str = "", **fields: str) -> TestResponse:
        """Send a form of the page."""
        return self.client.post(self.url + path, data={"act": act, **fields})

    def edit(self, part: str, version: int, **texts: str) -> TestResponse:
        """Send the form of a part that was opened at a version."""
        return self.post(f"edit:{part}", version=str(version), **texts)


def new_dossier(
    app: Flask,
    clock: HandClock,
    fields: Mapping[str, str] | None = None,
    *,
    has_script: bool = True,
    path: str = NEW,
) -> Person:
    """Make a dossier as a person does at a path of the form; return its owner."""
    client = app.test_client()
    token = token_of(client.get(path))
    clock.advance(seconds=60)
    sent = {
        "token": token,
        "work": work_for(token) if has_script else "",
        "title": "Réunion de janvier",
        "name": "Claire, Lyon",
        "ids": LAMPS,
        **(fields or {}),
    }
    response = client.post(path, data=sent)
    assert response.status_code == 303, response.text
    owner = Person(app, response.location)
    owner.client = client
    return owner


def key_of(person: Person) -> DossierKey:
    """Return the key of the link of a person."""
    key = DossierKey.parse(person.url.rsplit("/", 1)[1])
    assert key is not None
    return key


def with_link(owner: Person, permission: Permission, name: str = "") -> Person:
    """Return another person to whom the owner gave a link."""
    key = key_of(owner).weakened(permission)
    return Person(owner.app, f"/en/group-dossiers/{key}", name)
