"""Deletes records, which puts them aside; restores them; merges two into one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import message
from kb.publishing.changes.journal import Work
from kb.publishing.changes.record_changes import (
    Told,
    change_links,
    cut_links,
    linked_contents,
    put_record,
    restore_links,
    texts_in,
)
from kb.publishing.changes.repository import Holdings
from kb.publishing.errors import AlreadyThereError, NotThereError, UnsuitableError
from kb.publishing.history.history_entries import Action, Entry, record_id_of
from kb.publishing.records.form_values import Item, Values, read_values, write_values
from kb.publishing.records.record_links import redirected, united, without_links
from kb.publishing.storage.folder_swap import Content, Copied, Linked
from kb.publishing.storage.names import another_name
from kb.publishing.storage.snapshots import State

KEPT_DAYS = 90
"""What is deleted is put aside for so long; then only the history has it."""

ASIDE_NOTES = "deleted.json"


@dataclass(frozen=True, slots=True)
class PutAside:
    """A record that was deleted; `work` is the name of the change that did it."""

    work: str
    record: RecordId
    title: str
    who: str
    at: dt.datetime
    merged_into: RecordId | None = None

    def contents(self) -> bytes:
        """Give what is known of it, as it is kept."""
        merged = str(self.merged_into) if self.merged_into is not None else ""
        body = {
            "record": str(self.record),
            "title": self.title,
            "who": self.who,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "merged_into": merged,
        }
        return json.dumps(body, ensure_ascii=False).encode()


class Remover:
    """Takes records out of the content, and brings them back."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    @property
    def folder(self) -> Path:
        """Where what is deleted is put."""
        return self._holdings.locations.instance / "trash"

    def place(self, aside: PutAside) -> Path:
        """Give the folder of a record that was put aside."""
        return self.folder / aside.work / str(aside.record)

    def all(self) -> tuple[PutAside, ...]:
        """Give what was put aside, the newest first."""
        found = [self._read(path) for path in self.folder.glob(f"*/{ASIDE_NOTES}")]
        there = [each for each in found if each is not None]
        return tuple(sorted(there, key=lambda each: each.at, reverse=True))

    def delete(self, record: RecordId, *, who: str) -> str:
        """Put a record aside, and take the links to it out of others; give the name.

        Raises:
            NotThereError: it is not in the content.
        """
        holdings = self._holdings
        with holdings.journal.work() as work:
            self._put_aside(work, record, who)
            cut_links(holdings, work, record, who)
            work.commit()
        return work.name

    def _put_aside(
        self,
        work: Work,
        record: RecordId,
        who: str,
        *,
        merged_into: RecordId | None = None,
    ) -> None:
        holdings = self._holdings
        before = holdings.before(work, record)
        place = holdings.place(record)
        if before is None:
            raise NotThereError(record)
        title = title_in(record.kind, texts_in(place)) or record.slug
        aside = PutAside(work.name, record, title, who, holdings.clock(), merged_into)
        contents: dict[str, Content] = {
            f"{record}/{name}": Copied(place / name) for name, _ in before.files
        }
        contents[ASIDE_NOTES] = aside.contents()
        work.put(self.folder / work.name, contents)
        work.take_away(place)
        action = Action.DELETED if merged_into is None else Action.MERGED
        detail = str(merged_into) if merged_into is not None else ""
        work.tell(
            Entry(holdings.clock(), who, action, record, before, None, detail=detail)
        )

    def restore(self, name: str, *, who: str) -> RecordId:
        """Bring back what was put aside, with the links of others to it.

        Raises:
            NotThereError: it is no longer there.
            AlreadyThereError: another record has its id now.
        """
        holdings = self._holdings
        with holdings.journal.work() as work:
            aside = next((each for each in self.all() if each.work == name), None)
            if aside is None:
                raise NotThereError(name)
            record = aside.record
            if holdings.place(record).exists():
                raise AlreadyThereError(record)
            contents = linked_contents(self.place(aside))
            put_record(holdings, work, record, contents, Told(Action.RESTORED, who))
            restore_links(holdings, work, name, who)
            work.take_away(self.folder / name)
            work.commit()
        return record

    def purge(self) -> tuple[PutAside, ...]:
        """Forget what was put aside `KEPT_DAYS` ago; the history still has it."""
        holdings = self._holdings
        limit = holdings.clock() - dt.timedelta(days=KEPT_DAYS)
        with holdings.journal.work() as work:
            old = tuple(each for each in self.all() if each.at < limit)
            for each in old:
                work.take_away(self.folder / each.work)
            if old:
                work.commit()
        return old

    def merge(self, record: RecordId, duplicate: RecordId, *, who: str) -> str:
        """Put the links of a duplicate onto a record, and the duplicate aside.

        The record gets the links, sources, quotations and originals that only the
        duplicate had; its words stay as they are. Give the name of the change.

        Raises:
            NotThereError: one of them is not in the content.
            UnsuitableError: they are of two kinds, or one and the same.
        """
        if record.kind is not duplicate.kind or record == duplicate:
            raise UnsuitableError(
                message("only two records of one kind can be merged into one")
            )
        holdings = self._holdings
        with holdings.journal.work() as work:
            self._put_aside(work, duplicate, who, merged_into=record)
            files = self._unite(work, record, duplicate, who)

            def lead(linking: RecordId, texts: dict[str, str]) -> dict[str, str]:
                return redirected(linking.kind, texts, duplicate, record, files)

            change_links(holdings, work, duplicate, lead, who, apart=record)
            work.commit()
        return work.name

    def _unite(
        self, work: Work, record: RecordId, duplicate: RecordId, who: str
    ) -> Mapping[str, str]:
        """Give a record what only its duplicate had; tell the new names of files."""
        holdings = self._holdings
        mine, theirs = holdings.place(record), holdings.place(duplicate)
        texts = texts_in(mine)
        if not texts:
            raise NotThereError(record)
        contents = linked_contents(mine)
        other, moved = self._with_files(record, duplicate, contents)
        for name, file in moved.items():
            contents.setdefault(
                f"{FILES_FOLDER}/{file}", Linked(theirs / FILES_FOLDER / name)
            )
        kind = record.kind
        texts = redirected(kind, texts, duplicate, record, moved)
        texts = without_links(kind, texts, record)
        texts = united(kind, texts, other, record)
        contents |= {name: text.encode() for name, text in texts.items()}
        put_record(holdings, work, record, contents, Told(Action.LINKS_CHANGED, who))
        return moved

    def _with_files(
        self, record: RecordId, duplicate: RecordId, contents: Mapping[str, Content]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Give the texts of a duplicate as its files are named in the record."""
        texts = texts_in(self._holdings.place(duplicate))
        mine = self._holdings.state(record) or State(())
        named = {
            sha256: name.removeprefix(f"{FILES_FOLDER}/") for name, sha256 in mine.files
        }
        moved: dict[str, str] = {}
        kept: list[Item] = []
        for item in read_values(duplicate.kind, texts).facts.get("files", ()):
            if isinstance(item, str):
                continue
            name = item.get("name", "")
            there = named.get(item.get("sha256", ""))
            moved[name] = there or _free(name, contents)
            if there is None:
                kept.append({**item, "name": moved[name]})
        changed = write_values(duplicate.kind, Values({"files": tuple(kept)}), texts)
        is_there = self._holdings.place(duplicate) / FILES_FOLDER
        return changed, {n: f for n, f in moved.items() if (is_there / n).is_file()}

    def _read(self, path: Path) -> PutAside | None:
        try:
            body = json.loads(path.read_text("utf-8"))
            merged = body["merged_into"]
            return PutAside(
                path.parent.name,
                record_id_of(body["record"]),
                body["title"],
                body["who"],
                dt.datetime.fromisoformat(body["at"]),
                record_id_of(merged) if merged else None,
            )
        except (OSError, ValueError, KeyError, TypeError, NotThereError):
            return None


def title_in(kind: Kind, texts: Mapping[str, str]) -> str:
    """Give the title of a record from its files, in whichever language has one."""
    values = read_values(kind, {name: t for name, t in texts.items() if t})
    for words in values.words.values():
        title = words.get("title")
        if isinstance(title, str) and title:
            return title
    return ""


def _free(name: str, contents: Mapping[str, Content]) -> str:
    free, number = name, 2
    while f"{FILES_FOLDER}/{free}" in contents:
        free, number = another_name(name, number), number + 1
    return free
