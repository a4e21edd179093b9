"""Everything that the program writes for a person in its own folders, by what it is.

A file that matches no row is not the program's: nothing here touches it. Whoever has the program write a new file adds
its row; `tests/e2e/test_nothing_leaves.py` fails at one that is missing.
"""

import os
import re
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from gesturectl import crashes, paths
from gesturectl.daemon import endpoint
from gesturectl.evaluation.own_library import REMOVED
from gesturectl.gestures.library import ASIDE

Kind = Literal["recordings", "learnt", "logs", "settings", "profiles", "autostart"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Store:
    """One sort of file."""

    kind: Kind
    what: str
    """For a person."""
    folder: Callable[[], Path]
    """Which of the program's folders it is in."""
    pattern: str
    """A regular expression of its whole path within, with "/"."""


STORES: tuple[Store, ...] = (
    Store(
        "recordings", "takes: joints of your hands, never pictures", paths.data_dir, r"library/[^./][^/]*/[^/]+\.npz"
    ),
    Store("recordings", "pictures that you had an import keep", paths.data_dir, r"library/[^/]+/[^/]+\.frames/.+"),
    Store("recordings", "gestures that you deleted", paths.data_dir, rf"library/{re.escape(REMOVED)}/.+"),
    Store("recordings", "damaged takes that were set aside", paths.data_dir, rf"library/{re.escape(ASIDE)}/.+"),
    Store("recordings", "soaks: joints, and what fired meanwhile", paths.data_dir, r"soak/[^/]+\.(npz|json)"),
    Store("learnt", "what was learnt from your takes", paths.data_dir, r"(personal|refused)\.npz"),
    Store("learnt", "thresholds that were tuned to you", paths.config_dir, r"tuned\.toml"),
    Store("learnt", "models that were retrained, and their reports", paths.data_dir, r"models/history/.+"),
    Store("learnt", "the model in use, and other models of yours", paths.data_dir, r"models/[^/]+\.(onnx|task|json)"),
    Store("logs", "the log: what fired and what failed", paths.state_dir, r"gesturectl\.log(\.\d+)?"),
    Store("logs", "crash reports", paths.state_dir, rf"{crashes.FOLDER}/[^/]+\.txt"),
    Store("logs", "the sound of a gesture", paths.state_dir, r"tick\.wav"),
    Store("logs", "locks and the socket", paths.data_dir, r"[^/]+\.lock"),
    Store("logs", "locks and the socket", endpoint.folder, r"(control\.sock|gesturectl\.lock)"),
    Store("settings", "settings", paths.config_dir, r"settings\.toml"),
    Store("settings", "what 'gesturectl bind' wrote", paths.config_dir, r"profiles/own\.toml"),
    Store("settings", "the desktop's permission to press keys", paths.state_dir, r"portal\.json"),
    Store("profiles", "profiles that you wrote", paths.config_dir, r"profiles/[^/]+\.toml"),
)
"""The first that matches counts."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files of one sort that there are."""

    store: Store
    files: tuple[Path, ...]
    size: int
    """Bytes; of a link, its own."""
    oldest_s: float
    """When the oldest was last changed, in seconds since 1970."""


def find(kinds: Collection[str] = KINDS, running: bool = False) -> list[Found]:
    """What there is of these kinds, in the order of `STORES`; without what a daemon that is `running` holds open."""
    files: dict[int, list[Path]] = {}
    for number, path in _belongings():
        if number is not None and not (running and _goes_with_the_daemon(path)):
            files.setdefault(number, []).append(path)
    found = []
    for number in sorted(files):
        if STORES[number].kind in kinds:
            stats = [path.lstat() for path in files[number] if os.path.lexists(path)]
            oldest_s = min((stat.st_mtime for stat in stats), default=0.0)
            size = sum(stat.st_size for stat in stats)
            found.append(Found(STORES[number], tuple(sorted(files[number])), size, oldest_s))
    return found


def _goes_with_the_daemon(path: Path) -> bool:
    """Its lock, its socket, and the empty file for a crash of native code: it deletes them at its end."""
    return path.parent == endpoint.folder() or path.name.startswith("native-")


def strangers() -> list[Path]:
    """Files in the program's folders that it didn't write."""
    return sorted(path for number, path in _belongings() if number is None)


def folders() -> list[Path]:
    """The program's own folders, each once; they may be missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return list(dict.fromkeys(store.folder() for store in STORES))


def store_of(path: Path) -> int | None:
    """Which of `STORES` a path in one of the folders belongs to; None for a stranger's."""
    for number, store in enumerate(STORES):
        folder = store.folder()
        if path.is_relative_to(folder):
            inside = _PARTIAL.sub(r"\1\2", path.relative_to(folder).as_posix())
            if re.fullmatch(store.pattern, inside):
                return number
    return None


_PARTIAL = re.compile(r"(^|/)\.([^/]+)\.\d+(?:-[0-9a-f]+)?\.partial(?=/|$)")
"""What is being written, until it is whole, or was when the program was killed."""


def _belongings() -> Iterator[tuple[int | None, Path]]:
    """Every file and every link in the folders, with its sort. Links are never followed, but for a folder itself."""
    for root in folders():
        for folder, inner, names in os.walk(root, followlinks=False):
            links = [name for name in inner if (Path(folder) / name).is_symlink()]
            for name in (*names, *links):
                path = Path(folder) / name
                yield (_of_link(path) if name in links else store_of(path)), path


def _of_link(path: Path) -> int | None:
    """A link in the place of one of our folders is ours, what it leads to isn't."""
    inside = (path, *(path / name for name in ("0.npz", "0/0.npz", "0.onnx", "0.toml")))
    return next((number for number in map(store_of, inside) if number is not None), None)
