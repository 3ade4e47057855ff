"""The declarations of the facts that several kinds of record have."""

from typing import Any

from indexer.model.ids import Kind
from indexer.model.record_parts import (
    EXPERIENCE_PARTS,
    LEGAL_PARTS,
    QUOTATION_PARTS,
    TOWN_PARTS,
    LegalReference,
    TownReport,
)
from indexer.model.schema import declare, layout
from indexer.model.schema.field import FormGroup, Search
from indexer.model.vocabulary import Audience, Concern, DateKind, Firmness


def themes() -> Any:
    """Declare the themes of a record."""
    return declare.themes(
        "Themes",
        "Tick each theme that it deals with: the page of the theme lists the "
        "record. “All themes” is ticked alone.",
        is_required=True,
    )


def audience_choice(**options: Any) -> Any:
    """Declare the audiences of a record."""
    return declare.choices(
        "Intended audience",
        "Who should read or act. Readers filter lists by it, and each audience "
        "has its page.",
        values=Audience,
        **options,
    )


def places(**options: Any) -> Any:
    """Declare the places of a record."""
    return declare.places(
        "Places",
        "Start typing, then choose, one place per line. The map and the page of"
        " the place show the record.",
        search=Search.KEYWORD,
        **options,
    )


def date(help_text: str, **options: Any) -> Any:
    """Declare the first or only date of a record."""
    return declare.date("Date", help_text, **options)


def end_date(help_text: str, **options: Any) -> Any:
    """Declare the last day of a period."""
    return declare.date("Last day", help_text, **options)


def victim() -> Any:
    """Declare whether a record concerns somebody who is the target of an act."""
    return declare.choice(
        "Victims",
        "Whether the record concerns somebody who is the target of an act. The page "
        "then shows whom to call.",
        values=Concern,
    )


def events(**options: Any) -> Any:
    """Declare the events that a record links."""
    return declare.records(
        "Events",
        "Where it was presented or discussed. Start typing a title, then "
        "choose; both pages show the link.",
        linked=Kind.EVENT,
        **options,
    )


def deliverables(help_text: str, **options: Any) -> Any:
    """Declare the deliverables that a record links."""
    return declare.records(
        "Deliverables", help_text, linked=Kind.DELIVERABLE, **options
    )


def practices(help_text: str, **options: Any) -> Any:
    """Declare the practices that a record links."""
    return declare.records("Practices", help_text, linked=Kind.PRACTICE, **options)


def quotations() -> Any:
    """Declare the quotations of a record."""
    return declare.items(
        "Quotations",
        "The words of a document that the record rests on. The page shows them "
        "with their page number.",
        parts=QUOTATION_PARTS,
        section=layout.SOURCING,
        group=layout.QUOTATIONS,
    )


def legal_references() -> Any:
    """Declare the texts of law of a practice."""
    return declare.items(
        "Texts of law",
        "Each act with its article, and what it is to the practice. The page shows "
        "them under “Legal basis”.",
        parts=LEGAL_PARTS,
        item_class=LegalReference,
        group=layout.CONTACT,
        after="legal_basis",
        row=layout.LEGAL_ROW,
    )


def experiences() -> Any:
    """Declare what other towns tell of a practice that they tried."""
    return declare.items(
        "Experiences of other towns",
        "What towns say that did the same. The page shows them under their own "
        "heading, and lists show how many there are.",
        parts=EXPERIENCE_PARTS,
        item_class=TownReport,
        group=layout.EXPERIENCES,
        search=Search.KEYWORD,
    )


def towns() -> Any:
    """Declare the towns that have a need."""
    return declare.items(
        "Towns that have this need",
        "Towns that said so, one line each. The home page puts the needs of most "
        "towns first.",
        parts=TOWN_PARTS,
        item_class=TownReport,
        group=layout.TOWNS,
        search=Search.KEYWORD,
    )


def firmness(
    label: str,
    help_text: str,
    values: tuple[Firmness, ...],
    fallback: Firmness,
    **options: Any,
) -> Any:
    """Declare the field that says how firm the source of a record is."""
    return declare.choice(
        label,
        help_text,
        values=values,
        fallback=fallback,
        is_required=True,
        row=layout.SOURCE_ROW,
        strip=layout.SOURCE_LINE,
        **options,
    )


def note(label: str, help_text: str, group: FormGroup, **options: Any) -> Any:
    """Declare a text that says what it takes to decide on a practice."""
    return declare.text(
        label,
        help_text,
        kinds=(Kind.PRACTICE,),
        is_tall=True,
        group=group,
        search=Search.TEXT,
        **options,
    )


def authors() -> Any:
    """Declare the authors of a document."""
    return declare.texts(
        "Authors",
        "One person or organisation per line, as on the cover; citations use these "
        "names. An ORCID may follow the name: Jane Doe 0000-0002-1825-0097.",
        has_identifiers=True,
        search=Search.KEYWORD,
    )


def document_publisher() -> Any:
    """Declare who published a document."""
    return declare.text(
        "Publisher",
        "Who published the document, for citations. The address in ror.org may "
        "follow the name.",
        has_identifiers=True,
        search=Search.KEYWORD,
    )


def date_kind() -> Any:
    """Declare what happened to a document on its date."""
    return declare.choice(
        "Kind of date",
        "What happened on that date. Leave it empty if the document does not say.",
        values=DateKind,
        is_beside=True,
    )


def language() -> Any:
    """Declare the language of a document."""
    return declare.language(
        "Language",
        "The language of the document. Start typing, then choose; any code of ISO 639 "
        "is right, such as eu for Basque, and und if nobody can tell.",
        detail_of=layout.PAGES_LINE,
    )


def licence() -> Any:
    """Declare the licence of a document."""
    return declare.licence(
        "Licence",
        "What the document says of its licence, by its name in the list of SPDX, such "
        "as CC-BY-4.0; “unknown” if it says nothing. Other programs read it.",
    )
