"""What is kept of a mistake of ours: a small report in the state folder, to read and to send if one likes.

Nothing sends it. It holds where in the code it happened and the versions of what ran: no picture, no joints, no value
of a variable, nothing of the environment, and of an exception's own words not what they quote.
"""

import contextlib
import faulthandler
import hashlib
import os
import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from gesturectl import __version__
from gesturectl.atomic import whole_file
from gesturectl.errors import printable
from gesturectl.scrubbing import scrubbed, without_data

FOLDER = "crashes"
"""Within the state folder."""
KEPT = 10
"""Reports at a time; the newest ones. The same mistake again is counted in the report that there is."""

_PACKAGES = (
    "numpy",
    "opencv-python",
    "opencv-python-headless",
    "onnxruntime",
    "onnxruntime-gpu",
    "mediapipe",
    "aiohttp",
)
_FRAMES = 40
"""Of the stack, the innermost."""
_CAUSES = 4
_LARGEST = 64_000
"""Bytes of a report; what the system's own fault handler writes has no bound."""
_NATIVE = "native-"
_TIMES = re.compile(r"^times: (\d+), first (.*)$", re.MULTILINE)

_lock = threading.Lock()
_folder: Path | None = None
_hand: Callable[[str, str], None] | None = None


def keep_in(state: Path | None) -> None:
    """From now on `report` writes below this folder; None for nowhere."""
    global _folder
    _folder = state


def kept_in() -> Path | None:
    """The folder that reports are below; None where none are kept."""
    return _folder


def hand_to(hand: Callable[[str, str], None]) -> None:
    """From now on `report` hands where and what to `hand`: a process that may write nothing has another one do it."""
    global _hand
    _hand = hand


def report(where: str, error: BaseException) -> None:
    """Keep a report of `error`, that nobody expected, if there is a folder for it; never raises.

    `where` is a verb or a stage of the daemon: a word of ours, nothing a person wrote.
    """
    told = traceback_of(error)
    keep(where, told)
    if _hand is not None:
        with contextlib.suppress(OSError):
            _hand(where, told)


def keep(where: str, told: str) -> None:
    """Keep what `traceback_of` told, here or in another process, if there is a folder for it; never raises."""
    if _folder is not None:
        _keep(_folder, where, told)


def write(state: Path, where: str, error: BaseException) -> Path | None:
    """Keep a report of `error` below the folder `state`; never raises. Returns its file."""
    return _keep(state, where, traceback_of(error))


def _keep(state: Path, where: str, told: str) -> Path | None:
    told = printable(told)
    digest = hashlib.sha256(re.sub(r"line \d+", "", told).encode()).hexdigest()[:8]
    path = state / FOLDER / f"{re.sub('[^a-z0-9]+', '-', where.lower()).strip('-') or 'crash'}-{digest}.txt"
    try:
        with _lock:
            _write(path, where, told)
            _trim(path.parent)
    except OSError:  # a full disk, or somebody else's folder: the log has it, too
        return None
    return path


def collect() -> None:
    """Make a report of what a process that has just ended may have left."""
    if _folder is not None:
        newest(_folder)


def newest(state: Path, count: int = KEPT) -> list[Path]:
    """The last `count` reports below the folder `state`, newest first; those of crashes of native code among them."""
    folder = state / FOLDER
    with contextlib.suppress(OSError):
        _collect(folder)
    return _by_age(folder)[:count]


def traceback_of(error: BaseException) -> str:
    """Where it happened and what it is called, cause by cause; without values, names of people and their folders."""
    lines: list[str] = []
    cause: BaseException | None = error
    for _ in range(_CAUSES):
        if cause is None:
            break
        words = without_data(_words(cause))
        frames = "".join(traceback.format_tb(cause.__traceback__, limit=-_FRAMES))
        lines.append(f"{frames}{type(cause).__module__}.{type(cause).__qualname__}{': ' if words else ''}{words}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return printable(scrubbed("\nbecause of\n".join(lines)))


def place_of(error: BaseException) -> str:
    """The innermost line of ours that `error` came through: "gesturectl/cli.py:123"."""
    package = Path(__file__).parent
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if package in path.parents:
            return f"{path.relative_to(package.parent).as_posix()}:{frame.lineno}"
    return "gesturectl"


@contextlib.contextmanager
def native_crashes(state: Path | None, where: str) -> Iterator[None]:
    """Within, a crash of native code (a driver, a codec) leaves every thread's stack below the folder `state`.

    An empty file is opened for it, which goes at the end; one that was left is made a report by `newest`, or by the
    next who comes here.
    """
    if state is None:
        yield
        return
    folder = state / FOLDER
    path = folder / f"{_NATIVE}{where}-{os.getpid()}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _collect(folder)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        yield
        return
    was_on = faulthandler.is_enabled()
    faulthandler.enable(file, all_threads=True)
    try:
        yield
    finally:
        faulthandler.disable()
        if was_on and sys.__stderr__ is not None:
            faulthandler.enable(sys.__stderr__)
        os.close(file)
        with contextlib.suppress(OSError):  # boxed in, it may not: whoever starts it takes it away
            path.unlink(missing_ok=True)


def _write(path: Path, where: str, told: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat(" ", "seconds")
    times, first = 1, now
    with contextlib.suppress(OSError, ValueError):
        if before := _TIMES.search(path.read_text("utf-8")):
            times, first = int(before[1]) + 1, before[2]
    versions = ", ".join(f"{name} {version}" for name in _PACKAGES if (version := _version(name)))
    text = (
        f"gesturectl {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()} "
        f"{platform.machine()}\n{versions}\nin: {where}\nlast: {now}\ntimes: {times}, first {first}\n\n{told}\n"
    )
    with whole_file(path) as file:
        os.chmod(path.parent, 0o700)  # noqa: PTH101
        file.write(text.encode("utf-8", "replace")[:_LARGEST])


def _collect(folder: Path) -> None:
    """Make reports of what ended processes left, and take away what is empty. Raises OSError."""
    for path in folder.glob(f"{_NATIVE}*-*.txt"):
        where, _, number = path.stem.removeprefix(_NATIVE).rpartition("-")
        if not number.isdigit() or _runs(int(number)):
            continue
        told = path.read_bytes()[:_LARGEST].decode("utf-8", "replace")
        if told.strip():
            digest = hashlib.sha256(re.sub(r"0x[0-9a-f]+|line \d+", "", told).encode()).hexdigest()[:8]
            at = path.stat().st_mtime
            report = folder / f"{where or 'crash'}-native-{digest}.txt"
            _write(report, f"{where}, in native code", printable(scrubbed(told)))
            os.utime(report, (at, at))
        path.unlink(missing_ok=True)
    _trim(folder)


def _trim(folder: Path) -> None:
    for path in _by_age(folder)[KEPT:]:
        path.unlink(missing_ok=True)


def _by_age(folder: Path) -> list[Path]:
    """The reports in `folder`, newest first; none if there is no such folder."""
    aged: list[tuple[float, str, Path]] = []
    with contextlib.suppress(OSError):
        for path in folder.glob("*.txt"):
            if not path.name.startswith((_NATIVE, ".")):
                aged.append((path.stat().st_mtime, path.name, path))
    return [path for _, _, path in sorted(aged, reverse=True)]


def _runs(process: int) -> bool:
    if process == os.getpid():
        return True
    if (
        sys.platform == "win32"
    ):  # there an open file can't be taken away, and asking with a signal would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _version(package: str) -> str:
    from importlib import metadata  # reads many files; only a crash needs it

    try:
        return metadata.version(package)
    except (metadata.PackageNotFoundError, ValueError):
        return ""
