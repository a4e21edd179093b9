"""The tray at work: it listens to the daemon, shows what it hears, and does what is chosen."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gesturectl import paths
from gesturectl.daemon.broadcast import Broadcast, Progress, SettingsChanged
from gesturectl.daemon.stage import Stage, attempt
from gesturectl.desktop.autostart.base import Autostart
from gesturectl.settings import Settings
from gesturectl.ui.feedback import overlay, sound
from gesturectl.ui.opening import open_folder, open_link
from gesturectl.ui.tray.base import TrayBackend
from gesturectl.ui.tray.deeds import Ask, Deed, DeleteGesture, OpenFolder, OpenPage, StartAtLogin
from gesturectl.ui.tray.face import Face
from gesturectl.ui.tray.menu import View

_log = logging.getLogger(__name__)

_PATIENCE_S = 1.0
"""Between two looks whether it is to end, when there are no news."""

AskDaemon = Callable[[str, Mapping[str, object]], dict[str, Any]]


class Tray:
    """Owns the main thread while the daemon runs (a `daemon.app.Front`)."""

    def __init__(
        self,
        backend: type[TrayBackend],
        ask: AskDaemon,
        broadcast: Broadcast,
        commands: frozenset[str],
        settings: Settings,
        autostart: Autostart | None = None,
    ) -> None:
        """`ask` has a command carried out and waits; `commands` are those there are."""
        self._backend, self._ask, self._broadcast = backend, ask, broadcast
        self._autostart = autostart
        at_login = autostart.enabled() if autostart is not None else None
        cant = {name for name, why in (("sound", sound.unavailable()), ("overlay", overlay.unavailable())) if why}
        self._face = Face(View(settings=settings, commands=commands, cant=frozenset(cant), at_login=at_login))
        self._stopping = threading.Event()
        self._wanted = threading.Event()
        if settings.tray:
            self._wanted.set()
        self._deeds: queue.SimpleQueue[Deed | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._shown: TrayBackend | None = None
        self.words = backend().words if settings.tray else "off (setting)"

    def run(self) -> None:
        """Show it whenever the settings want it, until `stop`."""
        threads = [Stage("tray", self._listen, self._stopping), Stage("tray-deeds", self._work, self._stopping)]
        for thread in threads:
            thread.start()
        try:
            while not self._stopping.is_set():
                if not self._wanted.wait(1.0):
                    continue
                backend = self._backend()
                with self._lock:
                    self._shown = backend
                    if not self._wanted.is_set() or self._stopping.is_set():
                        continue
                    first = self._face.appearance(time.monotonic())
                backend.run(first, self._deeds.put)
                with self._lock:
                    was_told, self._shown = self._shown is None, None
                if not was_told:
                    return  # it can't go on
        finally:
            with self._lock:
                self._shown = None
            self._end()

    def stop(self) -> None:
        """Let `run` end."""
        self._stopping.set()
        self._wanted.set()
        self._hide()
        self._end()

    # ---- in the threads of their own

    def _listen(self) -> None:
        with self._broadcast.listen() as listener:
            while not self._stopping.is_set():
                news = listener.take(self._patience_s())
                if news is not None:
                    with self._lock:
                        self._face.hear(news, time.monotonic())
                if isinstance(news, SettingsChanged):
                    self._follow(news.settings)
                if isinstance(news, Progress) and news.job == "training" and news.state != "running" and news.words:
                    self._notify(f"Training: {news.words}")
                self._show()

    def _work(self) -> None:
        while (deed := self._deeds.get()) is not None:
            error = attempt("tray", lambda deed=deed: self._do(deed))  # type: ignore[misc]
            if error is not None:
                _log.warning("%s", error)
                self._notify(str(error))

    def _do(self, deed: Deed) -> None:
        match deed:
            case Ask(command, arguments):
                self._ask(command, arguments)
            case OpenPage(part):
                link = str(self._ask("studio", {})["link"])
                open_link(f"{link}#/{part}" if part else link)
            case OpenFolder():
                open_folder(paths.config_dir() / "profiles")
            case DeleteGesture(name):
                from gesturectl.evaluation.own_library import OwnLibrary
                from gesturectl.recognition.model_history import classifier_in_use

                OwnLibrary().delete(classifier_in_use(), name)
            case StartAtLogin(on) if self._autostart is not None:
                self._autostart.enable() if on else self._autostart.disable()
                with self._lock:
                    self._face.view = replace(self._face.view, at_login=self._autostart.enabled())
                self._show()
            case _:
                pass

    def _show(self) -> None:
        with self._lock:
            appearance, shown = self._face.appearance(time.monotonic()), self._shown
        if shown is not None:
            shown.show(appearance)

    def _notify(self, text: str) -> None:
        with self._lock:
            shown = self._shown
        if shown is not None:
            shown.notify(text)

    def _follow(self, settings: Settings) -> None:
        if settings.tray:
            self._wanted.set()
        else:
            self._wanted.clear()
            self._hide()

    def _patience_s(self) -> float:
        with self._lock:
            due_s = self._face.due_s(time.monotonic())
        return _PATIENCE_S if due_s is None else due_s

    def _hide(self) -> None:
        with self._lock:
            shown, self._shown = self._shown, None
        if shown is not None:
            shown.stop()

    def _end(self) -> None:
        self._stopping.set()
        self._deeds.put(None)
