"""A file is written whole or not at all."""

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from gesturectl.atomic import forget_leftovers, made_folder, partial_of, replace_whole, whole_file

modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


@pytest.fixture
def careless():
    """A umask that takes nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_appears_with_all_of_its_content(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a") as file:
        file.write(b"one")
        assert not (tmp_path / "a").exists()
        file.write(b"two")
    assert (tmp_path / "a").read_bytes() == b"onetwo"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def fail() -> None:
        with whole_file(tmp_path / "a") as file:
            file.write(b"half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_disk_that_fails_at_the_end_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch, failing: str):
    (tmp_path / "a").write_bytes(b"old")

    def fail(*args: object, **options: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="Input/output error"), whole_file(tmp_path / "a") as file:
        file.write(b"new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@modes
def test_nobody_else_may_write_what_is_new_and_what_was_there_keeps_its_permissions(tmp_path: Path, careless: None):
    with whole_file(made_folder(tmp_path / "b" / "c") / "new"):
        pass
    assert mode_of(tmp_path / "b" / "c" / "new") == 0o644
    assert mode_of(tmp_path / "b") == mode_of(tmp_path / "b" / "c") == 0o755
    (tmp_path / "secret").touch(mode=0o600)
    with whole_file(tmp_path / "secret"):
        pass
    assert mode_of(tmp_path / "secret") == 0o600


@modes
def test_a_link_goes_on_pointing_to_what_is_written(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a").write_bytes(b"old")
    (tmp_path / "a").symlink_to("elsewhere/a")
    with whole_file(tmp_path / "a") as file:
        file.write(b"new")
    assert (tmp_path / "a").is_symlink()
    assert (tmp_path / "elsewhere" / "a").read_bytes() == b"new"


def test_two_threads_that_write_the_same_file_dont_mix(tmp_path: Path):
    both_write = threading.Barrier(2)

    def write(letter: bytes) -> None:
        with whole_file(tmp_path / "a") as file:
            file.write(letter * 5000)
            both_write.wait(5)
            file.write(letter * 5000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "a").read_bytes() in (b"a" * 10000, b"b" * 10000)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_a_killed_process_left_goes_after_an_hour_and_nothing_else_does(tmp_path: Path):
    file, folder, fresh = (partial_of(tmp_path / name) for name in ("a", "b", "c"))
    others = [tmp_path / name for name in (".a.partial", "a", ".a.12.partial")]
    for path in (file, fresh, *others):
        path.touch()
    (folder / "inside").mkdir(parents=True)
    for path in (file, folder, *others):
        os.utime(path, (0, 0))
    forget_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([fresh, *others])


def test_a_folder_gets_its_name_with_all_that_is_in_it(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").touch()
    replace_whole(tmp_path / "a", made_folder(tmp_path / "c") / "d")
    assert [path.name for path in (tmp_path / "c" / "d").iterdir()] == ["b"]
