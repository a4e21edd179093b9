"""What surrounds gestures: settings, permissions, the desktop's portal, players, lock and sleep, start at login."""

import os
import sys
from pathlib import Path

from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.verbs.checks.finding import Finding, broken, degraded, ok


def check_settings() -> Finding:
    """The settings can be read, without a mistake."""
    from gesturectl.errors import ConfigError
    from gesturectl.settings import load_settings, settings_path

    path = settings_path()
    try:
        load_settings(path)
    except ConfigError as error:
        return broken("\n".join(map(str, error.problems)), "Correct them; until then the defaults are used")
    return ok(f"{path}" if path.exists() else f"the defaults; {path} would change them")


def check_permissions() -> Finding:
    """Our folders can be written, and cameras may be opened."""
    from gesturectl import paths

    shut = [folder for folder in (paths.config_dir(), paths.data_dir(), paths.state_dir()) if not _writable(folder)]
    if shut:
        remedy = f"sudo chown -R {os.environ.get('USER', 'you')} {shut[0]}"
        return broken(f"{', '.join(map(str, shut))} can't be written", remedy)
    cameras = sorted(Path("/dev").glob("video*")) if sys.platform == "linux" else []
    if closed := [camera for camera in cameras if not os.access(camera, os.R_OK | os.W_OK)]:
        remedy = "sudo usermod -aG video $USER, then log in again"
        return broken(f"you may not open {', '.join(map(str, closed))}", remedy)
    return ok("settings, takes and logs can be written; no camera is forbidden")


def check_box() -> Finding:
    """What the process that watches the camera is forbidden here."""
    from gesturectl.daemon.boxing.box import offered

    can, cannot = offered()
    if sys.platform != "linux":
        return ok(f"vision is a process of its own, not boxed in: {cannot}")
    if cannot:
        fact = f"vision is a process of its own, boxed in only in part: {cannot}"
        return degraded(f"{fact} ({can})" if can else fact, "A kernel from 5.13 on, with Landlock switched on, has it")
    return ok(f"vision is boxed in: {can}")


def check_portal() -> Finding:
    """Whether the desktop's portal could press keys, and whether the person has allowed it."""
    from gesturectl.desktop.portal import PortalInjector, token_path

    rank = PortalInjector.rank()
    if isinstance(rank, Unavailable):
        if rank.remedy == NOTHING_TO_DO or rank.reason == "there is no D-Bus session":
            return ok(f"not needed: {rank.reason}")
        return degraded(rank.reason, rank.remedy)
    if token_path().exists():
        return ok("there, and you have allowed it")
    return ok("there; where nothing better presses keys, your desktop will ask you once")


def check_media() -> Finding:
    """Whether players can be spoken to without media keys."""
    if sys.platform != "linux":
        return ok("through media keys")
    from gesturectl.desktop import dbus

    if (reason := dbus.unavailable()) is not None:
        return degraded(f"through media keys only ({reason.reason})", reason.remedy)
    bus = dbus.Bus()
    try:
        players = [name for name in bus.names() if name.startswith("org.mpris.MediaPlayer2.")]
    finally:
        bus.close()
    return ok(f"over MPRIS; {len(players)} player{'s' if len(players) != 1 else ''} now")


def check_session() -> Finding:
    """Whether it is known when the screen is locked or the computer sleeps."""
    if sys.platform != "linux":
        return degraded("it can't be told here yet, so the camera stays on", "Pause it yourself: gesturectl pause")
    from gesturectl.desktop.select import session_watchers

    watchers = session_watchers()
    for watcher in watchers:
        watcher.close()
    if not watchers:
        fact = "neither logind nor a screen saver can be asked, so the camera stays on when the screen is locked"
        return degraded(fact, "Start gesturectl from within your desktop session")
    return ok(f"the camera is let go meanwhile; told by {' and '.join(watcher.name for watcher in watchers)}")


def check_autostart() -> Finding:
    """Whether it starts at login, and by what."""
    from gesturectl.desktop.autostart import MEANS, choose_autostart

    enabled = [means() for means in MEANS if not isinstance(means.rank(), Unavailable) and means().enabled()]
    if len(enabled) > 1:
        names = " and ".join(means.name for means in enabled)
        return degraded(f"it starts twice, by {names}", "gesturectl autostart disable, then enable")
    if enabled:
        return ok(f"by {enabled[0].name}: {enabled[0].place}")
    best, reasons = choose_autostart()
    if best is None:
        fact = "; ".join(f"{name}: {why.reason}" for name, why in reasons)
        return degraded(f"it can't start at login here ({fact})", "Start it by hand: gesturectl run")
    return ok("off; gesturectl autostart enable")


def _writable(folder: Path) -> bool:
    """Whether `folder` can be written, or could be made."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
