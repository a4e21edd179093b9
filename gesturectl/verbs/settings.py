"""`gesturectl settings`: the program's own settings, told or changed."""

import argparse
import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gesturectl.daemon.client import ask, is_running
from gesturectl.errors import UsageError
from gesturectl.settings import Settings, load_settings, save_settings, settings_path, with_values
from gesturectl.toml_schema import nearest

_EPILOG = """examples:
  gesturectl settings                        all of them
  gesturectl settings tray                   one
  gesturectl settings camera "HD Webcam"     change one; a running daemon takes it up at once where it can
  gesturectl settings sound on
  gesturectl settings power saver            follow hands with less of the processor: exact, best, balanced, saver
  gesturectl settings disabled wave push     a list: gestures that never do anything; "none" empties it

They are kept in a file of their own, beside your profiles, that this program rewrites.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("name", nargs="?", help="a setting")
    parser.add_argument("value", nargs="*", help="its new value")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Tell or change. Raises ConfigError for a value that doesn't fit, or a file with mistakes."""
    settings = load_settings()
    known = asdict(Settings())
    if args.name is not None and args.name not in known:
        raise UsageError("settings", f"there is no setting {args.name!r}", nearest(args.name, known))
    waiting: list[str] = []
    if args.value:
        settings, waiting = _changed(settings, {args.name: _value(args.value, known[args.name])})
    told = {name: value for name, value in asdict(settings).items() if args.name in (None, name)}
    if args.json:
        print(json.dumps({"type": "settings", "file": str(settings_path()), "settings": told, "waiting": waiting}))
        return 0
    width = max(map(len, told))
    for name, value in told.items():
        print(f"{name:<{width}}  {_in_words(value)}")
    if waiting:
        print("The running daemon takes this up at its next start.")
    return 0


def _changed(settings: Settings, values: dict[str, object]) -> tuple[Settings, list[str]]:
    """The settings after the change, and which of them the running daemon takes up later."""
    if is_running():
        answer = ask("settings", {"values": values})
        return with_values(settings, answer["settings"]), list(answer["from_next_start"])
    changed = with_values(settings, values)
    save_settings(changed)
    return changed, []


def _value(words: Sequence[str], default: object) -> Any:
    """What was written on the command line, as the setting's kind; a wrong kind is told by whoever checks it."""
    if isinstance(default, tuple):
        return [] if list(words) == ["none"] else list(words)
    text = " ".join(words)
    if isinstance(default, bool):
        return {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}.get(
            text.lower(), text
        )
    if isinstance(default, int | float):
        try:
            return tomllib.loads(f"x = {text}")["x"]
        except ValueError:
            return text
    return text


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return " ".join(value) or "none"
    return str(value) or "none"
