"""What a form of a group dossier does: it reads the form, changes and stores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.ids import RecordId
from kb.group_dossiers.changes import (
    ChangeError,
    Part,
    merged_texts,
    read_texts,
    with_moved_record,
    with_moved_section,
    with_new_section,
    with_records,
    with_texts,
    without_record,
    without_section,
)
from kb.group_dossiers.dossier import GroupDossier, Stamp
from kb.group_dossiers.page import PartForm, Visit, part_form
from kb.group_dossiers.store import GroupDossierStore, VersionLabel
from kb.services import services
from kb.web.dossier_cookie import parse_ids
from kb.web.locale import page_locale

MAX_TRIES = 8
"""How often a change is made again that others have overtaken."""


class FormError(Exception):
    """A text can't be stored as it is: the form is shown again, with what was typed.

    `is_conflict` says that somebody else wrote in the same field meanwhile.
    """

    def __init__(self, form: PartForm, *, is_conflict: bool = False) -> None:
        super().__init__(form.error)
        self.form = form
        self.is_conflict = is_conflict


@dataclass(frozen=True, slots=True)
class Act:
    """A change, and its words in the list of versions.

    Attributes:
        name: a key of `kb.group_dossiers.page.ACTS`.
        about: the record that it changes, or "".
        change: returns the changed dossier.
    """

    name: str
    about: str
    change: Callable[[GroupDossier], GroupDossier]


def act_of(form: Mapping[str, str], visit: Visit, store: GroupDossierStore) -> Act:
    """Return the act that a form asks for.

    A button has all that it does in its value, such as `up:practices/x`.

    Raises:
        FormError: a text can't be stored as it is.
        ChangeError: the form asks for nothing that there is.
    """
    device = visit.device
    stamp = device.stamp(visit.key) if device is not None else Stamp()
    name, _colon, about = form.get("act", "").partition(":")
    if name in _MOVES:
        label, change = _MOVES[name]
        return Act(label, about, lambda each: change(each, about))
    match name:
        case "edit":
            return _edit(form, about, visit, store, stamp)
        case "add":
            ids, section = _ids(form), form.get("section", "")
            return Act("add", "", lambda each: with_records(each, ids, section, stamp))
        case "new-section":
            title = form.get("title", "")
            return Act("add-section", "", lambda each: with_new_section(each, title))
        case "restore":
            return _restore(about, visit, store)
    raise ChangeError(_("This is nothing that a dossier can do."))


_MOVES: dict[str, tuple[str, Callable[[GroupDossier, str], GroupDossier]]] = {
    "remove": ("remove", without_record),
    "up": ("move", lambda each, record: with_moved_record(each, record, -1)),
    "down": ("move", lambda each, record: with_moved_record(each, record, 1)),
    "section-up": (
        "move-section",
        lambda each, of: with_moved_section(each, of, -1),
    ),
    "section-down": (
        "move-section",
        lambda each, of: with_moved_section(each, of, 1),
    ),
    "remove-section": ("remove-section", without_section),
}
"""The acts that need an id alone: the label of each, and its change."""


def _restore(number: str, visit: Visit, store: GroupDossierStore) -> Act:
    past = store.version(visit.key, int(number) if number.isdecimal() else 0)
    if past is None:
        raise ChangeError(_("This version is not stored any more."))
    return Act("restore", "", lambda _present: past)


def _ids(form: Mapping[str, str]) -> tuple[RecordId, ...]:
    """Return the records that a form names: by ids, or by addresses of their pages.

    Raises:
        ChangeError: it names none that there is.
    """
    texts = form.get("ids", "").replace("~", " ").split()
    ids = parse_ids("/".join(each.rstrip("/").split("/")[-2:]) for each in texts)
    known = tuple(each for each in ids if services().corpus.get(each) is not None)
    if not known:
        raise ChangeError(
            _("Write the address of a record of this site, one on each line.")
        )
    return known


def _edit(
    form: Mapping[str, str],
    about: str,
    visit: Visit,
    store: GroupDossierStore,
    stamp: Stamp,
) -> Act:
    """Return the edit of a part, merged with what others changed since it began."""
    stored = visit.stored
    part = Part.parse(about, stored.content)
    if part is None:
        raise ChangeError(_("Somebody has removed this part meanwhile."))
    typed = {name: form.get(name, "") for name in part.fields}
    number = form.get("version", "")
    base = store.version(visit.key, int(number) if number.isdecimal() else 0)
    try:
        sent = read_texts(part, form)
    except ChangeError as error:
        raise FormError(
            part_form(part, typed, stored.version, error=str(error))
        ) from error
    present = part.texts(stored.content)
    merged = merged_texts(part.texts(base) if base else present, present, sent)
    if merged.conflicts:
        error_text = _(
            "Somebody has changed the same text meanwhile. Put the two together, then "
            "save: nothing of what you typed is lost."
        )
        again = part_form(
            part,
            merged.texts,
            stored.version,
            conflicts=merged.conflicts,
            error=error_text,
        )
        raise FormError(again, is_conflict=True)
    locale, texts = page_locale(), merged.texts
    record = part.id if part.kind == "entry" else ""
    return Act(
        f"edit-{part.kind}",
        record,
        lambda each: with_texts(each, part, texts, stamp, locale),
    )


def perform(form: Mapping[str, str], visit: Visit, store: GroupDossierStore) -> None:
    """Do what a form asks for; of people who act at once, each act counts.

    Raises:
        FormError: a text can't be stored as it is.
        ChangeError: the act can't be done; the text says why.
        StorageError: it can't be stored.
    """
    for _try in range(MAX_TRIES):
        act = act_of(form, visit, store)
        present = visit.stored
        content = act.change(present.content)
        if content == present.content or store.save(
            visit.key, content, act_label(act, visit), version=present.version
        ):
            return
        stored = store.find(visit.key)
        if stored is None:
            break
        visit = Visit(visit.key, stored, visit.device)
    raise ChangeError(
        _("Many people are changing this dossier right now. Press the button again.")
    )


def act_label(act: Act, visit: Visit) -> VersionLabel:
    """Return the label of the version that an act makes."""
    device = visit.device
    return VersionLabel(
        0,
        services().clock(),
        by=device.name if device is not None else "",
        act=act.name,
        about=act.about,
        device=device.digest(visit.key) if device is not None else "",
    )
