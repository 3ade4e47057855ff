"""What Zotero saves of a page: the rules of its translator “Embedded Metadata”.

The rules are those of the translators “Embedded Metadata” and “RDF” that Zotero
publishes, as far as they concern the tags of our pages: which tags are read, which
wins, what type the item has, how names are split.
"""

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup

_PREFIXES = {"dc", "dcterms", "og", "article", "prism", "bib", "bibo", "eprints", "z"}
"""The prefixes that the translator knows without a declaration."""

_HIGHWIRE = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_journal_title": "publicationTitle",
    "citation_technical_report_institution": "institution",
    "citation_technical_report_number": "reportNumber",
    "citation_public_url": "url",
    "citation_language": "language",
}
_HIGHWIRE_TYPES = {
    "citation_journal_title": "journalArticle",
    "citation_technical_report_institution": "report",
}
_RDF = {
    "title": ("dc:title", "og:title"),
    "publicationTitle": ("dc:source", "og:site_name"),
    "abstractNote": ("dc:description", "og:description"),
    "date": ("dc:date",),
    "language": ("dc:language", "og:locale"),
    "publisher": ("dc:publisher",),
    "rights": ("dc:rights",),
    "url": ("og:url",),
}


@dataclass
class ZoteroItem:
    """An item as Zotero saves it; a name is (first name, last name)."""

    type: str
    fields: dict[str, str] = field(default_factory=dict)
    creators: list[tuple[str, str]] = field(default_factory=list)
    pdf: str = ""


def saved_item(html: str) -> ZoteroItem:
    """Return the item that one click saves of a page."""
    tags = _tags(html)
    rdf = {_rdf_name(name): value for name, value in reversed(tags) if _rdf_name(name)}
    item = ZoteroItem(_item_type(tags, rdf))
    for name, sources in _RDF.items():
        item.fields[name] = next((rdf[each] for each in sources if each in rdf), "")
    for name, target in _HIGHWIRE.items():
        values = [value for tag, value in tags if tag.endswith(name)]
        if values:
            item.fields[target] = ", ".join(values)
    authors = [value for name, value in tags if name == "citation_author"]
    authors = authors or [v for name, v in tags if _rdf_name(name) == "dc:creator"]
    for text in authors:
        item.creators += _names(text)
    item.pdf = next((v for name, v in tags if name == "citation_pdf_url"), "")
    return item


def _tags(html: str) -> list[tuple[str, str]]:
    metas = BeautifulSoup(html, "lxml").head.select("meta")  # type: ignore[union-attr]  # a page has a head
    pairs = [(str(m.get("name") or m.get("property") or ""), m) for m in metas]
    return [(name, str(m.get("content", ""))) for name, m in pairs if name]


def _rdf_name(tag: str) -> str:
    """Return the property of a tag: a prefix, a delimiter and a name; else ""."""
    match = re.match(r"([a-zA-Z]+)[.:_](.+)", tag)
    if match is None or match[1].lower() not in _PREFIXES:
        return ""
    return f"{match[1].lower()}:{match[2][:1].lower()}{match[2][1:]}"


def _item_type(tags: list[tuple[str, str]], rdf: dict[str, str]) -> str:
    """Return the type: `og:type` wins over `DC.type`, and that over Highwire."""
    if rdf.get("og:type") == "website":
        return "webpage"
    if rdf.get("dc:type", "").lower() in {"book", "patent", "report", "thesis"}:
        return rdf["dc:type"].lower()
    known = [_HIGHWIRE_TYPES[name] for name, _ in tags if name in _HIGHWIRE_TYPES]
    has_title = any(name == "citation_title" for name, _ in tags)
    return known[-1] if known else "journalArticle" if has_title else "webpage"


def _names(text: str) -> list[tuple[str, str]]:
    """Split authors at semicolons, else at a comma with several words on each side."""
    parts = re.split(r"\s*;\s*", text)
    if len(parts) == 1:
        by_comma = re.split(r"\s*,\s*", text)
        if len(by_comma) > 1 and " " in by_comma[0] and " " in by_comma[1]:
            parts = by_comma
    return [_name(part) for part in parts if part]


def _name(text: str) -> tuple[str, str]:
    """Split a name at its comma, else before its last word; a single word is a body."""
    if "," in text:
        last, _, first = text.partition(",")
        return first.strip(), last.strip()
    first, _, last = text.rpartition(" ")
    return first, last
