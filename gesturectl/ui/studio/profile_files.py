"""The profile files as a page edits them: the text as it is, and every mistake at its line and character."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gesturectl.errors import ConfigError, GesturectlError, UsageError
from gesturectl.gestures.names import checked_name
from gesturectl.profiles.load import load, profile_files
from gesturectl.profiles.resolve import Resolution, Resolver
from gesturectl.profiles.window import window_of
from gesturectl.toml_schema import SIZE_LIMIT, atomic_write
from gesturectl.types import HANDS, NOTHING

SUFFIX = ".toml"
_PLACE = re.compile(r"(?P<file>.*?\.toml)(?::(?P<line>\d+))?(?::(?P<column>\d+))?(?: (?P<key>.*))?", re.DOTALL)
_NAMED = re.compile(r'"([^"]+)"|\[\w+\.([^\]]+)\]')
"""What an error quotes: a word, or a table such as [app.code]."""


class StaleError(GesturectlError):
    """The file is another one than what was edited: somebody has written it meanwhile."""


def listed(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """Every file that is read, general ones first, with its text; those of people's own folder can be edited."""
    own = folders[-1]
    rows = []
    for folder in folders:
        for path in profile_files(folder):
            text = _text(path)
            rows.append(
                {"name": path.name, "path": str(path), "own": folder == own, "text": text, "sum": _sum(text),
                 "replaced": folder != own and (own / path.name).is_file()}
            )  # fmt: skip
    return rows


def mistakes(folders: Sequence[Path], name: str, text: str, gestures: Collection[str]) -> list[dict[str, Any]]:
    """What would be wrong if people's own file `name` held `text`: where, what, and what to do.

    All own files are read together with it, as the daemon does, so that names of other files count. Lines and columns
    count from 1; 0 where a mistake has none. Raises UsageError for a name that can't be one.
    """
    path = own_path(folders, name)
    if len(text.encode()) > SIZE_LIMIT:
        return [
            _mistake(name, 0, 0, 0, "", f"it is larger than {SIZE_LIMIT >> 10} KiB", "Split it into several files.")
        ]
    try:
        load(folders, gestures, {path: text})
    except ConfigError as error:
        return [_located(problem, folders[-1], name, text) for problem in error.problems]
    return []


def save(folders: Sequence[Path], name: str, text: str, expected: str, gestures: Collection[str]) -> dict[str, Any]:
    """Write `text` to people's own file `name`, whole or not at all, if it holds no mistake.

    `expected` is the sum of the text that was edited; empty for a file that isn't there yet. Where the file is a link,
    what it points to is written. Raises ConfigError with the mistakes, StaleError, UsageError.
    """
    path = own_path(folders, name)
    _check_unchanged(path, expected)
    wrong = mistakes(folders, name, text, gestures)
    if any(row["file"] == name for row in wrong):
        raise ConfigError(str(path), [GesturectlError(_place(row), row["fact"], row["remedy"]) for row in wrong])
    try:
        atomic_write(path, text)
    except OSError as error:
        raise GesturectlError(str(path), f"it can't be written ({error.strerror})", "Look at its folder.") from error
    return {"name": name, "path": str(path), "sum": _sum(text)}


def delete(folders: Sequence[Path], name: str, expected: str) -> dict[str, Any]:
    """Remove people's own file `name`; the answer holds its text, to undo it. Raises StaleError, UsageError."""
    path = own_path(folders, name)
    if not path.is_file():
        raise UsageError(name, "there is no such file", "It may have been removed meanwhile.")
    _check_unchanged(path, expected)
    text = _text(path)
    try:
        path.unlink()
    except OSError as error:
        raise GesturectlError(str(path), f"it can't be removed ({error.strerror})", "Look at its folder.") from error
    return {"name": name, "text": text}


def bindings(
    folders: Sequence[Path], app: str, title: str, fixed: str | None, gestures: Collection[str]
) -> dict[str, Any]:
    """What every gesture does in an app, and why. Raises ConfigError, UsageError."""
    profiles = load(folders, gestures)
    resolver = Resolver(profiles)
    window = window_of(app, title, profiles)
    rows = []
    for gesture in gestures:
        if gesture != NOTHING:
            found = {hand: resolver.resolve(gesture, hand, window, fixed) for hand in HANDS}
            rows.append({"gesture": gesture, "hands": {hand: _row(found[hand]) for hand in HANDS}})
    return {
        "app": app,
        "profile": resolver.active_profile(window, fixed),
        "known": sorted(name for name, identity in profiles.apps.items() if identity.matches(window)),
        "apps": sorted(profiles.apps),
        "profiles": sorted(profiles.profiles),
        "bindings": rows,
    }


def own_path(folders: Sequence[Path], name: str) -> Path:
    """Where people's own file `name` is, or would be. Raises UsageError for what is no file's name."""
    stem = name.removesuffix(SUFFIX)
    if stem == name or name.startswith("."):
        raise UsageError(name or "the name", "a profile's file is called NAME.toml", "Letters, digits, - and _ do.")
    checked_name(stem, "profile")
    return folders[-1] / name


def _row(resolution: Resolution) -> dict[str, Any]:
    binding = resolution.binding
    return {
        "action": binding.action.describe() if binding else None,
        "profile": binding.profile if binding else None,
        "place": binding.place if binding else resolution.intent_place,
        "reason": resolution.reason,
        "considered": [asdict(entry) for entry in resolution.considered],
    }


def _check_unchanged(path: Path, expected: str) -> None:
    if _sum(_text(path)) != (expected or _sum("")):
        fact = "it has been changed by somebody else meanwhile"
        raise StaleError(str(path), fact, "Look at what it holds now, and make your change in that.")


def _text(path: Path) -> str:
    """What a file holds; empty if it isn't there. Bytes that are no text show as such, and are a mistake."""
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _located(problem: GesturectlError, own: Path, name: str, text: str) -> dict[str, Any]:
    """A mistake with the characters it is about."""
    found = _PLACE.fullmatch(problem.place)
    fact, remedy = (words.replace(f"{own}/", "").replace(str(own), "") for words in (problem.fact, problem.remedy))
    if found is None:
        return _mistake("", 0, 0, 0, problem.place, fact, remedy)
    path, line, key = Path(found["file"]), int(found["line"] or 0), found["key"] or ""
    file = path.name if path.parent == own else str(path)
    column = end = 0
    if file == name and line:
        lines = text.splitlines()
        shown = lines[line - 1] if line <= len(lines) else ""
        column, end = (int(found["column"]), 0) if found["column"] else _span(shown, key, fact)
    return _mistake(file, line, column, end, key, fact, remedy)


def _span(line: str, key: str, fact: str) -> tuple[int, int]:
    """The columns, from 1 and past the end, of what a mistake is about: the word it quotes, else its key, else all."""
    last = key.rpartition(".")[2].strip('"')
    for word in (*(quoted or table for quoted, table in _NAMED.findall(fact)), last):
        found = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line) if word else None
        if found:
            return found.start() + 1, found.end() + 1
    return len(line) - len(line.lstrip()) + 1, len(line.rstrip()) + 1


def _mistake(file: str, line: int, column: int, end: int, key: str, fact: str, remedy: str) -> dict[str, Any]:
    return {
        "file": file, "line": line, "column": column, "end": end, "key": key, "fact": fact, "remedy": remedy,
    }  # fmt: skip


def _place(row: dict[str, Any]) -> str:
    line = f":{row['line']}" if row["line"] else ""
    return f"{row['file']}{line} {row['key']}".rstrip()
