"""What a form changed in the dossier: in words, and as a page shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import RecordId
from kb.web.dossier_cookie import MAX_RECORDS, cookie_value

MAX_NUMBER = 999
"""The largest number of an address that is shown."""


@dataclass(frozen=True, slots=True)
class DossierChange:
    """The number of records that a form added, found there, or left out.

    Records are left out of a dossier that has as many as it may have.
    """

    added: int = 0
    known: int = 0
    left_out: int = 0
    removed: int = 0

    @property
    def query(self) -> str:
        """The change as parameters of an address."""
        numbers = {"added": self.added, "known": self.known, "left": self.left_out}
        return urlencode(numbers)

    @property
    def text(self) -> str:
        """The change in sentences."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if self.removed:
            yield _("Removed.")
        if self.added == 1 and not (self.known or self.left_out):
            yield _("Added.")
        elif self.added:
            yield ngettext(
                "%(num)s record was added.", "%(num)s records were added.", self.added
            )
        if self.known:
            yield ngettext(
                "%(num)s record was there already.",
                "%(num)s records were there already.",
                self.known,
            )
        if self.left_out:
            yield ngettext(
                "%(num)s record was left out: a dossier has at most %(limit)s.",
                "%(num)s records were left out: a dossier has at most %(limit)s.",
                self.left_out,
                limit=MAX_RECORDS,
            )


def dossier_change(
    former: Sequence[RecordId], ids: Sequence[RecordId], chosen: Sequence[RecordId]
) -> DossierChange:
    """Return what a form with chosen records changed in a dossier."""
    removed = len(set(former) - set(ids))
    return DossierChange(
        added=len(set(ids) - set(former)),
        known=0 if removed else len(set(chosen) & set(former)),
        left_out=0 if removed else len(set(chosen) - set(ids)),
        removed=removed,
    )


def change_in(args: Mapping[str, str]) -> str:
    """Return in sentences the change that an address names; "" if it names none."""
    numbers = [args.get(name, "0") for name in ("added", "known", "left")]
    if "added" not in args or not all(each.isdecimal() for each in numbers):
        return ""
    return DossierChange(*(min(int(each[:4]), MAX_NUMBER) for each in numbers)).text


def change_answer(
    change: DossierChange,
    former: Sequence[RecordId],
    ids: Sequence[RecordId],
) -> dict[str, Any]:
    """Return what `dossier.js` shows after a change: message, count, buttons, undo."""
    total = len(ids)
    has = ngettext(
        "The dossier has %(num)s record.", "The dossier has %(num)s records.", total
    )
    return {
        "message": f"{change.text} {has}".strip(),
        "ids": [str(record_id) for record_id in ids],
        "total": total,
        "unit": ngettext("record", "records", total),
        "undo": _undo(former, ids),
        "see": _("See the dossier"),
        "labels": {
            "add": {
                "title": _("Add to the dossier"),
                "long": _("Add to the dossier"),
                "short": _("Add"),
            },
            "remove": {
                "title": _("Remove from the dossier"),
                "long": _("In the dossier: remove"),
                "short": _("Remove"),
            },
        },
    }


def _undo(former: Sequence[RecordId], ids: Sequence[RecordId]) -> dict[str, Any] | None:
    """Return the fields of the form that undoes a change; None if nothing changed."""
    new = [record_id for record_id in ids if record_id not in former]
    gone = [record_id for record_id in former if record_id not in ids]
    if new:
        fields = {"remove": cookie_value(new)}
    elif gone:
        place = str(former.index(gone[0]))
        fields = {"add": cookie_value(gone), "place": place}
    else:
        return None
    return {"label": _("Undo"), "fields": fields}
