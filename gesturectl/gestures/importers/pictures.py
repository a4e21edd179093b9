"""Folders of videos, `<class>/*.mp4`, or of image sequences, `<class>/<sequence>/*.jpg`; both may be mixed."""

from collections.abc import Iterator
from pathlib import Path

from gesturectl.gestures.importers.base import Clip, Item, Skipped, Wishes, about, files, folders, peek

VIDEOS = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm", ".wmv"})
PICTURES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
PICTURES_FPS = 30.0
"""The rate of pictures when nobody says."""

_CLASSES = 12
"""Class folders looked into before deciding: some may be empty."""


def detects(source: Path) -> str | None:
    for folder in [entry for entry in peek(source) if entry.is_dir()][:_CLASSES]:
        for entry in peek(folder):
            if entry.suffix.lower() in VIDEOS:
                return f"{folder.name}/ holds videos"
            if entry.is_dir() and any(inner.suffix.lower() in PICTURES for inner in peek(entry, 20)):
                return f"{folder.name}/{entry.name}/ holds pictures"
    return None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    for folder in folders(source):
        found = 0
        for path in files(folder):
            if path.suffix.lower() in VIDEOS:
                found += 1
                # The times come from the file: its rate is written to the take when it has been read.
                yield Clip(folder.name, path.stem, path, wishes.fps, {"format": "videos", "source": path.name})
            elif path.suffix.lower() in PICTURES:
                found += 1
                yield Skipped(str(path), "a single picture, not in a folder of its sequence")
        for sequence in folders(folder):
            if any(entry.suffix.lower() in PICTURES for entry in peek(sequence)):
                found += 1
                fps = wishes.fps or PICTURES_FPS
                meta = about("pictures", sequence, fps, fps_known=wishes.fps is not None)
                yield Clip(folder.name, sequence.name, sequence, fps, meta)
        if not found:
            yield Skipped(str(folder), "a class without videos or pictures")
