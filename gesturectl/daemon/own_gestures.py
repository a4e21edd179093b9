"""A recogniser that knows a person's own gestures, and takes up others when their file changes."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from gesturectl import paths
from gesturectl.errors import GesturectlError
from gesturectl.recognition.attempts import Attempt
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.decide import Rejection
from gesturectl.recognition.personal import Personal
from gesturectl.recognition.personal_file import NAME, Stored, read_personal, write_personal
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.types import GestureEvent, Hand, Hands, Prediction

_log = logging.getLogger(__name__)

_LOOK_MS = 1000
"""How often the file is looked at, while hands are."""


class OwnGestures:
    """Recognises the model's gestures and the person's own. For one thread.

    Whatever is wrong with the file of personal gestures, `warn` hears it and the model's own gestures go on working.
    """

    def __init__(
        self, classifier: Classifier, warn: Callable[[str], None], path: Path | None = None, keep: bool = True
    ) -> None:
        """`path` is the file of personal gestures (the user's).

        What is learnt again for another model is kept there only with `keep`: a model that is tried for once shouldn't
        cost the usual one its file.
        """
        self._classifier, self._warn, self._keep = classifier, warn, keep
        self._path = path or paths.data_dir() / NAME
        self._seen = self._stamp()
        self._looked_ms = 0
        self._told: Callable[[Collection[str]], None] = lambda names: None
        self._recogniser = Recogniser(classifier, personal=self._load())

    @property
    def classifier(self) -> Classifier:
        """The model in use."""
        return self._classifier

    @property
    def gestures(self) -> tuple[str, ...]:
        """What it can recognise."""
        return self._recogniser.gestures

    @property
    def last(self) -> Mapping[Hand, Prediction]:
        """The newest prediction of each hand in view."""
        return self._recogniser.last

    @property
    def rejections(self) -> Sequence[Rejection]:
        """Candidates that didn't fire, newest last."""
        return self._recogniser.rejections

    def tell(self, told: Callable[[Collection[str]], None]) -> None:
        """Call `told` with all gestures whenever they have changed, in the thread that updates."""
        self._told = told

    def update(self, hands: Hands) -> list[GestureEvent]:
        """The events of one frame."""
        events = self._take_up(hands.t_ms) if abs(hands.t_ms - self._looked_ms) >= _LOOK_MS else []
        return events + self._recogniser.update(hands)

    def tried(self) -> list[Attempt]:
        """What hands tried since this was last asked."""
        return self._recogniser.tried()

    def release(self, t_ms: int) -> list[GestureEvent]:
        """The ends of all gestures that last."""
        return self._recogniser.release(t_ms)

    def _take_up(self, t_ms: int) -> list[GestureEvent]:
        """What has changed in the file, and the ends of all gestures that last if something has."""
        self._looked_ms = t_ms
        stamp = self._stamp()
        if stamp == self._seen:
            return []
        self._seen = stamp
        ended = self._recogniser.release(t_ms)
        self._recogniser = Recogniser(self._classifier, personal=self._load())
        self._told(self.gestures)
        _log.info("gestures: %s", ", ".join(self.gestures))
        return ended

    def _load(self) -> Personal | None:
        try:
            stored = read_personal(self._path)
            if stored is None:
                return None
            if stored.personal.model_sha256 != self._classifier.sha256:
                stored = learnt_again(self._classifier, stored)
                if self._keep:
                    write_personal(self._path, stored)
                    self._seen = self._stamp()
                self._warn("the gesture model has changed, so your own gestures were learnt again from their takes")
            return stored.personal
        except GesturectlError as error:
            self._warn(f"your own gestures can't be used; the model's gestures work all the same:\n{error}")
            return None

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


def learnt_again(classifier: Classifier, stored: Stored) -> Stored:
    """`stored` for another model, from the takes it was learnt from. Raises GesturectlError if they are gone."""
    from gesturectl.evaluation.enrolment import enrolled_from

    return enrolled_from(
        classifier,
        [Path(folder) for folder in stored.sources],
        [Path(folder) for folder in stored.idle],
        left_out=stored.left_out,
        either_hand=stored.either_hand,
    ).stored
