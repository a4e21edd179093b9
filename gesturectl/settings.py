"""The program's own settings, in `settings.toml`: written by the program, and by people if they like."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import tomli_w

from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.keys import KeyNameError, key, parse_chord
from gesturectl.labels import NOTHING
from gesturectl.paths import config_dir
from gesturectl.rest_times import parse_rest_time
from gesturectl.toml_schema import Document, Table, atomic_write

TrackerChoice = Literal["onnx", "mediapipe"]
PowerChoice = Literal["exact", "best", "balanced", "saver"]
ComputeChoice = Literal["auto", "cpu", "gpu"]
LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds whichever app has the focus. The fields are the keys of the file; these are their defaults."""

    camera: str = "auto"
    """A camera by index or name, a file, a folder or a URL; "auto" is the first camera that works."""
    mirrored: bool = False
    """Whether the camera's driver mirrors its pictures, as selfie views are; they are turned over then."""
    tracker: TrackerChoice = "onnx"
    """What finds the hands."""
    power: PowerChoice = "balanced"
    """How much of the processor following a hand may take: "saver" takes a third of "exact"."""
    compute: ComputeChoice = "auto"
    """What runs the hand models: "auto" a GPU whose package of ONNX Runtime is installed, "gpu" also Core ML."""
    profile: str = "auto"
    """The profile that is fixed at the start; "auto" chooses by app."""
    log_level: LogLevel = "info"
    tray: bool = True
    """Whether an icon shows the state."""
    sound: bool = False
    """Whether a short sound tells that a gesture did something."""
    overlay: bool = False
    """Whether a small label on the screen tells what a gesture did, where the desktop allows one."""
    disabled: tuple[str, ...] = ()
    """Gestures that never do anything."""
    arming: bool = False
    """Whether gestures act only while armed; a profile's `arm` may say otherwise for some."""
    arming_gesture: str = "open_palm"
    """What arms when it is held or made."""
    arming_s: float = 5.0
    """For how long it arms; each gesture that acts prolongs it."""
    quiet_after_input_ms: int = 700
    """For so long after a key, a click or a movement of the mouse no gesture acts; 0 for never mind."""
    panic_chord: str = "Ctrl+Alt+Super+Esc"
    """What stops everything at once when it is pressed on the keyboard; empty for nothing.

    No desktop that we know of has this one for itself: GNOME, MATE, Xfce and Cinnamon have Ctrl+Alt+Esc, KDE has
    Super+Ctrl+Esc, GNOME and KDE have Super+Shift+Esc, macOS has Super+Alt+Esc.
    """
    pause_when_locked: bool = True
    """Whether the camera is let go while the screen is locked, the lid closed or the computer asleep (Linux)."""
    pause_when_camera_used: bool = False
    """Whether the camera is let go while another program has one open (Linux)."""
    pause_when_microphone_used: bool = False
    """Whether the camera is let go while a microphone records, as in a call (Linux)."""
    pause_at: tuple[str, ...] = ()
    """When the camera is let go: "22:00-07:00", "Mon-Fri 12:00-13:00"."""


def settings_path() -> Path:
    """Where the user's settings are."""
    return config_dir() / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """The settings at `path` (the user's); the defaults if there is no file. Raises ConfigError with all mistakes."""
    path = path or settings_path()
    document = Document.read(path)
    if document.missing:
        return Settings()
    document.guard()  # it says which camera, which profile, and whether gestures need arming
    table = document.root()
    settings = replace(Settings(), **_given(table))
    document.complain()
    return settings


def with_values(settings: Settings, values: Mapping[str, object]) -> Settings:
    """`settings` with some of them changed. Raises ConfigError with all mistakes."""
    problems: list[GesturectlError] = []
    given = _given(Table(values, "", problems))
    if problems:
        raise ConfigError("settings", problems)
    return replace(settings, **given)


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings to `path` (the user's), whole or not at all. Raises ConfigError."""
    path = path or settings_path()
    try:
        atomic_write(path, _HEADER + tomli_w.dumps(asdict(settings)))
    except OSError as error:
        problem = GesturectlError(str(path), f"it can't be written ({error.strerror or error})", "Look at the folder.")
        raise ConfigError(str(path), [problem]) from error


_HEADER = (
    "# gesturectl's settings. The program rewrites this file when a setting is changed there; comments are lost.\n"
)


def _given(table: Table) -> dict[str, Any]:
    """What the table sets; its mistakes are noted and read as absent."""
    given = {
        "camera": _camera(table),
        "mirrored": table.flag("mirrored"),
        "tracker": table.text("tracker", get_args(TrackerChoice)),
        "power": table.text("power", get_args(PowerChoice)),
        "compute": table.text("compute", get_args(ComputeChoice)),
        "profile": _word(table, "profile"),
        "log_level": table.text("log_level", get_args(LogLevel)),
        "tray": table.flag("tray"),
        "sound": table.flag("sound"),
        "overlay": table.flag("overlay"),
        "disabled": table.texts("disabled"),
        "arming": table.flag("arming"),
        "arming_gesture": _gesture(table),
        "arming_s": table.number("arming_s", 0.5, 600),
        "quiet_after_input_ms": table.integer("quiet_after_input_ms", 0, 60_000),
        "panic_chord": _panic_chord(table),
        "pause_when_locked": table.flag("pause_when_locked"),
        "pause_when_camera_used": table.flag("pause_when_camera_used"),
        "pause_when_microphone_used": table.flag("pause_when_microphone_used"),
        "pause_at": _times(table),
    }
    table.finish()
    return {key: value for key, value in given.items() if value is not None}


def _camera(table: Table) -> str | None:
    """A number is an index."""
    if isinstance(table.value("camera"), int) and not isinstance(table.value("camera"), bool):
        index = table.integer("camera", 0, 99)
        return None if index is None else str(index)
    return _word(table, "camera")


def _gesture(table: Table) -> str | None:
    text = table.text("arming_gesture")
    if text is not None and (not text.strip() or text == NOTHING):
        table.mistake("arming_gesture", "this is no gesture", 'Write "open_palm", or leave the line out.')
    return text


def _panic_chord(table: Table) -> str | None:
    """ "none" is written as nothing."""
    text = table.text("panic_chord")
    if not text or text.lower() == "none":
        return None if text is None else ""
    try:
        chord = parse_chord(text)
    except KeyNameError as error:
        table.mistake("panic_chord", error.fact, error.remedy)
        return text
    types = chord[-1] not in _ALONE and not set(chord) & {"ctrl", "alt", "super"}
    if key(chord[-1]).modifier or types:
        fact = f'"{text}" would come up while you type'
        table.mistake("panic_chord", fact, 'Write "Ctrl+Alt+Super+Esc", or "" for none.')
    return text


_ALONE = {"pause", "scroll_lock", "print_screen", *(f"f{number}" for number in range(1, 25))}
"""Keys that nobody types with."""


def _times(table: Table) -> tuple[str, ...] | None:
    texts = table.texts("pause_at")
    for text in texts or ():
        if parse_rest_time(text) is None:
            remedy = 'Write "22:00-07:00" or "Mon-Fri 12:00-13:00".'
            table.mistake("pause_at", f'"{text}" is no span of time', remedy)
    return texts


def _word(table: Table, key: str) -> str | None:
    text = table.text(key)
    if text is not None and not text.strip():
        table.mistake(key, "this is empty", 'Write "auto", or leave the line out.')
    return text
