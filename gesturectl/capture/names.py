"""What kind of source a name means, without opening anything."""

import re
from pathlib import Path

from gesturectl.errors import SourceError

AUTO = "auto"
"""The first camera that gives frames."""


def is_recording(source: str) -> bool:
    """Whether `source` names a file or a folder, or looks like one, rather than a camera or a stream.

    Raises SourceError for a path that can't even be looked up.
    """
    if re.fullmatch(r"\d+|/dev/video\d+", source) or source.lower() == AUTO:
        return False
    if "://" in source:
        return source.lower().startswith("file:")
    path = path_of(source)
    if path.is_file() or path.is_dir():
        return True
    return not path.exists() and bool("/" in source or path.suffix)


def is_network(source: str) -> bool:
    """Whether `source` is the URL of a camera, so that the network is needed to see anything."""
    return "://" in source and not source.lower().startswith("file:")


def path_of(words: str) -> Path:
    """The path `words` mean, which need not exist. Raises SourceError for one that no system call would take."""
    try:
        path = Path(words).expanduser()
        path.resolve()
        path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # too long, in a folder that is gone; a loop, ~nobody
        why = error.strerror if isinstance(error, OSError) else error
        raise SourceError(f"source “{words[:80]}”", f"it can't be looked up ({why})", "Give another path") from error
    return path
