"""The catalogue of the data that programs take away, as JSON-LD.

It is a `dcat:Catalog` (https://www.w3.org/TR/vocab-dcat-3/) with one dataset, which is
a `Dataset` of schema.org too: crawlers of open data read one or the other.
"""

from collections.abc import Mapping
from typing import Any

from indexer.model.ids import Locale
from kb.citations.cited_work import PUBLISHER, PUBLISHER_URL, SITE_NAMES
from kb.services import services
from kb.web.licence import LICENCE_URL
from kb.web.urls import absolute, address, home_url

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
}
_GZIP = "application/gzip"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
_DESCRIPTIONS = {
    Locale.EN: "Practices, recommendations, needs, events, reports and terms on social "
    "media, technology and urban security, with their sources and how strong they are.",
    Locale.FR: "Pratiques, recommandations, besoins, évènements, rapports et termes "
    "sur les médias sociaux, les technologies et la sécurité urbaine, avec leurs "
    "sources et leur solidité.",
}


def data_catalog() -> dict[str, Any]:
    """Return the catalogue of the content, with absolute addresses."""
    return {
        "@context": _CONTEXT,
        "@id": absolute(address("feeds.catalog_file")),
        "@type": "dcat:Catalog",
        **_statements(),
        "foaf:homepage": {"@id": absolute(home_url(Locale.EN))},
        "dcat:dataset": [dataset()],
    }


def dataset() -> dict[str, Any]:
    """Return the description of all records, as DCAT and as schema.org."""
    files = [
        (_dump("records.jsonl.gz"), "application/x-ndjson", _GZIP),
        (_dump("records.csv.gz"), "text/csv", _GZIP),
        (address("feeds.glossary_file", suffix="ttl"), "text/turtle", ""),
        (address("api.record_harvest"), "application/json", ""),
    ]
    days = [record.updated for record in services().corpus.records.values()]
    changed = max(days).isoformat() if days else ""
    return {
        "@id": absolute(_dump("records.jsonl.gz")),
        "@type": ["dcat:Dataset", "schema:Dataset"],
        **_statements(),
        "dct:modified": changed,
        "dcat:landingPage": {"@id": absolute(address("open_data.api", locale="en"))},
        "dcat:distribution": [_distribution(*file) for file in files],
        "schema:name": _in_both(SITE_NAMES),
        "schema:description": _in_both(_DESCRIPTIONS),
        "schema:license": LICENCE_URL,
        "schema:dateModified": changed,
        "schema:creator": {
            "@type": "schema:Organization",
            "schema:name": PUBLISHER,
            "schema:url": PUBLISHER_URL,
        },
        "schema:distribution": [
            {
                "@type": "schema:DataDownload",
                "schema:contentUrl": absolute(url),
                "schema:encodingFormat": packed or media_type,
            }
            for url, media_type, packed in files
        ],
    }


def _distribution(url: str, media_type: str, packed: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": absolute(url)},
        "dcat:downloadURL": {"@id": absolute(url)},
        "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media_type}"},
        "dct:license": {"@id": LICENCE_URL},
    } | ({"dcat:compressFormat": {"@id": f"{_MEDIA_TYPES}{packed}"}} if packed else {})


def _statements() -> dict[str, Any]:
    """Return what is said of the catalogue and of its dataset."""
    return {
        "dct:title": _in_both(SITE_NAMES),
        "dct:description": _in_both(_DESCRIPTIONS),
        "dct:publisher": {
            "@id": PUBLISHER_URL,
            "@type": "foaf:Organization",
            "foaf:name": PUBLISHER,
        },
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": [{"@id": f"{_LANGUAGES}{code}"} for code in ("FRA", "ENG")],
    }


def _in_both(texts: Mapping[Locale, str]) -> list[dict[str, str]]:
    return [{"@value": texts[locale], "@language": locale.value} for locale in Locale]


def _dump(name: str) -> str:
    return address("open_data.dump", name=name)
