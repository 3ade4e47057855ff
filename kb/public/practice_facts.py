"""What it takes to decide on a practice: means, evaluation, transfer, contact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.records import Edition, Practice


@dataclass(frozen=True, slots=True)
class PracticeFact:
    """A fact of a practice: its name, and each statement with an optional name.

    `url` is the public page of a contact, else empty.
    """

    name: str
    statements: tuple[tuple[str, str], ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The known facts of a practice, and the names of the unknown ones."""

    known: tuple[PracticeFact, ...]
    unknown: str


def practice_facts(practice: Practice, edition: Edition) -> PracticeFacts:
    """Return the facts of a practice, in the words of an edition."""
    facts = tuple(_facts(practice, edition))
    unknown = [each.name for each in facts if not each.statements]
    first, *rest = unknown or [""]
    return PracticeFacts(
        known=tuple(each for each in facts if each.statements),
        unknown=", ".join([first, *(each[:1].lower() + each[1:] for each in rest)]),
    )


def _facts(practice: Practice, edition: Edition) -> Iterator[PracticeFact]:
    yield _fact(
        _("Means"),
        (_("People"), edition.means_people),
        (_("Time"), edition.means_time),
        (_("Money"), edition.means_money),
        (_("Tools"), edition.means_tools),
    )
    yield _fact(
        _("Evaluation"),
        (_("By"), edition.evaluation_by),
        (_("Method"), edition.evaluation_method),
        (_("Measured"), edition.evaluation_measured),
    )
    yield _fact(
        _("Elsewhere"),
        (_("What it takes"), edition.transfer_needs),
        (_("What would stop it"), edition.transfer_obstacles),
    )
    contact = ("", edition.contact or practice.contact_page)
    yield _fact(_("Contact"), contact, url=practice.contact_page)
    yield _fact(_("Legal basis"), ("", edition.legal_basis))


def _fact(name: str, *statements: tuple[str, str], url: str = "") -> PracticeFact:
    return PracticeFact(name, tuple(each for each in statements if each[1]), url)
