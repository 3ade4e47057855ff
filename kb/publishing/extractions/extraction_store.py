"""What was found in each file, and what was decided of it, by the file's digest.

It is kept beside the drafts and not in them: what somebody set aside is remembered when
the deliverable is published, renamed or thrown away, and when the file comes again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, stored_message
from indexer.model.proposals import (
    ExtractedFact,
    FactOrigin,
    Likelihood,
    MetadataField,
    Proposal,
)
from indexer.model.readings import FileType, TextRepair
from indexer.model.records import Audience
from indexer.model.report_cards import MissingProperty, ReportCard, SimilarFile, Verdict
from kb.core.files import write_file_atomically
from kb.publishing.errors import BusyError, NotThereError, WriteFailedError

FOLDER = "findings"
FORMAT = 1
STORED_NAMES = {
    "likelihood": "sureness",
    "origin": "whence",
    "repairs": "mended",
    "missing_properties": "lacks",
}
"""Keys in stored files that differ from the names of the fields."""

KEY_CHARACTERS = 16
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
LOCK_WAIT_S = 10.0

_KEY = re.compile(rf"[0-9a-f]{{{KEY_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided of a proposal: `record` is the draft made of it.

    A proposal that was set aside has none. `version` is that of the draft as it was
    made, which tells whether somebody worked on it since.
    """

    by: str
    at: str
    record: RecordId | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in a file. `name` is that under which it was sent."""

    sha256: str
    name: str
    facts: tuple[ExtractedFact, ...]
    proposals: tuple[Proposal, ...]
    card: ReportCard
    decisions: Mapping[str, Decision] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of it in an address."""
        return extraction_key(self.sha256)

    def proposal(self, key: str) -> Proposal:
        """Give a proposal by its key.

        Raises:
            NotThereError: there is none.
        """
        for each in self.proposals:
            if proposal_key(each) == key:
                return each
        raise NotThereError(key)

    def decision(self, proposal: Proposal) -> Decision | None:
        """Give what was decided of a proposal."""
        return self.decisions.get(proposal_key(proposal))


def extraction_key(sha256: str) -> str:
    """Give the name of a file's findings in an address."""
    return sha256[:KEY_CHARACTERS]


def proposal_key(proposal: Proposal) -> str:
    """Give the name of a proposal: it stays the same when the file is read again."""
    said = f"{proposal.kind}\n{proposal.page}\n{proposal.quotation}"
    digest = hashlib.sha256(said.encode("utf-8", "replace"))
    return digest.hexdigest()[:KEY_CHARACTERS]


