"""Tests of the permissions of files."""

import os
import stat
from pathlib import Path

from kb.core.permissions import (
    make_folder,
    make_private,
    private_umask,
    share_as_folder,
)


def mode_of(path: Path) -> int:
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_new_files_are_private_during_the_block(tmp_path: Path) -> None:
    """The umask of the caller is restored."""
    before = os.umask(0o022)
    try:
        with private_umask():
            (tmp_path / "file").write_text("secret")
            (tmp_path / "folder").mkdir()
        (tmp_path / "later").write_text("public")
    finally:
        os.umask(before)

    assert mode_of(tmp_path / "file") == 0o600
    assert mode_of(tmp_path / "folder") == 0o700
    assert mode_of(tmp_path / "later") == 0o644


def test_make_private_takes_the_permissions_of_others(tmp_path: Path) -> None:
    """Those of the owner stay, and a link leads nowhere."""
    outside = tmp_path / "outside"
    outside.write_text("public")
    outside.chmod(0o644)
    folder = tmp_path / "instance"
    (folder / "history").mkdir(parents=True)
    (folder / "history" / "history.sqlite").write_text("secret")
    (folder / "program").write_text("secret")
    (folder / "link").symlink_to(outside)
    (folder / "history").chmod(0o755)
    (folder / "history" / "history.sqlite").chmod(0o664)
    (folder / "program").chmod(0o755)
    folder.chmod(0o755)

    changed = make_private(folder)

    assert changed == 4
    assert mode_of(folder) == 0o700
    assert mode_of(folder / "history") == 0o700
    assert mode_of(folder / "history" / "history.sqlite") == 0o600
    assert mode_of(folder / "program") == 0o700
    assert mode_of(outside) == 0o644
    assert make_private(folder) == 0


def test_make_private_accepts_a_missing_folder(tmp_path: Path) -> None:
    """A first start has no instance."""
    assert make_private(tmp_path / "instance") == 0


def test_shared_files_are_as_readable_as_a_folder(tmp_path: Path) -> None:
    """Files that others can read already keep their permissions."""
    events, staged = tmp_path / "events", tmp_path / "staged"
    events.mkdir()
    events.chmod(0o2775)
    with private_umask():
        (staged / "files").mkdir(parents=True)
        (staged / "files" / "plan.pdf").write_text("plan")
        (staged / "fr.md").write_text("text")
    (staged / "fr.md").chmod(0o640)

    share_as_folder(staged, events)

    assert mode_of(staged) == 0o2775
    assert mode_of(staged / "files") == 0o2775
    assert mode_of(staged / "files" / "plan.pdf") == 0o664
    assert mode_of(staged / "fr.md") == 0o640


def test_a_new_folder_is_as_readable_as_the_one_around_it(tmp_path: Path) -> None:
    """The first event of a corpus makes the folder of events."""
    tmp_path.chmod(0o755)

    with private_umask():
        make_folder(tmp_path / "documents" / "events")
        make_folder(tmp_path / "documents" / "events")

    assert mode_of(tmp_path / "documents") == 0o755
    assert mode_of(tmp_path / "documents" / "events") == 0o755
