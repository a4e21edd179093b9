"""Choosing the best back-end of this desktop. Every file of this folder that defines one adds it."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

import gesturectl.desktop
from gesturectl.desktop.base import (
    NOTHING_TO_DO,
    HotKey,
    Injector,
    InputWatcher,
    SessionWatcher,
    Unavailable,
    WindowManager,
    WindowWatcher,
)
from gesturectl.desktop.null import NullInjector, NullInputWatcher, NullWindowWatcher
from gesturectl.errors import DesktopError

Reasons = list[tuple[str, Unavailable]]
"""The name of each back-end that can't run, and why."""

_Backend = TypeVar("_Backend", Injector, WindowWatcher, InputWatcher, SessionWatcher, WindowManager)
_Any = TypeVar("_Any")


def choose_injector(candidates: Iterable[type[Injector]] | None = None) -> tuple[Injector, Reasons]:
    """The best injector that runs here, connected, and why the others don't. Never raises: the null one is the last.

    Without `candidates`, all of this folder are tried.
    """
    classes = _in_this_folder(Injector) if candidates is None else candidates  # type: ignore[type-abstract]
    return _choose(classes, NullInjector)


def asks_first() -> str | None:
    """The name of the injector that would be chosen, if connecting to it may make the desktop ask the person."""
    classes = _in_this_folder(Injector)  # type: ignore[type-abstract]
    ranked = [(rank, kind) for kind in classes if not isinstance(rank := kind.rank(), Unavailable)]
    best = max(ranked, key=lambda pair: pair[0])[1]
    return best.name if best.asks else None


def choose_watcher(candidates: Iterable[type[WindowWatcher]] | None = None) -> tuple[WindowWatcher, Reasons]:
    """The best window watcher that runs here, and why the others don't. Never raises: the null one is the last.

    Without `candidates`, all of this folder are tried.
    """
    classes = _in_this_folder(WindowWatcher) if candidates is None else candidates  # type: ignore[type-abstract]
    return _choose(classes, NullWindowWatcher)


def choose_input_watcher(candidates: Iterable[type[InputWatcher]] | None = None) -> tuple[InputWatcher, Reasons]:
    """The best input watcher that runs here, and why the others don't. Never raises: the null one is the last.

    Without `candidates`, all of this folder are tried.
    """
    classes = _in_this_folder(InputWatcher) if candidates is None else candidates  # type: ignore[type-abstract]
    return _choose(classes, NullInputWatcher)


def choose_window_manager() -> WindowManager:
    """What changes windows here, connected. Raises DesktopError with all reasons if nothing does."""
    ranked: list[tuple[int, type[WindowManager]]] = []
    reasons: Reasons = []
    for kind in _in_this_folder(WindowManager):  # type: ignore[type-abstract]
        rank = kind.rank()
        if isinstance(rank, Unavailable):
            reasons.append((kind.name, rank))
        else:
            ranked.append((rank, kind))
    if ranked:
        return max(ranked, key=lambda pair: pair[0])[1]()
    facts, remedies = explained(reasons)
    raise DesktopError("window", f"windows can't be changed here without keys ({facts})", remedies)


def choose_hot_key(chord: tuple[str, ...]) -> HotKey:
    """What tells here that `chord` is pressed. Raises NoHotKeyError with all reasons if nothing does, and another
    DesktopError if the chord can't be had.
    """
    ranked: list[tuple[int, type[HotKey]]] = []
    reasons: Reasons = []
    for kind in _in_this_folder(HotKey):  # type: ignore[type-abstract]
        rank = kind.rank()
        if isinstance(rank, Unavailable):
            reasons.append((kind.name, rank))
        else:
            ranked.append((rank, kind))
    if ranked:
        return max(ranked, key=lambda pair: pair[0])[1](chord)
    remedy = "In your desktop's own settings, give a shortcut the command 'gesturectl pause': that does the same."
    raise NoHotKeyError("panic chord", f"no program gets a chord for itself here ({explained(reasons)[0]})", remedy)


class NoHotKeyError(DesktopError):
    """No program may have the keyboard's chords for itself here; the desktop itself can."""


def session_watchers() -> list[SessionWatcher]:
    """Everything of this folder that can tell here whether the person is away, connected. Never raises."""
    found: list[SessionWatcher] = []
    for watcher in _in_this_folder(SessionWatcher):  # type: ignore[type-abstract]
        if not isinstance(watcher.rank(), Unavailable):
            with suppress(DesktopError):
                found.append(watcher())
    return found


def explained(reasons: Reasons) -> tuple[str, str]:
    """Why nothing of this desktop runs, and what would help, once each; back-ends of other desktops are left out."""
    ours = [(name, why) for name, why in reasons if why.remedy != NOTHING_TO_DO]
    facts = "; ".join(f"{name}: {why.reason}" for name, why in ours) or "this desktop isn't supported"
    return facts, " ".join(dict.fromkeys(why.remedy for _, why in ours if why.remedy))


def _choose(classes: Iterable[type[_Backend]], last: type[_Backend]) -> tuple[_Backend, Reasons]:
    ranked: list[tuple[int, type[_Backend]]] = []
    reasons: Reasons = []
    for backend in classes:
        rank = backend.rank()
        if isinstance(rank, Unavailable):
            reasons.append((backend.name, rank))
        elif backend is not last:
            ranked.append((rank, backend))
    for _, backend in sorted(ranked, key=lambda pair: pair[0], reverse=True):
        try:
            return backend(), reasons
        except DesktopError as error:  # it was there when it ranked itself, and is gone
            reasons.append((backend.name, Unavailable(error.fact, error.remedy)))
    return last(), reasons


def _in_this_folder(kind: type[_Any]) -> Iterator[type[_Any]]:
    """Every back-end of a kind, in the order of its files' names; sub-packages hold none."""
    for module in pkgutil.iter_modules(gesturectl.desktop.__path__):
        if module.ispkg:
            continue
        path = f"{gesturectl.desktop.__name__}.{module.name}"
        for value in vars(importlib.import_module(path)).values():
            if not inspect.isclass(value) or not issubclass(value, kind):
                continue
            if value.__module__ == path and not inspect.isabstract(value):
                yield value