class ExtractionStore:
    """The findings of all files."""

    def __init__(self, instance: Path) -> None:
        self._folder = instance / FOLDER

    def load(self, key: str) -> Extraction:
        """Give the findings of a file.

        Raises:
            NotThereError: there are none, or they can't be read.
        """
        if not _KEY.fullmatch(key):
            raise NotThereError(key)
        try:
            return _found(json.loads(self._path(key).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotThereError(key) from error

    def has(self, key: str) -> bool:
        """Tell whether there are findings of a file."""
        return bool(_KEY.fullmatch(key)) and self._path(key).exists()

    def save(self, found: Extraction) -> None:
        """Keep the findings of a file; what was decided before stays decided.

        Raises:
            OSError: they can't be written.
        """
        with self.changing():
            try:
                decisions = self.load(found.key).decisions
            except NotThereError:
                decisions = {}
            self._write(dataclasses.replace(found, decisions=decisions))

    def decide(
        self, found: Extraction, proposal: Proposal, chosen: Decision | None
    ) -> None:
        """Write down a decision, or that there is none any more; hold `changing`.

        Raises:
            OSError: it can't be written.
        """
        decisions = dict(self.load(found.key).decisions)
        decisions.pop(proposal_key(proposal), None)
        if chosen is not None:
            decisions[proposal_key(proposal)] = chosen
        self._write(dataclasses.replace(found, decisions=decisions))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep others from deciding meanwhile.

        Raises:
            BusyError: somebody else has been at it for too long.
        """
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock = FileLock(self._folder / ".lock", timeout=LOCK_WAIT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyError(self._folder, LOCK_WAIT_S) from error
        try:
            yield
        finally:
            lock.release()

    def _write(self, found: Extraction) -> None:
        body = {"format": FORMAT, **_body(found)}
        text = json.dumps(body, ensure_ascii=False)
        path = self._path(found.key)
        try:
            write_file_atomically(path, text.encode("utf-8", "replace"), mode=PRIVATE)
        except OSError as error:
            raise WriteFailedError(path, error.strerror or str(error)) from error

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _body(found: Extraction) -> dict[str, Any]:
    body = dataclasses.asdict(
        dataclasses.replace(found, decisions={}),
        dict_factory=lambda fields: {
            STORED_NAMES.get(name, name): value for name, value in fields
        },
    )
    body["decisions"] = {
        key: {
            "by": each.by,
            "at": each.at,
            "record": str(each.record) if each.record is not None else None,
            "version": each.version,
        }
        for key, each in found.decisions.items()
    }
    return body


def message_of(body: Mapping[str, Any]) -> Message:
    """Read a message that was kept."""
    values = {str(name): str(value) for name, value in body["values"].items()}
    return stored_message(str(body["template"]), values)


def _field_names(body: Mapping[str, Any]) -> dict[str, Any]:
    names = {stored: name for name, stored in STORED_NAMES.items()}
    return {names.get(stored, stored): value for stored, value in body.items()}


def _found(body: Mapping[str, Any]) -> Extraction:
    return Extraction(
        sha256=str(body["sha256"]),
        name=str(body["name"]),
        facts=tuple(_fact(each) for each in body["facts"]),
        proposals=tuple(_proposal(each) for each in body["proposals"]),
        card=_card(body["card"]),
        decisions={key: _decision(each) for key, each in body["decisions"].items()},
    )


def _decision(body: Mapping[str, Any]) -> Decision:
    record = body["record"]
    return Decision(
        by=str(body["by"]),
        at=str(body["at"]),
        record=RecordId.parse(record) if record is not None else None,
        version=str(body["version"]),
    )


def _fact(body: Mapping[str, Any]) -> ExtractedFact:
    return ExtractedFact(
        MetadataField(body["field"]),
        tuple(map(str, body["values"])),
        FactOrigin(**body["whence"]),
        Likelihood(body["sureness"]),
    )


def _proposal(body: Mapping[str, Any]) -> Proposal:
    fields = {
        **_field_names(body),
        "kind": Kind(body["kind"]),
        "locale": Locale(body["locale"]),
        "likelihood": Likelihood(body["sureness"]),
        "reason": message_of(body["reason"]),
        "audiences": tuple(map(Audience, body["audiences"])),
        "places": tuple(map(str, body["places"])),
    }
    return Proposal(**fields)


def _card(body: Mapping[str, Any]) -> ReportCard:
    fields = {
        **_field_names(body),
        "verdict": Verdict(body["verdict"]),
        "reasons": tuple(map(message_of, body["reasons"])),
        "type": FileType(body["type"]) if body["type"] is not None else None,
        "locales": tuple(
            (Locale(locale) if locale is not None else None, first, last)
            for locale, first, last in body["locales"]
        ),
        "repairs": TextRepair(**body["mended"]),
        "near_duplicates": tuple(SimilarFile(**one) for one in body["near_duplicates"]),
        "missing_properties": tuple(map(MissingProperty, body["lacks"])),
    }
    for name in ("empty_pages", "scanned_pages", "unreadable_pages"):
        fields[name] = tuple(body[name])
    fields["recognised_pages"] = tuple(body["recognised_pages"])
    return ReportCard(**fields)
