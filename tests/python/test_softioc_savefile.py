"""The file of saved values is at no time half of one, whatever fails."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
import pythonIoc  # noqa: F401  (the path of softioc)
from softioc._savefile import SaveFile


@pytest.fixture
def file(tmp_path: Path) -> SaveFile:
    file = SaveFile(tmp_path, "ioc")
    file.write({"A": 1})
    return file


def test_what_is_written_is_on_the_disk_before_it_has_the_name(
    file: SaveFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(number: int) -> None:
        steps.append("fsync " + Path(os.readlink(f"/proc/self/fd/{number}")).name)
        fsync(number)

    def replaced(old: Any, new: Any) -> None:
        steps.append(f"replace {Path(new).name}")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    file.write({"A": 2})
    assert steps == ["fsync ioc.softsavB", "replace ioc.softsav", f"fsync {file.path.parent.name}"]
    assert file.read() == {"A": 2}


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_step_that_fails_leaves_the_file_and_nothing_beside_it(
    file: SaveFile, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        if step == "open":
            patch.setattr("builtins.open", fails)
        else:
            patch.setattr(os, step, fails)
        with pytest.raises(OSError, match="no room"):
            file.write({"A": 2})
    assert [path.name for path in file.path.parent.iterdir()] == ["ioc.softsav"]
    assert file.read() == {"A": 1}


def test_a_folder_that_cannot_be_synchronised_is_none_the_worse(
    file: SaveFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def files_only(number: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{number}"):
            raise OSError(errno.EINVAL, "not of folders")
        fsync(number)

    monkeypatch.setattr(os, "fsync", files_only)
    file.write({"A": 2})
    assert file.read() == {"A": 2}


def test_a_copy_that_fails_leaves_the_older_one(file: SaveFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.back_up(timestamped=False)
    file.write({"A": 2})

    def fails(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(OSError, match="no room"):
            file.back_up(timestamped=False)
    assert file.path.with_name("ioc.softsav.bu").read_text() == "A: 1\n"
    file.back_up(timestamped=False)
    assert file.path.with_name("ioc.softsav.bu").read_text() == "A: 2\n"
