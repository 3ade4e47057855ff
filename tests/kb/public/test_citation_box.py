"""How to cite a record: the box of its page, and the files."""

import json

import bibtexparser
import pytest
import rispy
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus_reader import CorpusReader
from tests.support.builders import PROJECT
from tests.support.pages import page_of, required

PRACTICE = "practices/newtown-lamps"
REPORT = "deliverables/d9.1"
KINDS = [PRACTICE, REPORT, "events/w9", "glossary/abuse", "themes/streets"]


def box(client: FlaskClient, path: str) -> Tag:
    """Return the citation box of a page."""
    return required(page_of(client, path), "#cite")


@pytest.mark.parametrize(("locale", "access"), [("fr", "Consulté"), ("en", "Accessed")])
def test_the_box_has_three_styles_with_address_and_date(
    client: FlaskClient, locale: str, access: str
) -> None:
    """Nobody needs a reference manager to cite a record correctly."""
    texts = [
        each.get_text() for each in box(client, f"/{locale}/{REPORT}").select(".ref")
    ]

    assert [text.split()[0] for text in texts] == ["ISO", "APA", "Chicago"]
    assert all(f"/{locale}/{REPORT}" in text for text in texts)
    assert access in texts[0]
    assert access in texts[2]


def test_each_reference_can_be_copied(client: FlaskClient) -> None:
    """The script adds a button to what has `data-copy`."""
    found = box(client, f"/en/{PRACTICE}")

    assert len(found.select(".ref [data-copy]")) == 3
    assert "copy.js" in client.get(f"/en/{PRACTICE}").text


@pytest.mark.parametrize("file", ["bib", "ris", "csl.json"])
def test_the_box_leads_to_files(client: FlaskClient, file: str) -> None:
    """A reference manager reads one of them."""
    links = [str(each["href"]) for each in box(client, f"/fr/{REPORT}").select("a")]
    assert f"/fr/{REPORT}.{file}" in links

    answer = client.get(f"/fr/{REPORT}.{file}")

    assert answer.status_code == 200
    assert (
        f'filename="deliverable-d9.1.{file}"' in answer.headers["Content-Disposition"]
    )
    assert answer.content_type.endswith("; charset=utf-8")
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_files_are_read_by_other_programs(client: FlaskClient) -> None:
    """All three name the same work, in the language of the address."""
    path = f"/en/{PRACTICE}"
    (bib,) = bibtexparser.loads(client.get(f"{path}.bib").text).entries
    (ris,) = rispy.loads(client.get(f"{path}.ris").text)
    (csl,) = json.loads(client.get(f"{path}.csl.json").text)

    assert bib["title"].strip("{}") == ris["title"] == csl["title"]
    assert bib["url"] == ris["urls"][0] == csl["URL"]


@pytest.mark.parametrize("path", KINDS)
def test_records_of_all_kinds_are_cited(client: FlaskClient, path: str) -> None:
    """A theme and a term are records too."""
    assert box(client, f"/fr/{path}").select_one(f"a[href='/fr/{path}.ris']")


def test_an_unknown_record_has_no_reference(client: FlaskClient) -> None:
    """The error is in the language of the address."""
    answer = client.get("/fr/practices/no-such-thing.ris")

    assert answer.status_code == 404
    assert 'lang="fr"' in answer.text


def test_a_former_id_redirects_with_its_format(real_app: Flask) -> None:
    """A reference manager that updates a reference follows the address."""
    survivors = CorpusReader(PROJECT / "documents").read().survivors
    former, record = next(iter(survivors.items()))

    answer = real_app.test_client().get(f"/fr/{former}.ris")

    assert (answer.status_code, answer.location) == (301, f"/fr/{record}.ris")


def test_a_file_of_an_earlier_day_needs_a_stored_state(client: FlaskClient) -> None:
    """Otherwise it would cite a text that the address does not show."""
    assert client.get(f"/fr/{PRACTICE}.bib?at=nonsense").status_code == 400
    assert client.get(f"/fr/{PRACTICE}.bib?at=1999-01-01").status_code == 404
