"""The responses of OAI-PMH: what the template `feeds/oai.xml` writes."""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

from flask import render_template
from lxml import etree

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from kb.citations.cited_work import SITE_NAMES
from kb.core.contact import ContactType
from kb.feeds.oai.harvest_request import (
    Harvest,
    OaiError,
    OaiErrorCode,
    Verb,
    bad_token,
    checked_arguments,
    harvest_of,
    verb_of,
)
from kb.feeds.oai.items import (
    SETS,
    UNNAMED,
    OaiItem,
    domain_of,
    identified,
    identifier_domain,
    identifier_of,
    item_key,
    oai_items,
)
from kb.feeds.oai.metadata_formats import FORMATS, MetadataFormat, metadata_of
from kb.services import services
from kb.web.cursor import CursorPage, page_after
from kb.web.labels import KINDS_PLURAL
from kb.web.urls import absolute, address

PAGE_ITEMS = 100

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 forbids."""

_WITHOUT_ARGUMENTS = {OaiErrorCode.BAD_VERB, OaiErrorCode.BAD_ARGUMENT}
"""The errors whose response does not repeat the arguments."""

Arguments = Mapping[str, str]
Result = dict[str, Any]
"""The variables of the template that the response to a verb needs."""


def oai_response(
    arguments: Mapping[str, list[str]], corpus: Corpus, now: dt.datetime
) -> bytes:
    """Return the XML of the response to a request."""
    error, repeated = None, {}
    result: Result = {}
    try:
        verb = verb_of(arguments)
        checked = checked_arguments(verb, arguments)
        repeated = {"verb": verb.value, **checked}
        result = _RESULTS[verb](checked, corpus)
    except OaiError as oai_error:
        error = oai_error
        if error.code in _WITHOUT_ARGUMENTS:
            repeated = {}
    text = render_template(
        "feeds/oai.xml",
        now=f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        url=absolute(address("feeds.oai")),
        error=error,
        verb=repeated.get("verb"),
        identifier=identifier_of,
        metadata=partial(metadata_of, corpus=corpus),
        **result,
    )
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False)
    root = etree.fromstring(_FORBIDDEN.sub("", text).encode(), parser)
    for name, value in repeated.items():
        root[1].set(name, _FORBIDDEN.sub("", value))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _identify(_arguments: Arguments, corpus: Corpus) -> Result:
    domain = identifier_domain()
    first = (item.datestamp for item in oai_items(corpus).by_set.get("", ()))
    sample = (record_id for record_id in corpus.records if record_id.kind in SETS)
    return {
        "name": " – ".join(SITE_NAMES.values()),
        "email": _admin_email(),
        "first": next(first, "1970-01-01T00:00:00Z"),
        "domain": domain if domain != UNNAMED else "",
        "sample": next(sample, RecordId(Kind.NEED, "n01")),
    }


def _admin_email() -> str:
    """Return the address of the contact, else the mailbox that RFC 2142 requires."""
    contact = services().settings.contact
    if contact is not None and contact.type is ContactType.EMAIL:
        return contact.text
    return f"postmaster@{domain_of(services().settings.base_url)}"


def _list_formats(arguments: Arguments, corpus: Corpus) -> Result:
    if "identifier" in arguments:
        _item(arguments["identifier"], corpus)
    return {"formats": FORMATS.values()}


def _list_sets(arguments: Arguments, _corpus: Corpus) -> Result:
    if arguments:
        raise bad_token()  # the list of sets is never cut
    names = {
        kind: dict.fromkeys(KINDS_PLURAL[kind].text(locale) for locale in Locale)
        for kind in SETS
    }
    return {"sets": [(kind, " – ".join(texts)) for kind, texts in names.items()]}


def _get_record(arguments: Arguments, corpus: Corpus) -> Result:
    item = _item(arguments["identifier"], corpus)
    return {"item": item, "format": _format(arguments["metadataPrefix"])}


def _list_items(arguments: Arguments, corpus: Corpus) -> Result:
    harvest = harvest_of(arguments)
    if any(harvest.after) and harvest.prefix not in FORMATS:
        raise bad_token()
    metadata_format = _format(harvest.prefix)
    page = _page(harvest, corpus)
    return {"page": page, "token": _token(harvest, page), "format": metadata_format}


_RESULTS: Mapping[Verb, Callable[[Arguments, Corpus], Result]] = {
    Verb.IDENTIFY: _identify,
    Verb.LIST_METADATA_FORMATS: _list_formats,
    Verb.LIST_SETS: _list_sets,
    Verb.GET_RECORD: _get_record,
    Verb.LIST_IDENTIFIERS: _list_items,
    Verb.LIST_RECORDS: _list_items,
}


def _format(prefix: str) -> MetadataFormat:
    found = FORMATS.get(prefix)
    if found is None:
        text = f"The formats are {', '.join(FORMATS)}."
        raise OaiError(OaiErrorCode.CANNOT_DISSEMINATE_FORMAT, text)
    return found


def _item(identifier: str, corpus: Corpus) -> OaiItem:
    record_id = identified(identifier)
    item = None if record_id is None else oai_items(corpus).by_id.get(record_id)
    if item is None:
        text = "No record has this identifier."
        raise OaiError(OaiErrorCode.ID_DOES_NOT_EXIST, text)
    return item


def _page(harvest: Harvest, corpus: Corpus) -> CursorPage[OaiItem]:
    """Return the part of a list that follows what the harvester has.

    Raises:
        OaiError: nothing matches.
    """
    items = oai_items(corpus).by_set.get(harvest.set_spec, ())
    datestamp = attrgetter("datestamp")
    start = bisect_left(items, harvest.since, key=datestamp)
    is_open = not harvest.until
    end = len(items) if is_open else bisect_right(items, harvest.until, key=datestamp)
    matching = items[start:end]
    page = page_after(matching, harvest.after, size=PAGE_ITEMS, key=item_key)
    if not page.items:
        is_resumed = any(harvest.after)
        text = "No record matches the arguments."
        raise (
            bad_token() if is_resumed else OaiError(OaiErrorCode.NO_RECORDS_MATCH, text)
        )
    return page


def _token(harvest: Harvest, page: CursorPage[OaiItem]) -> str:
    """Return the token that continues a list; "" on its last page."""
    if page.last is None:
        return ""
    return replace(harvest, after=item_key(page.last)).token
