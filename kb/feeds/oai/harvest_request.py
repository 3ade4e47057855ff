"""The requests of OAI-PMH: verbs, arguments, dates and resumption tokens.

Rules: https://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.web.cursor import Cursor


class OaiErrorCode(StrEnum):
    """The error codes of the protocol that this repository answers."""

    BAD_VERB = "badVerb"
    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105  # no password
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"


class OaiError(Exception):
    """An error that the protocol defines."""

    def __init__(self, code: OaiErrorCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Verb(StrEnum):
    """The six verbs."""

    IDENTIFY = "Identify"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_SETS = "ListSets"
    GET_RECORD = "GetRecord"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_RECORDS = "ListRecords"


_LIST_ARGUMENTS = ({"metadataPrefix"}, {"from", "until", "set"})
_ARGUMENTS: dict[Verb, tuple[set[str], set[str]]] = {
    Verb.IDENTIFY: (set(), set()),
    Verb.LIST_METADATA_FORMATS: (set(), {"identifier"}),
    Verb.LIST_SETS: (set(), set()),
    Verb.GET_RECORD: ({"identifier", "metadataPrefix"}, set()),
    Verb.LIST_IDENTIFIERS: _LIST_ARGUMENTS,
    Verb.LIST_RECORDS: _LIST_ARGUMENTS,
}
"""The required and the optional arguments of each verb."""

_TOKEN = "resumptionToken"  # noqa: S105  # no password
_RESUMABLE = {Verb.LIST_SETS, Verb.LIST_IDENTIFIERS, Verb.LIST_RECORDS}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z")
_WORD = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")
_WORDS = ("metadataPrefix", "set")
"""The arguments that have a syntax, in https://www.openarchives.org/OAI/2.0/OAI-PMH.xsd."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """The arguments of a list; `after` is the datestamp and identifier before it."""

    prefix: str
    set_spec: str = ""
    since: str = ""
    until: str = ""
    after: tuple[str, str] = ("", "")

    @property
    def token(self) -> str:
        """The resumption token of the list."""
        arguments = (self.prefix, self.set_spec, self.since, self.until)
        return Cursor((*arguments, *self.after)).text


def verb_of(arguments: Mapping[str, list[str]]) -> Verb:
    """Return the verb of a request.

    Raises:
        OaiError: the verb is missing, repeated or unknown.
    """
    values = arguments.get("verb", [])
    known = next((verb for verb in Verb if values == [verb.value]), None)
    if known is None:
        text = f"The argument verb must be one of {', '.join(Verb)}, once."
        raise OaiError(OaiErrorCode.BAD_VERB, text)
    return known


def checked_arguments(verb: Verb, given: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the arguments of a verb.

    Raises:
        OaiError: an argument is unknown, repeated, missing, malformed or not exclusive.
    """
    arguments = {name: values[0] for name, values in given.items() if name != "verb"}
    repeated = [name for name, values in given.items() if len(values) > 1]
    required, optional = _ARGUMENTS[verb]
    if _TOKEN in arguments and verb in _RESUMABLE:
        required, optional = {_TOKEN}, set()
    unknown = arguments.keys() - required - optional
    missing = {name for name in required if not arguments.get(name)}
    malformed = {name for name, text in arguments.items() if not _is_plain(name, text)}
    for names, fault in (
        (repeated, "repeated"),
        (unknown, "not allowed with this request"),
        (missing, "missing"),
        (malformed, "empty or malformed"),
    ):
        if names:
            text = f"Arguments that are {fault}: {', '.join(sorted(names))}."
            raise OaiError(OaiErrorCode.BAD_ARGUMENT, text)
    return arguments


def _is_plain(name: str, text: str) -> bool:
    return bool(_WORD.fullmatch(text) if name in _WORDS else text)


def harvest_of(arguments: Mapping[str, str]) -> Harvest:
    """Return the list that checked arguments ask for.

    Raises:
        OaiError: a date or the resumption token is not valid.
    """
    if _TOKEN in arguments:
        return _resumed(arguments[_TOKEN])
    since, until = arguments.get("from", ""), arguments.get("until", "")
    harvest = Harvest(
        prefix=arguments["metadataPrefix"],
        set_spec=arguments.get("set", ""),
        since=_first_second(since),
        until=_last_second(until),
    )
    is_mixed = since and until and len(since) != len(until)
    if is_mixed or (until and harvest.since > harvest.until):
        text = "The arguments from and until need one granularity, and from the first."
        raise OaiError(OaiErrorCode.BAD_ARGUMENT, text)
    return harvest


def _resumed(token: str) -> Harvest:
    try:
        cursor = Cursor.read(token, count=6)
    except ValueError:
        raise bad_token() from None
    prefix, set_spec, since, until, datestamp, record = cursor.parts
    return Harvest(prefix, set_spec, since, until, (datestamp, record))


def bad_token() -> OaiError:
    """Return the error of a resumption token that leads to nothing."""
    text = "The resumption token is not valid: start the list again."
    return OaiError(OaiErrorCode.BAD_RESUMPTION_TOKEN, text)


def _first_second(text: str) -> str:
    return f"{text}T00:00:00Z" if _is_day(text) else text


def _last_second(text: str) -> str:
    return f"{text}T23:59:59Z" if _is_day(text) else text


def _is_day(text: str) -> bool:
    """Return whether a date is a day; False for a second, or for none.

    Raises:
        OaiError: it is neither.
    """
    is_day = bool(_DAY.fullmatch(text))
    try:
        is_date = not text or bool(dt.datetime.fromisoformat(text))
    except ValueError:
        is_date = False
    if not is_date or (text and not is_day and not _SECOND.fullmatch(text)):
        message = f"Not a date such as 2026-11-27 or 2026-11-27T12:00:00Z: {text}"
        raise OaiError(OaiErrorCode.BAD_ARGUMENT, message)
    return is_day
