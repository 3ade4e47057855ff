"""Addresses of records that became part of another, over the real documents."""

from collections.abc import Mapping

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Locale, RecordId
from kb.web.dossier_cookie import COOKIE, cookie_value
from tests.support.builders import PROJECT


@pytest.fixture(scope="module")
def survivors() -> Mapping[RecordId, RecordId]:
    """Return the record that each former id of the content leads to."""
    return CorpusReader(PROJECT / "documents").read().survivors


@pytest.mark.parametrize("locale", list(Locale))
def test_the_page_of_a_former_id_redirects_to_the_record(
    real_app: Flask, survivors: Mapping[RecordId, RecordId], locale: Locale
) -> None:
    """A bookmark, or a link in a report, still leads to what it named."""
    client = real_app.test_client()
    assert survivors
    for former, record in survivors.items():
        answer = client.get(f"/{locale}/{former}")

        assert (answer.status_code, answer.location) == (301, f"/{locale}/{record}")


def test_the_api_redirects_a_former_id_to_the_record(
    real_app: Flask, survivors: Mapping[RecordId, RecordId]
) -> None:
    """A program that stored the id still finds the record."""
    client = real_app.test_client()
    for former, record in survivors.items():
        answer = client.get(f"/api/v1/records/{former}")

        expected = f"/api/v1/records/{record}"
        assert (answer.status_code, answer.location) == (301, expected)


@pytest.mark.parametrize("is_shared", [True, False], ids=["shared", "own"])
def test_a_dossier_with_former_ids_shows_each_record_once(
    real_app: Flask, survivors: Mapping[RecordId, RecordId], *, is_shared: bool
) -> None:
    """Also a dossier that contains the record already, or two of its former ids."""
    ids = [*survivors, *survivors.values()]
    client = real_app.test_client()
    if not is_shared:
        client.set_cookie(COOKIE, cookie_value(ids))
    shared_ids = [str(each) for each in ids] if is_shared else []

    page = client.get("/fr/dossier", query_string={"r": shared_ids}).text

    links = BeautifulSoup(page, "lxml").select("ol.order h2 a")
    expected = dict.fromkeys(f"/fr/{record}" for record in survivors.values())
    assert [link["href"] for link in links] == list(expected)
