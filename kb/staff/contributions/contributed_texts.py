"""Turns the answers of a visitor into the fields of a draft, and compares a correction.

The answers are plain text: signs that Markdown reads are escaped, so that nobody can
put a link, a picture or HTML into a draft. Name and address are never part of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import Kind, Locale
from indexer.model.places import Gazetteer
from indexer.model.schema.frame import BODY
from indexer.model.vocabulary import EvidenceKind, Firmness, PracticeResult
from kb.contributions.contribution import Contribution
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    ItemValues,
    read_values,
)
from kb.staff.base.field_labels import field_label
from kb.web.locale import lang_if_other, page_locale

MAX_SUMMARY = 240

HEADINGS: dict[str, dict[Locale, str]] = {
    "problem": {Locale.FR: "Le problème", Locale.EN: "The problem"},
    "done": {Locale.FR: "Ce qui a été fait", Locale.EN: "What was done"},
    "results": {Locale.FR: "Résultats", Locale.EN: "Results"},
}
"""The parts of the text of a practice that the form asks for."""

_SIGNS = re.compile(r"[\\`*_\[\]<>|]")
_LINE_START = re.compile(r"^([ \t]*)([#=~+-]|\d+[.)])", re.MULTILINE)
_SENTENCE = re.compile(r".+?[.!?…](?=\s|$)", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_APOSTROPHES = "['’]"


def practice_values(
    contribution: Contribution,
    gazetteer: Gazetteer,
    themes: Iterable[str],
    today: str,
) -> FormValues:
    """Return the values of the draft of a practice, in the language of the form."""
    answers, locale = contribution.answers, contribution.locale
    places = _places(answers.get("place", ""), gazetteer)
    who = [answers.get("who", "")]
    if not places:
        who.append(answers.get("place", ""))
    words: dict[str, FormValue] = {
        "title": answers["title"],
        "summary": _summary(answers["done"]),
        "who": ", ".join(filter(None, who)),
        "transfer_needs": " ".join(answers.get("conditions", "").split()),
        "did_not_work": tuple(_lines(answers.get("failures", ""))),
        BODY: _body(answers, locale),
    }
    facts: dict[str, FormValue] = {
        "updated": today,
        "themes": tuple(themes),
        # Whatever a visitor proposes is no result of the project.
        "link_to_project": Firmness.CONTEXT.value,
        "places": places,
        "sources": tuple(_sources(answers.get("sources", ""), locale)),
    }
    match answers.get("evaluated", ""):
        case "own":
            facts["evidence"] = EvidenceKind.OWN_FIGURES.value
        case "none":
            facts["result"] = PracticeResult.NOT_MEASURED.value
    return FormValues(
        {name: value for name, value in facts.items() if value},
        {locale: {name: value for name, value in words.items() if value}},
    )


@dataclass(frozen=True, slots=True)
class QuotedPlace:
    """Where a record has the words that a visitor quotes; `end` is after the last.

    `value` is the text of the field. Of a list, it is that of one item, or of one part
    of an item: `item` is then its position, `part` the name of the part, and `beside`
    the other parts.
    """

    locale: Locale
    field: str
    value: str
    start: int
    end: int
    item: int | None = None
    part: str = ""
    beside: str = ""


def quoted_places(
    kind: Kind, texts: Mapping[str, str], contribution: Contribution
) -> tuple[QuotedPlace, ...]:
    """Return the places of the quoted words, in one language.

    That is the language of the form, or the other one if it has none. Line breaks,
    spaces and the forms of apostrophes do not matter.
    """
    pattern = _pattern(contribution.answers.get("quote", ""))
    if pattern is None:
        return ()
    values = read_values(kind, texts)
    for locale in (contribution.locale, contribution.locale.other):
        places = tuple(
            QuotedPlace(
                locale, name, text, match.start(), match.end(), item, part, beside
            )
            for name, value in values.words.get(locale, {}).items()
            for text, item, part, beside in _texts_of(value)
            for match in pattern.finditer(text)
        )
        if places:
            return places
    return ()


def _texts_of(value: FormValue) -> Iterator[tuple[str, int | None, str, str]]:
    """Yield the texts of a value, each with its item, its part and what is beside."""
    if isinstance(value, str):
        yield value, None, "", ""
        return
    for number, item in enumerate(value):
        if isinstance(item, Mapping):
            for name, text in item.items():
                others = (part for other, part in item.items() if other != name)
                yield text, number, name, ", ".join(others)
        elif isinstance(item, str):
            yield item, number, "", ""


def corrected_values(
    kind: Kind, texts: Mapping[str, str], contribution: Contribution
) -> FormValues | None:
    """Return the values in which the quoted words are replaced by the proposed ones.

    None if the quotation is not found exactly once in a language.
    """
    places = quoted_places(kind, texts, contribution)
    if len(places) != 1:
        return None
    (place,) = places
    proposed = contribution.answers["proposed"]
    is_body = place.field == BODY
    new = _escaped(proposed) if is_body else " ".join(proposed.split())
    text = place.value[: place.start] + new + place.value[place.end :]
    value = read_values(kind, texts).words[place.locale][place.field]
    return FormValues(words={place.locale: {place.field: _with(value, place, text)}})


def reported_values(
    kind: Kind, texts: Mapping[str, str], contribution: Contribution
) -> FormValues | None:
    """Return the list of towns with what this town tells as its last item.

    None if the list has it already. The words are in the language of the form.
    """
    field = "experiences" if kind is Kind.PRACTICE else "towns"
    stored = read_values(kind, texts).facts.get(field, ())
    answers = contribution.answers
    year = _YEAR.search(answers.get("year", ""))
    address = _ADDRESS.search(answers.get("sources", ""))
    item = {
        "town": answers["place"],
        "kind": answers.get("happened", ""),
        "year": year[0] if year is not None else "",
        contribution.locale.value: " ".join(answers.get("message", "").split()),
        "url": address[0].rstrip(".,;)>") if address is not None else "",
    }
    report = {name: text for name, text in item.items() if text}
    if isinstance(stored, str) or report in stored:
        return None
    return FormValues({field: (*stored, report)})


def _with(value: FormValue, place: QuotedPlace, text: str) -> FormValue:
    """Return a value with another text at a place."""
    if place.item is None or isinstance(value, str):
        return text
    items: list[str | ItemValues] = list(value)
    item = items[place.item]
    items[place.item] = text if isinstance(item, str) else {**item, place.part: text}
    return tuple(items)  # type: ignore[return-value]  # of one kind


def _pattern(quote: str) -> re.Pattern[str] | None:
    words = quote.strip("«»“”\"' \n\t\u00a0\u202f").split()
    escaped = (re.sub("['’]", _APOSTROPHES, re.escape(word)) for word in words)
    # Not within a longer word or number: "184" is not in "1846".
    quoted = r"\s+".join(escaped)
    return re.compile(rf"(?<!\w){quoted}(?!\w)") if words else None


def _places(text: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the place that a text names, if it is one that records may name."""
    first = text.partition(",")[0]
    wanted = {fold(normalize(name.strip())) for name in (text, first)}
    for slug, place in gazetteer.places.items():
        names = {fold(normalize(name)) for name in place.names.values()}
        if names & wanted:
            return (slug,)
    return ()


