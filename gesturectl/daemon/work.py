"""What of ours is at work on a person's data, so that `gesturectl forget` deletes nothing under anybody's hands.

Each process that writes there holds a lock of its own in the data folder; the system drops it even if it is killed.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from gesturectl.atomic import made_folder
from gesturectl.daemon.instance import SingleInstance
from gesturectl.errors import DaemonError, GesturectlError
from gesturectl.paths import data_dir

WORK = {
    "retrain": "a retraining",
    "soak": "a soak",
    "record": "a recording",
    "enrol": "learning of gestures",
    "import": "an import",
}
"""What there is to do, as `at_work` is told it, and as people are."""


@contextmanager
def at_work(what: str) -> Iterator[None]:
    """Within, `what` of `WORK` goes on here. Raises DaemonError if the same process is at it already."""
    with ExitStack() as stack:
        with suppress(OSError):  # where nothing can be written, whoever writes says so
            stack.enter_context(SingleInstance(made_folder(data_dir()) / f"{what}-{os.getpid()}.lock"))
        yield


@contextmanager
def nobody_at_work(verb: str) -> Iterator[None]:
    """Within, nothing of it goes on, and no retraining begins. Raises DaemonError while something does.

    `verb` is who asks. Raises GesturectlError if that can't be told.
    """
    folder = data_dir()
    with ExitStack() as stack:
        for path in sorted({folder / "retrain.lock", *folder.glob("*.lock")}) if folder.is_dir() else ():
            try:
                stack.enter_context(SingleInstance(path))
            except DaemonError as error:
                what = _what(path)
                raise DaemonError(verb, f"{what} is under way", "Wait until it is done, or end it.") from error
            except OSError as error:
                remedy = "Look at the folder; nothing was deleted"
                raise GesturectlError(str(path), f"it can't be locked ({error.strerror})", remedy) from error
        yield


def _what(lock: Path) -> str:
    return WORK.get(lock.stem.partition("-")[0], "another program of ours")
