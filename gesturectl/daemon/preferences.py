"""The user's settings while the daemon runs: changed one by one, written to the file, and in force at once."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gesturectl.actions.profile import AUTO
from gesturectl.daemon.broadcast import SettingsChanged
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.needs import Plans
from gesturectl.errors import UsageError
from gesturectl.settings import Settings, load_settings, save_settings, with_values
from gesturectl.toml_schema import nearest


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
    """Let the engine obey "settings" and "gestures", and put at once into force what can be.

    `reopen` opens another camera.
    """

    def change(values: Mapping[str, object]) -> tuple[str, ...]:
        waiting = preferences.change(values)
        engine.broadcast.publish(SettingsChanged(preferences.current))
        return waiting

    def settings(arguments: Mapping[str, object]) -> dict[str, Any]:
        values = arguments.get("values", {})
        if not isinstance(values, dict):
            raise UsageError("settings", "the values must be an object", 'Send {"values": {"tray": true}}.')
        waiting = change(values) if values else ()
        return {"settings": asdict(preferences.current), "from_next_start": list(waiting)}

    def gestures(arguments: Mapping[str, object]) -> dict[str, Any]:
        do, name = arguments.get("do", "list"), arguments.get("name")
        if do not in ("list", "disable", "enable"):
            raise UsageError("gestures", f"{do!r} is none of list, disable, enable", 'Send {"do": "list"}.')
        if do != "list":
            change({"disabled": _switched(preferences.current.disabled, plans.recognised, name, off=do == "disable")})
        return {"disabled": list(preferences.current.disabled)}

    preferences.when("profile", lambda new: engine.fix(_fixed(new)), check=lambda new: plans.check(_fixed(new)))
    preferences.when("camera", lambda _: reopen())
    preferences.when("mirrored", lambda _: reopen())
    preferences.when("log_level", lambda new: logging.getLogger("gesturectl").setLevel(new.log_level.upper()))
    for name in ("arming", "arming_gesture", "arming_s", "quiet_after_input_ms", "disabled"):
        preferences.when(name, engine.adopt)
    for name in ("pause_when_locked", "pause_when_camera_used", "pause_when_microphone_used", "pause_at"):
        preferences.when(name, lambda _: None)  # looked at every two seconds
    for name in ("tray", "sound", "overlay"):
        preferences.when(name, lambda _: None)  # whoever shows or plays something hears the news
    engine.offer("settings", settings)
    engine.offer("gestures", gestures)


def _switched(disabled: Sequence[str], known: Collection[str], name: object, off: bool) -> list[str]:
    """The gestures that are switched off after this one was switched."""
    if not isinstance(name, str) or name not in (*known, *disabled):
        remedy = nearest(name, known) if isinstance(name, str) else 'Send {"do": "disable", "name": "fist"}.'
        raise UsageError("gestures", f"there is no gesture {name!r}", remedy)
    others = [other for other in disabled if other != name]
    return sorted([*others, name]) if off else others


def _fixed(settings: Settings) -> str | None:
    return None if settings.profile == AUTO else settings.profile
