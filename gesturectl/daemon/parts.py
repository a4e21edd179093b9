"""Finding the parts: models, profiles, desktop. Each that is missing says so, and the rest works without it."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gesturectl import paths
from gesturectl.daemon.key_guard import guarded
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.plans import ProfilePlans, load_plans
from gesturectl.daemon.rest import session_watchers
from gesturectl.daemon.status import Status
from gesturectl.desktop.base import Injector, InputWatcher, Players, SessionWatcher, WindowWatcher
from gesturectl.desktop.null import NullInjector, NullInputWatcher, NullWindowWatcher
from gesturectl.errors import ModelError
from gesturectl.landmarks import TrackerKind
from gesturectl.landmarks.tracker import HandTracker
from gesturectl.recognition.personal_file import NAME
from gesturectl.toml_schema import nearest

if TYPE_CHECKING:
    from gesturectl.daemon.own_gestures import OwnGestures
    from gesturectl.recognition.classifier import Classifier
    from gesturectl.recording.learning import Learning


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for; None where they left it to us."""

    tracker: TrackerKind = "onnx"
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
    """Everything but the camera, ready to work."""

    tracker: HandTracker
    pipeline: Pipeline
    plans: ProfilePlans
    injector: Injector
    watcher: WindowWatcher
    input_watcher: InputWatcher
    tracker_words: str
    model_words: str
    injector_words: str
    watcher_words: str
    players: Players | None = None
    """Media players that can be spoken to without keys."""
    sessions: Sequence[SessionWatcher] = ()
    """Who can tell whether the person is away."""
    learning: "Callable[[], Learning] | None" = None
    """What a recording compares and learns with; None where no gesture of one's own is used."""

    def found(self, camera: str, tray: str = "") -> str:
        """The one line of what was found; without a word about the tray where there can be none."""
        return " · ".join(
            (
                f"camera: {camera}",
                f"tracker: {self.tracker_words}",
                f"model: {self.model_words}",
                f"profiles: {self.plans.words}",
                f"keys: {self.injector_words}",
                f"windows: {self.watcher_words}",
                *([f"tray: {tray}"] if tray else []),
            )
        )

    def about(self) -> Status:
        """What the status says before the first frame."""
        return Status(
            tracker=self.tracker_words,
            model=self.model_words,
            injector=self.injector_words,
            watcher=self.watcher_words,
        )


def find_parts(wanted: Wanted, warn: Callable[[str], None]) -> Parts:
    """Load the models, read the profiles, connect to the desktop. `warn` hears what is missing and what to do.

    Raises ModelError, ConfigError for profiles that were asked for by name, UsageError for a profile there isn't.
    """
    # Imported here: onnxruntime and OpenCV's helpers take longer than everything else together.
    from gesturectl.daemon.own_gestures import OwnGestures
    from gesturectl.landmarks import open_tracker
    from gesturectl.landmarks.schedule import Schedule
    from gesturectl.recognition.model_history import ModelHistory
    from gesturectl.recognition.recogniser import Recogniser

    classifier = _classifier(wanted, warn)
    recogniser: OwnGestures | Recogniser = Recogniser(classifier)
    if wanted.own_gestures:
        followed = ModelHistory().in_use if wanted.model is None else None
        recogniser = OwnGestures(classifier, warn, keep=followed is not None, model=followed)
    plans = load_plans(wanted.profiles, wanted.own_profiles, recogniser.gestures, warn)
    plans.know(recogniser.gestures)
    if isinstance(recogniser, OwnGestures):
        recogniser.tell(plans.know)
    if wanted.profile is not None:
        plans.fix(wanted.profile)
    if wanted.arming_gesture is not None and wanted.arming_gesture not in recogniser.gestures:
        remedy = nearest(wanted.arming_gesture, recogniser.gestures)
        warn(f'the setting arming_gesture: there is no gesture "{wanted.arming_gesture}", so none can arm. {remedy}')
    injector, injector_words = _injector(wanted, warn)
    watcher, watcher_words = _watcher(wanted)
    tracker = open_tracker(wanted.tracker)
    return Parts(
        tracker=tracker,
        pipeline=Pipeline(Schedule(tracker), recogniser),
        plans=plans,
        injector=injector,
        watcher=watcher,
        input_watcher=_input_watcher(wanted),
        tracker_words=f"{tracker.name} on {tracker.provider}",
        model_words=f"{classifier.card.name}, {len(recogniser.gestures)} gestures, on {classifier.provider}",
        injector_words=injector_words,
        watcher_words=watcher_words,
        players=None if wanted.dry_run else _players(),
        sessions=session_watchers() if wanted.look_at_desktop else (),
        learning=_learning(recogniser) if isinstance(recogniser, OwnGestures) else None,
    )


def _players() -> Players | None:
    if sys.platform != "linux":
        return None
    from gesturectl.desktop.mpris import MprisPlayers

    return MprisPlayers()


def _learning(own: "OwnGestures") -> Callable[[], "Learning"]:
    from gesturectl.recording.learning import Learning
    from gesturectl.recording.shelf import Shelf

    return lambda: Learning(lambda: own.classifier, Shelf(paths.data_dir() / "library"), paths.data_dir() / NAME)


def _classifier(wanted: Wanted, warn: Callable[[str], None]) -> "Classifier":
    """The model that was asked for, or the one in use; where that is damaged, the one that ships."""
    from gesturectl.recognition.model_history import classifier_in_use
    from gesturectl.recognition.shipped import classifier_at

    if wanted.model is not None or not wanted.own_gestures:
        return classifier_at(wanted.model)
    try:
        return classifier_in_use()
    except ModelError as error:
        warn(f"the retrained model can't be used, so the one that ships is:\n{error}")
        return classifier_at(None)


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
