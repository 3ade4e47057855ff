"""The responses of OAI-PMH: what the template `feeds/oai.xml` writes."""

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
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
    identifier_domain,
    identifier_of,
    item_key,
    oai_items,
)
from kb.feeds.oai.metadata_formats import FORMATS, MetadataFormat, metadata_of
from kb.services import services
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
    first = (item.datestamp for item in oai_items(corpus))
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
    return f"postmaster@{identifier_domain()}"


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
    metadata_format = _format(harvest.prefix)
    return {"page": _page(harvest, corpus), "format": metadata_format}


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
    for item in oai_items(corpus):
        if identifier_of(item.id) == identifier:
            return item
    text = "No record has this identifier."
    raise OaiError(OaiErrorCode.ID_DOES_NOT_EXIST, text)


@dataclass(frozen=True, slots=True)
class ListPart:
    """A part of a list: its items, how many are before them, and in all.

    `token` continues the list; it is "" for the last part.
    """

    items: Sequence[OaiItem]
    start: int
    total: int
    token: str


def _page(harvest: Harvest, corpus: Corpus) -> ListPart:
    """Return the part of a list that follows what the harvester has.

    Raises:
        OaiError: nothing matches.
    """
    matching = [item for item in oai_items(corpus) if _matches(item, harvest)]
    start = bisect_right(matching, harvest.after, key=item_key)
    items = matching[start : start + PAGE_ITEMS]
    if not items:
        is_resumed = any(harvest.after)
        text = "No record matches the arguments."
        raise (
            bad_token() if is_resumed else OaiError(OaiErrorCode.NO_RECORDS_MATCH, text)
        )
    is_last = start + len(items) == len(matching)
    token = "" if is_last else replace(harvest, after=item_key(items[-1])).token
    return ListPart(items, start, len(matching), token)


def _matches(item: OaiItem, harvest: Harvest) -> bool:
    return (
        harvest.set_spec in {"", item.id.kind.value}
        and harvest.since <= item.datestamp
        and item.datestamp <= (harvest.until or item.datestamp)
    )
