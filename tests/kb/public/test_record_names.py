"""The names of records in addresses: of removed ones, and with the kind of JSON."""

import re
import shutil
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.services import Services
from tests.support.builders import Workspace


@pytest.fixture
def removed_by_hand(content: Workspace) -> FlaskClient:
    """Return a client of a site one of whose records was removed in its folder."""
    repository = open_repository(content.locations)
    ExternalEditDetector(repository).record_edits()
    shutil.rmtree(content.path("practices/newtown-lamps"))
    ExternalEditDetector(repository).record_edits()
    services = Services(Settings(content.locations))
    services.content.update_index()
    return create_app(services=services).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/en/practices/newtown-lamps",
        "/fr/practices/newtown-lamps.md",
        "/fr/practices/newtown-lamps.json",
        "/fr/practices/newtown-lamps.bib",
        "/api/v1/records/practices/newtown-lamps",
        "/api/v1/records/practice/newtown-lamps",
    ],
)
def test_a_record_removed_by_hand_is_gone(
    removed_by_hand: FlaskClient, path: str
) -> None:
    """As one that staff deleted: crawlers and catalogues drop it."""
    assert removed_by_hand.get(path).status_code == HTTPStatus.GONE
    absent = path.replace("newtown-lamps", "never-there")
    assert removed_by_hand.get(absent).status_code == HTTPStatus.NOT_FOUND


def test_harvesters_learn_of_a_record_removed_by_hand(
    removed_by_hand: FlaskClient,
) -> None:
    """Its header says so."""
    path = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"
    text = removed_by_hand.get(path).text

    headers = re.findall(r"<header[^>]*>.*?</header>", text, re.DOTALL)
    (header,) = [each for each in headers if "newtown-lamps" in each]
    assert 'status="deleted"' in header


@pytest.mark.parametrize(
    "path",
    [
        "/en/report?r={}/newtown-lamps",
        "/en/dossier?r={}/newtown-lamps",
        "/en/dossier.md?r={}/newtown-lamps",
        "/en/compare?r={}/newtown-lamps&r={}/newtown-lamps",
        "/en/feed.atom?r={}/newtown-lamps",
        "/en/follow?r={}/newtown-lamps",
        "/en/{}/newtown-lamps",
        "/en/{}/newtown-lamps.md",
        "/en/{}/newtown-lamps.ris",
        "/api/v1/records/{}/newtown-lamps",
    ],
)
def test_a_kind_in_the_singular_names_the_same_record(
    client: FlaskClient, path: str
) -> None:
    """The JSON of a record has its kind in the singular."""
    plural, singular = (
        client.get(path.format(*[kind] * 2), follow_redirects=True)
        for kind in ("practices", "practice")
    )

    assert plural.status_code == singular.status_code == HTTPStatus.OK
    assert "Newtown" in singular.text
