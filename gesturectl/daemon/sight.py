"""What watching needs: the tracker, the gesture model, and the two in one pipeline."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from gesturectl.daemon.own_gestures import OwnGestures
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.errors import ModelError
from gesturectl.landmarks import TrackerKind, open_tracker
from gesturectl.landmarks.power import EFFORTS, Power
from gesturectl.landmarks.providers import Compute
from gesturectl.landmarks.schedule import Schedule
from gesturectl.landmarks.tracker import HandTracker
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.model_history import ModelHistory, classifier_in_use
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at


@dataclass(frozen=True, slots=True)
class Sight:
    """Loaded and ready to look. For one thread at a time."""

    tracker: HandTracker
    recogniser: OwnGestures | Recogniser
    pipeline: Pipeline
    classifier: Callable[[], Classifier]
    """The gesture model in use now."""
    tracker_words: str
    model_words: str

    def tell(self, told: Callable[[Collection[str]], None]) -> None:
        """Call `told` with all gestures whenever they have changed, in the thread that looks."""
        if isinstance(self.recogniser, OwnGestures):
            self.recogniser.tell(told)

    @property
    def gestures(self) -> tuple[str, ...]:
        """What can be recognised."""
        return self.recogniser.gestures


def find_sight(
    tracker: TrackerKind,
    model: Path | None,
    own_gestures: bool,
    warn: Callable[[str], None],
    outdated: Callable[[], None] = lambda: None,
    power: Power = "balanced",
    compute: Compute = "auto",
) -> Sight:
    """Load the models. `model` is one that was asked for; None for the one in use. `power` is what hands may cost.

    `warn` hears what is wrong with a person's own gestures or with a GPU, `outdated` that gestures should be learnt
    again by somebody who may write. Raises ModelError.
    """
    classifier = chosen_classifier(model, own_gestures, warn)
    recogniser: OwnGestures | Recogniser = Recogniser(classifier)
    in_use = lambda: classifier  # noqa: E731
    if own_gestures:
        followed = ModelHistory().in_use if model is None else None
        recogniser = own = OwnGestures(
            classifier, warn, model=followed, outdated=outdated if followed else lambda: None
        )
        in_use = lambda: own.classifier  # noqa: E731
    opened = open_tracker(tracker, compute, power, warn)
    return Sight(
        tracker=opened,
        recogniser=recogniser,
        pipeline=Pipeline(Schedule(opened, EFFORTS[power]), recogniser),
        classifier=in_use,
        tracker_words=f"{opened.name} on {opened.provider}",
        model_words=f"{classifier.card.name}, {len(recogniser.gestures)} gestures, on {classifier.provider}",
    )


def chosen_classifier(model: Path | None, own_gestures: bool, warn: Callable[[str], None]) -> Classifier:
    """The model that was asked for, or the one in use; where that is damaged, the one that ships."""
    if model is not None or not own_gestures:
        return classifier_at(model)
    try:
        return classifier_in_use()
    except ModelError as error:
        warn(f"the retrained model can't be used, so the one that ships is:\n{error}")
        return classifier_at(None)
