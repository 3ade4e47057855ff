"""The numbers and addresses for people who need help now, from `help-lines.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.model.dates import PartialDate

EUROPE = "eu"
"""The country of a line that answers everywhere in the European Union."""

STALE_AFTER_MONTHS = 12
"""Numbers and hours change: after a year, somebody must look at them again."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number or an address; names, hours and purposes by language.

    `country` is a code of ISO 3166-1 in lower case, or `EUROPE`. `checked` is the day
    on which somebody last read the facts at `source`.
    """

    slug: str
    country: str
    names: Mapping[str, str]
    purposes: Mapping[str, str]
    hours: Mapping[str, str]
    number: str
    url: str
    source: str
    checked: PartialDate
    line: int
