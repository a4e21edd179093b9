"""Bindings that the program writes for a person, in a file of its own beside the hand-written profiles.

It never touches those; and whatever is written there by hand wins over it, key by key.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from gesturectl.errors import ConfigError, GesturectlError, UsageError
from gesturectl.profiles.load import OWN, default_folders, load
from gesturectl.profiles.read import VERSION, read_file
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.schema import DEFAULT, NONE
from gesturectl.profiles.window import window_of
from gesturectl.toml_schema import atomic_write, nearest
from gesturectl.types import HANDS

_HEADER = """# Written by gesturectl when you bind a gesture, and rewritten each time: comments of yours are lost here.
# What other files of this folder say wins over it. "gesturectl bind" and "gesturectl unbind" change it.

"""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a gesture does now."""

    gesture: str
    app: str
    """Where; empty for everywhere."""
    does: str
    """For a person: "press Ctrl+T"."""
    warning: str = ""
    """Why it does something else all the same: something written by hand, or for an app, wins. Empty if it doesn't."""

    def as_json(self) -> dict[str, Any]:
        return {"type": "bound", "gesture": self.gesture, "app": self.app, "does": self.does, "warning": self.warning}


def own_path(folder: Path | None = None) -> Path:
    """The file that the program writes, in `folder` (the user's profiles)."""
    return (folder or default_folders()[1]) / OWN


def parse_action(text: str) -> object:
    """What a person types for an action: `keys = "Ctrl+T"`, `{ keys = "Ctrl+T" }`, or `none`. Raises UsageError."""
    bare = text.strip().removeprefix("{").removesuffix("}").strip() if text.strip().startswith("{") else text.strip()
    if bare == NONE:
        return NONE
    try:
        parsed: object = tomllib.loads(f"action = {{ {bare} }}")["action"]
    except tomllib.TOMLDecodeError as error:
        raise UsageError(text, f"this is no action ({error})", "Write 'keys = \"Ctrl+T\"', or 'none'.") from error
    return parsed


def bind(
    gesture: str, action: object, app: str = "", *, gestures: Collection[str], folder: Path | None = None
) -> Bound:
    """Have `gesture` do `action` (a table as in a profile, or "none"), everywhere or in `app`.

    `app` is a name that a profile gives, or what a desktop calls it. `gestures` are all there are; `folder` holds the
    user's profiles, and is made. Raises UsageError for what would be a mistake there, ConfigError if it can't be
    written.
    """
    if gesture not in gestures:
        raise UsageError("bind", f'there is no gesture "{gesture}"', nearest(gesture, gestures))
    path = own_path(folder)
    data = _read(path)
    intent = f"own {gesture}"
    if app:
        name = f"own {app}"
        profile = data.setdefault("profile", {}).setdefault(name, {"apps": [_app(data, app)]})
        profile.setdefault("intents", {})[gesture] = intent
        profile.setdefault("actions", {})[intent] = action
    else:
        data.setdefault("intents", {})[gesture] = intent
        profile = data.setdefault("profile", {}).setdefault(DEFAULT, {})
        profile.setdefault("actions", {})[intent] = action
    _check(data, path)
    _write(path, data)
    return _outcome(gesture, app, path)


def written(action: object) -> str:
    """`action` as a person types it."""
    if isinstance(action, str):
        return action
    lines = tomli_w.dumps({"action": action}).splitlines()[1:]
    return ", ".join(line for line in lines if line)


def unbind(gesture: str, app: str | None = None, folder: Path | None = None) -> list[str]:
    """Forget what `bind` wrote of `gesture`: everywhere (""), in one app, or wherever it is (None).

    Returns where it was bound, "" for everywhere. Raises UsageError if it wasn't, ConfigError.
    """
    path = own_path(folder)
    data = _read(path)
    intent = f"own {gesture}"
    found: list[str] = []
    for name, profile in list(data.get("profile", {}).items()):
        where = "" if name == DEFAULT else name.removeprefix("own ")
        meanings = data.get("intents", {}) if name == DEFAULT else profile.get("intents", {})
        if (app is not None and where != app) or meanings.pop(gesture, None) is None:
            continue
        profile.get("actions", {}).pop(intent, None)
        found.append(where)
        if not profile.get("actions"):
            del data["profile"][name]
            data.get("app", {}).pop(name, None)
    if not found:
        bound = sorted({gesture for gesture, *_ in _bindings(data)})
        raise UsageError(
            "unbind",
            f'"{gesture}" isn\'t bound {f"in {app}" if app else "here"} by gesturectl',
            nearest(gesture, bound),
        )
    _write(path, data)
    return found


def bindings(folder: Path | None = None) -> list[tuple[str, str, object]]:
    """Gesture, app ("" for everywhere) and action of everything that `bind` wrote. Raises ConfigError."""
    return _bindings(_read(own_path(folder)))


def _bindings(data: Mapping[str, Any]) -> list[tuple[str, str, object]]:
    rows = []
    for name, profile in data.get("profile", {}).items():
        for intent, action in profile.get("actions", {}).items():
            rows.append((intent.removeprefix("own "), "" if name == DEFAULT else name.removeprefix("own "), action))
    return sorted(rows, key=lambda row: row[:2])


def _app(data: dict[str, Any], app: str) -> str:
    """The name of the app in profiles; one that only desktops know gets a name of ours."""
    if app in load(default_folders()[:1]).apps:
        return app
    name = f"own {app}"
    program = [app] if "." in app else [app, f"{app}.exe"]
    data.setdefault("app", {})[name] = {"wm_class": app, "exe": program, "bundle": app}
    return name


def _check(data: Mapping[str, Any], path: Path) -> None:
    """Read it as the profiles are read, bundled ones below it. Raises UsageError."""
    try:
        load((default_folders()[0], path), drafts={path: _HEADER + tomli_w.dumps(data)})
    except ConfigError as error:
        problem = error.problems[0]
        raise UsageError("bind", problem.fact, problem.remedy) from error


def _outcome(gesture: str, app: str, path: Path) -> Bound:
    """What it does now, with all other profiles."""
    try:
        profiles = load((default_folders()[0], path.parent))
    except ConfigError as error:
        warning = f"Your profiles hold mistakes, so it counts once these are mended:\n{error}"
        return Bound(gesture, app, "", warning)
    try:
        window = window_of(app, "", profiles, "bind --app")
    except UsageError as error:  # no window to try it with; bound it is all the same
        return Bound(gesture, app, "", f"What it does there can't be told: {error}")
    resolution = Resolver(profiles).resolve(gesture, HANDS[1], window)
    binding = resolution.binding
    place = binding.place if binding is not None else resolution.intent_place
    own = place.startswith(str(path)) or resolution.intent_place.startswith(str(path))
    does = binding.action.describe() if binding is not None else "nothing"
    where = f"in {app}" if app else "where no other profile says more"
    return Bound(gesture, app, does, "" if own else f"Something else wins {where}: {resolution.reason}")


def _read(path: Path) -> dict[str, Any]:
    """What the file holds; its tables are what a profile's have to be. Raises ConfigError with all mistakes."""
    document = read_file(path, None).document
    if document.missing:
        return {"version": VERSION}
    document.complain("Or delete the file: gesturectl writes it anew.")
    return dict(document.data)


def _write(path: Path, data: Mapping[str, Any]) -> None:
    try:
        atomic_write(path, _HEADER + tomli_w.dumps(data))
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk; the bindings are as they were"
        problem = GesturectlError(str(path), f"it can't be written ({error.strerror or error})", remedy)
        raise ConfigError(str(path), [problem]) from error
