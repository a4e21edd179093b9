"""What a person calls a source, made a camera: an index, a name, a file, a folder, a URL, or "auto"."""

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gesturectl.capture.camera import Camera
from gesturectl.capture.device import DeviceCamera
from gesturectl.capture.devices import CameraInfo, candidates, list_cameras
from gesturectl.capture.names import AUTO, path_of
from gesturectl.capture.pace import DEFAULT_FPS, Pace
from gesturectl.capture.replay import PICTURE_SUFFIXES, PictureReplay, VideoReplay
from gesturectl.capture.stream import SCHEMES, StreamCamera, port_of
from gesturectl.capture.unmirror import Unmirrored
from gesturectl.errors import CameraLostError, SourceError

_NODE = re.compile(r"/dev/video(\d+)")


def open_source(
    text: str | int,
    *,
    fast: bool = False,
    fps: float | None = None,
    size: tuple[int, int] = (640, 480),
    mirrored: bool = False,
    known: str = "",
) -> Camera:
    """Open the source that `text` names; blocks until it is known to work (cameras and streams: seconds).

    `fast` reads a recording without keeping its time. `fps` is the rate of a folder's pictures and a wish to a camera;
    a video keeps its own time. `size` is a wish to a camera. The frames of a `mirrored` source are turned over.
    `known` is the name of the local camera that `text` meant before: it may have another index by now, and another
    camera its old one.
    Raises CameraLostError for a camera or stream that isn't there now (try again later), SourceError for the rest.
    The thread that calls this owns the camera.
    """
    camera = _open(str(text).strip(), fast, fps, size, known)
    return Unmirrored(camera) if mirrored else camera


def _open(words: str, fast: bool, fps: float | None, size: tuple[int, int], known: str) -> Camera:
    if not words:
        raise SourceError("source", "it is empty", "Give a camera, a video, a folder of pictures or a URL")
    pace = None if fast else Pace()
    if re.fullmatch(r"\d+", words):
        return _open_device(_listed(int(words), known), size, fps)
    if words.lower() == AUTO:
        found = sorted(candidates(), key=lambda camera: not known or camera.name != known)
        return _first_that_works(found, lambda camera: _open_device(camera, size, fps))
    if "://" in words:
        url = _checked_url(words)
        if url is not None:
            return StreamCamera(url)
        words = unquote(urlsplit(words).path)
    path = path_of(words)
    node = _NODE.fullmatch(str(path.resolve()))
    if node:
        return _open_device(_listed(int(node[1]), known), size, fps)
    if path.is_dir():
        return PictureReplay(path, pace, fps)
    if path.exists():
        return _open_file(path, pace, fps)
    return _open_device(_named(words, list_cameras()), size, fps)


def _open_device(camera: CameraInfo, size: tuple[int, int], fps: float | None) -> Camera:
    return DeviceCamera(camera.index, camera.name, size, fps or DEFAULT_FPS)


def _open_file(path: Path, pace: Pace | None, fps: float | None) -> Camera:
    if path.suffix.lower() in PICTURE_SUFFIXES:
        raise SourceError(str(path), "one picture is no recording", f"Give its folder ({path.parent}) or a video")
    if not path.is_file():
        raise SourceError(
            str(path), "neither a file nor a folder", "Give a camera, a video, a folder of pictures or a URL"
        )
    return VideoReplay(path, pace, fps)


def _listed(index: int, known: str) -> CameraInfo:
    """What the system says about the camera `index`, or the one that had it while it was called `known`.

    One that isn't listed is left to fail with its reason. Raises CameraLostError if another camera has its place.
    """
    cameras = list_cameras()
    here = next((camera for camera in cameras if camera.index == index), None)
    if here is not None and known in ("", here.name):
        return here
    if moved := next((camera for camera in cameras if known and camera.name == known), None):
        return moved
    if here is not None:
        remedy = f"Plug “{known}” in again, or choose another: gesturectl settings camera …"
        raise CameraLostError(f"camera {index} ({known})", f"it is gone, and “{here.name}” has its place", remedy)
    return CameraInfo(index, known, "", None)


def _first_that_works(cameras: Sequence[CameraInfo], opened: Callable[[CameraInfo], Camera]) -> Camera:
    lost = []
    for camera in cameras:
        try:
            return opened(camera)
        except CameraLostError as error:
            lost.append(error)
    if not lost:
        remedy = "Plug one in, or give --source a video, a folder of pictures or a URL"
        raise CameraLostError("", "there is no camera", remedy)
    if len(lost) == 1:
        raise lost[0]
    facts = "; ".join(f"{error.place}: {error.fact}" for error in lost)
    raise CameraLostError("", f"none of {len(lost)} cameras gives pictures ({facts})", lost[0].remedy)


def _checked_url(text: str) -> str | None:
    """`text` if it is the URL of a stream, None if it is one of a file. Raises SourceError otherwise."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise SourceError(_scheme_only(text), f"not a URL ({error})", "Correct it") from error
    scheme = parts.scheme.lower()
    if scheme == "file":
        return None
    if scheme not in SCHEMES:
        near = difflib.get_close_matches(scheme, SCHEMES, 1)
        raise SourceError(
            _scheme_only(text),
            "no kind of stream that can be read",
            f"Did you mean {near[0]}://?" if near else f"Known are {', '.join(SCHEMES)}",
        )
    if not parts.hostname:
        raise SourceError(_scheme_only(text), "the URL names no host", "Write it like http://192.168.1.20:8080/video")
    port_of(parts)
    return text


def _scheme_only(url: str) -> str:
    """A broken URL as it may be shown: where its password would be can't be told."""
    return f"{url.partition('://')[0]}://…"


def _named(text: str, cameras: Sequence[CameraInfo]) -> CameraInfo:
    """The camera called `text`, or the only one whose name holds it, in any case."""
    wanted = text.casefold()
    exact = [camera for camera in cameras if camera.name.casefold() == wanted]
    found = exact or [camera for camera in cameras if wanted in camera.name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        titles = ", ".join(camera.title for camera in found)
        raise SourceError(f"source “{text}”", f"several cameras fit: {titles}", "Give the index instead")
    raise _nothing_fits(text, cameras)


def _nothing_fits(text: str, cameras: Sequence[CameraInfo]) -> SourceError:
    """A path that isn't there won't appear by itself; a camera of that name may still be plugged in."""
    path = Path(text).expanduser()
    if "/" in text or "\\" in text or path.suffix:
        files = _neighbours(path)
        near = difflib.get_close_matches(path.name, files, 3)
        remedy = f"Did you mean {_or(near)}?" if near else "Check its name and folder"
        return SourceError(text, "there is no such file or folder", remedy)
    names = [camera.name for camera in cameras if camera.name]
    near = difflib.get_close_matches(text, names, 3) or difflib.get_close_matches(text, _neighbours(path), 3)
    if near:
        remedy = f"Did you mean {_or(near)}?"
    elif names:
        remedy = f"There are: {', '.join(camera.title for camera in cameras)}"
    else:
        remedy = "gesturectl devices lists the cameras; a video, a folder of pictures or a URL will do, too"
    return CameraLostError(f"source “{text}”", "no camera, file or folder is called that", remedy)


def _neighbours(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return []


def _or(names: Sequence[str]) -> str:
    return " or ".join(f"“{name}”" for name in names)
