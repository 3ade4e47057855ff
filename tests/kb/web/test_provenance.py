"""The sources of a record, as its page shows them."""

from dataclasses import replace

import pytest
from flask import Flask

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record_parts import SourceReference
from kb.public.record.sources import SourceView, provenance
from kb.services import services

PRACTICE = RecordId(Kind.PRACTICE, "newtown-lamps")
POLICE_NEWS = "Police News"


def view_of(app: Flask, source: SourceReference) -> SourceView:
    """Return the view of a source on an English page."""
    with app.test_request_context("/en/"):
        app.preprocess_request()
        record = services().corpus.records[PRACTICE]
        return provenance(replace(record, sources=(source,)), Locale.EN).sources[0]


@pytest.mark.parametrize(
    ("name", "publisher"),
    [
        pytest.param("Article on lamps", POLICE_NEWS, id="other-name"),
        pytest.param("Article, Police News", "", id="name-with-publisher"),
        pytest.param("", "", id="no-name"),
    ],
)
def test_a_publisher_is_shown_once(app: Flask, name: str, publisher: str) -> None:
    """“Article, Police News (Police News)” names it twice."""
    names = {"en": name} if name else None
    source = SourceReference(names=names, publisher=POLICE_NEWS)

    view = view_of(app, source)

    assert (view.label, view.publisher) == (name or POLICE_NEWS, publisher)
