"""Makes what people read without a network: the copy as one file, and small searches.

The service has them made once a day, by `kb export offline`, as a copy of the site
takes half a minute of a processor.
"""

import datetime as dt
import gzip
import json
import secrets
import shutil
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask

from indexer.files import write_file_atomically
from indexer.model.ids import Locale
from kb.backup.errors import system_error
from kb.core.locks import exclusive_lock
from kb.core.storage_errors import storage_errors
from kb.open_data.offline import (
    COPY_FILE,
    MANIFEST,
    SEARCH_FILES,
    OfflineFiles,
    offline_folder,
    offline_state,
)
from kb.services import Services
from kb.site_copy.search_data import data_of_script, script_of
from kb.site_copy.site_writer import SEARCH_DATA, write_site_copy

MAX_RECORDS = 2000
"""Of more records, the search is too large for a browser, and the copy for a day."""

MAX_COPY_BYTES = 200_000_000
PRIVATE = 0o600
LOCK_WAIT_S = 1.0


def write_daily_files(app: Flask, services: Services) -> OfflineFiles | None:
    """Write the files of today, and delete those of earlier days.

    Returns:
        What was written; None for a site that is too large, which then has none.

    Raises:
        BackupError: they can't be written, or another process is writing them.
    """
    folder = offline_folder(services)
    with storage_errors(folder, system_error):
        folder.mkdir(parents=True, exist_ok=True)
        busy = system_error(folder, "another process is making the copy")
        with exclusive_lock(folder / ".lock", busy, timeout_s=LOCK_WAIT_S):
            files = None
            if len(services.corpus.records) <= MAX_RECORDS:
                files = _written(app, services, folder)
            if files is None:
                (folder / MANIFEST).unlink(missing_ok=True)
            _delete_others(folder, files)
    return files


def _written(app: Flask, services: Services, folder: Path) -> OfflineFiles | None:
    ids, today = tuple(map(str, services.corpus.records)), services.clock().date()
    name = secrets.token_hex(6)
    part, target = folder / f".{name}.part", folder / name
    part.mkdir(mode=0o700)
    copy = write_site_copy(app, services, part / "site")
    if copy.size_bytes > MAX_COPY_BYTES:
        return None
    body = data_of_script((part / "site" / "static" / SEARCH_DATA).read_text("utf-8"))
    for locale in Locale:
        text = script_of(_of_language(body, locale)).encode()
        (part / SEARCH_FILES[locale]).write_bytes(gzip.compress(text, mtime=0))
    _write_zip(part / COPY_FILE, part / "site", today)
    shutil.rmtree(part / "site")
    sizes = {file.name: file.stat().st_size for file in part.iterdir()}
    part.rename(target)
    files = OfflineFiles(name, offline_state(services), today.isoformat(), ids, sizes)
    text = json.dumps(asdict(files)).encode()
    write_file_atomically(folder / MANIFEST, text, mode=PRIVATE, is_durable=False)
    return files


def _write_zip(file: Path, site: Path, day: dt.date) -> None:
    """Write a folder as a zip, below one folder that names the day."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file():
                name = f"innovation-security-{day}/{path.relative_to(site).as_posix()}"
                archive.write(path, name)


def _delete_others(folder: Path, files: OfflineFiles | None) -> None:
    """Delete the folders of earlier days, and what a run that was killed has left."""
    for path in folder.iterdir():
        if path.is_dir() and (files is None or path.name != files.name):
            shutil.rmtree(path, ignore_errors=True)


def _of_language(body: dict[str, Any], locale: Locale) -> dict[str, Any]:
    """Return the data of a search in one language, without translations.

    It has half the bytes; a browser fetches that of the language that it reads. Without
    the list of right words, the script corrects none.
    """
    numbers = [
        number for number, term in enumerate(body["terms"]) if term[0] == locale.value
    ]
    new = {number: index for index, number in enumerate(numbers)}
    place = list(Locale).index(locale)
    words = {}
    for word, entry in body["words"].items():
        if entry[place] in new:
            terms = [-1] * len(Locale)
            terms[place] = new[entry[place]]
            words[word] = [*terms, 1 << place, *([] for _ in Locale)]
    names = [
        [name, [[new[term], weight] for term, weight in others if term in new]]
        for name, others in body["names"]
    ]
    other = locale.other.value
    return body | {
        "words": words,
        "terms": [body["terms"][number] for number in numbers],
        "names": [named for named in names if named[1]],
        "dates": {day: new[term] for day, term in body["dates"].items() if term in new},
        "correct": "",
        "records": [
            {key: value for key, value in record.items() if key != other}
            for record in body["records"]
        ],
        "facets": {
            name: {key: texts | {other: {}} for key, texts in facet.items()}
            for name, facet in body["facets"].items()
        },
    }
