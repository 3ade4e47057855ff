"""The rules of the schemas of OAI-PMH, of its Dublin Core, and of DataCite.

Written from the specifications; the schemas themselves are not shipped.
"""

import re

from lxml import etree
from lxml.etree import _Element as Element

OAI = "http://www.openarchives.org/OAI/2.0/"
DC = "http://purl.org/dc/elements/1.1/"
DATACITE = "http://datacite.org/schema/kernel-4"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

CHILDREN = {
    "OAI-PMH": "responseDate request (error |VERB )+",
    "Identify": "repositoryName baseURL protocolVersion (adminEmail )+"
    "earliestDatestamp deletedRecord granularity (compression )*(description )*",
    "ListMetadataFormats": "(metadataFormat )+",
    "metadataFormat": "metadataPrefix schema metadataNamespace ",
    "ListSets": "(set )+(resumptionToken )?",
    "set": "setSpec setName (setDescription )*",
    "GetRecord": "record ",
    "ListIdentifiers": "(header )+(resumptionToken )?",
    "ListRecords": "(record )+(resumptionToken )?",
    "record": "header (metadata )?(about )*",
    "header": "identifier datestamp (setSpec )*",
    "metadata": "(dc|resource) ",
}
"""The children of each element, as a pattern over their names."""

TEXTS = {
    "responseDate": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "datestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "earliestDatestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "deletedRecord": "no|persistent|transient",
    "granularity": "YYYY-MM-DD(Thh:mm:ssZ)?",
    "adminEmail": r"\S+@(\S+\.)+\S+",
    "protocolVersion": r"2\.0",
    "setSpec": r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*",
    "metadataPrefix": r"[A-Za-z0-9\-_.!~*'()]+",
    "identifier": r"oai:[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+:\S+",
    "repositoryIdentifier": r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+",
}
CODES = {
    *("badArgument", "badResumptionToken", "badVerb", "cannotDisseminateFormat"),
    *("idDoesNotExist", "noMetadataFormats", "noRecordsMatch", "noSetHierarchy"),
}
DC_ELEMENTS = {
    *("title", "creator", "subject", "description", "publisher", "contributor"),
    *("date", "type", "format", "identifier", "source", "language", "relation"),
    *("coverage", "rights"),
}
DATACITE_REQUIRED = {
    *("identifier", "creators", "titles", "publisher", "publicationYear"),
    "resourceType",
}
DATACITE_ELEMENTS = DATACITE_REQUIRED | {
    *("subjects", "dates", "language", "alternateIdentifiers", "relatedIdentifiers"),
    *("formats", "rightsList", "descriptions", "geoLocations"),
}
DATACITE_VALUES = {
    "nameType": {"Personal", "Organizational"},
    "titleType": {"AlternativeTitle", "TranslatedTitle"},
    "dateType": {"Issued", "Updated", "Other"},
    "resourceTypeGeneral": {"Report", "JournalArticle", "Text", "Event"},
    "relatedIdentifierType": {"URL"},
    "relationType": {"IsDerivedFrom", "References"},
    "descriptionType": {"Abstract"},
}


def check_response(root: Element) -> None:
    """Check a response, or a part of one, by the rules."""
    for element in root.iter():
        name = etree.QName(element)
        if name.namespace == OAI:
            _check_oai(element, name.localname)
        elif name.namespace == DC:
            assert name.localname in DC_ELEMENTS
            assert (element.text or "").strip()
            assert set(element.attrib) <= {LANG}
        elif name.text == f"{{{DATACITE}}}resource":
            _check_datacite(element)


def _check_oai(element: Element, name: str) -> None:
    names = [etree.QName(child).localname for child in element]
    if name in CHILDREN:
        line = "".join(f"{each} " for each in names)
        pattern = CHILDREN[name].replace("VERB", "(Identify|List[A-Za-z]+|GetRecord)")
        assert re.fullmatch(pattern, line), (name, line)
    if name in TEXTS:
        assert re.fullmatch(TEXTS[name], element.text or ""), (name, element.text)
    if name == "error":
        assert element.get("code") in CODES
    if name == "record":
        is_deleted = element[0].get("status") == "deleted"
        assert is_deleted == (len(element) == 1)
    if name == "OAI-PMH":
        code = next((each.get("code") for each in element.iter(f"{{{OAI}}}error")), "")
        assert bool(element[1].attrib) == (code not in {"badVerb", "badArgument"})


def _check_datacite(resource: Element) -> None:
    names = [etree.QName(child).localname for child in resource]
    assert set(names) >= DATACITE_REQUIRED
    assert set(names) <= DATACITE_ELEMENTS
    assert len(names) == len(set(names))
    for element in resource.iter():
        is_leaf = not len(element)
        assert not is_leaf or (element.text or "").strip(), element.tag
        for attribute, value in element.attrib.items():
            assert str(value) in DATACITE_VALUES.get(str(attribute), {str(value)})
    year = resource.findtext(f"{{{DATACITE}}}publicationYear")
    assert re.fullmatch(r"\d{4}", year or "")
