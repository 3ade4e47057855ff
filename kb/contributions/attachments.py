"""The files that a visitor attaches: few, small, and of types that can be read.

Their names are made safe as those of staff uploads are. Only their type is looked at
here; the sandbox reads their text once staff make a draft of the contribution.
"""

from collections.abc import Iterable

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from indexer.errors import FileUnreadableError
from indexer.extraction.report.report_card import unreadable_message
from indexer.readers.type_detection import detect_type
from kb.contributions.contribution import NewFile
from kb.publishing.imports.inbox import MEGABYTE, upload_display_name
from kb.publishing.storage.names import safe_name, unique_name
from kb.web.locale import as_sentence

MAX_ATTACHED_FILES = 5
MAX_ATTACHED_BYTES = 20 * MEGABYTE
MAX_FORM_BYTES = MAX_ATTACHED_BYTES + 100_000
MAX_FORM_MEMORY_BYTES = 200_000
MAX_DISCARDED_FORM_BYTES = 200 * MEGABYTE


def read_attachments(
    uploads: Iterable[FileStorage],
) -> tuple[tuple[NewFile, ...], str]:
    """Return the attached files, and a sentence if they can't be accepted."""
    # A browser sends an empty part for an unused control.
    sent = [upload for upload in uploads if upload.filename]
    if len(sent) > MAX_ATTACHED_FILES:
        most = MAX_ATTACHED_FILES
        return (), _("At most %(most)s files. Choose them again.", most=most)
    files: list[NewFile] = []
    names: set[str] = set()
    size_bytes = 0
    for upload in sent:
        name = safe_name(upload_display_name(upload.filename or ""))
        content = upload.stream.read(MAX_ATTACHED_BYTES + 1)
        size_bytes += len(content)
        if size_bytes > MAX_ATTACHED_BYTES:
            return (), too_large_sentence()
        try:
            detect_type(name, content)
        except FileUnreadableError as error:
            reason = as_sentence(unreadable_message(error).text(_))
            return (), _("%(name)s: %(reason)s", name=name, reason=reason)
        name = unique_name(name, names.__contains__)
        names.add(name)
        files.append(NewFile(name, content))
    return tuple(files), ""


def too_large_sentence() -> str:
    """Return the sentence for files that are too large together."""
    return _(
        "The files are too large: %(most)s MB at most together. Choose smaller ones, "
        "or give their address.",
        most=MAX_ATTACHED_BYTES // MEGABYTE,
    )
