"""From the recognised gesture to the desktop: does each stage work?"""

from contextlib import suppress

from gesturectl.desktop.base import Capability
from gesturectl.desktop.select import explained
from gesturectl.verbs.checks.finding import Finding, broken, degraded, ok


def check_profiles() -> Finding:
    """The bundled profiles and the user's own can be read, without a mistake."""
    from gesturectl.errors import ConfigError
    from gesturectl.profiles.load import default_folders, load
    from gesturectl.profiles.panic import refuse_panic_chord, wanted_panic_chord

    folders = default_folders()
    try:
        profiles = load(folders, _gestures())
        refuse_panic_chord(profiles, wanted_panic_chord())
    except ConfigError as error:
        remedy = "Correct them; gesturectl profiles check says the same at any time"
        return broken("\n".join(map(str, error.problems)), remedy)
    if not profiles.files:
        return broken(f"no profile in {' or '.join(map(str, folders))}", "Install gesturectl again")
    own = sum(path.parent == folders[1] for path in profiles.files)
    names = ", ".join(sorted(profiles.profiles))
    return ok(f"{names} ({own} of {len(profiles.files)} files are yours, in {folders[1]})")


def check_injector() -> Finding:
    """What presses keys here."""
    from gesturectl.desktop.null import NullInjector
    from gesturectl.desktop.select import asks_first, choose_injector

    if (asking := asks_first()) is not None:  # a doctor opens no dialog
        return ok(f"{asking}, if you allow it when your desktop asks")
    injector, reasons = choose_injector()
    try:
        if isinstance(injector, NullInjector):
            return broken(f"no key can be pressed here ({explained(reasons)[0]})", explained(reasons)[1])
        missing = [capability.name.lower() for capability in Capability if capability not in injector.capabilities]
        if missing:
            return degraded(f"{injector.name}, which can't do {', '.join(missing)}", explained(reasons)[1])
        return ok(f"{injector.name}: keys, text, media, pointer, scroll")
    finally:
        injector.close()


def check_panic_chord() -> Finding:
    """What stops everything from the keyboard, without a hand or a camera."""
    from gesturectl.daemon.client import ask, is_running
    from gesturectl.desktop.select import choose_hot_key
    from gesturectl.errors import DesktopError
    from gesturectl.keys import parse_chord
    from gesturectl.profiles.panic import wanted_panic_chord

    if not (text := wanted_panic_chord()):
        return ok("none, as the setting panic_chord says")
    if is_running() and (told := str(ask("status", timeout_s=2.0).get("panic_chord", ""))):
        if told.startswith("none"):
            return degraded(told, "The log says what to do")
        return ok(f"{told}: the running daemon waits for it")
    try:
        choose_hot_key(parse_chord(text)).close()
    except DesktopError as error:
        return degraded(error.fact, error.remedy)
    return ok(f"{text} will stop everything at once")


def check_window_watcher() -> Finding:
    """What tells the focused app here."""
    from gesturectl.desktop.null import NullWindowWatcher
    from gesturectl.desktop.select import choose_watcher

    watcher, reasons = choose_watcher()
    try:
        if isinstance(watcher, NullWindowWatcher):
            fact = f"the focused app can't be told, so only the default profile applies ({explained(reasons)[0]})"
            return degraded(fact, explained(reasons)[1])
        return ok(f"{watcher.name}")
    finally:
        watcher.close()


def check_input_watcher() -> Finding:
    """What tells that the person uses keyboard or mouse, when gestures are to be quiet."""
    from gesturectl.desktop.null import NullInputWatcher
    from gesturectl.desktop.select import choose_input_watcher

    watcher, reasons = choose_input_watcher()
    try:
        if isinstance(watcher, NullInputWatcher):
            facts, remedies = explained(reasons)
            return degraded(f"it can't be told, so gestures act while you type, too ({facts})", remedies)
        return ok(f"{watcher.name}: gestures are quiet for a moment after it")
    finally:
        watcher.close()


def check_tray() -> Finding:
    """Whether an icon with a menu can be shown."""
    from gesturectl.ui.tray.select import choose_tray

    backend, reasons = choose_tray()
    if backend is None:
        return degraded(f"no icon ({explained(reasons)[0]})", explained(reasons)[1])
    words = backend().words
    if words.startswith("none"):
        return degraded(f"no icon: {words.partition(': ')[2]}", "It appears as soon as a panel shows icons")
    return ok(f"icon with a menu ({words})")


def check_feedback() -> Finding:
    """Whether sound and label can tell what a gesture did, for those who want them."""
    from gesturectl.ui.feedback import overlay, sound

    missing = [(name, why) for name, why in (("sound", sound.unavailable()), ("label", overlay.unavailable())) if why]
    if missing:
        return degraded(*explained(missing))
    return ok("sound and label can be had ('gesturectl settings sound on', 'overlay on')")


def check_daemon() -> Finding:
    """Whether the daemon runs and answers; not running is fine."""
    from gesturectl import paths
    from gesturectl.daemon import endpoint
    from gesturectl.daemon.client import ask
    from gesturectl.errors import DaemonError

    socket = paths.runtime_dir() / endpoint.NAME
    if not socket.exists():
        return ok("not running; its control socket will be " + str(socket))
    try:
        status = ask("status", timeout_s=2.0)
    except DaemonError as error:
        if "isn't running" in error.fact:
            return ok(f"not running; {socket} is left over and will be replaced")
        return broken(error.fact, error.remedy)
    told = f"running as process {status.get('pid')}: {status.get('state')}"
    reason = str(status.get("reason") or "")
    return degraded(told, reason) if status.get("state") == "failed" else ok(told)


def _gestures() -> set[str]:
    """The gestures that profiles may name: those that ship, the person's own, and those of the model in use."""
    from gesturectl.errors import ModelError
    from gesturectl.recognition.model_history import classifier_in_use
    from gesturectl.recognition.personal_file import known_gestures

    known = set(known_gestures())
    with suppress(ModelError):  # which another check tells of
        known |= set(classifier_in_use().card.labels)
    return known
