"""The page's life in the daemon: started when somebody opens it, gone when nobody has used it for a while."""

import threading
from collections.abc import Callable
from typing import Protocol

from gesturectl.daemon.stage import attempt
from gesturectl.errors import DaemonError, GesturectlError

_START_S = 10.0
"""A slow machine takes seconds to load the web server."""


class Page(Protocol):
    """What is needed of `ui.studio.server.Studio`."""

    def serve(self, ready: Callable[[], None]) -> None:
        """Serve until closed or unused; calls `ready` as soon as there can be links. In a thread of its own."""

    def link(self) -> str | None:
        """An address that opens the page once; None if it is about to end. From any thread."""

    def close(self) -> None:
        """Let `serve` end. From any thread."""


class PageHost:
    """Gives links to the page, and runs it while it is used. For any thread."""

    def __init__(self, make: Callable[[], Page]) -> None:
        """`make` is called when the page is first opened, and again when it was gone; nothing is loaded before."""
        self._make = make
        self._lock = threading.Lock()
        self._page: Page | None = None
        self._thread: threading.Thread | None = None

    def link(self) -> str:
        """An address that opens the page once. Raises GesturectlError if the page can't be served."""
        with self._lock:
            link = self._page.link() if self._page is not None and self._running else None
            if link is None:
                self._page = self._started()
                link = self._page.link()
        if link is None:
            raise DaemonError("studio", "it ended while it was being opened", "Try again.")
        return link

    def close(self, timeout_s: float = 1.0) -> None:
        """End the page if it runs."""
        with self._lock:
            page, thread = self._page, self._thread
        if page is not None and thread is not None:
            page.close()
            thread.join(timeout_s)

    @property
    def _running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _started(self) -> Page:
        settled = threading.Event()
        failed: list[GesturectlError] = []
        page = self._make()

        def run() -> None:
            error = attempt("studio", lambda: page.serve(settled.set))
            if error is not None:
                failed.append(error)
            settled.set()

        self._thread = threading.Thread(target=run, name="gesturectl-studio", daemon=True)
        self._thread.start()
        if not settled.wait(_START_S):
            raise DaemonError("studio", f"it didn't start within {_START_S:g} s", "Try again in a moment.")
        if failed:
            raise failed[0]
        return page
