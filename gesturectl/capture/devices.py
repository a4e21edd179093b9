"""The local cameras: which there are, what they are called, and why one can't be used."""

import errno
import os
import re
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

_CAN_CAPTURE = 0x1 | 0x1000  # V4L2_CAP_VIDEO_CAPTURE, V4L2_CAP_VIDEO_CAPTURE_MPLANE
_QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP; its answer is `struct v4l2_capability`, 104 bytes
_QUERYCAP_SIZE = 104
_DEVICE_CAPS = slice(88, 92)  # capabilities of this node; those before it are of the whole device

_WITHOUT_WAITING = os.O_RDWR | getattr(os, "O_NONBLOCK", 0)  # Windows has no such flag

_TRIED_BLINDLY = range(4)

_PRIVACY = {
    "darwin": "Close other programs that use it, and allow the terminal (or gesturectl) in System Settings → "
    "Privacy & Security → Camera, then start it again",
    "win32": "Close other programs that use it, and turn on Settings → Privacy & security → Camera → "
    "“Let desktop apps access your camera”",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something can't be used."""

    fact: str
    """As a sentence part: "in use by zoom (pid 4711)"."""
    remedy: str
    """What a person can do about it."""


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A local camera, as the system lists it; it has not been opened."""

    index: int
    """What OpenCV calls it."""
    name: str
    """What its maker calls it; empty where the system doesn't tell cheaply."""
    path: str
    """Its device file; empty where there is none."""
    problem: Problem | None
    """Why it can't be used; None as far as can be told without opening it."""

    @property
    def title(self) -> str:
        """Its name for people: "Integrated Camera (0)"."""
        return f"{self.name or 'Camera'} ({self.index})"


@dataclass(frozen=True, slots=True)
class Places:
    """Where Linux keeps its cameras."""

    classes: Path = Path("/sys/class/video4linux")
    nodes: Path = Path("/dev")
    processes: Path = Path("/proc")


LINUX = Places()


def can_list() -> bool:
    """Whether this system lists its cameras without opening them (Linux does; elsewhere they have to be tried)."""
    return sys.platform == "linux"


def list_cameras(places: Places = LINUX) -> tuple[CameraInfo, ...]:
    """The cameras the system lists, by index; always empty where `can_list` is False."""
    try:
        found = [entry for entry in places.classes.iterdir() if re.fullmatch(r"video\d+", entry.name)]
    except OSError:  # no camera, and no driver that ever saw one
        return ()
    cameras = [_described(entry, places) for entry in found if _delivers_pictures(entry, places)]
    return tuple(sorted(cameras, key=lambda camera: camera.index))


def candidates() -> tuple[CameraInfo, ...]:
    """The cameras worth opening: those listed, or, where the system doesn't list them, the first few indices."""
    return list_cameras() if can_list() else tuple(CameraInfo(index, "", "", None) for index in _TRIED_BLINDLY)


def why_unusable(index: int, places: Places = LINUX) -> Problem:
    """Why the camera `index`, which was refused or stays silent, can't be used."""
    if not can_list():
        remedy = _PRIVACY.get(sys.platform, "Try another index")
        return Problem("it doesn't exist, is in use, or may not be used", remedy)
    node = places.nodes / f"video{index}"
    problem = _node_problem(node)
    if problem is not None:
        return problem
    return who_uses(index, places) or Problem(
        "the system lists it, but it won't deliver pictures",
        f"See who uses it (fuser -v {node}), or unplug it and plug it in again",
    )


def who_uses(index: int, places: Places = LINUX, but: Collection[int] = ()) -> Problem | None:
    """That other programs use the camera `index`, as far as we may see them; processes in `but` don't count."""
    holders = _holders(places.nodes / f"video{index}", places, {os.getpid(), *but})
    return Problem(f"in use by {', '.join(holders)}", "Close that program") if holders else None


def _described(entry: Path, places: Places) -> CameraInfo:
    index = int(entry.name.removeprefix("video"))
    try:
        name = (entry / "name").read_text(errors="replace").strip()
    except OSError:
        name = ""
    # UVC drivers say it twice: "Integrated Camera: Integrated C".
    first, _, second = name.partition(": ")
    if second and first.startswith(second):
        name = first
    node = places.nodes / entry.name
    return CameraInfo(index, name, str(node), _node_problem(node))


def _delivers_pictures(entry: Path, places: Places) -> bool:
    """A USB camera has a second node for metadata under the same name; opening that one only fails."""
    capabilities = _capabilities(places.nodes / entry.name)
    if capabilities is not None:
        return bool(capabilities & _CAN_CAPTURE)
    try:
        return (entry / "index").read_text().strip() == "0"
    except OSError:
        return True


def _capabilities(node: Path) -> int | None:
    try:
        import fcntl  # not on Windows

        handle = os.open(node, _WITHOUT_WAITING)
    except (ImportError, OSError):
        return None
    try:
        answer = fcntl.ioctl(handle, _QUERYCAP, bytes(_QUERYCAP_SIZE))  # type: ignore[attr-defined,unused-ignore]
        return int.from_bytes(answer[_DEVICE_CAPS], sys.byteorder)
    except OSError:
        return None
    finally:
        os.close(handle)


def _node_problem(node: Path) -> Problem | None:
    try:
        os.close(os.open(node, _WITHOUT_WAITING))
    except FileNotFoundError:
        return Problem("there is no such camera", "Plug it in; gesturectl devices lists what there is")
    except PermissionError:
        return Problem(
            f"you may not open {node}",
            "sudo usermod -aG video $USER, then log out and in again (in a container, pass it)",
        )
    except OSError as error:
        if error.errno == errno.EBUSY:
            return Problem("in use by another program", f"Close that program (fuser -v {node} names it)")
        return Problem(f"it can't be opened ({error.strerror})", "Unplug it and plug it in again")
    return None


def _holders(node: Path, places: Places, ours: Collection[int]) -> list[str]:
    """The other programs that have the node open, as far as their owner lets us see: "zoom (pid 4711)"."""
    holders = []
    for process in places.processes.glob("[0-9]*"):
        if int(process.name) in ours:
            continue
        try:
            if any(handle.readlink() == node for handle in (process / "fd").iterdir()):
                holders.append(f"{(process / 'comm').read_text().strip()} (pid {process.name})")
        except OSError:  # another user's process, or gone by now
            continue
    return holders
