"""What gestures can do. Every file of this folder that defines an `Action` adds one; nothing else has to know it."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache

from gesturectl.actions.base import Action
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import dotted, nearest


def parse(table: Mapping[str, object], place: str) -> Action:
    """The action a TOML table describes: `{ keys = "Ctrl+Tab" }`. Tuning keys (hold, cooldown …) must be gone already.

    Raises ConfigError with all mistakes at once, their places below `place`.
    """
    named = [key for key in table if key in action_keys()]
    if len(named) == 1:
        return _actions()[named[0]].parse(table, place)
    if named:
        fact = f"{len(named)} actions at once: {', '.join(named)}"
        raise ConfigError(place, [GesturectlError(place, fact, "Keep one; a binding does one thing.")])
    raise ConfigError(place, _no_action(table, place))


def action_keys() -> frozenset[str]:
    """The TOML keys that name an action: "keys", "text", "media" and so on."""
    return frozenset(_actions())


def options(key: str) -> frozenset[str]:
    """The other TOML keys that the action of `key` takes: "while" for "keys"."""
    return frozenset(_actions()[key].options)


def _no_action(table: Mapping[str, object], place: str) -> list[GesturectlError]:
    if not table:
        return [GesturectlError(place, "nothing to do", f"Name an action: {', '.join(sorted(action_keys()))}.")]
    return [
        GesturectlError(f"{place}.{dotted(key)}", "this is no action", nearest(key, action_keys())) for key in table
    ]


@cache
def _actions() -> dict[str, type[Action]]:
    """Every action by its TOML key."""
    found: dict[str, type[Action]] = {}
    for module in pkgutil.iter_modules(__path__):
        names = vars(importlib.import_module(f"{__name__}.{module.name}"))
        for value in names.values():
            if inspect.isclass(value) and issubclass(value, Action) and not inspect.isabstract(value):
                found[value.key] = value
    return found
