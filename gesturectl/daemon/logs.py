"""The log: a few small files in the state folder, never a window title, a typed text or a picture."""

import logging
import logging.handlers
import os
import re
import sys
import threading
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from gesturectl import crashes
from gesturectl.errors import printable

_BYTES = 1_000_000
_OLD_FILES = 2
"""Kept beside the newest: with it, at most 3 MB."""

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def start_log(folder: Path | None, level: int | str = logging.INFO) -> Path | None:
    """Write the program's log to `folder`; returns the file, or None if there is no folder or it can't be written.

    Warnings and worse also go to stderr. Threads that die leave their traceback in the log; that, and every other
    surprise, leaves a crash report beside it.
    """
    root = logging.getLogger("gesturectl")
    stop_log()
    root.setLevel(level)
    root.propagate = False
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    console.setFormatter(_OneLine("gesturectl: %(message)s"))
    root.addHandler(console)
    threading.excepthook = _log_thread_death
    crashes.keep_in(folder)
    if folder is None:
        return None
    path = folder / "gesturectl.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _PrivateFile(path, maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
    except OSError as error:
        root.warning("no log is kept: %s can't be written (%s)", path, error.strerror)
        return None
    file.setFormatter(Printable(_FORMAT))
    root.addHandler(file)
    return path


def tell_console() -> None:
    """For a verb that keeps no log: warnings and worse are a line each on stderr, without a traceback."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_OneLine("gesturectl: %(message)s"))


def stop_log() -> None:
    """Close what `start_log` opened."""
    crashes.keep_in(None)
    root = logging.getLogger("gesturectl")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Only the user may read it."""

    def _open(self) -> TextIOWrapper:
        file = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(file, "a", encoding=self.encoding)


class Printable(logging.Formatter):
    """Whatever is logged, no line of it looks like another entry and none of it moves a terminal's cursor."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is logging's
        return printable(super().formatMessage(record)).replace("\n", "\n  ")

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "  " + crashes.traceback_of(ei[1]).replace("\n", "\n  ") if ei[1] is not None else ""


class _OneLine(Printable):
    """For the terminal: what happened, without a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None})
        return super().format(record)


def _log_thread_death(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "a thread"
    if args.exc_value is not None:
        logging.getLogger(__name__).critical("%s died", name, exc_info=args.exc_value)
        crashes.report(re.sub(r"\W*\d+$", "", name.removeprefix("gesturectl-")), args.exc_value)
