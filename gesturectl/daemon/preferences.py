"""The user's settings while the daemon runs: changed one by one, written to the file, and in force at once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gesturectl.actions.profile import AUTO
from gesturectl.daemon.broadcast import SettingsChanged
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.needs import Plans
from gesturectl.errors import UsageError
from gesturectl.settings import Settings, load_settings, save_settings, with_values


class Preferences:
    """The settings in force. `change` is for the engine's thread; `current` may be read in any."""

    def __init__(self, current: Settings, path: Path | None = None) -> None:
        """`path` is the file they came from (the user's)."""
        self.current = current
        """A frozen value; another one after a change."""
        self._path = path
        self._appliers: dict[str, _Applier] = {}

    def when(
        self, name: str, apply: Callable[[Settings], None], check: Callable[[Settings], None] = lambda _: None
    ) -> None:
        """Call `apply` after the setting `name` has changed; without one, it holds from the next start.

        `check` is called before and may refuse with a GesturectlError.
        """
        self._appliers[name] = _Applier(check, apply)

    def change(self, values: Mapping[str, object]) -> tuple[str, ...]:
        """Set some of them; returns the names of those that wait for the next start.

        What the file says meanwhile stays, whoever wrote it. Raises ConfigError for a wrong name or value, for a file
        with mistakes and for one that can't be written, and what a check raises; nothing has changed then.
        """
        changed = with_values(load_settings(self._path), values)
        before = asdict(self.current)
        names = [name for name, value in asdict(changed).items() if value != before[name]]
        appliers = [self._appliers[name] for name in names if name in self._appliers]
        for applier in appliers:
            applier.check(changed)
        save_settings(changed, self._path)
        self.current = changed
        for applier in appliers:
            applier.apply(changed)
        return tuple(name for name in names if name not in self._appliers)


@dataclass(frozen=True, slots=True)
class _Applier:
    check: Callable[[Settings], None]
    apply: Callable[[Settings], None]


def offer_settings(engine: Engine, preferences: Preferences, plans: Plans, reopen: Callable[[], None]) -> None:
    """Let the engine obey "settings", and put at once into force what can be; `reopen` opens another camera."""

    def settings(arguments: Mapping[str, object]) -> dict[str, Any]:
        values = arguments.get("values")
        waiting: tuple[str, ...] = ()
        if values is not None:
            if not isinstance(values, dict):
                raise UsageError("settings", "the values must be an object", 'Send {"values": {"tray": true}}.')
            waiting = preferences.change(values)
            engine.broadcast.publish(SettingsChanged(preferences.current))
        return {"settings": asdict(preferences.current), "from_next_start": list(waiting)}

    preferences.when("profile", lambda new: engine.fix(_fixed(new)), check=lambda new: plans.check(_fixed(new)))
    preferences.when("camera", lambda _: reopen())
    preferences.when("mirrored", lambda _: reopen())
    preferences.when("log_level", lambda new: logging.getLogger("gesturectl").setLevel(new.log_level.upper()))
    for name in ("arming", "arming_gesture", "arming_s", "quiet_after_input_ms"):
        preferences.when(name, engine.adopt)
    engine.offer("settings", settings)


def _fixed(settings: Settings) -> str | None:
    return None if settings.profile == AUTO else settings.profile
