"""The menu as plain data, built from what is known; how it is shown is a back-end's affair."""

from dataclasses import dataclass, field
from typing import Literal

from gesturectl.daemon.broadcast import Progress
from gesturectl.daemon.status import Status
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.settings import Settings
from gesturectl.ui.tray.deeds import Ask, Deed, DeleteGesture, OpenFolder, OpenPage, StartAtLogin

Kind = Literal["plain", "check", "radio", "separator"]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. With children it opens a submenu; without a deed it only tells something."""

    key: str
    """Names it among its siblings, whatever its label says now."""
    label: str = ""
    deed: Deed | None = None
    kind: Kind = "plain"
    on: bool = False
    """Whether a check or a radio is set."""
    enabled: bool = True
    children: tuple["Item", ...] = ()


Menu = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the menu tells."""

    status: Status = field(default_factory=Status)
    settings: Settings = field(default_factory=Settings)
    commands: frozenset[str] = frozenset()
    """What the daemon can be asked; entries for anything else are grey."""
    training: Progress | None = None
    """While a model is trained."""
    cant: frozenset[str] = frozenset()
    """Kinds of feedback ("sound", "overlay") that this desktop can't give."""
    at_login: bool | None = None
    """Whether it starts at login; None where that can't be arranged."""


def status_line(view: View) -> str:
    """What it does now, in one line: "Watching · browser · 30 fps"."""
    status = view.status
    words = [status.state[:1].upper() + status.state[1:]]
    if status.state == "watching":
        words += [status.profile] if status.profile else []
        words += [f"{status.fps:.0f} fps"] if status.fps else []
        words += [_arming_word(status)] if status.arming or status.armed else []
    if status.dry_run:
        words.append("dry run")
    return " · ".join(words)


def build(view: View) -> Menu:
    """The whole menu."""
    paused = view.status.state == "paused"
    return (
        Item("status", status_line(view), enabled=False),
        *_reason(view.status),
        Item("line 1", kind="separator"),
        _asking(view, "pause", "Pause", Ask("resume" if paused else "pause"), kind="check", on=paused),
        _asking(
            view,
            "arming",
            "Act only while armed",
            Ask("arming", {"do": "off" if view.status.arming else "on"}),
            kind="check",
            on=view.status.arming,
        ),
        _asking(
            view,
            "pointer",
            "Move the pointer by hand",
            Ask("pointer", {"do": "off" if view.status.pointer else "on"}),
            kind="check",
            on=view.status.pointer,
        ),
        _asking(view, "wrong", "The last one was no gesture", Ask("not-this"), enabled=_did_something(view.status)),
        Item("profile", "Profile", children=_profiles(view)),
        Item("gestures", "Gestures", children=_gestures(view), enabled=bool(view.status.gestures)),
        Item("feedback", "Feedback", children=_feedback(view)),
        Item("line 2", kind="separator"),
        _page(view, "record", "Record new gesture…", "record"),
        *_training(view),
        _asking(view, "rollback", "Previous model", Ask("rollback"), enabled=view.training is None),
        Item("line 3", kind="separator"),
        _page(view, "studio", "Studio…", ""),
        Item("folder", "Open profiles folder", OpenFolder("profiles")),
        Item(
            "login",
            "Start at login",
            StartAtLogin(not view.at_login),
            "check",
            on=bool(view.at_login),
            enabled=view.at_login is not None,
        ),
        _page(view, "doctor", "Doctor…", "doctor"),
        Item("line 4", kind="separator"),
        Item("quit", "Quit", Ask("quit")),
    )


def _did_something(status: Status) -> bool:
    """Whether the last gesture did something that may not have been meant."""
    return status.last_event is not None and status.last_event.get("action") is not None


def _arming_word(status: Status) -> str:
    return "armed" if status.armed else "not armed"


def _reason(status: Status) -> Menu:
    """Why it isn't watching, and mistakes in profiles: the first line of each; `status` tells the rest."""
    told = {"reason": "" if status.state == "paused" else status.reason, "mistakes": status.profile_trouble}
    told["picture"] = f"Picture: {status.picture}" if status.picture else ""
    return tuple(Item(key, _short(text), enabled=False) for key, text in told.items() if text)


def _profiles(view: View) -> Menu:
    status = view.status
    automatic = Item(
        "automatic", "By the focused app", Ask("profile", {"name": None}), "radio", on=not status.profile_fixed
    )
    fixed = (
        Item(
            f"= {name}", name, Ask("profile", {"name": name}), "radio", status.profile_fixed and name == status.profile
        )
        for name in status.profiles
    )
    return (automatic, Item("line", kind="separator"), *fixed)


def _gestures(view: View) -> Menu:
    own = [name for name in view.status.gestures if name not in STARTER]
    known = [name for name in view.status.gestures if name in STARTER]
    line = (Item("line", kind="separator"),) if own and known else ()
    return (*(_gesture(view, name, own=True) for name in own), *line, *(_gesture(view, name) for name in known))


def _gesture(view: View, name: str, own: bool = False) -> Item:
    off = name in view.settings.disabled
    do = "enable" if off else "disable"
    children = (
        _page(view, "try", "Try it…", f"gestures/{name}"),
        _page(view, "takes", "Add takes…", f"record/{name}"),
        _asking(view, "use", "In use", Ask("gestures", {"do": do, "name": name}), kind="check", on=not off),
        *((Item("delete", "Delete", DeleteGesture(name)),) if own else ()),
    )
    return Item(f"= {name}", f"{name} (off)" if off else name, children=children)


def _feedback(view: View) -> Menu:
    settings = view.settings
    wanted = (("sound", "Sound", settings.sound), ("overlay", "Show what is done on the screen", settings.overlay))
    return tuple(
        _asking(
            view,
            key,
            label,
            Ask("settings", {"values": {key: not on}}),
            kind="check",
            on=on,
            enabled=key not in view.cant,
        )
        for key, label, on in wanted
    )


def _training(view: View) -> Menu:
    if view.training is None:
        return (_asking(view, "retrain", "Retrain", Ask("retrain")),)
    words = view.training.words
    if view.training.fraction is not None:
        words = f"{view.training.fraction:.0%} · {words}" if words else f"{view.training.fraction:.0%}"
    return (
        Item("training", f"Training: {words}" if words else "Training", enabled=False),
        _asking(view, "cancel", "Cancel training", Ask("cancel_retrain")),
    )


def _asking(
    view: View, key: str, label: str, ask: Ask, kind: Kind = "plain", on: bool = False, enabled: bool = True
) -> Item:
    return Item(key, label, ask, kind, on, enabled and ask.command in view.commands)


def _page(view: View, key: str, label: str, part: str) -> Item:
    return Item(key, label, OpenPage(part), enabled="studio" in view.commands)


def _short(text: str, most: int = 48) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
