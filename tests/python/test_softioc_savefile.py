"""The file of saved values is at no time half of one, whatever fails."""

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pythonIoc  # noqa: F401  (the path of softioc)
import yaml
from softioc._savefile import BadSaveFile, SaveFile


@pytest.fixture
def file(tmp_path: Path) -> SaveFile:
    file = SaveFile(tmp_path, "ioc")
    file.write({"A": 1})
    return file


def test_what_is_written_is_on_the_disk_before_it_has_the_name(file: SaveFile, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_link_in_the_place_of_what_is_being_written_is_not_followed(file: SaveFile, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    for link in (os.symlink, os.link):
        link(other, f"{file.path}B")
        file.write({"A": 2})
        assert other.read_text() == "precious"
    assert file.read() == {"A": 2}


BOMBS = {
    "itself": "A: &a [*a]\n",
    "each other": "A: &a [1, &b [*a]]\nB: *b\n",
    "the whole": "&a {A: *a}\n",
    "merged": "A: &a {<<: *a}\n",
    "many": "A: &a0 [1, 1]\n" + "".join(f"B{i}: &a{i + 1} [*a{i}, *a{i}]\n" for i in range(60)),
}


@pytest.mark.parametrize("case", BOMBS)
@pytest.mark.parametrize("pure", [False, True])
def test_a_value_that_grows_by_its_aliases_is_refused(
    file: SaveFile, case: str, pure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pure:
        monkeypatch.setattr("softioc._savefile._Loader", yaml.SafeLoader)
    file.path.write_text(BOMBS[case])
    with pytest.raises(BadSaveFile, match="line "):
        file.read()


def test_a_value_that_several_records_share_is_read(file: SaveFile) -> None:
    shared = np.arange(1000)
    file.write({"A": shared, "B": shared, "C": [1, 2]})
    assert "*" in file.path.read_text()
    assert file.read() == {"A": list(range(1000)), "B": list(range(1000)), "C": [1, 2]}


def test_the_file_and_its_copies_keep_its_permissions(file: SaveFile) -> None:
    file.path.chmod(0o640)
    file.write({"A": 2})
    file.back_up(timestamped=False)
    assert [path.stat().st_mode & 0o777 for path in (file.path, Path(f"{file.path}.bu"))] == [0o640, 0o640]
