"""A webcam for programs that are started with it: `fake_v4l2.c`, built and told what to send."""

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
INDEX = 90
"""It is /dev/video90."""


def why_not() -> str:
    """Why there can be none here; empty if there can."""
    if sys.platform != "linux":
        return "only Linux has Video4Linux"
    return "" if shutil.which("cc") else "no C compiler to build the fake webcam with"


def webcam(folder: Path, jpegs: Iterable[bytes], kind: str = "MJPG") -> dict[str, str]:
    """The environment in which a program finds it, 640×480, sending `jpegs` for ever. Its files are in `folder`."""
    driver, pictures = folder / "fake_v4l2.so", folder / "jpegs"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", driver, SOURCE, "-ldl"], check=True)
    pictures.write_bytes(b"".join(struct.pack("<I", len(jpeg)) + jpeg for jpeg in jpegs))
    return {
        "LD_PRELOAD": str(driver),
        "FAKE_CAMERA": f"/dev/video{INDEX}",
        "FAKE_CAMERA_SIZE": "640x480",
        "FAKE_CAMERA_JPEGS": str(pictures),
        "FAKE_CAMERA_FORMAT": kind,
    }
