"""Finding the parts of control: profiles, desktop. Each that is missing says so, and the rest works without it."""

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gesturectl.daemon.key_guard import guarded
from gesturectl.daemon.panic import OpenHotKey
from gesturectl.daemon.plans import ProfilePlans, load_plans
from gesturectl.daemon.rest import session_watchers
from gesturectl.daemon.status import Status
from gesturectl.desktop.base import Injector, InputWatcher, Players, SessionWatcher, WindowWatcher
from gesturectl.desktop.null import NullInjector, NullInputWatcher, NullWindowWatcher
from gesturectl.desktop.select import choose_hot_key
from gesturectl.toml_schema import nearest

if TYPE_CHECKING:
    from gesturectl.recording.learning import Learning


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for; None where they left it to us."""

    model: Path | None = None
    """A gesture model; None for the one that ships."""
    profiles: Path | None = None
    """The only folder of profiles to read, besides the bundled ones; None for the user's own."""
    own_profiles: bool = True
    """False reads the bundled profiles alone."""
    own_gestures: bool = True
    """False leaves out the user's personal gestures."""
    profile: str | None = None
    """The profile to fix from the start."""
    arming_gesture: str | None = None
    """The gesture that arms; None where nobody cares."""
    dry_run: bool = False
    look_at_desktop: bool = True
    """False doesn't even look which app has the focus."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything of control: it neither sees nor recognises anything itself."""

    plans: ProfilePlans
    injector: Injector
    watcher: WindowWatcher
    input_watcher: InputWatcher
    injector_words: str
    watcher_words: str
    hot_key: OpenHotKey | None = None
    """What waits for the panic chord; None where no key is pressed."""
    players: Players | None = None
    """Media players that can be spoken to without keys."""
    sessions: Sequence[SessionWatcher] = ()
    """Who can tell whether the person is away."""
    learning: "Callable[[], Learning] | None" = None
    """What a recording compares and learns with; None where no gesture of one's own is used."""

    def found(self, camera: str, tracker: str, model: str, tray: str = "") -> str:
        """The one line of what was found; without a word about the tray where there can be none."""
        return " · ".join(
            (
                f"camera: {camera}",
                f"tracker: {tracker}",
                f"model: {model}",
                f"profiles: {self.plans.words}",
                f"keys: {self.injector_words}",
                f"windows: {self.watcher_words}",
                *([f"tray: {tray}"] if tray else []),
            )
        )

    def about(self, tracker: str, model: str) -> Status:
        """What the status says before the first frame."""
        return Status(tracker=tracker, model=model, injector=self.injector_words, watcher=self.watcher_words)


def find_parts(wanted: Wanted, gestures: Callable[[], Collection[str]], warn: Callable[[str], None]) -> Parts:
    """Connect to the desktop, read the profiles. `gestures` tells what can be recognised, and is asked after the
    desktop: it may take as long as the models do. `warn` hears what is missing.

    Raises ConfigError for profiles that were asked for by name, UsageError for a profile there isn't, and what
    `gestures` raises.
    """
    injector, injector_words = _injector(wanted, warn)
    watcher, watcher_words = _watcher(wanted)
    input_watcher = _input_watcher(wanted)
    return Parts(
        plans=_plans(wanted, gestures(), warn),
        injector=injector,
        watcher=watcher,
        input_watcher=input_watcher,
        injector_words=injector_words,
        watcher_words=watcher_words,
        hot_key=None if wanted.dry_run else choose_hot_key,
        players=None if wanted.dry_run else _players(),
        sessions=session_watchers() if wanted.look_at_desktop else (),
        learning=(lambda: _learning(wanted)) if wanted.own_gestures else None,
    )


def _plans(wanted: Wanted, gestures: Collection[str], warn: Callable[[str], None]) -> ProfilePlans:
    plans = load_plans(wanted.profiles, wanted.own_profiles, gestures, warn)
    plans.know(gestures)
    if wanted.profile is not None:
        plans.fix(wanted.profile)
    if wanted.arming_gesture is not None and wanted.arming_gesture not in gestures:
        remedy = nearest(wanted.arming_gesture, gestures)
        warn(f'the setting arming_gesture: there is no gesture "{wanted.arming_gesture}", so none can arm. {remedy}')
    return plans


def _players() -> Players | None:
    if sys.platform != "linux":
        return None
    from gesturectl.desktop.mpris import MprisPlayers

    return MprisPlayers()


def _learning(wanted: Wanted) -> "Learning":
    """For one recording; the model is loaded when it is first needed."""
    from gesturectl.daemon.sight import chosen_classifier
    from gesturectl.recording.learning import learning_with

    return learning_with(cache(lambda: chosen_classifier(wanted.model, wanted.own_gestures, lambda text: None)))


def _injector(wanted: Wanted, warn: Callable[[str], None]) -> tuple[Injector, str]:
    if wanted.dry_run:
        return NullInjector(), "none pressed (dry run)"
    from gesturectl.desktop.select import choose_injector, explained

    injector, reasons = choose_injector()
    if not isinstance(injector, NullInjector):
        return guarded(injector), injector.name
    why, remedies = explained(reasons)
    warn(f"no key can be pressed here ({why}). {remedies} Gestures are recognised and shown all the same.")
    return injector, "none"


def _watcher(wanted: Wanted) -> tuple[WindowWatcher, str]:
    if not wanted.look_at_desktop:
        return NullWindowWatcher(), "not looked at"
    from gesturectl.desktop.select import choose_watcher

    watcher, _ = choose_watcher()
    known = not isinstance(watcher, NullWindowWatcher)
    return watcher, watcher.name if known else "unknown (profiles for apps don't apply)"


def _input_watcher(wanted: Wanted) -> InputWatcher:
    """What tells whether the person types; `gesturectl doctor` says where nothing can."""
    if not wanted.look_at_desktop:
        return NullInputWatcher()
    from gesturectl.desktop.select import choose_input_watcher

    watcher, _ = choose_input_watcher()
    return watcher
