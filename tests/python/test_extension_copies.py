"""The copy of an extension module's file is whole, also where the system cannot send a file, or the file changes."""

import errno
import os
from pathlib import Path

import pytest
from PythonDriver import _extensions

CONTENT = bytes(range(256)) * 20_000


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original"
    path.write_bytes(CONTENT)
    return path


def _copied(original: Path, copy: Path) -> bytes:
    _extensions._copy(str(original), str(copy))
    return copy.read_bytes()


def test_a_copy(original: Path, tmp_path: Path) -> None:
    assert _copied(original, tmp_path / "copy") == CONTENT


def test_a_file_system_that_cannot_send(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may find that out after the first part."""
    send, calls = os.sendfile, []

    def sendfile(target: int, source: int, offset: int, count: int) -> int:
        calls.append(offset)
        if len(calls) > 1:
            raise OSError(errno.EINVAL, "Invalid argument")
        return send(target, source, offset, 1000)

    monkeypatch.setattr(os, "sendfile", sendfile)
    assert _copied(original, tmp_path / "copy") == CONTENT
    assert calls == [0, 1000]


def test_a_file_that_gets_shorter(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send, calls = os.sendfile, []

    def sendfile(target: int, source: int, offset: int, count: int) -> int:
        calls.append(offset)
        assert len(calls) < 10, "it asks for ever for what is not there"
        sent = send(target, source, offset, min(count, 1000))
        os.truncate(original, 1500)
        return sent

    monkeypatch.setattr(os, "sendfile", sendfile)
    assert _copied(original, tmp_path / "copy") == CONTENT[:1500]


def test_writes_that_take_a_part(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sendfile(target: int, source: int, offset: int, count: int) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    write = os.write
    monkeypatch.setattr(os, "sendfile", sendfile)
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7000]))
    assert _copied(original, tmp_path / "copy") == CONTENT
