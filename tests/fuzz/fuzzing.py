"""What is fuzzed: a target takes any bytes, and raises nothing but what the program promises for them."""

import atexit
import io
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
for folder in ("daemon", "recognition", "recording", "gestures", ""):
    if str(TESTS / folder) not in sys.path:
        sys.path.append(str(TESTS / folder))  # the fakes of other tests

Try = Callable[[bytes], None]
"""Gives the bytes to the program; an exception that the program doesn't promise is a find."""


@dataclass(frozen=True, slots=True)
class Target:
    """One way into the program for bytes that anybody may have made."""

    name: str
    make: Callable[[], Try]
    """Sets up what is needed, once."""
    seeds: Callable[[], Sequence[bytes]]
    """Good and bad inputs to begin with."""
    words: tuple[bytes, ...] = ()
    """What the format is made of, to insert here and there."""
    longest: int = 4096
    """Bytes of an input."""


MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where files are in memory, if anywhere: a fuzzer writes one for each try."""


def scratch() -> Path:
    """A folder that is gone after the process; after a fuzzer's, which ends as it likes, `fuzz.py` takes it away."""
    folder = tempfile.mkdtemp(prefix="gesturectl-fuzz-", dir=os.environ.get("FUZZ_SCRATCH") or MEMORY)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def members(archive: bytes) -> dict[str, bytes]:
    """What an .npz holds, unpacked."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def rebuilt(parts: dict[str, bytes], data: bytes) -> bytes:
    """An .npz from fuzzed bytes: themselves (first byte even), or `parts` with one of them replaced, so that its
    checksum, which would hide what is behind it, is right.
    """
    if len(data) < 2 or data[0] % 2 == 0:
        return data[1:]
    replaced = sorted(parts)[data[1] % len(parts)]
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for name, content in parts.items():
            file.writestr(name, data[2:] if name == replaced else content)
    return whole.getvalue()


def seeds_of(archive: bytes, parts: dict[str, bytes]) -> list[bytes]:
    """The archive itself, and each of its parts to be replaced by itself, in the form that `rebuilt` takes."""
    return [b"\0" + archive, *(bytes([1, k]) + parts[name] for k, name in enumerate(sorted(parts)))]


NPZ_WORDS = (
    b"\x93NUMPY", b"'descr'", b"'fortran_order'", b"'shape'", b"'<f4'", b"'<i8'", b"'|b1'", b"'|O'", b"'<U9'", b"(1,)",
    b"(-1,)", b"()", b"True", b"False", b"NaN", b"null", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06",
)  # fmt: skip
