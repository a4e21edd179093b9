"""Choosing the best tray of this desktop; each that can't run says why."""

from collections.abc import Iterable

from gesturectl.desktop.base import Unavailable
from gesturectl.ui.tray.base import TrayBackend
from gesturectl.ui.tray.pystray_icon import PystrayIcon
from gesturectl.ui.tray.status_notifier import StatusNotifier

BACKENDS: tuple[type[TrayBackend], ...] = (StatusNotifier, PystrayIcon)


def choose_tray(
    candidates: Iterable[type[TrayBackend]] = BACKENDS,
) -> tuple[type[TrayBackend] | None, list[tuple[str, Unavailable]]]:
    """The best back-end that runs here, None if there is none, and why the others don't. Never raises."""
    ranked: list[tuple[int, type[TrayBackend]]] = []
    reasons: list[tuple[str, Unavailable]] = []
    for backend in candidates:
        rank = backend.rank()
        if isinstance(rank, Unavailable):
            reasons.append((backend.name, rank))
        else:
            ranked.append((rank, backend))
    best = max(ranked, key=lambda pair: pair[0], default=None)
    return (best[1] if best else None), reasons
