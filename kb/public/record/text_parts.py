"""The parts of the text of a record by their role, and the list “On this page”."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup

from indexer.model.edition import FAILURE_HEADINGS, LIMITS_TITLES, Edition
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Practice, Recommendation
from indexer.model.schema.frame import HEADINGS, FramePart
from kb.public.document.search import DocumentSearch, find_in_sections
from kb.public.record.linked_records import LinkedRecords
from kb.web.locale import as_sentence
from kb.web.records.markup import PageSection, sections, text_of_html

ACTION_TITLES = {"En pratique", "In practice"}
ORIGIN_TITLES = {"D’où elle vient", "Where it comes from"}
OUTCOME_TITLES = {"Ce qui en est sorti", "What came out of it"}
SESSION_TITLES = {"Les séances", "Sessions"}

_LIST = re.compile(r"<ul>(?P<items>(?:(?!<ul>).)*?)</ul>", re.DOTALL)
"""A list that contains no other list."""

_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_DATED_ITEM = re.compile(
    r"<li>(?P<date>[^<:]{0,40}\b(?:19|20)\d\d\b[^<:]{0,30}?)\s*:\s+(?P<text>.*?)</li>",
    re.DOTALL,
)
_PARAGRAPH = re.compile(r"<(?:p|li)>(.+?)</(?:p|li)>", re.DOTALL)
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!\b[A-Z][a-z]\.)[\s\u00a0\u202f]+(?=[A-ZÀ-Þ«“])"
)
"""An initial or an abbreviation such as “Mr.” or “St.” ends no sentence."""


@dataclass(frozen=True, slots=True)
class TextParts:
    """The sections of a text; `rest` are those without a role.

    Only a recommendation has an action and an origin, and only an event an outcome and
    sessions. `limits` is the section that says what is not established.
    """

    action: PageSection | None
    rest: tuple[PageSection, ...]
    origin: PageSection | None
    limits: PageSection | None
    outcome: PageSection | None = None
    sessions: PageSection | None = None


def text_parts(kind: Kind, sections: Sequence[PageSection]) -> TextParts:
    """Return the sections of a record of a kind by their role."""
    is_action = kind is Kind.RECOMMENDATION
    action = _titled(sections, ACTION_TITLES) if is_action else None
    origin = _titled(sections, ORIGIN_TITLES) if is_action else None
    limits = _titled(sections, LIMITS_TITLES)
    outcome = _titled(sections, OUTCOME_TITLES) if kind is Kind.EVENT else None
    sessions_of = _titled(sections, SESSION_TITLES) if kind is Kind.EVENT else None
    named = (action, origin, limits, outcome, sessions_of)
    rest = tuple(section for section in sections if section not in named)
    return TextParts(action, rest, origin, limits, outcome, sessions_of)


def _titled(
    sections: Sequence[PageSection], titles: Collection[str]
) -> PageSection | None:
    return next((section for section in sections if section.title in titles), None)


@dataclass(frozen=True, slots=True)
class ListedText:
    """A text that has one list: what is before it, its items, what is after it."""

    before: Markup
    items: tuple[Markup, ...]
    after: Markup


def listed_text(section: PageSection | None) -> ListedText | None:
    """Return the list of a section; None unless the section has exactly one."""
    lists = [*_LIST.finditer(section.html)] if section is not None else []
    if section is None or len(lists) != 1:
        return None
    found, html = lists[0], section.html
    return ListedText(
        html[: found.start()],
        tuple(map(Markup, _ITEM.findall(found["items"]))),  # cleaned by nh3
        html[found.end() :],
    )


def dated_results(section: PageSection) -> PageSection:
    """Return a section with each list of dated items as steps, the date above each."""

    def dated(found: re.Match[str]) -> str:
        items, number = _DATED_ITEM.subn(
            r"<li><b>\g<date></b><span>\g<text></span></li>", found["items"]
        )
        is_dated = number > 1 and number == found["items"].count("<li>")
        return f'<ul class="dated">{items}</ul>' if is_dated else found[0]

    html = Markup(_LIST.sub(dated, section.html))  # noqa: S704  # cleaned by nh3
    return replace(section, html=html)


def first_sentence_of(section: PageSection | None) -> str:
    """Return the first sentence of a section as plain text; "" without a section."""
    return first_sentences(section.html, 0) if section is not None else ""


def first_sentences(html: str, length: int) -> str:
    """Return the first whole sentences of a section, as many as a length allows.

    The first sentence is returned whatever its length, and so is what follows a colon;
    "" if there is none.
    """
    text = ""
    for paragraph in _PARAGRAPH.finditer(html):
        for sentence in _SENTENCE_END.split(text_of_html(paragraph[1])):
            if not text:
                text = sentence
            elif text.endswith(":"):
                text = f"{text} {sentence}"
            elif len(text) + len(sentence) > length:
                return text
            else:
                text = f"{as_sentence(text)} {as_sentence(sentence)}"
    return text


MIN_PARTS = 3

PLAIN_LENGTHS = range(5, 16)
"""The words of a plain sentence; what is shorter is often no sentence, but a name."""

_PLAIN_PARTS = (FramePart.PROBLEM, FramePart.DONE)


def in_plain_words(edition: Edition, parts: TextParts) -> tuple[str, ...]:
    """Return what staff wrote in plain words, or else short sentences of a practice.

    They are those with which the problem and what was done begin, whole and both.
    """
    if edition.plain_words:
        return edition.plain_words
    titles = [HEADINGS[part][edition.locale] for part in _PLAIN_PARTS]
    found = [
        first_sentence_of(part)
        for part in parts.rest
        if part.title in titles and part.html.lstrip().startswith("<p>")
    ]
    sentences = [
        sentence
        for sentence in found
        if sentence.endswith(".") and len(sentence.split()) in PLAIN_LENGTHS
    ]
    return tuple(sentences) if len(sentences) > 1 else ()


@dataclass(frozen=True, slots=True)
class RecordText:
    """The text of a record: its sections, and their parts by role.

    `find` is the search inside a long text; `first_title` the title of what is before
    the first heading, "" on a page; `caveat` the first sentence of the limits;
    `plain` the text in plain words.
    """

    sections: tuple[PageSection, ...]
    parts: TextParts
    find: DocumentSearch | None
    first_title: str
    caveat: str
    plain: tuple[str, ...]

    @property
    def opening(self) -> PageSection | None:
        """The text of a page before its first heading, shown above the contents."""
        first = next(iter(self.parts.rest), None)
        return None if self.first_title or first is None or first.title else first

    @property
    def failures(self) -> PageSection | None:
        """What did not work, which the page shows before the text."""
        return _titled(self.parts.rest, FAILURE_HEADINGS.values())

    @property
    def body(self) -> tuple[PageSection, ...]:
        """The sections without a role of their own, opening and failures excepted."""
        named = (self.opening, self.failures)
        results = HEADINGS[FramePart.RESULTS].values()
        return tuple(
            dated_results(section) if section.title in results else section
            for section in self.parts.rest
            if section not in named
        )


def record_text(
    kind: Kind, edition: Edition, locale: Locale, typed: str = ""
) -> RecordText:
    """Return the text of an edition, with the typed words marked."""
    text, find = find_in_sections(sections(edition, locale), typed, edition.locale)
    parts = text_parts(kind, text)
    caveat = first_sentence_of(parts.limits) if edition.figures else ""
    plain = in_plain_words(edition, parts)
    return RecordText(text, parts, find, first_title(kind), caveat, plain)


def first_title(kind: Kind) -> str:
    """Return the title of the part of a text before its first heading."""
    titles = {
        Kind.NEED: _("Definition"),
        Kind.TERM: _("Usage"),
        Kind.EVENT: _("The meeting"),
        Kind.PAGE: "",
    }
    return titles.get(kind, _("In short"))


@dataclass(frozen=True, slots=True)
class ContentsLink:
    """A part of the page; `is_text` if its title is in the language of the edition."""

    title: str
    anchor: str
    is_text: bool = False


def page_contents(
    record: Record, edition: Edition, text: RecordText, linked: LinkedRecords
) -> tuple[ContentsLink, ...]:
    """Return the parts of a page; none of a need, or if it has fewer than three."""
    if record.id.kind is Kind.NEED:
        return ()
    is_action = isinstance(record, Recommendation)
    has_points = bool(edition.lead or edition.points)
    parts = _action(text, has_points=has_points) if is_action else _text(text, linked)
    found = [*parts]
    if isinstance(record, Practice):
        found += [ContentsLink(_("Legal basis"), "law")] if record.legal_ref else []
        if record.experiences:
            found.append(ContentsLink(_("Experiences of other towns"), "towns"))
        found.append(ContentsLink(_("To decide"), _("to-decide")))
    if isinstance(record, Practice | Recommendation) and record.assessment is not None:
        found.append(ContentsLink(_("Assessment"), _("assessment")))
    if record.sources and not is_action:
        found.append(ContentsLink(_("Sources"), "sources"))
    return tuple(found) if len(found) >= MIN_PARTS else ()


def _action(text: RecordText, *, has_points: bool) -> Iterator[ContentsLink]:
    parts = text.parts
    if has_points:
        yield ContentsLink(_("To do"), "to-do")
    elif parts.action is not None:
        yield ContentsLink(_("To do"), parts.action.anchor)
    yield ContentsLink(_("Who has done it"), "done")
    origin = parts.origin.anchor if parts.origin is not None else "origin"
    yield ContentsLink(_("Where it comes from"), origin)
    if has_points and parts.action is not None:
        yield ContentsLink(_("In detail"), parts.action.anchor)
    yield from _sections(text)
    if parts.limits is not None:
        yield ContentsLink(_("Limits"), parts.limits.anchor)


def _text(text: RecordText, linked: LinkedRecords) -> Iterator[ContentsLink]:
    parts = text.parts
    if parts.outcome is not None:
        yield ContentsLink(parts.outcome.title, parts.outcome.anchor, is_text=True)
    if parts.sessions is not None:
        yield ContentsLink(parts.sessions.title, parts.sessions.anchor, is_text=True)
    yield from (ContentsLink(group.title, group.anchor) for group in linked.before)
    yield from _sections(text)
    if parts.limits is not None:
        yield ContentsLink(parts.limits.title, parts.limits.anchor, is_text=True)
    yield from (ContentsLink(group.title, group.anchor) for group in linked.after)


def _sections(text: RecordText) -> Iterator[ContentsLink]:
    for section in text.parts.rest:
        if section == text.failures:
            continue
        if section.title:
            yield ContentsLink(section.title, section.anchor, is_text=True)
        elif text.first_title:
            yield ContentsLink(text.first_title, "text")
