"""A comparison: the records that an address names, side by side, row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from indexer.errors import IndexUnavailableError
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from indexer.model.vocabulary import ALL_THEMES
from kb.public.brief.comparison_rows import Row, comparison_rows
from kb.public.brief.named_records import named_record
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_cards
from kb.web.records.record_groups import by_title
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import COMPARED_KINDS, MAX_COMPARED, absolute, compare_url

MAX_OFFERED = 8
MAX_LISTED = 150
"""The longest drop-down list; from more records, words of the visitor choose."""

MAX_READ = 12
"""The ids of an address that are looked up; more are counted, and left out."""


@dataclass(frozen=True, slots=True)
class CompareChoice:
    """A form: the records already chosen, and others to choose, some ticked.

    Each of `lists` is a label, and the records of a drop-down list of which one more
    can be chosen. With too many records for a list there is a field for words, of
    which `words_label` is the label and `words` what was typed.
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

    `columns` are the records, each with a short name that is not that of another;
    `notes` say which ids of the address were left out or replaced.
    """

    title: str
    columns: tuple[tuple[Card, str], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    choice: CompareChoice | None
    share_url: str

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
    `words` find records to add, where they are too many for a list.
    """
    notes: list[str] = []
    records = _chosen([text for text in texts if text], content, notes)
    cards = record_cards(records, content)
    is_enough = len(records) > 1
    ids = [record.id for record in records]
    return ComparisonView(
        title=_title(records),
        columns=tuple(zip(cards, _short_names(cards), strict=True)),
        rows=comparison_rows(ids[0].kind, records, content) if is_enough else (),
        notes=tuple(notes),
        choice=_choice(records, content, words),
        share_url=absolute(compare_url(content.locale, ids)) if is_enough else "",
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


def _chosen(
    texts: Sequence[str], content: PageContent, notes: list[str]
) -> list[Record]:
    """Return the records to compare, each once; add a note for each id left out."""
    found = [_found(text, content, notes) for text in texts[:MAX_READ]]
    records = list({each.id: each for each in found if each is not None}.values())
    if unread := len(texts[MAX_READ:]):
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
    return alike[:MAX_COMPARED]


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


def _title(records: Sequence[Record]) -> str:
    if not records:
        return _("Compare practices or recommendations")
    number, is_practice = len(records), records[0].id.kind is Kind.PRACTICE
    if number == 1:
        return (
            _("Compare with another practice")
            if is_practice
            else _("Compare with another recommendation")
        )
    return (
        _("Compare %(number)s practices", number=number)
        if is_practice
        else _("Compare %(number)s recommendations", number=number)
    )


def _compare_these(kind: Kind) -> str:
    if kind is Kind.PRACTICE:
        return _("Practices to compare, four at most")
    return _("Recommendations to compare, four at most")


def _short_names(cards: Sequence[Card]) -> list[str]:
    """Return the titles up to their colon if these differ, else the whole titles."""
    titles = [card.plain_title for card in cards]
    short = [title.partition(":")[0].strip() for title in titles]
    is_clear = all(a != b for a, b in zip(short, titles, strict=True))
    return short if is_clear and len(set(short)) == len(short) else titles


def _choice(
    records: Sequence[Record], content: PageContent, words: str
) -> CompareChoice | None:
    """Return the form that adds records; None if there is no room or none to add."""
    if not records:
        return _first_choice(content, words)
    if len(records) == MAX_COMPARED:
        return None
    kind, is_practice = records[0].id.kind, records[0].id.kind is Kind.PRACTICE
    chosen = tuple(record.id for record in records)
    similar = _found_by(words, kind, content) or _similar(records[0], content)
    offered = [other for other in similar if other.id not in chosen][:MAX_OFFERED]
    left_out = {*chosen, *(other.id for other in offered)}
    rest = [other for other in content.corpus.of_kind(kind) if other.id not in left_out]
    another = _("Another practice") if is_practice else _("Another recommendation")
    if not offered and not rest:
        return None
    choice = CompareChoice(
        _("Similar practices") if is_practice else _("Similar recommendations"),
        chosen,
        tuple((card, False) for card in record_cards(offered, content)),
    )
    if len(rest) > MAX_LISTED:
        return replace(
            choice,
            legend=_found_legend(kind) if words else choice.legend,
            words_label=_words_label(kind),
            words=words,
        )
    cards = record_cards(by_title(rest, content.locale), content)
    return replace(choice, lists=((another, cards),) if rest else ())


def _first_choice(content: PageContent, words: str) -> CompareChoice | None:
    """Return the form that chooses two practices; None without a practice."""
    practices = content.corpus.of_kind(Kind.PRACTICE)
    if len(practices) > MAX_LISTED:
        found = _found_by(words, Kind.PRACTICE, content)[:MAX_OFFERED]
        return CompareChoice(
            _found_legend(Kind.PRACTICE) if found else _("Two practices"),
            (),
            tuple((card, False) for card in record_cards(found, content)),
            words_label=_words_label(Kind.PRACTICE),
            words=words,
        )
    cards = record_cards(by_title(practices, content.locale), content)
    lists = ((_("First practice"), cards), (_("Second practice"), cards))
    return CompareChoice(_("Two practices"), (), (), lists) if cards else None


def _words_label(kind: Kind) -> str:
    if kind is Kind.PRACTICE:
        return _("Words of a practice to compare")
    return _("Words of a recommendation to compare")


def _found_legend(kind: Kind) -> str:
    if kind is Kind.PRACTICE:
        return _("Practices with these words")
    return _("Recommendations with these words")


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
