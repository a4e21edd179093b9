"""What reading arrays costs, whatever the file claims."""

import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gesturectl import npz
from gesturectl.npz import ArchiveError, ArraysFile

MEGABYTES = 1 << 20


def archive_of(path: Path, content: bytes, packed: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as file:
        file.writestr("a.npy", content)
    return path


def npy_of(array: np.ndarray, pickled: bool = False) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=pickled)
    return file.getvalue()


def dearest(path: Path, *names: str) -> tuple[float, str]:
    """The megabytes that reading took at most, and what was said about it."""
    tracemalloc.start()
    try:
        with ArraysFile(path) as arrays:
            for name in names:
                arrays.read(name, "f")
        said = ""
    except ArchiveError as error:
        said = str(error)
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most / MEGABYTES, said


def test_zeros_that_pack_well_are_read_up_to_a_limit_for_all_arrays_together(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "LARGEST", 10 * MEGABYTES)
    zeros = np.zeros(4 * MEGABYTES // 4, np.float32)
    np.savez_compressed(tmp_path / "bomb.npz", a=zeros, b=zeros, c=zeros)
    assert (tmp_path / "bomb.npz").stat().st_size < 20_000
    most, said = dearest(tmp_path / "bomb.npz", "a", "b")
    assert not said
    most, said = dearest(tmp_path / "bomb.npz", "a", "b", "c")
    assert "c claims to hold 4 MB, more than 2" in said
    assert most < 20


def test_a_header_that_lies_costs_nothing(tmp_path):
    npy = npy_of(np.zeros(8, np.float32)).replace(b"(8,)", b"(9**9,)".replace(b"9**9", b"268435455"), 1)
    most, said = dearest(archive_of(tmp_path / "a.npz", npy), "a")
    assert said
    assert most < 5


def test_a_list_of_a_million_parts_isnt_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        for number in range(6000):
            file.writestr(f"{number}.npy", b"")
    most, said = dearest(tmp_path / "a.npz", "a")
    assert "more parts" in said
    assert most < 3


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_numpy_never_writes_isnt_unpacked(tmp_path, packed):
    path = archive_of(tmp_path / "a.npz", npy_of(np.zeros(3, np.float32)), packed)
    assert "packed in a way" in dearest(path, "a")[1]


def test_a_pickle_is_never_loaded(tmp_path):
    class Program:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    path = archive_of(tmp_path / "a.npz", npy_of(np.array([Program()], object), pickled=True))
    with ArraysFile(path) as arrays, pytest.raises(ArchiveError, match="holds object"):
        arrays.read("a", "f")
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_isnt_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.npz")
    assert dearest(tmp_path / "a.npz")[1] == "it isn't a file"
