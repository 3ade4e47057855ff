"""Names the deliverable that a file became in the draft that came with the file."""

from __future__ import annotations

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.records.form_values import FormValues, read_values, write_values

MAX_TRIES = 5


def cite_file(repository: Repository, citing: RecordId, owner: str, actor: str) -> None:
    """Add the owner of a file, a draft or a record, to `deliverables` of a draft.

    Nothing happens if the draft is gone. Somebody may save the draft at the same
    moment: then the current text is read again.

    Raises:
        PublishingError: the draft can't be written.
    """
    record = RecordId.parse(owner) or RecordId(Kind.DELIVERABLE, owner)
    if record.kind is not Kind.DELIVERABLE:
        return
    drafts = DraftEditor(repository)
    for _ in range(MAX_TRIES):
        try:
            draft = drafts.load(citing)
            facts = read_values(citing.kind, draft.texts).facts
            known = [e for e in facts.get("deliverables", ()) if isinstance(e, str)]
            if record.slug in known:
                return
            values = FormValues({"deliverables": (*known, record.slug)})
            texts = write_values(citing.kind, values, draft.texts)
            drafts.save(citing, texts, version=draft.version, actor=actor)
        except DraftConflictError:
            continue
        except NotFoundError:
            return
        return
