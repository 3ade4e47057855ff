"""The formats of the glossary for programs, and the choice among them."""

from enum import StrEnum

from werkzeug.datastructures import MIMEAccept


class SkosFormat(StrEnum):
    """A format of the glossary as SKOS; the value is the suffix of its address."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"

    @property
    def media_type(self) -> str:
        """The media type of the format."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    SkosFormat.TURTLE: "text/turtle",
    SkosFormat.JSON_LD: "application/ld+json",
}
_PAGE = "text/html"


def accepted_format(accept: MIMEAccept) -> SkosFormat | None:
    """Return the format that a client prefers to a page; None if it prefers none."""
    best = accept.best_match([_PAGE, *_MEDIA_TYPES.values()], default=_PAGE)
    return next((form for form in SkosFormat if form.media_type == best), None)
