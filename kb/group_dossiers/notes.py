"""Notes as pages show them: limited Markdown, who wrote it, and its language."""

from collections.abc import Mapping
from dataclasses import dataclass

import nh3
from markupsafe import Markup

from indexer.commonmark import convert
from indexer.model.ids import Locale
from kb.group_dossiers.dossier import Note, Stamp
from kb.web.date_text import day_and_hour

_TAGS = {"p", "br", "ul", "ol", "li", "em", "strong", "a", "blockquote", "h3", "h4"}
"""The elements that a note may have; other HTML and Markdown becomes plain text."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as the page shows it; `lang` is set if it is in the other language."""

    html: Markup
    author: str
    lang: str
    draft: str = ""
    """A draft translation that no person has read, if the reader asked for it."""


def note_html(text: str) -> Markup:
    """Return the HTML of a note: limited Markdown, sanitised."""
    html = nh3.clean(
        convert(text.replace("\n#", "\n###")),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noreferrer",
    )
    return Markup(html)  # noqa: S704  # cleaned by nh3


def note_view(
    note: Note, *, locale: Locale, drafts: Mapping[str, str]
) -> NoteView | None:
    """Return a note as a page in a language shows it; None if it is empty."""
    if not note.text:
        return None
    lang = "" if note.locale == locale else note.locale
    return NoteView(
        note_html(note.text),
        author_text(note.stamp, locale),
        lang,
        drafts.get(note.text, "") if lang else "",
    )


def author_text(stamp: Stamp, locale: Locale) -> str:
    """Return who wrote something and when, in words; "" if nobody is known."""
    if not stamp.by:
        return ""
    return f"{stamp.by}, {day_and_hour(stamp.time, locale)}"