def _summary(done: str) -> str:
    match = _SENTENCE.match(done.strip())
    first = " ".join((match[0] if match else done).split())
    return first if len(first) <= MAX_SUMMARY else ""


def _body(answers: Mapping[str, str], locale: Locale) -> str:
    parts = (
        f"## {headings[locale]}\n\n{_escaped(answers[name])}"
        for name, headings in HEADINGS.items()
        if answers.get(name)
    )
    return "\n\n".join(parts)


def _escaped(text: str) -> str:
    escaped = _SIGNS.sub(r"\\\g<0>", text)
    escaped = _LINE_START.sub(_escape_start, escaped)
    return re.sub(r"\n{3,}", "\n\n", escaped).strip()


def _escape_start(match: re.Match[str]) -> str:
    # A dash or a number may begin a list: that is what people mean by it.
    if match[2] == "-" or match[2][0].isdigit():
        return match[0]
    return rf"{match[1]}\{match[2]}"


def _lines(text: str) -> list[str]:
    return [line.strip(" -•\t") for line in text.split("\n") if line.strip(" -•\t")]


def _sources(text: str, locale: Locale) -> list[ItemValues]:
    """Return each line as a source: its address, and its words as a name."""
    items: list[ItemValues] = []
    for line in _lines(text):
        match = _ADDRESS.search(line)
        url = match[0].rstrip(".,;)>") if match is not None else ""
        rest = line.replace(url, " ") if url else line
        name = " ".join(rest.split()).strip(" :,;()<>-")
        item = {locale.value: name, "url": url}
        items.append({key: value for key, value in item.items() if value})
    return items


MAX_CONTEXT = 400
"""The number of characters shown before and after the quoted words."""

_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A quotation in its paragraph, and the same paragraph with the proposal.

    `place` names the field; `lang` is empty for the language of the page. Where the
    words are not found exactly once, `warning` says so, and there is no paragraph.
    """

    quoted: str
    proposed: str
    place: str = ""
    lang: str = ""
    before: str = ""
    after: str = ""
    warning: str = ""


def correction_view(
    kind: Kind, texts: Mapping[str, str], contribution: Contribution
) -> CorrectionView:
    """Return the comparison of a correction with the texts of its record."""
    answers = contribution.answers
    quoted, proposed = answers.get("quote", ""), answers.get("proposed", "")
    places = quoted_places(kind, texts, contribution)
    if len(places) != 1:
        warning = ngettext(
            "The record has these words %(num)s time today: find the right place.",
            "The record has these words %(num)s times today: find the right place.",
            len(places),
        )
        if not places:
            warning = _("The record does not say this today, word for word.")
        lang = lang_if_other(contribution.locale, page_locale())
        return CorrectionView(quoted, proposed, lang=lang, warning=warning)
    (place,) = places
    before, after = _context(place)
    return CorrectionView(
        quoted=place.value[place.start : place.end],
        proposed=proposed,
        place=field_label(place.field, place.locale),
        lang=lang_if_other(place.locale, page_locale()),
        before=before,
        after=after,
    )


def _context(place: QuotedPlace) -> tuple[str, str]:
    """Return the rest of the paragraph, before and after the quoted words."""
    before, after = place.value[: place.start], place.value[place.end :]
    if place.field == BODY:
        before, after = before.rpartition("\n\n")[2], after.partition("\n\n")[0]
        # Addresses of links are no words that a visitor sees.
        before, after = (_LINK.sub(r"\1", part) for part in (before, after))
    if place.beside:
        after = f"{after} ({place.beside})"
    if len(before) > MAX_CONTEXT:
        before = f"…{before[-MAX_CONTEXT:]}"
    if len(after) > MAX_CONTEXT:
        after = f"{after[:MAX_CONTEXT]}…"
    return before, after
