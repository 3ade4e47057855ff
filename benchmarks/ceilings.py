"""What a request, an act of staff and the service may cost with ten thousand records.

`benchmarks.growth` measures, and `tests/benchmarks/test_growth.py` holds the ceilings.
Times differ between machines and with their load. So a ceiling counts calls of
functions, Python's and those written in C, which are the same everywhere:
`CALLS_PER_MS` of them stand for a millisecond of processor on an idle core.
"""

from dataclasses import dataclass

CALLS_PER_MS = 5_000
PAGE_MS, PAGE_BYTES = 100, 300_000
FIRST_MS = 1_000
"""The first request in a process after a change computes what later ones reuse."""

STAFF_MS = 1_000
PUBLISH_MS = 2_000
START_MS = 10_000
MEMORY_MB = 1_200
"""Wanted: 700. After all pages of visitors, the processes had 850 to 1,065."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a page may cost: milliseconds of processor, and bytes.

    A ceiling of its own keeps what costs more than a page from growing further.
    """

    path: str
    ms: int = PAGE_MS
    size: int = PAGE_BYTES

    @property
    def calls(self) -> int:
        """The most calls of functions of a request after the first."""
        return self.ms * CALLS_PER_MS

    @property
    def first_calls(self) -> int:
        """The most calls of the first request, which others then reuse a part of."""
        return max(self.ms, FIRST_MS) * CALLS_PER_MS


def _pages(*paths: str, ms: int = PAGE_MS) -> tuple[Ceiling, ...]:
    return tuple(Ceiling(path, ms) for path in paths)


PUBLIC_PAGES = (
    *_pages(
        "/en/",
        "/en/search?q=police",
        "/en/search",
        "/fr/search?q=comment+emp%C3%AAcher+les+vols+de+v%C3%A9los",
        "/fr/practices/",
        "/fr/recommendations/",
        "/en/events/",
        "/en/deliverables/",
        "/en/needs/",
        "/en/themes/",
        "/en/glossary/",
        "/en/practices/milan-stolen-bikes",
        "/en/recommendations/rec-01",
        "/en/needs/n01",
        "/en/events/w3",
        "/fr/themes/everyday-security",
        "/en/glossary/osint",
        "/en/deliverables/d2.5",
        "/en/audiences/",
        "/fr/audiences/police",
        "/fr/gaps",
        "/fr/atlas",
        "/fr/atlas/audiences",
        "/fr/atlas/countries",
        "/fr/atlas/years",
        "/fr/map",
        "/fr/timeline",
        "/en/places/",
        "/en/places/milan",
        "/fr/what-did-not-work",
        "/en/compare",
        "/en/compare?ids=milan-stolen-bikes,hannover-facebook",
        "/en/dossier",
        "/en/propose",
        "/en/api",
        "/en/feed.atom?q=police",
        "/api/v1/search?q=police",
        "/api/v1/suggest?q=cyb&locale=fr",
        "/glossary",
        "/en/follow",
        "/en/feed.atom",
        "/sitemap.xml",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    ),
    Ceiling("/sitemap-1.xml", size=800_000),
    Ceiling("/en/events.ics", size=600_000),
    Ceiling("/api/v1/records?per_page=200", size=1_200_000),
    Ceiling("/glossary.ttl", size=5_000_000),
    Ceiling("/fr/atlas/countries.png", size=1_000_000),
    Ceiling("/en/search.csv?q=police", 400, 5_500_000),
    Ceiling("/en/search.xlsx?q=police", 900, 700_000),
    Ceiling("/en/search.bib?q=police", 400, 3_500_000),
)
"""The pages of visitors and programs.

The last eight are files of many records, which cost what they contain.
"""

EDITED = "practices/milan-stolen-bikes"
"""The record that staff change."""

DRAFT = f"/en/staff/drafts/{EDITED}"

STAFF_PAGES = (
    *_pages(
        "/en/staff/",
        "/en/staff/records",
        "/en/staff/records?kind=practice",
        "/en/staff/look-after?work=problems",
        "/en/staff/look-after?work=review",
        "/en/staff/look-after?work=translate",
        "/en/staff/look-after?work=behind",
        "/en/staff/statistics",
        "/en/staff/places",
        "/en/staff/relevance",
        "/en/staff/lexicon",
        "/en/staff/history",
        "/en/staff/records?state=draft",
        "/en/staff/inbox",
        f"/en/staff/records/{EDITED}",
        f"/en/staff/records/chosen/withdraw?d={EDITED}",
        ms=STAFF_MS,
    ),
)
"""The pages of staff, without a draft."""

STAFF_ACTS = (
    Ceiling("begin a change", STAFF_MS),
    Ceiling(DRAFT, STAFF_MS, 450_000),
    Ceiling("save", STAFF_MS),
    *_pages(f"{DRAFT}/preview", f"{DRAFT}/publish", ms=STAFF_MS),
    Ceiling("publish", PUBLISH_MS),
    *_pages("/en/staff/ afterwards", f"/en/{EDITED} afterwards", ms=STAFF_MS),
)
"""A change of a record, from its beginning to the pages after its publication."""
