"""The parameters of a plan: the need, who asks, the means and the delay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from indexer.corpus.corpus import Corpus
from indexer.errors import QueryError, QueryFault
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Need
from indexer.model.vocabulary import Audience
from kb.web.labels import AUDIENCES
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l


class Means(StrEnum):
    """What the town has."""

    TIME = "time"
    MONEY = "money"
    UNKNOWN = "unknown"


class Delay(StrEnum):
    """When the town wants to begin."""

    WEEK = "week"
    QUARTER = "quarter"
    YEAR = "year"


READERS = (
    Audience.LOCAL,
    Audience.LAW_ENFORCEMENT,
    Audience.SCHOOLS,
    Audience.CIVIL,
    Audience.NATIONAL,
)
READER_LABELS: dict[Audience, LazyString] = {
    reader: AUDIENCES[reader] for reader in READERS
}
MEANS_LABELS: dict[Means, LazyString] = {
    Means.TIME: _l("Staff time, no budget"),
    Means.MONEY: _l("A budget"),
    Means.UNKNOWN: _l("I do not know yet"),
}
DELAY_LABELS: dict[Delay, LazyString] = {
    Delay.WEEK: _l("This week"),
    Delay.QUARTER: _l("This quarter"),
    Delay.YEAR: _l("This year"),
}


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a visitor answered; None for what was left open."""

    need: Need | None = None
    reader: Audience | None = None
    means: Means | None = None
    delay: Delay | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the address of the plan."""
        answers = {
            "need": self.need.id.slug if self.need is not None else None,
            "who": self.reader,
            "means": self.means,
            "when": self.delay,
        }
        return {name: str(value) for name, value in answers.items() if value}

    @property
    def chosen(self) -> tuple[LazyString, ...]:
        """The answers but the need, in words."""
        labels = (
            self.reader and READER_LABELS[self.reader],
            self.means and MEANS_LABELS[self.means],
            self.delay and DELAY_LABELS[self.delay],
        )
        return tuple(label for label in labels if label)


ValueT = TypeVar("ValueT", bound=StrEnum)


def read_plan_request(args: MultiDict[str, str], corpus: Corpus) -> PlanRequest:
    """Return the answers that the address of a plan contains.

    Raises:
        QueryError: a value is unknown.
    """
    text = args.get("need", "")
    need = corpus.get(RecordId(Kind.NEED, text)) if text else None
    if text and not isinstance(need, Need):
        raise _unknown("need", text, [need.slug for need in _need_ids(corpus)])
    return PlanRequest(
        need=need if isinstance(need, Need) else None,
        reader=_value(args, "who", READER_LABELS),
        means=_value(args, "means", MEANS_LABELS),
        delay=_value(args, "when", DELAY_LABELS),
    )


def _need_ids(corpus: Corpus) -> tuple[RecordId, ...]:
    return tuple(need.id for need in corpus.of_kind(Kind.NEED))


def _value(
    args: MultiDict[str, str], name: str, labels: Mapping[ValueT, LazyString]
) -> ValueT | None:
    text = args.get(name, "")
    found = next((value for value in labels if value.value == text), None)
    if text and found is None:
        raise _unknown(name, text, labels)
    return found


def _unknown(name: str, value: str, choices: Iterable[str]) -> QueryError:
    return QueryError(
        QueryFault.UNKNOWN_VALUE, field=name, value=value[:80], choices=tuple(choices)
    )
