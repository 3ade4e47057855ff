"""View of a correction: what a record says today beside what a visitor proposes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import Kind
from kb.contributions.contribution import Contribution
from kb.publishing.records.form_fields import BODY
from kb.staff.base.field_labels import field_label
from kb.staff.contributions.contributed_texts import QuotedPlace, quoted_places
from kb.web.locale import lang_if_other, page_locale

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
        before, after = (_LINK.sub(r"\1", each) for each in (before, after))
    if place.beside:
        after = f"{after} ({place.beside})"
    if len(before) > MAX_CONTEXT:
        before = f"…{before[-MAX_CONTEXT:]}"
    if len(after) > MAX_CONTEXT:
        after = f"{after[:MAX_CONTEXT]}…"
    return before, after
