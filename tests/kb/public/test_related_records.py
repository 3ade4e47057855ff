"""Similar records, over the real documents."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from indexer.model.ids import Locale, RecordId
from kb.services import services
from kb.web.urls import record_url


def further(app: Flask, path: str) -> list[str]:
    """Return the addresses under « À lire aussi »."""
    page = BeautifulSoup(app.test_client().get(path).text, "lxml")
    part = page.find("section", attrs={"aria-labelledby": "further"})
    return [str(link["href"]) for link in part.select("a")] if part else []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fr/recommendations/rec-22", "/fr/recommendations/rec-23"),
        ("/en/recommendations/rec-22", "/en/deliverables/d2.7"),
        ("/fr/practices/milan-stolen-bikes", "/fr/practices/marina-baixa-facebook"),
        ("/fr/deliverables/d4.5", "/fr/deliverables/d4.1"),
        ("/fr/glossary/cyberbullying", "/fr/needs/n13"),
        ("/en/events/l-riga", "/en/recommendations/rec-22"),
        ("/fr/themes/everyday-security", "/fr/needs/n01"),
    ],
)
def test_similar_records_are_offered(real_app: Flask, path: str, expected: str) -> None:
    """They may be of any kind, and nobody had to link them."""
    found = further(real_app, path)

    assert expected in found
    assert len(found) <= 6


@pytest.mark.parametrize(
    "key", ["recommendations/rec-22", "needs/n13", "glossary/doxing", "events/l-riga"]
)
def test_linked_records_are_not_offered(real_app: Flask, key: str) -> None:
    """Neither is the record itself, nor a page about the service."""
    with real_app.test_request_context("/fr/"):
        record_id = RecordId.parse(key)
        assert record_id is not None
        corpus = services().corpus
        record = corpus.records[record_id]
        linked = {link.target for link in record.links}
        linked |= {link.target for link in corpus.backlinks.get(record_id, ())}
        known = {record_url(each, Locale.FR) for each in (record_id, *linked)}

    found = further(real_app, f"/fr/{key}")

    assert found
    assert not known & set(found)
    assert not [url for url in found if "/pages/" in url]


def test_no_record_is_offered_twice(real_app: Flask) -> None:
    """« Sur le même thème » leaves out the records above it."""
    path = "/fr/recommendations/rec-22"
    page = BeautifulSoup(real_app.test_client().get(path).text, "lxml")
    related = page.find("section", attrs={"aria-labelledby": "related"})
    assert related is not None

    same_theme = {str(link["href"]) for link in related.select(".card a")}

    assert same_theme
    assert not same_theme & set(further(real_app, path))


def test_pages_about_the_service_have_no_similar_records(real_app: Flask) -> None:
    """Their words describe the service, not a subject."""
    assert further(real_app, "/fr/pages/help") == []
