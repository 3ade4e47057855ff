"""A comparison: the records that an address names, side by side, row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from indexer.errors import IndexUnavailableError
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from indexer.model.vocabulary import ALL_THEMES
from kb.public.brief.compared_rows import (
    ComparedRows,
    common_advice,
    compared_rows,
    number_word,
)
from kb.public.brief.named_records import named_record
from kb.public.maps.inset import InsetMap, inset_map
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_cards
from kb.web.records.record_groups import by_title
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import (
    COMPARED_KINDS,
    MAX_COMPARED,
    absolute,
    can_be_compared,
    compare_url,
)

FILES = ("pdf", "docx", "xlsx")
"""The formats of a comparison: what its address ends with."""

MAX_OFFERED = 8
MAX_LISTED = 150
"""The longest drop-down list; from more records, words of the visitor choose."""

MAX_READ = 12
"""The ids of an address that are looked up; more are counted, and left out."""


@dataclass(frozen=True, slots=True)
class CompareChoice:
    """A form: the records already chosen, and others to choose, some ticked.

    `lists` are the drop-down lists: of each, its label and its records. Without lists,
    the page has a field for words, with the label `words_label` and the typed `words`.
    """

    legend: str
    chosen: tuple[RecordId, ...]
    options: tuple[tuple[Card, bool], ...]
    lists: tuple[tuple[str, tuple[Card, ...]], ...] = ()
    words_label: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """All that a comparison shows.

    Attributes:
        columns: the records, each with a short name that is not that of another.
        compared: their rows, and what they have in common; None for less than two.
        notes: which ids of the address were left out or replaced.
        advice: what the knowledge base recommends on the subject.
        files: the suffixes of its files, each with the address of the file.
    """

    title: str
    columns: tuple[tuple[Card, str], ...]
    compared: ComparedRows | None
    notes: tuple[str, ...]
    choice: CompareChoice | None
    share_url: str
    map: InsetMap | None
    advice: tuple[Card, ...]
    files: tuple[tuple[str, str], ...]

    @property
    def is_wide(self) -> bool:
        """Whether it needs a sheet of paper in landscape."""
        return len(self.columns) > 2


def comparison_view(
    texts: Sequence[str], content: PageContent, words: str = ""
) -> ComparisonView:
    """Return the comparison of the records that the ids of an address name.

    A former id stands for the record that it leads to. Other ids that can't be compared
    are left out, each with a note; a list without a choice sends an empty text. The
    `words` find records to add.
    """
    records, notes = compared_records(texts, content)
    cards = record_cards(records, content)
    shown, locale = records if can_be_compared(records) else [], content.locale
    ids = [record.id for record in shown]
    return ComparisonView(
        title=comparison_title(records),
        columns=tuple(zip(cards, _short_names(cards), strict=True)),
        compared=compared_rows(shown, content) if shown else None,
        notes=notes,
        choice=_choice(records, content, words),
        share_url=absolute(compare_url(locale, ids)) if shown else "",
        map=inset_map(shown, content),
        advice=record_cards(common_advice(shown, content), content),
        files=tuple((file, compare_url(locale, ids, file=file)) for file in FILES),
    )


def dossier_choices(cards: Iterable[Card]) -> tuple[CompareChoice, ...]:
    """Return the forms that compare records of a dossier: one for each kind.

    The first records are ticked, as many as can be compared.
    """
    listed = tuple(cards)
    choices = []
    for kind in COMPARED_KINDS:
        own = [card for card in listed if card.id.kind is kind]
        if len(own) > 1:
            options = tuple((card, n < MAX_COMPARED) for n, card in enumerate(own))
            choices.append(CompareChoice(_compare_these(kind), (), options))
    return tuple(choices)


def compared_records(
    texts: Iterable[str], content: PageContent
) -> tuple[list[Record], tuple[str, ...]]:
    """Return the records to compare, each once, and a note for each id left out."""
    notes: list[str] = []
    asked = [text for text in texts if text]
    found = [_found(text, content, notes) for text in asked[:MAX_READ]]
    records = list({each.id: each for each in found if each is not None}.values())
    if unread := len(asked[MAX_READ:]):
        notes.append(
            ngettext(
                "The address names %(num)s more record, which was not read.",
                "The address names %(num)s more records, which were not read.",
                unread,
            )
        )
    kind = records[0].id.kind if records else None
    alike = [record for record in records if record.id.kind is kind]
    notes += [
        _(
            "A practice and a recommendation can’t be compared: "
            "“%(title)s” was left out.",
            title=record.edition(content.locale).title,
        )
        for record in records
        if record.id.kind is not kind
    ]
    notes += [
        _(
            "At most four records can be compared: “%(title)s” was left out.",
            title=each.edition(content.locale).title,
        )
        for each in alike[MAX_COMPARED:]
    ]
    return alike[:MAX_COMPARED], tuple(notes)


def _found(text: str, content: PageContent, notes: list[str]) -> Record | None:
    """Return the record of an id, or of a former id; else None, with a note."""
    record = named_record(text, content, notes)
    if record is None or record.id.kind in COMPARED_KINDS:
        return record
    notes.append(
        _(
            "“%(title)s” can’t be compared: only practices and recommendations can.",
            title=record.edition(content.locale).title,
        )
    )
    return None


def comparison_title(records: Sequence[Record]) -> str:
    """Return the title of a comparison, or of the page that asks what to compare."""
    if not records:
        return _("Compare practices or recommendations")
    number, is_practice = len(records), records[0].id.kind is Kind.PRACTICE
    if number == 1:
        return (
            _("Compare with another practice")
            if is_practice
            else _("Compare with another recommendation")
        )
    word = number_word(number)
    return (
        _("Compare %(number)s practices", number=word)
        if is_practice
        else _("Compare %(number)s recommendations", number=word)
    )


def _compare_these(kind: Kind) -> str:
    if kind is Kind.PRACTICE:
        return _("Practices to compare, four at most")
    return _("Recommendations to compare, four at most")


def _short_names(cards: Sequence[Card]) -> list[str]:
    """Return the titles up to their colon; what follows it, if these are alike."""
    titles = [card.plain_title.partition(":") for card in cards]
    before = [first.strip() for first, _colon, _rest in titles]
    return [
        rest.strip() if rest and before.count(name) > 1 else name
        for name, (_first, _colon, rest) in zip(before, titles, strict=True)
    ]


def _choice(
    records: Sequence[Record], content: PageContent, words: str
) -> CompareChoice | None:
    """Return the form that adds records; None if there is no room or none to add."""
    if not records:
        return _first_choice(content, words)
    if len(records) == MAX_COMPARED:
        return None
    kind, chosen = records[0].id.kind, tuple(record.id for record in records)
    found = _found_by(words, kind, content)
    similar = found or _similar(records[0], content)
    offered = [other for other in similar if other.id not in chosen][:MAX_OFFERED]
    if len(content.corpus.of_kind(kind)) == len(chosen):
        return None
    return CompareChoice(
        _("Records with these words") if found else _("Similar records"),
        chosen,
        tuple((card, False) for card in record_cards(offered, content)),
        words_label=_("Words of a record to compare"),
        words=words,
    )


def _first_choice(content: PageContent, words: str) -> CompareChoice | None:
    """Return the form that chooses two practices; None without a practice."""
    practices = content.corpus.of_kind(Kind.PRACTICE)
    if len(practices) > MAX_LISTED:
        found = _found_by(words, Kind.PRACTICE, content)[:MAX_OFFERED]
        return CompareChoice(
            _("Records with these words") if found else _("Two practices"),
            (),
            tuple((card, False) for card in record_cards(found, content)),
            words_label=_("Words of a record to compare"),
            words=words,
        )
    cards = record_cards(by_title(practices, content.locale), content)
    lists = ((_("First practice"), cards), (_("Second practice"), cards))
    return CompareChoice(_("Two practices"), (), (), lists) if cards else None


def _found_by(words: str, kind: Kind, content: PageContent) -> list[Record]:
    """Return the first records of a kind that words find; none without an index."""
    if not words.strip():
        return []
    query = query_from(
        MultiDict({"q": words, "kind": kind.value}),
        vocabulary_of(content.corpus),
        locale=content.locale,
        max_passages=0,
    )
    try:
        hits = services().searches.search(query).hits
    except IndexUnavailableError:
        return []
    return [record for _hit, record in visible_hits(hits, content.corpus.records)]


def _similar(record: Record, content: PageContent) -> list[Record]:
    """Return records of the same kind: similar ones, then those of the same theme."""
    corpus, kind = content.corpus, record.id.kind
    try:
        ids = services().similar.find(record, content.locale)
    except IndexUnavailableError:  # only the order is then less good
        ids = ()
    theme = next((each for each in record.themes if each != ALL_THEMES), ALL_THEMES)
    same_theme = (each.id for each in corpus.with_theme(theme, kind))
    found = (corpus.get(record_id) for record_id in dict.fromkeys((*ids, *same_theme)))
    return [each for each in found if each is not None and each.id.kind is kind]
