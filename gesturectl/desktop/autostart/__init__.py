"""Starting at login, by the means of each system."""

from collections.abc import Iterable

from gesturectl.desktop.autostart.base import Autostart
from gesturectl.desktop.autostart.launchd import LaunchAgent
from gesturectl.desktop.autostart.systemd import SystemdUnit
from gesturectl.desktop.autostart.windows_run import WindowsRunKey
from gesturectl.desktop.autostart.xdg import XdgAutostart
from gesturectl.desktop.base import Unavailable

MEANS: tuple[type[Autostart], ...] = (SystemdUnit, XdgAutostart, LaunchAgent, WindowsRunKey)


def choose_autostart(
    candidates: Iterable[type[Autostart]] = MEANS,
) -> tuple[Autostart | None, list[tuple[str, Unavailable]]]:
    """The best means that works here, None if there is none, and why the others don't. Never raises."""
    ranked: list[tuple[int, type[Autostart]]] = []
    reasons: list[tuple[str, Unavailable]] = []
    for means in candidates:
        rank = means.rank()
        if isinstance(rank, Unavailable):
            reasons.append((means.name, rank))
        else:
            ranked.append((rank, means))
    best = max(ranked, key=lambda pair: pair[0], default=None)
    return (best[1]() if best else None), reasons
