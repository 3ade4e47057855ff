"""The responses of OAI-PMH, as XML."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
from kb.feeds.oai.metadata_formats import (
    FORMATS,
    Element,
    MetadataFormat,
    add_child,
    root_element,
    xml_text,
)
from kb.services import services
from kb.web.labels import KINDS_PLURAL
from kb.web.urls import absolute, address

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_SCHEMA = f"{OAI}OAI-PMH.xsd"
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
IDENTIFIER_SCHEMA = f"{IDENTIFIER}.xsd"
PAGE_ITEMS = 100


def oai_response(
    arguments: Mapping[str, list[str]], corpus: Corpus, now: dt.datetime
) -> bytes:
    """Return the XML of the response to a request."""
    root = root_element(OAI, "OAI-PMH", OAI_SCHEMA)
    add_child(root, "responseDate", f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}")
    request = add_child(root, "request", absolute(address("feeds.oai")))
    try:
        verb = verb_of(arguments)
        checked = checked_arguments(verb, arguments)
    except OaiError as error:
        # The request element of these two errors has no attributes.
        add_child(root, "error", error.text, code=error.code.value)
        return _bytes(root)
    body = add_child(root, verb.value)
    try:
        _VERBS[verb](body, checked, corpus)
    except OaiError as error:
        root.remove(body)
        add_child(root, "error", error.text, code=error.code.value)
        if error.code is OaiErrorCode.BAD_ARGUMENT:
            return _bytes(root)
    for name, value in {"verb": verb.value, **checked}.items():
        request.set(name, xml_text(value))
    return _bytes(root)


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _identify(body: Element, _arguments: Mapping[str, str], corpus: Corpus) -> None:
    first = next((item.datestamp for item in oai_items(corpus)), "1970-01-01T00:00:00Z")
    add_child(body, "repositoryName", " – ".join(SITE_NAMES.values()))
    add_child(body, "baseURL", absolute(address("feeds.oai")))
    add_child(body, "protocolVersion", "2.0")
    add_child(body, "adminEmail", _admin_email())
    add_child(body, "earliestDatestamp", first)
    add_child(body, "deletedRecord", "transient")
    add_child(body, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    if identifier_domain() != UNNAMED:
        description = add_child(body, "description")
        scheme = root_element(IDENTIFIER, "oai-identifier", IDENTIFIER_SCHEMA)
        description.append(scheme)
        add_child(scheme, "scheme", "oai")
        add_child(scheme, "repositoryIdentifier", identifier_domain())
        add_child(scheme, "delimiter", ":")
        add_child(scheme, "sampleIdentifier", identifier_of(_sample(corpus)))


def _sample(corpus: Corpus) -> RecordId:
    return next(
        (i for i in corpus.records if i.kind in SETS), RecordId(Kind.NEED, "n01")
    )


def _admin_email() -> str:
    """Return the address of the contact, else the mailbox that RFC 2142 requires."""
    contact = services().settings.contact
    if contact is not None and contact.type is ContactType.EMAIL:
        return contact.text
    return f"postmaster@{identifier_domain()}"


def _list_formats(body: Element, arguments: Mapping[str, str], corpus: Corpus) -> None:
    if "identifier" in arguments:
        _item(arguments["identifier"], corpus)
    for each in FORMATS.values():
        element = add_child(body, "metadataFormat")
        add_child(element, "metadataPrefix", each.prefix)
        add_child(element, "schema", each.schema)
        add_child(element, "metadataNamespace", each.namespace)


def _list_sets(body: Element, arguments: Mapping[str, str], _corpus: Corpus) -> None:
    if arguments:
        raise bad_token()  # the list of sets is never cut
    for kind in SETS:
        element = add_child(body, "set")
        add_child(element, "setSpec", kind.value)
        names = (KINDS_PLURAL[kind].text(locale) for locale in Locale)
        add_child(element, "setName", " – ".join(dict.fromkeys(names)))


def _get_record(body: Element, arguments: Mapping[str, str], corpus: Corpus) -> None:
    item = _item(arguments["identifier"], corpus)
    _add_record(body, item, _format(arguments["metadataPrefix"]), corpus)


def _list_records(body: Element, arguments: Mapping[str, str], corpus: Corpus) -> None:
    page = _page(harvest_of(arguments), corpus)
    form = _format(page.harvest.prefix)
    for item in page.items:
        _add_record(body, item, form, corpus)
    _add_token(body, page)


def _list_identifiers(
    body: Element, arguments: Mapping[str, str], corpus: Corpus
) -> None:
    page = _page(harvest_of(arguments), corpus)
    for item in page.items:
        _add_header(body, item)
    _add_token(body, page)


_Writer = Callable[[Element, Mapping[str, str], Corpus], None]
_VERBS: Mapping[Verb, _Writer] = {
    Verb.IDENTIFY: _identify,
    Verb.LIST_METADATA_FORMATS: _list_formats,
    Verb.LIST_SETS: _list_sets,
    Verb.GET_RECORD: _get_record,
    Verb.LIST_IDENTIFIERS: _list_identifiers,
    Verb.LIST_RECORDS: _list_records,
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


def _add_record(
    body: Element, item: OaiItem, form: MetadataFormat, corpus: Corpus
) -> None:
    element = add_child(body, "record")
    _add_header(element, item)
    if item.record is not None:
        metadata = add_child(element, "metadata")
        metadata.append(form.write(item.record, corpus))


def _add_header(parent: Element, item: OaiItem) -> None:
    status = {"status": "deleted"} if item.record is None else {}
    header = add_child(parent, "header", **status)
    add_child(header, "identifier", identifier_of(item.id))
    add_child(header, "datestamp", item.datestamp)
    add_child(header, "setSpec", item.id.kind.value)


@dataclass(frozen=True, slots=True)
class _Page:
    """A part of a list: its items, how many are before them, and in all."""

    harvest: Harvest
    items: Sequence[OaiItem]
    start: int
    total: int


def _page(harvest: Harvest, corpus: Corpus) -> _Page:
    """Return the part of a list that follows what the harvester has.

    Raises:
        OaiError: nothing matches, or the format is unknown.
    """
    _format(harvest.prefix)
    matching = [item for item in oai_items(corpus) if _matches(item, harvest)]
    start = bisect_right(matching, harvest.after, key=item_key)
    items = matching[start : start + PAGE_ITEMS]
    if not items:
        is_resumed = any(harvest.after)
        text = "No record matches the arguments."
        raise (
            bad_token() if is_resumed else OaiError(OaiErrorCode.NO_RECORDS_MATCH, text)
        )
    return _Page(harvest, items, start, len(matching))


def _matches(item: OaiItem, harvest: Harvest) -> bool:
    return (
        harvest.set_spec in {"", item.id.kind.value}
        and harvest.since <= item.datestamp
        and item.datestamp <= (harvest.until or item.datestamp)
    )


def _add_token(body: Element, page: _Page) -> None:
    """Append the resumption token; the last part of a list has an empty one."""
    is_last = page.start + len(page.items) == page.total
    if is_last and not page.start:
        return
    after = item_key(page.items[-1])
    add_child(
        body,
        "resumptionToken",
        "" if is_last else replace(page.harvest, after=after).token,
        completeListSize=str(page.total),
        cursor=str(page.start),
    )
